// Keeps the served drawing true while no map moves: dots, ages, what is selected; says that it stands still, and starts
// the map when asked. Drawn anew at most once in so many seconds, at once when the reader changed something.

import { effect, type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { DOT_ROWS_MAX, drawDots, pickDots } from '../first/world-dots.ts';
import type { App } from '../state/app.ts';
import type { Pin } from '../state/named-places.ts';
import { listVisibleRows } from '../state/visible-rows.ts';
import { moreOf } from '../text/english-more.ts';
import type { StillMapProps } from './around-map-later.tsx';
import { symbolScale, ZOOM_WORLD } from './encodings.ts';
import { toMercatorY } from './mercator.ts';
import { listPins, PIN_PATH } from './pins.ts';
import '../styles/still-map.css';

/** News is drawn after so long at most; some hundred dots are a few milliseconds of work. */
const REDRAW_MS = 2000;
/** What the reader changed, soon: a slider tells more often. */
const REDRAW_SOON_MS = 100;

export function StillMap({ app, phase, onStart }: StillMapProps) {
  const more = moreOf(app);
  const starting = phase === 'coming';
  const drawn = useSignal<Drawn | null>(null);
  useEffect(() => keepDrawn(app, drawn), []);
  return (
    // Short, and the reason on demand: the largest text of a page counts as its content, and this one comes late.
    <p class="still" data-testid="still-map" title={phase === 'still' ? more.mapStillWhy : undefined}>
      {phase === 'failed' ? more.mapFailed : phase === 'unloaded' ? more.mapNotLoaded : more.mapStill}{' '}
      {drawn.value === null || drawn.value.dots === drawn.value.total ? null : (
        <span class="still-drawn">
          {more.drawnSome(app.formats.integer(drawn.value.dots), app.formats.integer(drawn.value.total))}{' '}
        </span>
      )}
      {phase === 'failed' ? null : (
        <button type="button" class="still-start" disabled={starting} onClick={onStart}>
          {starting ? more.mapStarting : more.mapStart}
        </button>
      )}
    </p>
  );
}

/** How many events are drawn, of how many that the filter shows. */
interface Drawn {
  readonly dots: number;
  readonly total: number;
}

/** Gives a function that ends it. */
function keepDrawn(app: App, drawn: Signal<Drawn | null>): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let dueMs = Number.POSITIVE_INFINITY;
  let chosen: unknown[] = [];
  /** As it stands; null: as the server drew it. */
  let standing: string | null = null;
  const stop = effect(() => {
    app.catalogue.version.value;
    app.bounds.value; // moves on with the clock, and ages with it
    const now = [app.filter.value, app.selection.value, app.order.value, app.goTo.value, app.place.value];
    const changed = now.some((value, i) => value !== chosen[i]);
    chosen = now;
    const due = performance.now() + (changed ? REDRAW_SOON_MS : REDRAW_MS);
    if (due >= dueMs) return;
    if (timer !== null) clearTimeout(timer);
    dueMs = due;
    timer = setTimeout(draw, due - performance.now());
  });

  function draw(): void {
    timer = null;
    dueMs = Number.POSITIVE_INFINITY;
    const dots = document.getElementById('dots');
    if (dots === null) return;
    const { markup, ...count } = drawNow(app);
    if (markup !== standing) dots.innerHTML = markup;
    standing = markup;
    drawn.value = count;
  }

  return () => {
    stop();
    if (timer !== null) clearTimeout(timer);
  };
}

function drawNow(app: App): Drawn & { readonly markup: string } {
  const { current } = app.catalogue;
  const { rows, total } = listVisibleRows(current, app.bounds.peek(), DOT_ROWS_MAX);
  const selectedRow = app.selection.peek() === null ? -1 : current.rowOf(app.selection.peek()!.id);
  app.symbolScale.value = symbolScale(ZOOM_WORLD, total);
  const entries = pickDots(current, rows);
  const markup = drawDots({
    entries,
    selected: selectedRow === -1 ? null : current.entryAt(selectedRow),
    shown: total,
    nowMs: app.present.nowMs(),
  });
  return { markup: markup + listPins(app).map(drawPlacePin).join(''), dots: entries.length, total };
}

/** Only numbers go into it. */
function drawPlacePin({ latitudeDeg, longitudeDeg }: Pin): string {
  const x = (((longitudeDeg + 180) / 360) * 100).toFixed(2);
  const y = (toMercatorY(latitudeDeg * 1e4) * 100).toFixed(2);
  return `<svg x="${x}%" y="${y}%" class="pin"><path d="${PIN_PATH}"/></svg>`;
}
