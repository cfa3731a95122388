// The first paint: the page's own components drawn to markup by the gateway, so that what arrives in the HTML has the
// words and the geometry of what the app draws a moment later. Built into dist/page/render.js; changes nothing it is given.

import { signal } from '@preact/signals';
import { Fragment } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { CatalogueEntry } from '../../catalogue/catalogue.ts';
import { ABSENT_INT16, FLAG_WITHDRAWN } from '../../catalogue/columns.ts';
import { toSentenceCase } from '../../event/region-name.ts';
import type { FirstPaint, FirstPaintInput } from '../../page/first-paint.ts';
import { createConnectionState } from '../live/connection-state.ts';
import type { EventWithReports } from '../live/wire.ts';
import { toMercatorY } from '../map/mercator.ts';
import { Page } from '../page.tsx';
import { Credits } from '../panel/credits.tsx';
import { useEventDetail } from '../panel/event-detail-later.tsx';
import { type App, createApp } from '../state/app.ts';
import type { EventReports, ReportsState } from '../state/event-reports.ts';
import { parseFilterQuery } from '../state/filter.ts';
import { parseOrder, sortLargest } from '../state/order.ts';
import { createPresent } from '../state/present.ts';
import { createSharedCatalogue } from '../state/shared-catalogue.ts';
import { listVisibleRows } from '../state/visible-rows.ts';
import { formatMagnitude } from '../text/formats.ts';
import * as languages from '../text/languages.ts';
import { toPageDescription, toPageTitle } from '../text/page-title.ts';
import { SERVED, type ServedText } from '../text/served.ts';
import { createWords, loadText, type Words } from '../text/words.ts';
import { liftStyles } from './lift-styles.ts';
import { drawWorld, worldStyle } from './world.ts';
import { DOT_ROWS_MAX, pickDots } from './world-dots.ts';

/** Rows in the HTML: what fills the largest screen, and a good read without script. */
const LIST_ROWS_MAX = 30;
/** So many of the day's largest are named where no script sorts the list. */
const LARGEST_MAX = 3;
const DAY_MS = 86_400_000;
/** High enough for all of them. */
const LIST_HEIGHT_PX = 100_000;

// What the page loads later is drawn here at once.
await useEventDetail.load();
/** The reader's zone and variety of the language are not known here: what is local time waits for the app. */
const WORDS = new Map<string, Words>();
for (const language of languages.LANGUAGES) {
  const { text, more } = await loadText(language);
  WORDS.set(language, createWords(language, text, languages.chooseLocale(language, []), 'km', 'UTC', more));
}

export function chooseLanguage(acceptLanguage: string): string {
  return languages.chooseLanguage('auto', languages.parseAcceptLanguage(acceptLanguage));
}

export function renderFirstPaint(input: FirstPaintInput): FirstPaint {
  const app = createServedApp(input);
  const { text, formats, catalogue } = app;
  const served = SERVED[app.language];
  const markup = renderToString(
    <Page
      app={app}
      reports={createServedReports(input)}
      inSteps={false}
      narrow={signal(false)}
      reducedMotion={() => true}
      askRenderer={async () => null}
      onMap={() => {}}
    />,
  );
  const lifted = liftStyles(markup);
  const { rows, total } = listVisibleRows(catalogue.current, app.bounds.value, DOT_ROWS_MAX);
  const nowMs = app.present.nowMs();
  const row = input.selected === null ? -1 : catalogue.current.rowOf(input.selected.id);
  const entry = input.selected === null ? undefined : row === -1 ? null : catalogue.current.entryAt(row);
  return {
    language: app.language,
    title: toPageTitle(entry, text, formats),
    description: toPageDescription(entry, input.mode === 'replay', served, text, formats),
    world: drawWorld(
      { entries: pickDots(catalogue.current, rows), selected: entry ?? null, shown: total, nowMs },
      text.map,
    ),
    app: lifted.markup,
    notice: renderToString(<Notice app={app} served={served} listed={input.selected === null} />),
    style: worldStyle() + frameEvent(entry ?? null) + lifted.style,
  };
}

/** For readers without script: as of when this is, and of the list how much it leaves out, with what must not be missed. */
function Notice({ app, served, listed }: { app: App; served: ServedText; listed: boolean }) {
  const { text, formats, catalogue, present } = app;
  const { rows, total } = app.listed.value;
  const largest = listed ? listLargest(app) : [];
  return (
    <aside class="as-of" aria-label={text.title}>
      {app.gateway.value?.mode === 'replay' ? <strong>{served.replayOfRecording} </strong> : null}
      {served.asOf(formats.dateTimeUtc(present.nowMs()))}
      {listed && total > rows.length
        ? ` ${served.listed(formats.integer(rows.length), formats.integer(total))}`
        : null}
      {largest.length === 0 ? null : ` ${served.largestOfDay}`}
      {largest.map((row) => {
        const { id, magnitude, region } = catalogue.current.entryAt(row);
        return (
          <Fragment key={id}>
            {' '}
            <a href={`/events/${encodeURIComponent(id)}`}>
              {formatMagnitude(magnitude!, formats)}{' '}
              {region === null ? text.noRegion : toSentenceCase(region)}
            </a>
          </Fragment>
        );
      })}
      {listed ? null : (
        // The list's foot, which says it, is left out with the list.
        <>
          {' '}
          {text.notice} <Credits app={app} />
        </>
      )}
    </aside>
  );
}

/** Rows of the largest of the last day that the filter shows, withdrawn ones and such without a magnitude left out. */
function listLargest(app: App): number[] {
  const { columns, count } = app.catalogue.current;
  const { rows } = listVisibleRows(app.catalogue.current, app.bounds.value, count);
  const sinceMs = app.present.nowMs() - DAY_MS;
  const ofDay = rows.filter(
    (row) =>
      columns.originTimeMs[row]! >= sinceMs &&
      columns.magnitudeE2[row] !== ABSENT_INT16 &&
      (columns.flags[row]! & FLAG_WITHDRAWN) === 0,
  );
  return [...sortLargest(columns, ofDay).subarray(0, LARGEST_MAX)];
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
    words: signal(WORDS.get(input.language) ?? WORDS.get('en')!),
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
        ? { status: 'failed', id: selected.id, last: null, missing: true }
        : { status: 'ready', id: selected.id, last: selected.answer as EventWithReports };
  return { state: signal(state), retry: () => {} };
}
