// From changed rows to the fewest uploads. Pure, browser-safe.

import type { Catalogue } from '../../catalogue/catalogue.ts';

/** Rows `from` ≤ row < `to`. */
export interface RowRun {
  readonly from: number;
  readonly to: number;
}

/** A gap this short is uploaded with its neighbours: one call more costs more than these bytes. */
const GAP_MAX_ROWS = 32;

/** Rows in any order as ascending runs that cover each of them. */
export function toRuns(rows: readonly number[]): RowRun[] {
  const runs: { from: number; to: number }[] = [];
  for (const row of [...rows].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && row <= last.to + GAP_MAX_ROWS) last.to = Math.max(last.to, row + 1);
    else runs.push({ from: row, to: row + 1 });
  }
  return runs;
}

/** First position of the time order whose event is not older than `timeMs`; its length when there is none. */
export function firstPositionFrom(catalogue: Catalogue, timeMs: number): number {
  const { timeOrder, columns } = catalogue;
  let low = 0;
  let high = timeOrder.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (columns.originTimeMs[timeOrder[middle]!]! < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
