// One line of the list: magnitude with type, region, how long ago, depth, marks.

import { ageClass, depthClass, radiusPx } from '../map/encodings.ts';
import type { App } from '../state/app.ts';
import { toSentenceCase } from '../text/region-name.ts';

export interface EventRowProps {
  readonly app: App;
  readonly row: number;
  readonly index: number;
  readonly total: number;
  readonly selected: boolean;
  /** The one row of the list that the Tab key reaches. */
  readonly focusable: boolean;
  readonly topPx: number;
}

/** Largest mark that fits its column. */
const MARK_RADIUS_MAX_PX = 13;

export function EventRow({ app, row, index, total, selected, focusable, topPx }: EventRowProps) {
  const { text, formats, catalogue, present } = app;
  present.tick.value;
  const entry = catalogue.current.entryAt(row);
  const { magnitude, depthKm } = entry;
  const nowMs = present.nowMs();
  const ghost = entry.state === 'withdrawn';
  const radius = Math.min(MARK_RADIUS_MAX_PX, radiusPx(magnitude === null ? -32768 : magnitude.value * 100));
  const color =
    app.map.colorMode.value === 'depth'
      ? `depth-${depthClass(depthKm)}`
      : `age-${ageClass(nowMs - entry.originTimeMs)}`;
  const marks = [
    depthKm === null ? null : `${formats.kilometres(depthKm)} km`,
    entry.author ?? entry.agency,
    entry.eventType === null || entry.eventType === 'earthquake' ? null : entry.eventType,
    entry.revision > 1 ? text.revision(formats.integer(entry.revision)) : null,
    entry.starter ? text.starter : null,
  ];
  return (
    <li
      class={`row${selected ? ' is-selected' : ''}${ghost ? ' is-ghost' : ''}`}
      style={{ transform: `translateY(${topPx}px)` }}
      aria-setsize={total}
      aria-posinset={index + 1}
    >
      <a
        class="row-button"
        href={`/events/${encodeURIComponent(entry.id)}`}
        tabIndex={focusable ? 0 : -1}
        aria-current={selected ? 'true' : undefined}
        data-event-id={entry.id}
        data-revision={entry.revision}
        data-state={entry.state}
        data-index={index}
      >
        <span class="row-magnitude">
          <span class="magnitude-value">{magnitude === null ? '–' : formats.magnitude(magnitude.value)}</span>
          <span class="magnitude-type">
            {magnitude === null ? text.noMagnitudeShort : (magnitude.type ?? 'M')}
          </span>
        </span>
        <span class="row-mark" aria-hidden="true">
          <span
            class={`mark ${color}${magnitude === null || ghost ? ' is-hollow' : ''}`}
            style={{ width: `${2 * radius}px`, height: `${2 * radius}px` }}
          />
        </span>
        <span class="row-place">
          <span class="row-region">
            {entry.region === null ? text.noRegion : toSentenceCase(entry.region)}
          </span>
          <span class="row-marks">
            {ghost ? <em class="ghost-word">{text.withdrawn}</em> : null}
            {marks.filter((mark) => mark !== null).join(' · ')}
          </span>
        </span>
        <time
          class="row-time"
          dateTime={new Date(entry.originTimeMs).toISOString()}
          title={`${formats.dateTimeUtc(entry.originTimeMs)} ${text.utcTime}`}
        >
          {formats.ago(entry.originTimeMs, nowMs)}
        </time>
      </a>
    </li>
  );
}
