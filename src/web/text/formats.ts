// Numbers, times and places as people read them, for one locale and time zone. Pure, browser-safe.
// Absent stays absent: who calls decides what to say for null.

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
  percent(share: number): string;
  /** "12 s ago" … "29 d ago", then the date. A time in the future by less than a minute counts as now. */
  ago(ms: number, nowMs: number): string;
  /** "14:02", with the date when it is not the day of `nowMs`. */
  since(ms: number, nowMs: number): string;
  /** Date and time with seconds, in the reader's zone. */
  dateTime(ms: number): string;
  /** Date and time with seconds, in UTC. */
  dateTimeUtc(ms: number): string;
  /** "48 s", "3 min 12 s", "2 h 5 min", "4 d"; the sign is dropped. */
  duration(ms: number): string;
  /** Kilometres below sea level, without unit; one decimal below 10 where there is one. */
  kilometres(value: number): string;
  /** "37.17° N, 37.03° E" */
  coordinates(latitudeDeg: number, longitudeDeg: number): string;
}

/** `timeZone` undefined: the system's own. */
export function createFormats(text: Text, locale: string, timeZone?: string): Formats {
  const zone = timeZone === undefined ? {} : { timeZone };
  const integer = new Intl.NumberFormat(locale);
  const oneDecimal = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const upToOne = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const twoDecimals = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent' });
  const clock = new Intl.DateTimeFormat(locale, {
    ...zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const day = new Intl.DateTimeFormat(locale, { ...zone, day: 'numeric', month: 'short', year: 'numeric' });
  const dayAndClock = new Intl.DateTimeFormat(locale, {
    ...zone,
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const whole = {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  } as const;
  const local = new Intl.DateTimeFormat(locale, { ...zone, ...whole });
  const utc = new Intl.DateTimeFormat(locale, { ...whole, timeZone: 'UTC' });
  const minus = (formatted: string) => formatted.replace('-', '−');

  return {
    integer: (value) => integer.format(value),
    magnitude: (value) => minus(oneDecimal.format(value)),
    percent: (share) => percent.format(share),
    ago(ms, nowMs) {
      const ageMs = Math.max(0, nowMs - ms);
      if (ms - nowMs > MINUTE_MS || ageMs >= AGO_MAX_MS) return day.format(ms);
      if (ageMs < MINUTE_MS) return text.secondsAgo(Math.floor(ageMs / SECOND_MS));
      if (ageMs < HOUR_MS) return text.minutesAgo(Math.floor(ageMs / MINUTE_MS));
      if (ageMs < 2 * DAY_MS) return text.hoursAgo(Math.floor(ageMs / HOUR_MS));
      return text.daysAgo(Math.floor(ageMs / DAY_MS));
    },
    since: (ms, nowMs) => (day.format(ms) === day.format(nowMs) ? clock : dayAndClock).format(ms),
    dateTime: (ms) => local.format(ms),
    dateTimeUtc: (ms) => utc.format(ms),
    duration(ms) {
      const units = text.delay;
      const s = Math.round(Math.abs(ms) / SECOND_MS);
      if (s < 60) return `${s} ${units.seconds}`;
      if (s < 3600) return joinUnits(Math.floor(s / 60), units.minutes, s % 60, units.seconds);
      if (s < 48 * 3600)
        return joinUnits(Math.floor(s / 3600), units.hours, Math.floor((s % 3600) / 60), units.minutes);
      return `${integer.format(Math.floor(s / 86_400))} ${units.days}`;
    },
    kilometres: (value) => minus((Math.abs(value) < 10 ? upToOne : integer).format(roundTo(value, 1))),
    coordinates: (latitudeDeg, longitudeDeg) =>
      `${twoDecimals.format(Math.abs(latitudeDeg))}° ${latitudeDeg < 0 ? 'S' : 'N'}, ` +
      `${twoDecimals.format(Math.abs(longitudeDeg))}° ${longitudeDeg < 0 ? 'W' : 'E'}`,
  };
}

function joinUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

function roundTo(value: number, decimals: number): number {
  const factor = Math.abs(value) < 10 ? 10 ** decimals : 1;
  return Math.round(value * factor) / factor;
}
