// Which rows of a long list are worth building, and how a list stays still while it grows above. Pure, browser-safe.

/** Rows `from` ≤ i < `to`. */
export interface ListWindow {
  readonly from: number;
  readonly to: number;
}

/** Rows built beyond each edge, so that a flick shows no gap. */
const OVERSCAN_ROWS = 6;

export function toListWindow(scrollPx: number, heightPx: number, rowPx: number, count: number): ListWindow {
  const first = Math.floor(Math.max(0, scrollPx) / rowPx);
  const shown = Math.ceil(heightPx / rowPx) + 1;
  const from = Math.max(0, Math.min(first, count) - OVERSCAN_ROWS);
  return { from, to: Math.min(count, first + shown + OVERSCAN_ROWS) };
}

/**
 * Where to scroll so that the row at the top stays where it is after the list changed; null when the reader is at the
 * beginning (new events are to be seen) or the row is gone.
 */
export function keepStill(
  scrollPx: number,
  rowPx: number,
  before: ArrayLike<number>,
  after: Uint32Array,
): number | null {
  const index = Math.floor(scrollPx / rowPx);
  const row = before[index];
  if (scrollPx < rowPx / 2 || row === undefined) return null;
  if (after[index] === row) return scrollPx;
  const now = after.indexOf(row);
  return now === -1 ? null : scrollPx + (now - index) * rowPx;
}

/** Where to scroll so that a row is in view, with some of its neighbours; null when it is already. */
export function scrollToShow(
  index: number,
  scrollPx: number,
  heightPx: number,
  rowPx: number,
): number | null {
  const top = index * rowPx;
  if (top >= scrollPx && top + rowPx <= scrollPx + heightPx) return null;
  return Math.max(0, top - Math.max(0, (heightPx - rowPx) / 2));
}
