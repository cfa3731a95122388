// The list beside the map: newest first, only what is in view is built, in step with the map. One row takes the Tab
// key; the arrows move it. A list that grows above the reader's place does not move what is being read.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { EventId } from '../../event/types.ts';
import type { App } from '../state/app.ts';
import { NO_FILTER } from '../state/filter.ts';
import { EventRow } from './event-row.tsx';
import { keepStill, scrollToShow, toListWindow } from './list-window.ts';

/** Height of a row in CSS pixels, as in panel.css. */
export const ROW_PX = 60;

export function EventList({ app }: { app: App }) {
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ scrollPx: 0, heightPx: app.listHeightPx });
  const [activeRow, setActiveRow] = useState(-1);
  const focusWanted = useRef(false);
  const rowsBefore = useRef<Uint32Array>(new Uint32Array());
  const { text, catalogue, selection } = app;
  const { rows } = app.listed.value;
  const selectedId = selection.value?.id ?? null;
  const selectedRow = selectedId === null ? -1 : catalogue.current.rowOf(selectedId);
  const { from, to } = toListWindow(view.scrollPx, view.heightPx, ROW_PX, rows.length);
  const tabIndex = Math.max(0, rows.indexOf(activeRow === -1 ? selectedRow : activeRow));

  useLayoutEffect(() => {
    const element = scroller.current!;
    const look = () => setView({ scrollPx: element.scrollTop, heightPx: element.clientHeight });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);

  useLayoutEffect(() => {
    const element = scroller.current!;
    const stillPx = keepStill(element.scrollTop, ROW_PX, rowsBefore.current, rows);
    if (stillPx !== null && stillPx !== element.scrollTop) element.scrollTop = stillPx;
    rowsBefore.current = rows;
  }, [rows]);

  useLayoutEffect(() => {
    if (selection.value === null || selection.value.from === 'list') return;
    show(rows.indexOf(selectedRow));
  }, [selectedId, selectedRow === -1]);

  useLayoutEffect(() => {
    if (!focusWanted.current) return;
    focusWanted.current = false;
    scroller
      .current!.querySelector<HTMLElement>(`[data-index="${tabIndex}"]`)
      ?.focus({ preventScroll: true });
  });

  function show(index: number): void {
    const element = scroller.current!;
    if (index === -1) return;
    const px = scrollToShow(index, element.scrollTop, element.clientHeight, ROW_PX);
    if (px === null) return;
    element.scrollTop = px;
    setView({ scrollPx: element.scrollTop, heightPx: element.clientHeight });
  }

  function onKeyDown(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(view.heightPx / ROW_PX) - 1);
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
    focusWanted.current = true;
    setActiveRow(rows[index]!);
    show(index);
  }

  function idOf(event: Event): EventId | null {
    const link = (event.target as Element).closest<HTMLElement>('[data-event-id]');
    return (link?.dataset['eventId'] as EventId | undefined) ?? null;
  }

  return (
    // The rows are links, so that they open without script and in another tab; a plain click selects, here.
    // biome-ignore lint/a11y/noStaticElementInteractions: delegation, see above
    // biome-ignore lint/a11y/useKeyWithMouseEvents: focus marks nothing on the map, selecting does
    <div
      class="list"
      ref={scroller}
      data-testid="list"
      onKeyDown={onKeyDown}
      onClick={(event) => {
        const id = idOf(event);
        if (id === null || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        setActiveRow(catalogue.current.rowOf(id));
        selection.value = { id, from: 'list' };
      }}
      onMouseOver={(event) => {
        app.hovered.value = idOf(event);
      }}
      onMouseLeave={() => {
        app.hovered.value = null;
      }}
    >
      {rows.length === 0 ? <Empty app={app} /> : null}
      <ol class="rows" aria-label={text.list} style={{ height: `${rows.length * ROW_PX}px` }}>
        {Array.from(rows.subarray(from, to), (row, i) => (
          <EventRow
            key={row}
            app={app}
            row={row}
            index={from + i}
            total={rows.length}
            selected={row === selectedRow}
            focusable={from + i === tabIndex}
            topPx={(from + i) * ROW_PX}
          />
        ))}
      </ol>
    </div>
  );
}

function Empty({ app }: { app: App }) {
  const { text, formats } = app;
  const { count } = app.catalogue.current;
  if (count === 0) {
    const connection = app.connection.value;
    const loaded = connection !== null && connection.cursor !== null;
    if (!loaded && connection?.downSinceMs != null) return null; // the head of the panel says why
    return (
      <p class="empty" data-testid={loaded ? 'empty' : undefined}>
        {loaded ? text.emptyStore : `${text.loading}…`}
      </p>
    );
  }
  return (
    <div class="empty" data-testid="empty">
      <p>{text.emptyFiltered}</p>
      <button
        type="button"
        class="quiet-button"
        onClick={() => {
          app.filter.value = { ...NO_FILTER, age: 'all' };
        }}
      >
        {text.showEverything(count, formats.integer(count))}
      </button>
    </div>
  );
}
