// The first paint: the page's own components drawn to markup by the gateway, so that what arrives in the HTML has the
// words and the geometry of what the app draws a moment later. Built into dist/page/render.js; changes nothing it is given.

import { signal } from '@preact/signals';
import { renderToString } from 'preact-render-to-string';
import type { CatalogueEntry } from '../../catalogue/catalogue.ts';
import type { FirstPaint, FirstPaintInput } from '../../page/first-paint.ts';
import { createConnectionState } from '../live/connection-state.ts';
import type { EventWithReports } from '../live/wire.ts';
import { toMercatorY } from '../map/mercator.ts';
import { Page } from '../page.tsx';
import { useEventDetail } from '../panel/event-detail-later.tsx';
import { type App, createApp } from '../state/app.ts';
import type { EventReports, ReportsState } from '../state/event-reports.ts';
import { parseFilterQuery } from '../state/filter.ts';
import { parseOrder } from '../state/order.ts';
import { createPresent } from '../state/present.ts';
import { createSharedCatalogue } from '../state/shared-catalogue.ts';
import { listVisibleRows } from '../state/visible-rows.ts';
import { ENGLISH } from '../text/english.ts';
import { toPageDescription, toPageTitle } from '../text/page-title.ts';
import { createWords } from '../text/words.ts';
import { liftStyles } from './lift-styles.ts';
import { drawWorld, worldStyle } from './world.ts';
import { DOT_ROWS_MAX, pickDots } from './world-dots.ts';

/** Rows in the HTML: what fills the largest screen, and a good read without script. */
const LIST_ROWS_MAX = 30;
/** High enough for all of them. */
const LIST_HEIGHT_PX = 100_000;

// What the page loads later is drawn here at once.
await useEventDetail.load();

export function renderFirstPaint(input: FirstPaintInput): FirstPaint {
  const app = createServedApp(input);
  const { text, formats, catalogue } = app;
  const markup = renderToString(
    <Page
      app={app}
      reports={createServedReports(input)}
      narrow={signal(false)}
      reducedMotion={() => true}
      onMap={() => {}}
    />,
  );
  const lifted = liftStyles(markup);
  const { rows, total } = listVisibleRows(catalogue.current, app.bounds.value, DOT_ROWS_MAX);
  const nowMs = app.present.nowMs();
  const row = input.selected === null ? -1 : catalogue.current.rowOf(input.selected.id);
  const entry = input.selected === null ? undefined : row === -1 ? null : catalogue.current.entryAt(row);
  return {
    language: 'en',
    title: toPageTitle(entry, text, formats),
    description: toPageDescription(entry, text, formats),
    world: drawWorld(
      { entries: pickDots(catalogue.current, rows), selected: entry ?? null, shown: total, nowMs },
      text.map,
    ),
    app: lifted.markup,
    notice: renderToString(
      <p class="as-of">
        {input.mode === 'replay' ? <strong>{text.replayOfRecording} </strong> : null}
        {text.asOf(formats.dateTimeUtc(nowMs))}
      </p>,
    ),
    style: worldStyle() + frameEvent(entry ?? null) + lifted.style,
  };
}

/** For readers without script: the drawing shows the surroundings of an event, which it has a ring around. */
function frameEvent(entry: CatalogueEntry | null): string {
  if (entry === null) return '';
  const x = ((entry.longitudeDeg + 180) / 360).toFixed(5);
  const y = toMercatorY(entry.latitudeDeg * 1e4).toFixed(5);
  return `.world{--event-x:${x};--event-y:${y};--event-zoom:5;--event-share:.4;--event-ring:2px}`;
}

function createServedApp(input: FirstPaintInput): App {
  const catalogue = createSharedCatalogue((callback) => callback());
  catalogue.replace(input.catalogue);
  const now = () => input.nowMs;
  const app = createApp({
    // The reader's zone is not known here: what is local time waits for the app.
    words: signal(createWords('en', ENGLISH, 'en-GB', 'km', 'UTC')),
    catalogue,
    present: createPresent(now),
    scheme: 'light',
    filter: parseFilterQuery(input.query),
    order: parseOrder(input.query),
    selection: input.selected === null ? null : { id: input.selected.id, from: 'link' },
    browserNow: now,
    listRowsMax: LIST_ROWS_MAX,
    // An event lies over the list until the app is there: its page has the first rows alone.
    listHeightPx: input.selected === null ? LIST_HEIGHT_PX : 0,
  });
  const { mode, clock, nowMs, sources } = input;
  app.gateway.value = { mode, clock, nowMs, sources };
  app.present.set({ nowMs, clock });
  app.connection.value = { ...createConnectionState(nowMs, true), cursor: input.cursor };
  return app;
}

function createServedReports({ selected }: FirstPaintInput): EventReports {
  const state: ReportsState =
    selected === null
      ? { status: 'none' }
      : selected.answer === null
        ? { status: 'failed', id: selected.id, last: null }
        : { status: 'ready', id: selected.id, last: selected.answer as EventWithReports };
  return { state: signal(state), retry: () => {} };
}
