// One line of the list: magnitude with type, region, how long ago, depth, marks. Drawn by the server too, so: no hook, no
// clock but the present's, nothing measured.

import { ABSENT_INT16 } from '../../catalogue/columns.ts';
import { toMagnitudeTypeName } from '../../event/magnitude-type.ts';
import { toSentenceCase } from '../../event/region-name.ts';
import { ageClass, depthClass, drawnRadiusPx } from '../map/encodings.ts';
import type { App } from '../state/app.ts';
import { distanceToKm } from '../state/order.ts';
import { measuredFrom } from '../state/sought.ts';

export interface EventRowProps {
  readonly app: App;
  readonly row: number;
  readonly index: number;
  readonly total: number;
  readonly selected: boolean;
  /** The one row of the list that the Tab key reaches. */
  readonly focusable: boolean;
  /** From its group's beginning. */
  readonly topRem: number;
  readonly heightRem: number;
}

/** Of the size on a map looked at closely: great ones then fit between magnitude and name, and differ. */
const MARK_SCALE = 0.75;
const MARK_RADIUS_MAX_PX = 18;

export function EventRow(props: EventRowProps) {
  const { app, row, index, total, selected, focusable, topRem, heightRem } = props;
  const { text, formats, catalogue, present } = app;
  present.tick.value;
  const entry = catalogue.current.entryAt(row);
  const { magnitude, depthKm, originTimeMs } = entry;
  const nowMs = present.nowMs();
  const ghost = entry.state === 'withdrawn';
  const near = app.near.value ?? measuredFrom(app);
  const magnitudeE2 = magnitude === null ? ABSENT_INT16 : magnitude.value * 100;
  // Whole pixels: a half one would be no circle.
  const radius = Math.round(Math.min(MARK_RADIUS_MAX_PX, drawnRadiusPx(magnitudeE2, MARK_SCALE)));
  const color =
    app.map.colorMode.value === 'depth'
      ? `depth-${depthClass(depthKm)}`
      : `age-${ageClass(nowMs - entry.originTimeMs)}`;
  const marks = [
    near === null ? null : text.away(formats.distance(distanceToKm(catalogue.current.columns, row, near))),
    depthKm === null
      ? null
      : depthKm < 0
        ? text.aboveSea(formats.distance(-depthKm))
        : text.deep(formats.distance(depthKm)),
    entry.eventType === null || entry.eventType === 'earthquake'
      ? null
      : (text.eventTypes[entry.eventType] ?? entry.eventType),
    entry.revision > 1 ? text.revised(entry.revision - 1, formats.integer(entry.revision - 1)) : null,
    entry.starter ? text.starter : null,
    // Last: where the row is too narrow it goes first.
    entry.author ?? entry.agency,
  ].filter((mark) => mark !== null);
  return (
    <li
      class={`row${selected ? ' is-selected' : ''}${ghost ? ' is-ghost' : ''}`}
      style={{ transform: `translateY(${topRem}rem)`, height: `${heightRem}rem` }}
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
            {magnitude === null ? text.noMagnitudeShort : toMagnitudeTypeName(magnitude.type)}
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
            <time
              class="row-time"
              dateTime={new Date(originTimeMs).toISOString()}
              title={formats.timeTitle(originTimeMs)}
            >
              {toListTime(app, originTimeMs, nowMs)}
            </time>
            {marks.map((mark) => ` · ${mark}`).join('')}
          </span>
        </span>
      </a>
    </li>
  );
}

/** As the reader wants times in the list. A clock's time stands under the heading of its day, unless the order is another. */
function toListTime({ formats, settings, order }: App, originTimeMs: number, nowMs: number): string {
  if (settings.times.value === 'ago') return formats.ago(originTimeMs, nowMs);
  const utc = settings.times.value === 'utc';
  if (order.value === 'newest' && !utc) return formats.clockTime(originTimeMs);
  return utc ? `${formats.dateTimeUtc(originTimeMs)} UTC` : formats.dateTime(originTimeMs);
}
