// Which events a reader wants: FDSN's query parameters (fdsnws-event 1.2), as one value that is held against
// a whole event, against one row of the catalogue, or against all its columns. Bounds are inclusive; an absent
// magnitude or depth meets no bound. Pure, browser-safe.

import { EVENT_TYPES } from '../event/event-types.ts';
import { distanceDeg } from '../event/geodesy.ts';
import type { QuakeEvent } from '../event/types.ts';
import { ABSENT_INT16, type Catalogue } from './catalogue.ts';

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

/** What is wrong with a query, naming the parameter as it was sent. */
export interface FilterRejection {
  readonly parameter: string;
  readonly detail: string;
}

/** FDSN's short names and the long ones they stand for. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  start: 'starttime',
  end: 'endtime',
  minlat: 'minlatitude',
  maxlat: 'maxlatitude',
  minlon: 'minlongitude',
  maxlon: 'maxlongitude',
  lat: 'latitude',
  lon: 'longitude',
  minmag: 'minmagnitude',
  maxmag: 'maxmagnitude',
};

/** The long names of numeric parameters and the values they may have. */
const NUMBER_RANGES: Readonly<Record<string, readonly [least: number, most: number]>> = {
  minmagnitude: [-100, 100],
  maxmagnitude: [-100, 100],
  mindepth: [-10_000, 10_000],
  maxdepth: [-10_000, 10_000],
  minlatitude: [-90, 90],
  maxlatitude: [-90, 90],
  minlongitude: [-360, 360],
  maxlongitude: [-360, 360],
  latitude: [-90, 90],
  longitude: [-360, 360],
  minradius: [0, 180],
  maxradius: [0, 180],
};

/** Pairs of which the first must not be greater; longitudes are not among them, they go round. */
const ORDERED_PAIRS = [
  ['minmagnitude', 'maxmagnitude'],
  ['mindepth', 'maxdepth'],
  ['minlatitude', 'maxlatitude'],
  ['minradius', 'maxradius'],
  ['starttime', 'endtime'],
] as const;

/**
 * The filter of a query's parameters, names in any case, long or short. Longitudes from −360 to 360 are
 * understood. An unknown parameter, one given twice, or a value out of its range is a rejection.
 */
export function parseFilter(
  params: Iterable<readonly [string, string]>,
): { filter: Filter; rejection?: never } | { rejection: FilterRejection; filter?: never } {
  const numbers = new Map<string, number>();
  const sentNames = new Map<string, string>();
  let eventTypes: string[] | null = null;
  for (const [sent, value] of params) {
    const reject = (detail: string) => ({ rejection: { parameter: sent, detail } });
    const lower = sent.toLowerCase();
    const name = Object.hasOwn(SHORT_NAMES, lower) ? SHORT_NAMES[lower]! : lower;
    if (sentNames.has(name)) return reject(`"${sent}" is given twice, expected once`);
    sentNames.set(name, sent);
    if (name === 'eventtype') {
      eventTypes = value.split(',').map((word) => word.trim().toLowerCase() || 'unknown');
      const unknown = eventTypes.find((word) => word !== 'unknown' && !KNOWN_TYPES.has(word));
      if (unknown !== undefined) return reject(`"${unknown}" is no event type of QuakeML 1.2`);
    } else if (name === 'starttime' || name === 'endtime') {
      const timeMs = parseTimeMs(value);
      if (timeMs === null) return reject(`"${value}" is no time, expected such as 2023-02-06T01:17:35`);
      numbers.set(name, timeMs);
    } else if (Object.hasOwn(NUMBER_RANGES, name)) {
      const [least, most] = NUMBER_RANGES[name]!;
      const number = /^[+-]?(\d+\.?\d*|\.\d+)$/.test(value) ? Number(value) : Number.NaN;
      if (!(number >= least && number <= most)) {
        return reject(`"${value}" is out of range, expected a number from ${least} to ${most}`);
      }
      numbers.set(name, number);
    } else return reject(`"${sent}" is not a parameter here`);
  }
  const number = (name: string) => numbers.get(name) ?? null;
  for (const [lower, upper] of ORDERED_PAIRS) {
    if (numbers.has(lower) && numbers.has(upper) && numbers.get(lower)! > numbers.get(upper)!) {
      return { rejection: { parameter: sentNames.get(lower)!, detail: `${lower} is greater than ${upper}` } };
    }
  }
  const filter: Filter = {
    minMagnitude: number('minmagnitude'),
    maxMagnitude: number('maxmagnitude'),
    minDepthKm: number('mindepth'),
    maxDepthKm: number('maxdepth'),
    minLatitudeDeg: number('minlatitude'),
    maxLatitudeDeg: number('maxlatitude'),
    ...toLongitudes(number('minlongitude'), number('maxlongitude')),
    circle: toCircle(number('latitude'), number('longitude'), number('minradius'), number('maxradius')),
    eventTypes,
    startTimeMs: number('starttime'),
    endTimeMs: number('endtime'),
  };
  return { filter };
}

