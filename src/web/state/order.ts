// In which order the list stands: newest, largest, most revised or nearest first. Rows come newest first and are put into
// as many buckets as there are keys, so that a million cost one pass, and equals stay newest first. Pure, browser-safe.

import { ABSENT_INT16, type Columns } from '../../catalogue/catalogue.ts';
import { REVISION_MAX } from '../../catalogue/columns.ts';
import { distanceDeg } from '../../event/geodesy.ts';

export const ORDERS = ['newest', 'largest', 'revised', 'nearest', 'centre'] as const;
/** `nearest`: to where the reader is; `centre`: to the middle of the map. */
export type Order = (typeof ORDERS)[number];

/** Degrees north and east. */
export interface Place {
  readonly latitudeDeg: number;
  readonly longitudeDeg: number;
}

/** Mean radius of the earth times a degree. */
export const KM_PER_DEGREE = 111.195;
const KM_MAX = 20_016;
const MAGNITUDE_E2_MAX = 1200;
const MAGNITUDE_E2_MIN = -500;

export function parseOrder(query: string): Order {
  const wanted = new URLSearchParams(query).get('sort');
  return ORDERS.find((order) => order === wanted) ?? 'newest';
}

/** Query string with the order in it, other parameters kept. */
export function toOrderQuery(order: Order, query: string): string {
  const params = new URLSearchParams(query);
  params.delete('sort');
  if (order !== 'newest') params.set('sort', order);
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** Largest first; events without magnitude last. `rows` newest first. */
export function sortLargest(columns: Columns, rows: Uint32Array): Uint32Array {
  const keyOf = (row: number) => {
    const magnitudeE2 = columns.magnitudeE2[row]!;
    if (magnitudeE2 === ABSENT_INT16) return MAGNITUDE_E2_MAX - MAGNITUDE_E2_MIN + 1;
    return MAGNITUDE_E2_MAX - Math.min(MAGNITUDE_E2_MAX, Math.max(MAGNITUDE_E2_MIN, magnitudeE2));
  };
  return sortByKey(rows, MAGNITUDE_E2_MAX - MAGNITUDE_E2_MIN + 2, keyOf);
}

/** Most revised first. `rows` newest first. */
export function sortRevised(columns: Columns, rows: Uint32Array): Uint32Array {
  return sortByKey(rows, REVISION_MAX + 1, (row) => REVISION_MAX - columns.revision[row]!);
}

/** The orders that an event's own columns make. */
export const SORTS: { readonly [order in Order]?: (columns: Columns, rows: Uint32Array) => Uint32Array } = {
  largest: sortLargest,
  revised: sortRevised,
};

/** Nearest first, by whole kilometres. */
export function sortNearest(columns: Columns, rows: Uint32Array, place: Place): Uint32Array {
  return sortByKey(rows, KM_MAX + 1, (row) =>
    Math.min(KM_MAX, Math.floor(distanceToKm(columns, row, place))),
  );
}

export function distanceToKm(columns: Columns, row: number, { latitudeDeg, longitudeDeg }: Place): number {
  const latitude = columns.latitudeE4[row]! / 1e4;
  const longitude = columns.longitudeE4[row]! / 1e4;
  return distanceDeg(latitudeDeg, longitudeDeg, latitude, longitude) * KM_PER_DEGREE;
}

/** Stable; keys are whole, 0 ≤ key < `keys`. */
function sortByKey(rows: Uint32Array, keys: number, keyOf: (row: number) => number): Uint32Array {
  const keyed = Uint16Array.from(rows, keyOf);
  const starts = new Uint32Array(keys + 1);
  for (const key of keyed) starts[key + 1]!++;
  for (let key = 0; key < keys; key++) starts[key + 1]! += starts[key]!;
  const sorted = new Uint32Array(rows.length);
  for (let i = 0; i < rows.length; i++) sorted[starts[keyed[i]!]!++] = rows[i]!;
  return sorted;
}
