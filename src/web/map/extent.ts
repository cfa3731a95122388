// Boxes for the map to show: the smallest around events ("show all that is listed"), and around a place. Pure, browser-safe.

import type { Columns } from '../../catalogue/catalogue.ts';
import { KM_PER_DEGREE, type Place } from '../state/order.ts';

/** Degrees; `eastDeg` may be beyond 180: the box then crosses the date line. */
export interface Extent {
  readonly westDeg: number;
  readonly southDeg: number;
  readonly eastDeg: number;
  readonly northDeg: number;
}

/** Longitudes are sorted into this many bins to find the widest gap. */
const BINS = 720;

/** The box without the widest stretch of longitude in which there is none of them; null without events. */
export function extentOf(columns: Columns, rows: Iterable<number>): Extent | null {
  const west = new Float64Array(BINS).fill(Number.POSITIVE_INFINITY);
  const east = new Float64Array(BINS).fill(Number.NEGATIVE_INFINITY);
  let [southE4, northE4] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const row of rows) {
    const latitudeE4 = columns.latitudeE4[row]!;
    southE4 = Math.min(southE4, latitudeE4);
    northE4 = Math.max(northE4, latitudeE4);
    const longitudeDeg = columns.longitudeE4[row]! / 1e4;
    const bin = Math.min(BINS - 1, Math.floor(((longitudeDeg + 180) / 360) * BINS));
    west[bin] = Math.min(west[bin]!, longitudeDeg);
    east[bin] = Math.max(east[bin]!, longitudeDeg);
  }
  if (northE4 < southE4) return null;
  const used = Array.from({ length: BINS }, (_, bin) => bin).filter((bin) => west[bin]! <= 180);
  // The gap before each used bin; before the first one it is the one around the date line.
  let first = used[0]!;
  let last = used.at(-1)!;
  let widestDeg = west[first]! + 360 - east[last]!;
  for (let i = 1; i < used.length; i++) {
    const gapDeg = west[used[i]!]! - east[used[i - 1]!]!;
    if (gapDeg <= widestDeg) continue;
    widestDeg = gapDeg;
    [first, last] = [used[i]!, used[i - 1]!];
  }
  const westDeg = west[first]!;
  return { westDeg, southDeg: southE4 / 1e4, eastDeg: westDeg + 360 - widestDeg, northDeg: northE4 / 1e4 };
}

/** The flat map ends near here. */
const LATITUDE_MAX_DEG = 85;

/** The box around a circle, so that all within `radiusKm` of a place is in view, however wide or high the screen. */
export function extentAround({ latitudeDeg, longitudeDeg }: Place, radiusKm: number): Extent {
  const radiusDeg = radiusKm / KM_PER_DEGREE;
  const farthestDeg = Math.min(LATITUDE_MAX_DEG, Math.abs(latitudeDeg) + radiusDeg);
  const widthDeg = Math.min(180, radiusDeg / Math.cos((farthestDeg * Math.PI) / 180));
  return {
    westDeg: longitudeDeg - widthDeg,
    southDeg: Math.max(-LATITUDE_MAX_DEG, latitudeDeg - radiusDeg),
    eastDeg: longitudeDeg + widthDeg,
    northDeg: Math.min(LATITUDE_MAX_DEG, latitudeDeg + radiusDeg),
  };
}
