// Which events are under the pointer: a scan over the columns within a small box, then exact distances on the screen.
// Pure, browser-safe.

import type { Columns } from '../../catalogue/catalogue.ts';
import { wrapDeg } from '../../event/geodesy.ts';
import { isRowVisible, type RowBounds } from '../state/visibility.ts';
import { radiusPx } from './encodings.ts';

/** In 1e-4 degrees. `west` may be greater than `east`: the box then crosses the date line. */
export interface PickBox {
  readonly westE4: number;
  readonly eastE4: number;
  readonly southE4: number;
  readonly northE4: number;
}

export interface PickQuery {
  readonly columns: Columns;
  readonly count: number;
  readonly bounds: RowBounds;
  readonly box: PickBox;
  /** Factor on every radius, as drawn. */
  readonly scale: number;
  /** How far beside a dot the pointer may be, CSS pixels. */
  readonly slopPx: number;
  /** Distance in CSS pixels from the pointer to where the row is drawn; null when it is on the globe's far side. */
  readonly distancePx: (longitudeDeg: number, latitudeDeg: number) => number | null;
}

/** The rows whose dot, with the slop, is under the pointer, the one with the nearest centre first; of equal ones the later row. */
export function pickRows(query: PickQuery): number[] {
  const { columns, count, bounds, box, scale, slopPx } = query;
  const { westE4, eastE4, southE4, northE4 } = box;
  const crossing = westE4 > eastE4;
  const found: { readonly row: number; readonly px: number }[] = [];
  for (let row = 0; row < count; row++) {
    const latitudeE4 = columns.latitudeE4[row]!;
    if (latitudeE4 < southE4 || latitudeE4 > northE4) continue;
    const longitudeE4 = columns.longitudeE4[row]!;
    const beside = crossing
      ? longitudeE4 < westE4 && longitudeE4 > eastE4
      : longitudeE4 < westE4 || longitudeE4 > eastE4;
    if (beside || !isRowVisible(columns, row, bounds)) continue;
    const distancePx = query.distancePx(longitudeE4 / 1e4, latitudeE4 / 1e4);
    if (distancePx === null || distancePx > radiusPx(columns.magnitudeE2[row]!) * scale + slopPx) continue;
    found.push({ row, px: distancePx });
  }
  return found.sort((a, b) => a.px - b.px || b.row - a.row).map(({ row }) => row);
}

/** What the pointer is on, and what lies under it there. */
export interface Pointed {
  /** −1: nothing. */
  readonly row: number;
  /** How many others are under the pointer. */
  readonly others: number;
}

export const NOTHING_POINTED: Pointed = { row: -1, others: 0 };

/** The one to choose among those under the pointer: the nearest, or when `last` is one of them the next after it. */
export function chooseNext(rows: readonly number[], last: number): number {
  return rows[(rows.indexOf(last) + 1) % rows.length] ?? -1;
}

/** The box around points of longitude and latitude in degrees that lie close together, across the date line if need be. */
export function boxAround(points: readonly { lng: number; lat: number }[]): PickBox {
  const first = points[0]?.lng ?? 0;
  let west = 0;
  let east = 0;
  let south = 90;
  let north = -90;
  for (const { lng, lat } of points) {
    const offset = ((((lng - first + 180) % 360) + 360) % 360) - 180;
    west = Math.min(west, offset);
    east = Math.max(east, offset);
    south = Math.min(south, lat);
    north = Math.max(north, lat);
  }
  const whole = east - west >= 180;
  return {
    westE4: whole ? -1_800_000 : Math.floor(wrapDeg(first + west) * 1e4),
    eastE4: whole ? 1_800_000 : Math.ceil(wrapDeg(first + east) * 1e4),
    southE4: Math.floor(south * 1e4),
    northE4: Math.ceil(north * 1e4),
  };
}
