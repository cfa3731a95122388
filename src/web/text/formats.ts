// Numbers, times and places as people read them, for one locale and time zone. Pure, browser-safe.
// Absent stays absent: who calls decides what to say for null.

import { toMagnitudeTypeName } from '../../event/magnitude-type.ts';
import type { Units } from '../state/settings.ts';
import type { Text } from './english.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** From this age on a date says more than a count of days. */
const AGO_MAX_MS = 30 * DAY_MS;

export interface Formats {
  integer(value: number): string;
  /** Magnitude value with one decimal and a true minus sign. */
  magnitude(value: number): string;
  /** A count in a word or two: "1.1 million". */
  rounded(value: number): string;
  percent(share: number): string;
  /** "12 s ago" … "29 d ago", then the date. A time in the future by less than a minute counts as now. */
  ago(ms: number, nowMs: number): string;
  /** "14:02 UTC+1", with the date when it is not the day of `nowMs`. */
  since(ms: number, nowMs: number): string;
  /** Date and time with seconds, in the reader's zone. */
  dateTime(ms: number): string;
  /** Date and time with seconds, in UTC. */
  dateTimeUtc(ms: number): string;
  /** The exact time in UTC and in the reader's zone; UTC alone where the zone is not known. */
  timeTitle(ms: number): string;
  /** "48 s", "3 min 12 s", "2 h 5 min", "4 d"; the sign is dropped. */
  duration(ms: number): string;
  /** As `duration`, with tenths of a second below ten seconds. */
  shortDuration(ms: number): string;
  /** Kilometres below sea level, without unit; one decimal below 10 where there is one. */
  kilometres(value: number): string;
  /** The reader's unit of length. */
  readonly units: Units;
  /** Kilometres in the reader's unit, without it: "12", "7.5". */
  length(km: number): string;
  /** A distance in the reader's unit, with it: "12 km", "7.5 mi". */
  distance(km: number): string;
  /** "37.17° N, 37.03° E" */
  coordinates(latitudeDeg: number, longitudeDeg: number): string;
  /** "Today", "Yesterday", "Saturday 4 February", with the year when it is another one. */
  dayHeading(ms: number, nowMs: number): string;
  /** "6 Feb 2023" */
  date(ms: number): string;
  /** "14:02" in the reader's zone. */
  clock(ms: number): string;
  /** "14:02:35" in the reader's zone, and in UTC. */
  clockTime(ms: number): string;
  clockTimeUtc(ms: number): string;
  /** Date and time with seconds in another zone, with the zone's name for that day: IANA identifier. */
  dateTimeIn(ms: number, timeZone: string): string;
  /** The offset of another zone at an instant: "UTC+3", "UTC−3:30", "UTC". */
  zoneName(ms: number, timeZone: string): string;
  /** The offset of the reader's zone at an instant, as above. */
  zone(ms: number): string;
  /** Name of a country, ISO 3166 code of two letters; the code itself where it has none. */
  country(code: string): string;
  /** Begin of the hour and of the day that an instant lies in, ms since the epoch UTC. */
  startOfHour(ms: number): number;
  startOfDay(ms: number): number;
}

export const KM_PER_MILE = 1.609344;