const KNOWN_TYPES: ReadonlySet<string> = new Set(EVENT_TYPES);

/** `2023-02-06`, `2023-02-06T01:17:35`, with 1 to 6 decimals, with or without Z; null for anything else. */
function parseTimeMs(text: string): number | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(\.\d{1,6})?)?Z?$/.exec(text);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const date = new Date(0);
  date.setUTCFullYear(year!, month! - 1, day!);
  date.setUTCHours(hour!, minute!, second!);
  // A day or hour that does not exist comes back as another one.
  const isReal = date.toISOString().startsWith(text.slice(0, match[4] === undefined ? 10 : 19));
  return isReal ? date.getTime() + Math.round(Number(match[7] ?? 0) * 1e6) / 1e3 : null;
}

/** Bounds from −360…360 brought to −180…180; none when they go all the way round. */
function toLongitudes(least: number | null, most: number | null) {
  const none = { minLongitudeDeg: null, maxLongitudeDeg: null };
  if (least === null && most === null) return none;
  if ((most ?? 180) - (least ?? -180) >= 360) return none;
  return { minLongitudeDeg: toLongitude(least ?? -180), maxLongitudeDeg: toLongitude(most ?? 180) };
}

function toLongitude(deg: number): number {
  const turned = deg > 180 ? deg - 360 : deg < -180 ? deg + 360 : deg;
  return Math.round(turned * 1e9) / 1e9; // the turn leaves 190.1 at −169.90000000000003
}

/** FDSN's defaults: around latitude 0, longitude 0; radii 0 to 180. */
function toCircle(
  latitude: number | null,
  longitude: number | null,
  least: number | null,
  most: number | null,
): Circle | null {
  if (latitude === null && longitude === null && least === null && most === null) return null;
  return {
    latitudeDeg: latitude ?? 0,
    longitudeDeg: toLongitude(longitude ?? 0),
    minRadiusDeg: least ?? 0,
    maxRadiusDeg: most ?? 180,
  };
}

/** Whether an event, as it was published, meets the filter. Its state does not matter. */
export function matchesEvent(
  filter: Filter,
  event: Pick<QuakeEvent, 'origin' | 'magnitude' | 'eventType'>,
): boolean {
  const { originTimeMs, latitudeDeg, longitudeDeg, depthKm } = event.origin;
  return (
    matchesTime(filter, originTimeMs) &&
    matchesNumbers(filter, event.magnitude?.value ?? Number.NaN, depthKm ?? Number.NaN) &&
    matchesPlace(filter, latitudeDeg, longitudeDeg) &&
    matchesType(filter, event.eventType)
  );
}

/** Whether a row, with its rounded values, meets the filter. */
export function matchesRow(filter: Filter, catalogue: Catalogue, row: number): boolean {
  const { originTimeMs, magnitudeE2, depthHm, latitudeE4, longitudeE4, eventType } = catalogue.columns;
  return (
    matchesTime(filter, originTimeMs[row]!) &&
    matchesNumbers(filter, toNumber(magnitudeE2[row]!, 100), toNumber(depthHm[row]!, 10)) &&
    matchesPlace(filter, latitudeE4[row]! / 1e4, longitudeE4[row]! / 1e4) &&
    matchesType(filter, catalogue.dictionaries.eventType.textAt(eventType[row]!))
  );
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
  const times = columns.originTimeMs;
  const from =
    filter.startTimeMs === null ? 0 : findFirst(timeOrder, times, (ms) => ms >= filter.startTimeMs!);
  const to =
    filter.endTimeMs === null
      ? timeOrder.length
      : findFirst(timeOrder, times, (ms) => ms > filter.endTimeMs!);
  const most = Math.min(options.limit ?? Number.POSITIVE_INFINITY, Math.max(0, to - from));
  const selected = new Uint32Array(most);
  let count = 0;
  for (let i = from; i < to && count < most; i++) {
    const row = timeOrder[options.newestFirst ? from + to - 1 - i : i]!;
    if (matchesRow(filter, catalogue, row)) selected[count++] = row;
  }
  return selected.subarray(0, count);
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
  if (Math.abs(latitudeDeg - circle.latitudeDeg) > circle.maxRadiusDeg) return false;
  const distance = distanceDeg(circle.latitudeDeg, circle.longitudeDeg, latitudeDeg, longitudeDeg);
  return distance >= circle.minRadiusDeg && distance <= circle.maxRadiusDeg;
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
