// Which events a reader wants: FDSN's query parameters (fdsnws-event 1.2), as one value that is held against
// a whole event, against one row of the catalogue, or against all its columns. Bounds are inclusive; an absent
// magnitude or depth meets no bound. Pure, browser-safe.

import { distanceDeg } from '../event/geodesy.ts';
import type { QuakeEvent } from '../event/types.ts';
import { ABSENT_INT16, type Catalogue, type Columns } from './catalogue.ts';

export { type FilterRejection, parseFilter } from './parse-filter.ts';

/** A part of the globe around a point; radii in degrees of arc, 0 to 180. */
export interface Circle {
  readonly latitudeDeg: number;
  readonly longitudeDeg: number;
  readonly minRadiusDeg: number;
  readonly maxRadiusDeg: number;
}

/** null: no such bound. All bounds must be met. */
export interface Filter {
  readonly minMagnitude: number | null;
  readonly maxMagnitude: number | null;
  /** Kilometres, positive down. */
  readonly minDepthKm: number | null;
  readonly maxDepthKm: number | null;
  readonly minLatitudeDeg: number | null;
  readonly maxLatitudeDeg: number | null;
  /** −180 to 180; when min is greater than max the box lies across the date line. */
  readonly minLongitudeDeg: number | null;
  readonly maxLongitudeDeg: number | null;
  readonly circle: Circle | null;
  /** Words of QuakeML, lower case; `unknown` stands for an event without a type. */
  readonly eventTypes: readonly string[] | null;
  /** Milliseconds since 1970-01-01T00:00:00Z, of the origin time; may have a fraction. */
  readonly startTimeMs: number | null;
  readonly endTimeMs: number | null;
}

export const EVERYTHING: Filter = {
  minMagnitude: null,
  maxMagnitude: null,
  minDepthKm: null,
  maxDepthKm: null,
  minLatitudeDeg: null,
  maxLatitudeDeg: null,
  minLongitudeDeg: null,
  maxLongitudeDeg: null,
  circle: null,
  eventTypes: null,
  startTimeMs: null,
  endTimeMs: null,
};

/** Whether an event, as it was published, meets the filter. Its state does not matter. */
export function matchesEvent(
  filter: Filter,
  event: Pick<QuakeEvent, 'origin' | 'magnitude' | 'eventType'>,
): boolean {
  const { originTimeMs, latitudeDeg, longitudeDeg, depthKm } = event.origin;
  return (
    matchesTime(filter, originTimeMs) &&
    matchesNumbers(filter, event.magnitude?.value ?? Number.NaN, depthKm ?? Number.NaN) &&
    matchesType(filter, event.eventType) &&
    matchesPlace(filter, latitudeDeg, longitudeDeg)
  );
}

/** Whether a row, with its rounded values, meets the filter. */
export function matchesRow(filter: Filter, catalogue: Catalogue, row: number): boolean {
  const { columns, dictionaries } = catalogue;
  const isType = matchesType(filter, dictionaries.eventType.textAt(columns.eventType[row]!));
  return isType && matchesColumns(filter, columns, row);
}

/**
 * The rows that meet the filter, by origin time, at most `limit` of them: a scan over the columns of the
 * times asked for.
 */
export function selectRows(
  catalogue: Catalogue,
  filter: Filter,
  options: { newestFirst: boolean; limit?: number },
): Uint32Array {
  const { timeOrder, columns } = catalogue;
  const { originTimeMs, eventType } = columns;
  const types = catalogue.dictionaries.eventType;
  const isType = Array.from({ length: types.size + 1 }, (_, index) =>
    matchesType(filter, types.textAt(index)),
  );
  const { startTimeMs, endTimeMs } = filter;
  const from = startTimeMs === null ? 0 : findFirst(timeOrder, originTimeMs, (ms) => ms >= startTimeMs);
  const to =
    endTimeMs === null ? timeOrder.length : findFirst(timeOrder, originTimeMs, (ms) => ms > endTimeMs);
  const most = Math.min(options.limit ?? Number.POSITIVE_INFINITY, Math.max(0, to - from));
  const selected = new Uint32Array(most);
  let count = 0;
  for (let i = from; i < to && count < most; i++) {
    const row = timeOrder[options.newestFirst ? from + to - 1 - i : i]!;
    if (isType[eventType[row]!]! && matchesColumns(filter, columns, row)) selected[count++] = row;
  }
  return selected.subarray(0, count);
}

