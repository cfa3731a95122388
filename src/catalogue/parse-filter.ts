// A query's parameters, by FDSN's names (fdsnws-event 1.2, long and short), as a filter or as the reason why not.
// Pure, browser-safe.

import { EVENT_TYPES } from '../event/event-types.ts';
import type { Circle, Filter } from './filter.ts';

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
      const number = /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(value) ? Number(value) : Number.NaN;
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
