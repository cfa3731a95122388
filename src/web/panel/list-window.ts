// Which rows of a long list are worth building, and how a list stays still while it grows above. Pure, browser-safe.

import { indexAt, type ListLayout, rowHeightRem } from './list-layout.ts';

/** Rows `from` ≤ i < `to`. */
export interface ListWindow {
  readonly from: number;
  readonly to: number;
}

/** Rows built beyond each edge, so that a flick shows no gap. */
const OVERSCAN_ROWS = 6;

/** Scroll and height in rem, as all of this file. */
export function toListWindow(layout: ListLayout, scrollRem: number, heightRem: number): ListWindow {
  const count = layout.tops.length;
  if (count === 0) return { from: 0, to: 0 };
  const first = indexAt(layout, scrollRem);
  const last = indexAt(layout, scrollRem + heightRem);
  return { from: Math.max(0, first - OVERSCAN_ROWS), to: Math.min(count, last + 1 + OVERSCAN_ROWS) };
}

export interface ListState {
  readonly rows: ArrayLike<number>;
  readonly layout: ListLayout;
}

/**
 * Where to scroll so that the row at the top stays where it is after the list changed, and by how many rows it moved
 * down the list; null when the reader is at the beginning (new events are to be seen) or the row is gone.
 */
export function keepStill(
  scrollRem: number,
  before: ListState,
  after: ListState,
): { scrollRem: number; newAbove: number } | null {
  if (before.rows.length === 0 || scrollRem < 1) return null;
  const index = indexAt(before.layout, scrollRem);
  const row = before.rows[index]!;
  const now = after.rows[index] === row ? index : Array.prototype.indexOf.call(after.rows, row);
  if (now === -1) return null;
  const moved = after.layout.tops[now]! - before.layout.tops[index]!;
  return { scrollRem: Math.max(0, scrollRem + moved), newAbove: Math.max(0, now - index) };
}

/** Where to scroll so that a row is in view, below its sticky heading; null when it is already. */
export function scrollToShow(
  layout: ListLayout,
  index: number,
  scrollRem: number,
  heightRem: number,
  coveredRem: number,
): number | null {
  const top = layout.tops[index]!;
  const height = rowHeightRem(layout, index);
  if (top >= scrollRem + coveredRem && top + height <= scrollRem + heightRem) return null;
  const nearby = top >= scrollRem - 2 * height && top <= scrollRem + heightRem + 2 * height;
  // The next row comes in at its edge; one from elsewhere comes to the middle, with its neighbours.
  if (nearby) return Math.max(0, top < scrollRem + coveredRem ? top - coveredRem : top + height - heightRem);
  return Math.max(0, top - Math.max(coveredRem, (heightRem - height) / 2));
}
