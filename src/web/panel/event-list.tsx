// The list beside the map: grouped by time, size or distance, in step with the map. One row takes the Tab key; the arrows
// move it. Only it and what is in view is built. A list that grows above the reader's place does not move what is being read.

import { useComputed } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { EventId } from '../../event/types.ts';
import type { App } from '../state/app.ts';
import type { Formats } from '../text/formats.ts';
import { EmptyListLater } from './empty-list-later.tsx';
import { EventRow } from './event-row.tsx';
import { HEADING_REM, type ListLayout, layOutList, ROW_REM, rowHeightRem } from './list-layout.ts';
import { keepStill, scrollToShow, toListWindow } from './list-window.ts';
import { TAP_MAX_PX } from './tap.ts';

/** Rows on paper at most: some four pages. */
const PRINTED_ROWS = 100;
/** More rows than this at once are not arrivals but another list: they do not slide. */
const SLIDING_MAX = 5;

interface Shown {
  readonly rows: Uint32Array;
  readonly layout: ListLayout;
  readonly catalogue: Catalogue;
  readonly filter: object;
  readonly order: string;
}

/** Headings go by the clock that the rows go by. */
function listFormats(app: App): Formats {
  return app.settings.times.value === 'utc' ? app.utcFormats : app.formats;
}

/** Of the present, ms since the epoch UTC. */
function startOfHour(app: App): number {
  app.present.tick.value;
  return listFormats(app).startOfHour(app.present.nowMs());
}