/** All of the filter but the event type, whose text is in no column. */
function matchesColumns(filter: Filter, columns: Columns, row: number): boolean {
  return (
    matchesTime(filter, columns.originTimeMs[row]!) &&
    matchesNumbers(filter, toNumber(columns.magnitudeE2[row]!, 100), toNumber(columns.depthHm[row]!, 10)) &&
    matchesPlace(filter, columns.latitudeE4[row]! / 1e4, columns.longitudeE4[row]! / 1e4)
  );
}

/** The first place in the order whose time passes; the length when none does. */
function findFirst(order: Uint32Array, times: Float64Array, passes: (timeMs: number) => boolean): number {
  let from = 0;
  let to = order.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (passes(times[order[middle]!]!)) to = middle;
    else from = middle + 1;
  }
  return from;
}

function toNumber(steps: number, stepsPerUnit: number): number {
  return steps === ABSENT_INT16 ? Number.NaN : steps / stepsPerUnit;
}

function matchesTime({ startTimeMs, endTimeMs }: Filter, timeMs: number): boolean {
  return (startTimeMs === null || timeMs >= startTimeMs) && (endTimeMs === null || timeMs <= endTimeMs);
}

/** NaN, for absent, is neither greater nor smaller than any bound. */
function matchesNumbers(filter: Filter, magnitude: number, depthKm: number): boolean {
  const { minMagnitude, maxMagnitude, minDepthKm, maxDepthKm } = filter;
  return (
    (minMagnitude === null || magnitude >= minMagnitude) &&
    (maxMagnitude === null || magnitude <= maxMagnitude) &&
    (minDepthKm === null || depthKm >= minDepthKm) &&
    (maxDepthKm === null || depthKm <= maxDepthKm)
  );
}

/** A tenth of a millimetre: a point exactly on the circle is in it, though its distance has been rounded. */
const ROUNDING_DEG = 1e-9;

function matchesPlace(filter: Filter, latitudeDeg: number, longitudeDeg: number): boolean {
  const { minLatitudeDeg, maxLatitudeDeg, circle } = filter;
  if (minLatitudeDeg !== null && latitudeDeg < minLatitudeDeg) return false;
  if (maxLatitudeDeg !== null && latitudeDeg > maxLatitudeDeg) return false;
  if (!isBetweenMeridians(filter, longitudeDeg)) {
    // 180 and −180 are one meridian.
    if (Math.abs(longitudeDeg) !== 180 || !isBetweenMeridians(filter, -longitudeDeg)) return false;
  }
  if (circle === null) return true;
  // The difference in latitude alone is cheap, and tells most of the world off.
  if (Math.abs(latitudeDeg - circle.latitudeDeg) > circle.maxRadiusDeg + ROUNDING_DEG) return false;
  const distance = distanceDeg(circle.latitudeDeg, circle.longitudeDeg, latitudeDeg, longitudeDeg);
  return distance >= circle.minRadiusDeg - ROUNDING_DEG && distance <= circle.maxRadiusDeg + ROUNDING_DEG;
}

function isBetweenMeridians({ minLongitudeDeg, maxLongitudeDeg }: Filter, longitudeDeg: number): boolean {
  if (minLongitudeDeg === null && maxLongitudeDeg === null) return true;
  const west = minLongitudeDeg ?? -180;
  const east = maxLongitudeDeg ?? 180;
  if (west > east) return longitudeDeg >= west || longitudeDeg <= east;
  return longitudeDeg >= west && longitudeDeg <= east;
}

function matchesType({ eventTypes }: Filter, eventType: string | null): boolean {
  return eventTypes === null || eventTypes.includes(eventType?.toLowerCase() ?? 'unknown');
}
