// One line of the list: magnitude with type, region, how long ago, depth, marks. Drawn by the server too, so: no hook, no
// clock but the present's, nothing measured. What the clock changes, a line's age and its colour, is drawn apart: each
// second that, and nothing else, is drawn anew.

import type { CatalogueEntry } from '../../catalogue/catalogue.ts';
import { ABSENT_INT16 } from '../../catalogue/columns.ts';
import { toMagnitudeTypeName } from '../../event/magnitude-type.ts';
import { toSentenceCase } from '../../event/region-name.ts';
import { ageClass, depthClass, drawnRadiusPx } from '../map/encodings.ts';
import type { App } from '../state/app.ts';
import { distanceToKm } from '../state/order.ts';
import { measuredFrom } from '../state/sought.ts';
import { Ago } from './ago.tsx';

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
  const { text, formats, catalogue } = app;
  catalogue.version.value;
  const entry = catalogue.current.entryAt(row);
  const { magnitude, depthKm, originTimeMs } = entry;
  const ghost = entry.state === 'withdrawn';
  const near = app.near.value ?? measuredFrom(app);
  const magnitudeE2 = magnitude === null ? ABSENT_INT16 : magnitude.value * 100;
  // Whole pixels: a half one would be no circle.
  const radius = Math.round(Math.min(MARK_RADIUS_MAX_PX, drawnRadiusPx(magnitudeE2, MARK_SCALE)));
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
          <Mark app={app} entry={entry} radius={radius} />
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
              <ListTime app={app} ms={originTimeMs} />
            </time>
            {marks.map((mark) => ` · ${mark}`).join('')}
          </span>
        </span>
      </a>
    </li>
  );
}

/** `radius` in CSS pixels. */
function Mark({ app, entry, radius }: { app: App; entry: CatalogueEntry; radius: number }) {
  const hollow = entry.magnitude === null || entry.state === 'withdrawn';
  return (
    <span
      class={`mark ${toColorClass(app, entry)}${hollow ? ' is-hollow' : ''}`}
      style={{ width: `${2 * radius}px`, height: `${2 * radius}px` }}
    />
  );
}

function toColorClass({ map, present }: App, { depthKm, originTimeMs }: CatalogueEntry): string {
  if (map.colorMode.value === 'depth') return `depth-${depthClass(depthKm)}`;
  present.tick.value;
  return `age-${ageClass(present.nowMs() - originTimeMs)}`;
}

/** As the reader wants times in the list. A clock's time stands under the heading of its day, unless the order is another. */
function ListTime({ app, ms }: { app: App; ms: number }) {
  const { formats, settings, order } = app;
  if (settings.times.value === 'ago') return <Ago app={app} ms={ms} />;
  const utc = settings.times.value === 'utc';
  if (order.value === 'newest' && !utc) return <>{formats.clockTime(ms)}</>;
  return <>{utc ? `${formats.dateTimeUtc(ms)} UTC` : formats.dateTime(ms)}</>;
}