export function EventList({ app }: { app: App }) {
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ scrollRem: 0, heightRem: app.listHeightPx / 16 });
  /** The event whose row the keyboard was last on; by its id, which outlasts another catalogue. */
  const [activeId, setActiveId] = useState<EventId | null>(null);
  const [newAbove, setNewAbove] = useState(0);
  const [sliding, setSliding] = useState(false);
  const [focused, setFocused] = useState(false);
  /** The event whose row takes the focus once it is drawn. */
  const focusWanted = useRef<EventId | null>(null);
  const pressed = useRef<PointerEvent | null>(null);
  const before = useRef<Shown | null>(null);
  const printing = useRef(false);
  const selectedBefore = useRef<EventId | null>(null);
  const { text, catalogue, selection } = app;
  const formats = listFormats(app);
  const selectedId = selection.value?.id ?? null;
  const selectedRow = selectedId === null ? -1 : catalogue.current.rowOf(selectedId);
  const markedId = activeId ?? selectedId;
  const markedRow = markedId === null ? -1 : catalogue.current.rowOf(markedId);
  const top = app.listTop.value;
  const goesFurther =
    focused || printing.current || view.scrollRem >= 1 || (markedRow !== -1 && !top.rows.includes(markedRow));
  const { rows } = goesFurther && !top.whole ? app.listed.value : top;
  const order = app.order.value;
  const filter = app.listFilter.value;
  const near = app.near.value;
  const replayed = app.gateway.value?.mode === 'replay';
  const hourMs = useComputed(() => startOfHour(app)).value;
  const layout = useMemo(
    () =>
      layOutList({
        ...{ catalogue: catalogue.current, rows, order, near, nowMs: hourMs, replayed, text, formats },
      }),
    [rows, order, near, hourMs, replayed, formats],
  );
  const { from, to } = toListWindow(layout, view.scrollRem, view.heightRem);
  const tabIndex = markedRow === -1 ? 0 : Math.max(0, rows.indexOf(markedRow));

  const look = () => {
    // Paper has its own rows; what the screen's frame measures meanwhile says nothing of it.
    if (printing.current) return;
    const element = scroller.current!;
    const rem = remPx();
    const scrollRem = element.scrollTop / rem;
    setView({ scrollRem, heightRem: element.clientHeight / rem });
    if (scrollRem < ROW_REM) setNewAbove(0);
  };

  useLayoutEffect(() => {
    const element = scroller.current!;
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    const fillPaper = () => {
      printing.current = true;
      setView({ scrollRem: 0, heightRem: PRINTED_ROWS * ROW_REM });
    };
    const leavePaper = () => {
      printing.current = false;
      look();
    };
    addEventListener('beforeprint', fillPaper);
    addEventListener('afterprint', leavePaper);
    return () => {
      removeEventListener('beforeprint', fillPaper);
      removeEventListener('afterprint', leavePaper);
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);

  useLayoutEffect(() => {
    const element = scroller.current!;
    const last = before.current;
    const now: Shown = { rows, layout, catalogue: catalogue.current, filter, order };
    before.current = now;
    if (last === null || last.layout === layout) return;
    const chosenAnew = last.filter !== filter || last.order !== order;
    const another = chosenAnew || last.catalogue !== now.catalogue;
    setSliding(!another && Math.abs(rows.length - last.rows.length) <= SLIDING_MAX);
    // At its beginning it is there already, and to ask the element would lay the page out once more for each step.
    if (chosenAnew && view.scrollRem > 0) {
      element.scrollTop = 0;
      setNewAbove(0);
      look();
    }
    // There nothing has to keep still either.
    if (another || view.scrollRem < 1) return;
    const still = keepStill(element.scrollTop / remPx(), last, now);
    if (still === null) return;
    const px = still.scrollRem * remPx();
    if (Math.abs(px - element.scrollTop) < 0.5) return;
    element.scrollTop = px;
    setNewAbove((count) => count + still.newAbove);
  }, [layout, filter]);

  useLayoutEffect(() => {
    const was = selectedBefore.current;
    selectedBefore.current = selectedId;
    if (selectedId === null && was !== null) returnTo(was);
    else if (selection.value !== null && selection.value.from !== 'list') show(rows.indexOf(selectedRow));
  }, [selectedId, selectedRow === -1]);

  useLayoutEffect(() => {
    const wanted = focusWanted.current;
    if (wanted === null || rows[tabIndex] !== catalogue.current.rowOf(wanted)) return;
    focusWanted.current = null;
    scroller
      .current!.querySelector<HTMLElement>(`[data-index="${tabIndex}"]`)
      ?.focus({ preventScroll: true });
  });

  /** The detail was closed: the keyboard goes on where it was opened. */
  function returnTo(id: EventId): void {
    const index = rows.indexOf(catalogue.current.rowOf(id));
    if (index === -1) {
      // The filter hides it: to the row that takes the Tab key, or the focus would be nowhere.
      scroller.current!.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
      return;
    }
    show(index);
    focusRow(id);
    setView((current) => ({ ...current }));
  }

  function focusRow(id: EventId): void {
    // Where it is already nothing is drawn anew, and a wish that stayed would fetch back whoever has left since.
    focusWanted.current = focused && id === markedId ? null : id;
    setActiveId(id);
  }

  function show(index: number): void {
    const element = scroller.current!;
    if (index === -1) return;
    const rem = remPx();
    const heightRem = element.clientHeight / rem;
    const top = scrollToShow(layout, index, element.scrollTop / rem, heightRem, HEADING_REM);
    if (top === null) return;
    element.scrollTop = top * rem;
    look();
  }

  function onKeyDown(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(view.heightRem / ROW_REM) - 1);
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -rows.length,
      End: rows.length,
    };
    const step = steps[event.key];
    if (step === undefined || rows.length === 0) return;
    event.preventDefault();
    const index = Math.min(rows.length - 1, Math.max(0, tabIndex + step));
    focusRow(catalogue.current.idAt(rows[index]!));
    show(index);
  }

  function idOf(event: Event): EventId | null {
    const link = (event.target as Element).closest<HTMLElement>('[data-event-id]');
    return (link?.dataset['eventId'] as EventId | undefined) ?? null;
  }

  // Besides those in view the row that takes the Tab key: the focus would go with it. Paper has its hundred alone.
  const stop = printing.current ? from : tabIndex;
  const indexes = Array.from({ length: to - from }, (_, i) => from + i);
  if (stop < from) indexes.unshift(stop);
  else if (stop >= to) indexes.push(stop);
  const groups = layout.groups.filter(
    (group) => (group.to > from && group.from < to) || (group.from <= stop && group.to > stop),
  );
  return (
    <div class="list-frame">
      {newAbove > 0 ? (
        <button
          type="button"
          class="new-above"
          data-testid="new-above"
          onClick={() => {
            scroller.current!.scrollTop = 0;
            if (rows.length > 0) focusRow(catalogue.current.idAt(rows[0]!));
            look();
          }}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M8 13V3M3.5 7.5L8 3l4.5 4.5" />
          </svg>
          {text.newAbove(newAbove, formats.integer(newAbove))}
        </button>
      ) : null}
      {/* The rows are links, so that they open without script and in another tab; a plain click selects, here. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: delegation, see above */}
      {/* biome-ignore lint/a11y/useKeyWithMouseEvents: focus marks nothing on the map, selecting does */}
      <div
        // Only at the top: further down, a row that slid would move what is being read.
        class={`list${sliding && view.scrollRem === 0 ? ' is-sliding' : ''}`}
        ref={scroller}
        data-testid="list"
        onKeyDown={onKeyDown}
        onFocusIn={(event) => {
          setFocused(true);
          setActiveId(idOf(event));
        }}
        onFocusOut={() => setFocused(false)}
        onPointerDown={(event) => {
          pressed.current = event;
        }}
        onClick={(event) => {
          const press = pressed.current;
          // A row that arrived meanwhile has moved the one that was pressed. Keys press nothing.
          const still =
            press !== null &&
            event.detail > 0 &&
            Math.hypot(event.clientX - press.clientX, event.clientY - press.clientY) < TAP_MAX_PX;
          const id = (still ? idOf(press) : null) ?? idOf(event);
          if (id === null || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
          event.preventDefault();
          setActiveId(id);
          selection.value = { id, from: 'list' };
        }}
        onMouseOver={(event) => {
          app.hovered.value = idOf(event);
        }}
        onMouseLeave={() => {
          app.hovered.value = null;
        }}
      >
        {rows.length === 0 ? <EmptyListLater app={app} /> : null}
        <div class="groups" style={{ height: `${layout.heightRem}rem` }}>
          {groups.map((group) => {
            const topRem = layout.tops[group.from]! - HEADING_REM;
            const last = group.to - 1;
            const heightRem = layout.tops[last]! + rowHeightRem(layout, last) - topRem;
            const here = indexes.filter((index) => index >= group.from && index < group.to);
            return (
              <section
                key={group.key}
                class="group"
                aria-label={group.heading}
                style={{ top: `${topRem}rem`, height: `${heightRem}rem` }}
              >
                <h2 class="group-heading">
                  {group.heading}
                  <span class="group-count" aria-hidden="true">
                    {formats.integer(group.to - group.from)}
                  </span>
                </h2>
                {/* biome-ignore lint/a11y/noRedundantRoles: a list without bullets is none to Safari */}
                <ol class="rows" role="list" aria-label={group.heading}>
                  {here.map((index) => (
                    <EventRow
                      key={catalogue.current.idAt(rows[index]!)}
                      app={app}
                      row={rows[index]!}
                      index={index}
                      total={goesFurther ? rows.length : app.listSize.value}
                      selected={rows[index] === selectedRow}
                      focusable={index === tabIndex}
                      topRem={layout.tops[index]! - topRem}
                      heightRem={rowHeightRem(layout, index)}
                    />
                  ))}
                </ol>
              </section>
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** What a rem is now: readers may have set their text larger. */
function remPx(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}
