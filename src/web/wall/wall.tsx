// The wall display (?wall=1): the newest large earthquakes beside the map, to be read from three metres, for days, without
// a hand near it. A large new one is shown where it was, for a minute; then the world again. The screen stays on.

import { effect } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { toMagnitudeTypeName } from '../../event/magnitude-type.ts';
import { toSentenceCase } from '../../event/region-name.ts';
import { currentStatus } from '../panel/status-pill.tsx';
import type { App } from '../state/app.ts';
import { followArrivals } from '../state/arrivals.ts';
import { effectiveMagnitude } from '../state/filter.ts';
import { isNews } from '../state/is-news.ts';
import { findLargest } from '../state/largest.ts';
import { toGpuSeconds } from '../state/visibility.ts';
import { moreOf } from '../text/english-more.ts';
import { keepAwake } from './wake-lock.ts';
import type { WallProps } from './wall-later.tsx';
import { wallScale } from './wall-scale.ts';
import '../styles/wall.css';

/** A new event of at least this magnitude is shown by itself. */
const SHOWN_MAGNITUDE = 5.5;
/** So long an event stays in the middle, however it came there. */
export const SHOWN_MS = 60_000;
/** The largest of the day is named when it is at least this, hundredths. */
const LARGEST_MAGNITUDE_E2_MIN = 450;
const DAY_MS = 86_400_000;
/** The day moves on in steps of this. */
const LARGEST_STEP_MS = 10_000;
/** More never fit; those that do not are left out whole. */
const ROWS_MAX = 12;

export function Wall({ app, onScale }: WallProps) {
  const { text, formats, present, catalogue } = app;
  const more = moreOf(app);
  useEffect(() => keepAwake(navigator.wakeLock, document), []);
  useEffect(() => {
    const fill = () => onScale(wallScale(innerWidth, innerHeight));
    fill();
    addEventListener('resize', fill);
    return () => removeEventListener('resize', fill);
  }, []);
  useEffect(() => showLargeOnes(app), []);
  useEffect(() => returnToOverview(app), []);
  app.catalogue.version.value;
  present.tick.value;
  const nowMs = present.nowMs();
  const zone = formats.zone(nowMs);
  const { current } = catalogue;
  const selectedId = app.selection.value?.id;
  const selectedRow = selectedId === undefined ? -1 : current.rowOf(selectedId);
  const newest = [...app.listTop.value.rows.subarray(0, ROWS_MAX)];
  // What is in the middle of the map stands in the list too, whatever its place would be.
  const rows = selectedRow === -1 || newest.includes(selectedRow) ? newest : [selectedRow, ...newest];
  return (
    <section class="panel wall" aria-label={text.panel} data-testid="wall">
      <header class="wall-head">
        <h1 class="wordmark">
          <a href="/">{text.title}</a>
        </h1>
        <State app={app} />
      </header>
      <p class="wall-clock" data-testid="wall-clock">
        <time class="wall-utc" dateTime={new Date(nowMs).toISOString()}>
          {formats.clockTimeUtc(nowMs)}
        </time>{' '}
        {text.utcTime}
        {zone === 'UTC' ? null : (
          <span class="wall-local">
            {formats.dateTime(nowMs)} · {more.localTimeIn(zone)}
          </span>
        )}
      </p>
      <Largest app={app} />
      <h2 class="wall-heading">{toHeading(app)}</h2>
      {rows.length === 0 ? <p class="empty">{text.emptyFiltered}</p> : null}
      <ol class="wall-list" data-testid="wall-list">
        {rows.map((row) => (
          <WallRow key={row} app={app} row={row} selected={row === selectedRow} />
        ))}
      </ol>
      <footer class="wall-foot">
        <p class="foot-notice">{text.notice}</p>
        <p>
          {text.attribution}: EMSC-CSEM (CC BY 4.0), USGS. {text.attributionBasemap}.
        </p>
      </footer>
    </section>
  );
}

function State({ app }: { app: App }) {
  const words = currentStatus(app);
  if (words === null) return null;
  return (
    <p class={`status tone-${words.tone}`} data-testid="status" data-tone={words.tone}>
      <span class="status-mark" aria-hidden="true" />
      {words.label}
    </p>
  );
}