/** `timeZone` undefined: the system's own. */
export function createFormats(text: Text, locale: string, timeZone?: string, units: Units = 'km'): Formats {
  const zone = timeZone === undefined ? {} : { timeZone };
  const integer = later(() => new Intl.NumberFormat(locale));
  const oneDecimal = later(
    () => new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
  );
  const upToOne = later(() => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }));
  const twoDecimals = later(
    () => new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
  );
  const percent = later(() => new Intl.NumberFormat(locale, { style: 'percent' }));
  const compact = later(
    () =>
      new Intl.NumberFormat(locale, {
        ...{ notation: 'compact', compactDisplay: 'long', maximumSignificantDigits: 2 },
      }),
  );
  const twoDigits = later(() => new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 }));
  const clock = later(
    () =>
      new Intl.DateTimeFormat(locale, {
        ...zone,
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
      }),
  );
  const day = later(
    () => new Intl.DateTimeFormat(locale, { ...zone, day: 'numeric', month: 'short', year: 'numeric' }),
  );
  const dayAndClock = later(
    () =>
      new Intl.DateTimeFormat(locale, {
        ...zone,
        day: 'numeric',
        month: 'short',
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
      }),
  );
  const whole = {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  } as const;
  const local = later(() => new Intl.DateTimeFormat(locale, { ...zone, ...whole }));
  const utc = later(() => new Intl.DateTimeFormat(locale, { ...whole, timeZone: 'UTC' }));
  const weekday = later(
    () =>
      new Intl.DateTimeFormat(locale, {
        ...zone,
        weekday: 'long',
        day: 'numeric',
        month: 'long',
      }),
  );
  const weekdayYear = later(
    () =>
      new Intl.DateTimeFormat(locale, {
        ...zone,
        ...{ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
      }),
  );
  const year = later(() => new Intl.DateTimeFormat('en-GB', { ...zone, year: 'numeric' }));
  let relative: Intl.RelativeTimeFormat | undefined;
  const seconds = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  const clockTime = later(() => new Intl.DateTimeFormat(locale, { ...zone, ...seconds }));
  const clockTimeUtc = later(() => new Intl.DateTimeFormat(locale, { ...seconds, timeZone: 'UTC' }));
  let countries: Intl.DisplayNames | undefined;
  const startOf = createStartOf(timeZone);
  let offset: Intl.DateTimeFormat | undefined;
  const minus = (formatted: string) => formatted.replace('-', '−');

  return {
    integer: (value) => integer.format(value),
    magnitude: (value) => minus(oneDecimal.format(value)),
    rounded: (value) => (value < 1e6 ? twoDigits : compact).format(value),
    percent: (share) => percent.format(share),
    ago(ms, nowMs) {
      const ageMs = Math.max(0, nowMs - ms);
      if (ms - nowMs > MINUTE_MS || ageMs >= AGO_MAX_MS) return day.format(ms);
      if (ageMs < MINUTE_MS) return text.secondsAgo(Math.floor(ageMs / SECOND_MS));
      if (ageMs < HOUR_MS) return text.minutesAgo(Math.floor(ageMs / MINUTE_MS));
      if (ageMs < 2 * DAY_MS) return text.hoursAgo(Math.floor(ageMs / HOUR_MS));
      return text.daysAgo(Math.floor(ageMs / DAY_MS));
    },
    since: (ms, nowMs) =>
      `${(day.format(ms) === day.format(nowMs) ? clock : dayAndClock).format(ms)}\u00a0${readersZone(ms)}`,
    dateTime: (ms) => local.format(ms),
    dateTimeUtc: (ms) => utc.format(ms),
    timeTitle: (ms) =>
      timeZone === 'UTC' ? `${utc.format(ms)} UTC` : text.timeTitle(utc.format(ms), local.format(ms)),
    shortDuration: (ms) =>
      Math.abs(ms) < 9950
        ? `${upToOne.format(Math.abs(ms) / SECOND_MS)} ${text.delay.seconds}`
        : duration(ms),
    duration,
    kilometres: writeLength,
    units,
    length,
    distance: (km) => `${length(km)} ${units}`,
    coordinates(latitudeDeg, longitudeDeg) {
      const { north, south, east, west } = text.hemispheres;
      const latitude = `${twoDecimals.format(Math.abs(latitudeDeg))}° ${latitudeDeg < 0 ? south : north}`;
      return `${latitude}, ${twoDecimals.format(Math.abs(longitudeDeg))}° ${longitudeDeg < 0 ? west : east}`;
    },
    dayHeading(ms, nowMs) {
      const days = Math.round((startOf.day(ms) - startOf.day(nowMs)) / DAY_MS);
      if (days === 0 || days === -1) {
        relative ??= new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
        return capitalise(relative.format(days, 'day'), locale);
      }
      const sameYear = year.format(ms) === year.format(nowMs);
      return capitalise((sameYear ? weekday : weekdayYear).format(ms), locale);
    },
    date: (ms) => day.format(ms),
    clock: (ms) => clock.format(ms),
    clockTime: (ms) => clockTime.format(ms),
    clockTimeUtc: (ms) => clockTimeUtc.format(ms),
    dateTimeIn: (ms, other) => new Intl.DateTimeFormat(locale, { ...whole, timeZone: other }).format(ms),
    zoneName: (ms, other) => toOffset(createOffset({ timeZone: other }), ms),
    zone: readersZone,
    country(code) {
      countries ??= new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' });
      return countries.of(code) ?? code;
    },
    startOfHour: startOf.hour,
    startOfDay: startOf.day,
  };

  function readersZone(ms: number): string {
    offset ??= createOffset(zone);
    return toOffset(offset, ms);
  }

  function duration(ms: number): string {
    const units = text.delay;
    const s = Math.round(Math.abs(ms) / SECOND_MS);
    if (s < 60) return `${s} ${units.seconds}`;
    if (s < 3600) return joinUnits(Math.floor(s / 60), units.minutes, s % 60, units.seconds);
    if (s < 48 * 3600)
      return joinUnits(Math.floor(s / 3600), units.hours, Math.floor((s % 3600) / 60), units.minutes);
    return `${integer.format(Math.floor(s / 86_400))} ${units.days}`;
  }

  function length(km: number): string {
    return writeLength(units === 'mi' ? km / KM_PER_MILE : km);
  }

  function writeLength(value: number): string {
    return minus((Math.abs(value) < 10 ? upToOne : integer).format(roundTo(value, 1)));
  }
}

