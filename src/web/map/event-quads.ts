// The instances of the quad program: the large events in the order of size, then the rings of what is selected, hovered
// and newly arrived. Few (some thousands), so they are gathered from the columns into one interleaved buffer.
// Pure, browser-safe.

import type { Columns } from '../../catalogue/catalogue.ts';
import { LARGE_MAGNITUDE_E2 } from './encodings.ts';
import { QUAD_KINDS } from './event-shader.ts';
import { toMercatorY } from './mercator.ts';

/** Layout of one instance: x and y float32, time int32, magnitude int16, flags uint8, kind uint8, phase float32,
 * depth int16, event type uint8, a byte unused. */
export const QUAD_BYTES = 24;

export interface Quad {
  readonly row: number;
  readonly kind: number;
  /** Pulses: 0 to 1, or −1 for the still form. Others: 0. */
  readonly phase: number;
}

/** Rows of large events, the smaller and older first: what is drawn later is above. */
export function listLargeRows(columns: Columns, count: number): number[] {
  const rows: number[] = [];
  for (let row = 0; row < count; row++) if (columns.magnitudeE2[row]! >= LARGE_MAGNITUDE_E2) rows.push(row);
  return rows.sort(bySize(columns));
}

/** The same list after some rows changed; the same array when none of them is or was large. */
export function updateLargeRows(
  columns: Columns,
  large: readonly number[],
  changed: readonly number[],
): readonly number[] {
  const isLarge = (row: number) => columns.magnitudeE2[row]! >= LARGE_MAGNITUDE_E2;
  const changedLarge = changed.filter(isLarge);
  // Nearly always one small event: it is looked for, before anything is made anew.
  if (changedLarge.length === 0 && !changed.some((row) => large.includes(row))) return large;
  const changedSet = new Set(changed);
  const kept = large.filter((row) => !changedSet.has(row));
  const compare = bySize(columns);
  for (const row of changedLarge.sort(compare)) kept.splice(rankOf(kept, row, compare), 0, row);
  return kept;
}

/** How many of the sorted rows stand before. */
function rankOf(sorted: readonly number[], row: number, compare: (a: number, b: number) => number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(sorted[middle]!, row) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function bySize(columns: Columns): (a: number, b: number) => number {
  return (a, b) =>
    columns.magnitudeE2[a]! - columns.magnitudeE2[b]! || columns.originTimeS[a]! - columns.originTimeS[b]!;
}

/** Large events as quads for the GPU, in the order in which they are drawn. */
export function encodeEventQuads(columns: Columns, large: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(large.length * QUAD_BYTES));
  for (let i = 0; i < large.length; i++) writeQuad(view, i, columns, large[i]!, QUAD_KINDS.event, 0);
  return new Uint8Array(view.buffer);
}

/** Quads for the GPU; QUAD_BYTES each. */
export function encodeQuads(columns: Columns, quads: readonly Quad[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(quads.length * QUAD_BYTES));
  for (const [i, { row, kind, phase }] of quads.entries()) writeQuad(view, i, columns, row, kind, phase);
  return new Uint8Array(view.buffer);
}

function writeQuad(
  view: DataView,
  i: number,
  columns: Columns,
  row: number,
  kind: number,
  phase: number,
): void {
  const at = i * QUAD_BYTES;
  view.setFloat32(at, columns.longitudeE4[row]! / 3_600_000 + 0.5, true);
  view.setFloat32(at + 4, toMercatorY(columns.latitudeE4[row]!), true);
  view.setInt32(at + 8, columns.originTimeS[row]!, true);
  view.setInt16(at + 12, columns.magnitudeE2[row]!, true);
  view.setUint8(at + 14, columns.flags[row]!);
  view.setUint8(at + 15, kind);
  view.setFloat32(at + 16, phase, true);
  view.setInt16(at + 20, columns.depthHm[row]!, true);
  view.setUint8(at + 22, columns.eventType[row]!);
}