/** The largest earthquake of 24 hours, whatever the rows below show: it stays named when a hundred smaller ones have followed. */
function Largest({ app }: { app: App }) {
  const { text, formats, present, catalogue } = app;
  present.tick.value;
  const nowMs = present.nowMs();
  const version = catalogue.version.value;
  const { newestS } = app.bounds.value;
  const step = Math.floor(nowMs / LARGEST_STEP_MS);
  const row = useMemo(
    () => findLargest(catalogue.current, toGpuSeconds(nowMs - DAY_MS), newestS, LARGEST_MAGNITUDE_E2_MIN),
    [version, step, newestS],
  );
  if (row === -1) return null;
  const { id, magnitude, region, originTimeMs } = catalogue.current.entryAt(row);
  return (
    <p class="wall-row wall-largest" data-testid="wall-largest" data-event-id={id}>
      <span class="row-magnitude">
        <span class="magnitude-value">{formats.magnitude(magnitude!.value)}</span>
        <span class="magnitude-type">{toMagnitudeTypeName(magnitude!.type)}</span>
      </span>
      <span class="row-place">
        <span class="row-region">{region === null ? text.noRegion : toSentenceCase(region)}</span>
        <span class="row-marks">
          {moreOf(app).wallLargest} ·{' '}
          <time class="row-time" dateTime={new Date(originTimeMs).toISOString()}>
            {formats.clockTimeUtc(originTimeMs).slice(0, -3)} {text.utcTime}
          </time>
        </span>
      </span>
    </p>
  );
}

/** What is shown, in words: the display has no filters to read it from. */
function toHeading(app: App): string {
  const { filter, age, text, formats } = app;
  const magnitude = effectiveMagnitude(filter.value);
  const parts = [
    magnitude === null ? null : text.emptyMagnitude(formats.magnitude(magnitude)),
    age.value === 'all' ? null : text.ages[age.value],
  ].filter((part) => part !== null);
  return parts.length === 0 ? text.list : parts.join(' · ');
}

function WallRow({ app, row, selected }: { app: App; row: number; selected: boolean }) {
  const { text, formats, present, catalogue } = app;
  // Its own: a row whose properties stay is not drawn anew with the list.
  present.tick.value;
  catalogue.version.value;
  const entry = catalogue.current.entryAt(row);
  const { magnitude, depthKm, originTimeMs } = entry;
  const ghost = entry.state === 'withdrawn';
  const marks = [
    depthKm === null
      ? null
      : depthKm < 0
        ? text.aboveSea(formats.distance(-depthKm))
        : text.deep(formats.distance(depthKm)),
    entry.author ?? entry.agency,
    entry.revision > 1 ? text.revised(entry.revision - 1, formats.integer(entry.revision - 1)) : null,
  ].filter((mark) => mark !== null);
  return (
    <li
      class={`wall-row${selected ? ' is-selected' : ''}${ghost ? ' is-ghost' : ''}`}
      aria-current={selected ? 'true' : undefined}
      data-event-id={entry.id}
    >
      <span class="row-magnitude">
        <span class="magnitude-value">{magnitude === null ? '–' : formats.magnitude(magnitude.value)}</span>
        <span class="magnitude-type">
          {magnitude === null ? text.noMagnitudeShort : toMagnitudeTypeName(magnitude.type)}
        </span>
      </span>
      <span class="row-place">
        <span class="row-region">{entry.region === null ? text.noRegion : toSentenceCase(entry.region)}</span>
        <span class="row-marks">
          {ghost ? <em class="ghost-word">{text.withdrawn}</em> : null}
          <time class="row-time" dateTime={new Date(originTimeMs).toISOString()}>
            {formats.ago(originTimeMs, present.nowMs())}
          </time>
          {marks.map((mark) => ` · ${mark}`).join('')}
        </span>
      </span>
    </li>
  );
}

/** Chooses a large new event as a reader would by hand; the map follows. */
function showLargeOnes(app: App): () => void {
  return followArrivals(app.arrival, ({ row, arrival }) => {
    const entry = app.catalogue.current.entryAt(row);
    if (arrival !== 'new' || (entry.magnitude?.value ?? 0) < SHOWN_MAGNITUDE) return;
    if (!isNews(entry.originTimeMs, app.present)) return;
    app.selection.value = { id: entry.id, from: 'list' };
  });
}

/** Nobody is there to close what is open. */
function returnToOverview(app: App): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = effect(() => {
    clearTimeout(timer);
    if (app.selection.value === null) return;
    timer = setTimeout(() => {
      app.selection.value = null;
    }, SHOWN_MS);
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}
