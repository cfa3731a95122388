// Where each row of a long list stands, and under which heading: heights in rem, because a region's name takes as many
// lines as it needs and text may be set larger. Pure, browser-safe, and the same on the server, which measures nothing.

import { ABSENT_INT16, type Catalogue, type Dictionary } from '../../catalogue/catalogue.ts';
import { distanceToKm, type Order, type Place } from '../state/order.ts';
import type { Text } from '../text/english.ts';
import type { Formats } from '../text/formats.ts';
import { countLines } from './name-lines.ts';

/** As in panel.css. */
export const HEADING_REM = 2;
export const ROW_REM = 3.625;
/** Each further line of a name. */
export const LINE_REM = 1.25;

export interface ListGroup {
  /** Stays the same while rows come and go. */
  readonly key: string;
  /** Written when it is read: of a long list few are. */
  readonly heading: string;
  /** Rows `from` ≤ i < `to` of the list. */
  readonly from: number;
  readonly to: number;
}

export interface ListLayout {
  readonly groups: readonly ListGroup[];
  /** Where each row begins, rem from the list's beginning; its heading, if it has one, stands above. */
  readonly tops: Float32Array;
  readonly heightRem: number;
}

export interface ListView {
  readonly catalogue: Catalogue;
  readonly rows: Uint32Array;
  readonly order: Order;
  /** The place that distances count from; null: none. */
  readonly near: Place | null;
  readonly nowMs: number;
  /** In a replay days have their date: its today is not the reader's. */
  readonly replayed: boolean;
  readonly text: Text;
  readonly formats: Formats;
}

export function layOutList(view: ListView): ListLayout {
  const groups = groupRows(view);
  const { rows, catalogue } = view;
  const tops = new Float32Array(rows.length);
  const lines = createLineCounter(catalogue);
  let topRem = 0;
  for (const { from, to } of groups) {
    topRem += HEADING_REM;
    for (let i = from; i < to; i++) {
      tops[i] = topRem;
      topRem += ROW_REM + LINE_REM * (lines(rows[i]!) - 1);
    }
  }
  return { groups, tops, heightRem: topRem };
}

/** Height of one row, rem. */
export function rowHeightRem({ tops, heightRem, groups }: ListLayout, index: number): number {
  if (index + 1 >= tops.length) return heightRem - tops[index]!;
  const next = tops[index + 1]! - tops[index]!;
  return groups.some(({ from }) => from === index + 1) ? next - HEADING_REM : next;
}

/** The row that lies at a height, or the one below a heading that lies there. */
export function indexAt({ tops }: ListLayout, rem: number): number {
  let low = 0;
  let high = tops.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tops[middle]! <= rem) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** By the number of a region; 0: not looked at yet. Kept as long as the dictionary, which never renumbers. */
const linesOfRegions = new WeakMap<Dictionary, Uint8Array>();

/** Lines of the region's name, by row; a region is looked at once. */
function createLineCounter({ columns, dictionaries }: Catalogue): (row: number) => number {
  const { region: dictionary } = dictionaries;
  let known = linesOfRegions.get(dictionary) ?? new Uint8Array(0);
  if (known.length <= dictionary.size) {
    const longer = new Uint8Array(Math.max(256, 2 * (dictionary.size + 1)));
    longer.set(known);
    known = longer;
    linesOfRegions.set(dictionary, known);
  }
  return (row) => {
    const region = columns.region[row]!;
    if (known[region] === 0) known[region] = countLines(dictionary.textAt(region) ?? '');
    return known[region]!;
  };
}

function groupRows(view: ListView): ListGroup[] {
  const { rows, order, near } = view;
  if (rows.length === 0) return [];
  if (order === 'largest') return groupBySize(view);
  if (order === 'revised') return groupByRevision(view);
  if (near !== null) return groupByDistance(view, near);
  return groupByTime(view);
}

/** Rows whose keys are the same stand together already; the heading is made once a group. */
function groupBy(
  rows: Uint32Array,
  keyOf: (row: number) => number,
  headingOf: (key: number) => string,
): ListGroup[] {
  const groups: ListGroup[] = [];
  for (let from = 0; from < rows.length; ) {
    const key = keyOf(rows[from]!);
    let to = from + 1;
    while (to < rows.length && keyOf(rows[to]!) === key) to++;
    groups.push(createGroup(key, from, to, () => headingOf(key)));
    from = to;
  }
  return groups;
}

function createGroup(key: number, from: number, to: number, write: () => string): ListGroup {
  return {
    ...{ key: String(key), from, to },
    get heading() {
      return write();
    },
  };
}

/** By the hour while it is today, by the day before. */
function groupByTime({ catalogue, rows, nowMs, replayed, text, formats }: ListView): ListGroup[] {
  const { originTimeMs } = catalogue.columns;
  const todayMs = formats.startOfDay(nowMs);
  const groups: ListGroup[] = [];
  for (let from = 0; from < rows.length; ) {
    const timeMs = originTimeMs[rows[from]!]!;
    const hourly = timeMs >= todayMs;
    const startMs = hourly ? formats.startOfHour(timeMs) : formats.startOfDay(timeMs);
    let to = from + 1;
    while (to < rows.length && originTimeMs[rows[to]!]! >= startMs) to++;
    const heading = () => {
      const day = replayed ? formats.date(timeMs) : formats.dayHeading(timeMs, nowMs);
      // Nobody has to guess whose hour it is.
      return hourly ? text.dayAndTime(day, `${formats.clock(startMs)} ${formats.zone(startMs)}`) : day;
    };
    groups.push(createGroup(startMs, from, to, heading));
    from = to;
  }
  return groups;
}

/** Smaller ones stand in one group. */
const MAGNITUDE_GROUP_MIN = 2;
const SMALL = MAGNITUDE_GROUP_MIN - 1;
const NONE = -1;

function groupBySize({ catalogue, rows, text, formats }: ListView): ListGroup[] {
  const { magnitudeE2 } = catalogue.columns;
  const keyOf = (row: number) => {
    const value = magnitudeE2[row]!;
    return value === ABSENT_INT16 ? NONE : Math.max(SMALL, Math.floor(value / 100));
  };
  return groupBy(rows, keyOf, (key) => {
    if (key === NONE) return text.groupNoMagnitude;
    if (key === SMALL) return text.groupMagnitudeBelow(formats.integer(MAGNITUDE_GROUP_MIN));
    return text.groupMagnitude(formats.integer(key));
  });
}

function groupByRevision({ catalogue, rows, text, formats }: ListView): ListGroup[] {
  return groupBy(
    rows,
    (row) => catalogue.columns.revision[row]! - 1,
    (times) => text.groupRevised(times, formats.integer(times)),
  );
}

const DISTANCE_ENDS_KM = [100, 300, 1000, 3000, 10_000];

function groupByDistance({ catalogue, rows, text, formats }: ListView, near: Place): ListGroup[] {
  const keyOf = (row: number) => {
    // As the list is ordered: by whole kilometres.
    const km = Math.floor(distanceToKm(catalogue.columns, row, near));
    const index = DISTANCE_ENDS_KM.findIndex((endKm) => km < endKm);
    return index === -1 ? DISTANCE_ENDS_KM.length : index;
  };
  return groupBy(rows, keyOf, (key) =>
    key === DISTANCE_ENDS_KM.length
      ? text.groupBeyond(formats.distance(DISTANCE_ENDS_KM.at(-1)!))
      : text.groupWithin(formats.distance(DISTANCE_ENDS_KM[key]!)),
  );
}
