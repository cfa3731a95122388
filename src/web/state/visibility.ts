// Which rows are shown: one rule for the list, for picking and (as uniforms) for the shader. Pure, browser-safe.

import { ABSENT_INT16, type Catalogue, type Columns, FLAG_WITHDRAWN } from '../../catalogue/catalogue.ts';
import { GPU_EPOCH_MS } from '../../catalogue/columns.ts';
import { AGE_MS, DEPTH_KM, effectiveAge, effectiveMagnitude, type Filter, type Kind } from './filter.ts';

/** Bounds in the units of the columns, all inclusive. */
export interface RowBounds {
  /** Hundredths; ABSENT_INT16: no bound, and then events without magnitude are shown too. */
  readonly minMagnitudeE2: number;
  /** Seconds since 2000-01-01T00:00:00Z, as `originTimeS`. */
  readonly oldestS: number;
  readonly newestS: number;
  /** A withdrawn event is shown, as a ghost, when it is not older than this. */
  readonly ghostOldestS: number;
  /** 0.1 km; ABSENT_INT16 as the lower bound: also events without depth. */
  readonly minDepthHm: number;
  readonly maxDepthHm: number;
  readonly kind: Kind;
  /** The number of "earthquake" in the catalogue's dictionary of event types; −1: it has none. */
  readonly earthquakeType: number;
}

/** A part of the world, degrees. `westDeg` may be greater than `eastDeg`: it then crosses the date line. */
export interface ViewBox {
  readonly westDeg: number;
  readonly southDeg: number;
  readonly eastDeg: number;
  readonly northDeg: number;
}

/** "A ghost is still shown for a while": while its event would be news. */
const GHOST_SHOWN_MS = 2 * 86_400_000;
/** Agencies' clocks and first solutions may be ahead of ours; a replayed day's future is not shown. */
const FUTURE_MAX_MS = 60_000;
const INT32_MIN = -2_147_483_648;
const INT32_MAX = 2_147_483_647;
const INT16_MAX = 32_767;

export const NO_BOUNDS: RowBounds = {
  minMagnitudeE2: ABSENT_INT16,
  oldestS: INT32_MIN,
  newestS: INT32_MAX,
  ghostOldestS: INT32_MIN,
  minDepthHm: ABSENT_INT16,
  maxDepthHm: INT16_MAX,
  kind: 'any',
  earthquakeType: -1,
};

/** The bounds of a filter at an instant. In a replay (`replayed`) nothing newer than the replayed clock is shown. */
export function toRowBounds(
  filter: Filter,
  catalogue: Catalogue,
  nowMs: number,
  replayed: boolean,
): RowBounds {
  const age = effectiveAge(filter, catalogue, nowMs);
  const magnitude = effectiveMagnitude(filter);
  const [minDepthKm, maxDepthKm] = DEPTH_KM[filter.depth];
  // A band has no events without depth; the lowest depth that can be is one above the mark for "none".
  const lowestHm = filter.depth === 'any' ? ABSENT_INT16 : ABSENT_INT16 + 1;
  return {
    minMagnitudeE2: magnitude === null ? ABSENT_INT16 : Math.round(magnitude * 100),
    oldestS: age === 'all' ? INT32_MIN : toGpuSeconds(nowMs - AGE_MS[age]),
    newestS: replayed ? toGpuSeconds(nowMs + FUTURE_MAX_MS) : INT32_MAX,
    ghostOldestS: toGpuSeconds(nowMs - GHOST_SHOWN_MS),
    minDepthHm: Math.max(lowestHm, minDepthKm * 10),
    maxDepthHm: Math.min(INT16_MAX, maxDepthKm * 10 - 1),
    kind: filter.kind,
    earthquakeType: catalogue.dictionaries.eventType.indexOf('earthquake'),
  };
}

/** Seconds since 2000-01-01T00:00:00Z, rounded down and clamped to 32 bits, as the column `originTimeS`. */
export function toGpuSeconds(ms: number): number {
  return Math.min(INT32_MAX, Math.max(INT32_MIN, Math.floor((ms - GPU_EPOCH_MS) / 1000)));
}

export function isRowVisible(columns: Columns, row: number, bounds: RowBounds): boolean {
  const timeS = columns.originTimeS[row]!;
  const depthHm = columns.depthHm[row]!;
  return (
    columns.magnitudeE2[row]! >= bounds.minMagnitudeE2 &&
    timeS >= bounds.oldestS &&
    timeS <= bounds.newestS &&
    depthHm >= bounds.minDepthHm &&
    depthHm <= bounds.maxDepthHm &&
    isOfKind(columns.eventType[row]!, columns.flags[row]!, bounds.kind, bounds.earthquakeType) &&
    ((columns.flags[row]! & FLAG_WITHDRAWN) === 0 || timeS >= bounds.ghostOldestS)
  );
}

/** `eventType` is the column's number: 0 for none, which counts as earthquake; `earthquakeType` as in RowBounds. */
export function isOfKind(eventType: number, flags: number, kind: Kind, earthquakeType: number): boolean {
  if (kind === 'any') return true;
  const withdrawn = (flags & FLAG_WITHDRAWN) !== 0;
  if (withdrawn || kind === 'withdrawn') return withdrawn && kind === 'withdrawn';
  return (eventType === 0 || eventType === earthquakeType) === (kind === 'earthquake');
}

/** True for a row within the box, and for every row when there is none. */
export function isRowInBox(columns: Columns, row: number, box: ViewBox | null): boolean {
  if (box === null) return true;
  return isInBox(columns.latitudeE4[row]! / 1e4, columns.longitudeE4[row]! / 1e4, box);
}

/** Degrees; longitudes from −180 to 180. */
export function isInBox(latitudeDeg: number, longitudeDeg: number, box: ViewBox): boolean {
  if (latitudeDeg < box.southDeg || latitudeDeg > box.northDeg) return false;
  return box.westDeg <= box.eastDeg
    ? longitudeDeg >= box.westDeg && longitudeDeg <= box.eastDeg
    : longitudeDeg >= box.westDeg || longitudeDeg <= box.eastDeg;
}

/** How many rows have an origin time of `oldestS` or later. */
export function countRowsFrom({ timeOrder, columns }: Catalogue, oldestS: number): number {
  return timeOrder.length - rankOf(timeOrder, columns.originTimeS, oldestS);
}

/** Rows with an origin time from `fromS` to `toS`, both included, oldest first; a view, good until the next change. */
export function listRowsBetween({ timeOrder, columns }: Catalogue, fromS: number, toS: number): Uint32Array {
  const { originTimeS } = columns;
  return timeOrder.subarray(rankOf(timeOrder, originTimeS, fromS), rankOf(timeOrder, originTimeS, toS + 1));
}

/** How many rows of the time order are earlier. */
export function rankOf(timeOrder: Uint32Array, originTimeS: Int32Array, timeS: number): number {
  let low = 0;
  let high = timeOrder.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (originTimeS[timeOrder[middle]!]! < timeS) low = middle + 1;
    else high = middle;
  }
  return low;
}