/**
 * "Mw 7.8"; "M 7.8" where the agency gives no type: the type before the value, as agencies write it, wherever both stand in
 * a line of text.
 */
export function formatMagnitude(magnitude: { value: number; type: string | null }, formats: Formats): string {
  return `${toMagnitudeTypeName(magnitude.type)} ${formats.magnitude(magnitude.value)}`;
}

/** A format that is made when it is first used: each is a millisecond or more of work, and few pages need all of them. */
function later(make: () => Intl.NumberFormat | Intl.DateTimeFormat): { format(value: number): string } {
  let made: Intl.NumberFormat | Intl.DateTimeFormat | undefined;
  return {
    format(value) {
      made ??= make();
      return made.format(value);
    },
  };
}

/** Where hours and days begin. `timeZone` undefined: the system's own, whose rules Date knows. */
function createStartOf(timeZone: string | undefined) {
  if (timeZone === undefined)
    return {
      hour: (ms: number) => new Date(ms).setMinutes(0, 0, 0),
      day: (ms: number) => new Date(ms).setHours(0, 0, 0, 0),
    };
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  });
  const sinceMidnightMs = (ms: number) => {
    const [hour, minute, second] = format.format(ms).split(':').map(Number);
    return ((hour! * 60 + minute!) * 60 + second!) * SECOND_MS + (((ms % SECOND_MS) + SECOND_MS) % SECOND_MS);
  };
  return {
    hour: (ms: number) => ms - (sinceMidnightMs(ms) % HOUR_MS),
    day: (ms: number) => ms - sinceMidnightMs(ms),
  };
}

/** English alone: there the sign and the form are known. */
function createOffset(zone: { timeZone?: string }): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en', { ...zone, timeZoneName: 'shortOffset' });
}

/** "GMT-3" → "UTC−3"; "GMT" and "GMT+0" → "UTC" */
function toOffset(format: Intl.DateTimeFormat, ms: number): string {
  const part = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName');
  return part!.value
    .replace('GMT', 'UTC')
    .replace(/[+-]0$/, '')
    .replace('-', '−');
}

function capitalise(words: string, locale: string): string {
  return words.slice(0, 1).toLocaleUpperCase(locale) + words.slice(1);
}

function joinUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

function roundTo(value: number, decimals: number): number {
  const factor = Math.abs(value) < 10 ? 10 ** decimals : 1;
  return Math.round(value * factor) / factor;
}
