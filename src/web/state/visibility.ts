// Which rows are shown: one rule for the list, for picking and (as uniforms) for the shader. Pure, browser-safe.

import { ABSENT_INT16, type Catalogue, type Columns, FLAG_WITHDRAWN } from '../../catalogue/catalogue.ts';
import { GPU_EPOCH_MS } from '../../catalogue/columns.ts';
import { AGE_MS, effectiveAge, type Filter } from './filter.ts';

/** Bounds in the units of the columns, all inclusive. */
export interface RowBounds {
  /** Hundredths; ABSENT_INT16: no bound, and then events without magnitude are shown too. */
  readonly minMagnitudeE2: number;
  /** Seconds since 2000-01-01T00:00:00Z, as `originTimeS`. */
  readonly oldestS: number;
  readonly newestS: number;
  /** A withdrawn event is shown, as a ghost, when it is not older than this. */
  readonly ghostOldestS: number;
}

/** "A ghost is still shown for a while": while its event would be news. */
const GHOST_SHOWN_MS = 2 * 86_400_000;
/** Agencies' clocks and first solutions may be ahead of ours; a replayed day's future is not shown. */
const FUTURE_MAX_MS = 60_000;
const INT32_MIN = -2_147_483_648;
const INT32_MAX = 2_147_483_647;

export const NO_BOUNDS: RowBounds = {
  minMagnitudeE2: ABSENT_INT16,
  oldestS: INT32_MIN,
  newestS: INT32_MAX,
  ghostOldestS: INT32_MIN,
};

/** The bounds of a filter at an instant. In a replay (`replayed`) nothing newer than the replayed clock is shown. */
export function toRowBounds(
  filter: Filter,
  catalogue: Catalogue,
  nowMs: number,
  replayed: boolean,
): RowBounds {
  const age = effectiveAge(filter, catalogue, nowMs);
  return {
    minMagnitudeE2: filter.minMagnitude === null ? ABSENT_INT16 : Math.round(filter.minMagnitude * 100),
    oldestS: age === 'all' ? INT32_MIN : toGpuSeconds(nowMs - AGE_MS[age]),
    newestS: replayed ? toGpuSeconds(nowMs + FUTURE_MAX_MS) : INT32_MAX,
    ghostOldestS: toGpuSeconds(nowMs - GHOST_SHOWN_MS),
  };
}

/** Seconds since 2000-01-01T00:00:00Z, rounded down and clamped to 32 bits, as the column `originTimeS`. */
export function toGpuSeconds(ms: number): number {
  return Math.min(INT32_MAX, Math.max(INT32_MIN, Math.floor((ms - GPU_EPOCH_MS) / 1000)));
}

export function isRowVisible(columns: Columns, row: number, bounds: RowBounds): boolean {
  const timeS = columns.originTimeS[row]!;
  return (
    columns.magnitudeE2[row]! >= bounds.minMagnitudeE2 &&
    timeS >= bounds.oldestS &&
    timeS <= bounds.newestS &&
    ((columns.flags[row]! & FLAG_WITHDRAWN) === 0 || timeS >= bounds.ghostOldestS)
  );
}

/** Visible rows, newest first; at most `limit` of them, and how many there are in all. */
export function listVisibleRows(
  catalogue: Catalogue,
  bounds: RowBounds,
  limit: number,
): { rows: Uint32Array; total: number } {
  const { columns, timeOrder } = catalogue;
  const rows = new Uint32Array(Math.min(limit, timeOrder.length));
  let total = 0;
  for (let i = timeOrder.length - 1; i >= 0; i--) {
    const row = timeOrder[i]!;
    if (columns.originTimeS[row]! < bounds.oldestS) break;
    if (!isRowVisible(columns, row, bounds)) continue;
    if (total < rows.length) rows[total] = row;
    total++;
  }
  return { rows: rows.subarray(0, Math.min(total, rows.length)), total };
}
