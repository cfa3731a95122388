// All visible rows by one plain look at each: for what is asked seldom (./row-scan.ts for what is asked at each step), and
// the truth that tests hold that to. Pure, browser-safe.

import type { Catalogue } from '../../catalogue/catalogue.ts';
import { isRowInBox, isRowVisible, type RowBounds, type ViewBox } from './visibility.ts';

/** Visible rows, newest first; at most `limit` of them, and how many there are in all. `box` null: the whole world. */
export function listVisibleRows(
  catalogue: Catalogue,
  bounds: RowBounds,
  limit: number,
  box: ViewBox | null = null,
): { rows: Uint32Array; total: number } {
  const { columns, timeOrder } = catalogue;
  const rows = new Uint32Array(Math.min(limit, timeOrder.length));
  let total = 0;
  for (let i = timeOrder.length - 1; i >= 0; i--) {
    const row = timeOrder[i]!;
    if (columns.originTimeS[row]! < bounds.oldestS) break;
    if (!isRowVisible(columns, row, bounds) || !isRowInBox(columns, row, box)) continue;
    if (total < rows.length) rows[total] = row;
    total++;
  }
  return { rows: rows.subarray(0, Math.min(total, rows.length)), total };
}
