// All visible rows, newest first, as `listVisibleRows` finds them; but of each block of the time order that was looked at
// the largest magnitude is kept, among the rows of the kind, depth and place that are chosen, so that the next look passes
// over blocks that have none as large as wanted. Nothing is built ahead, and 16 kB are kept for a million events. Pure,
// browser-safe.

import { ABSENT_INT16, type Catalogue } from '../../catalogue/catalogue.ts';
import type { CatalogueChange } from './shared-catalogue.ts';
import {
  isRowInBox,
  isRowVisible,
  NO_BOUNDS,
  type RowBounds,
  rankOf,
  toGpuSeconds,
  type ViewBox,
} from './visibility.ts';

export interface Listing {
  readonly rows: Uint32Array;
  /** How many there are in all: rows are cut off at the limit. */
  readonly total: number;
}

export interface ListingQuery {
  readonly catalogue: Catalogue;
  /** Grows by one with each change of the catalogue; `change` is what the newest one changed. */
  readonly version: number;
  readonly change: CatalogueChange;
  readonly bounds: RowBounds;
  readonly limit: number;
  readonly box: ViewBox | null;
}

/** Who asks at each version of the catalogue keeps what is known of all but the newest rows. */
export type RowScan = (query: ListingQuery) => Listing;

/** So few that most blocks have no great earthquake. */
const BLOCK_ROWS = 256;
/** Of a block without any row of that kind, depth and place. */
const NOTHING = ABSENT_INT16 - 1;
/** Larger than any: such a block is looked at. */
const UNKNOWN = 32_767;

export function createRowScan(blockRows = BLOCK_ROWS): RowScan {
  /** Hundredths, by block of the time order; ABSENT_INT16: some row, but none with a magnitude. */
  let largest = new Int32Array(0);
  let known: ListingQuery | null = null;

  /** From the earliest row on that has changed, blocks may hold others than before. */
  function follow(query: ListingQuery): void {
    const { catalogue, version, change } = query;
    const { timeOrder, columns } = catalogue;
    const blocks = Math.ceil(catalogue.capacity / blockRows);
    const same =
      known?.catalogue === catalogue &&
      known.box === query.box &&
      String(Object.values(toChoice(known.bounds))) === String(Object.values(toChoice(query.bounds)));
    const steps = same ? version - known!.version : Number.NaN;
    known = query;
    if (steps === 0) return;
    if (largest.length !== blocks || steps !== 1 || change.rows === null) {
      largest = new Int32Array(blocks).fill(UNKNOWN);
      return;
    }
    let fromS = toGpuSeconds(change.orderFromMs);
    for (const row of change.rows) fromS = Math.min(fromS, columns.originTimeS[row]!);
    largest.fill(UNKNOWN, Math.floor(rankOf(timeOrder, columns.originTimeS, fromS) / blockRows));
  }

  return (query) => {
    follow(query);
    const { catalogue, bounds, limit, box } = query;
    const { columns, timeOrder } = catalogue;
    const choice = toChoice(bounds);
    const first = rankOf(timeOrder, columns.originTimeS, bounds.oldestS);
    const rows: number[] = [];
    let total = 0;
    for (let end = timeOrder.length; end > first; ) {
      const block = Math.floor((end - 1) / blockRows);
      const from = block * blockRows;
      if (largest[block]! >= bounds.minMagnitudeE2) {
        let most = NOTHING;
        for (let i = end - 1; i >= from; i--) {
          const row = timeOrder[i]!;
          if (!isRowVisible(columns, row, choice) || !isRowInBox(columns, row, box)) continue;
          most = Math.max(most, columns.magnitudeE2[row]!);
          if (i < first || !isRowVisible(columns, row, bounds)) continue;
          if (total++ < limit) rows.push(row);
        }
        largest[block] = most;
      }
      end = from;
    }
    return { rows: new Uint32Array(rows), total };
  };
}

/** What is chosen but for magnitude and time: whatever is visible is visible to it. */
function toChoice({ minDepthHm, maxDepthHm, kind, earthquakeType }: RowBounds): RowBounds {
  return { ...NO_BOUNDS, minDepthHm, maxDepthHm, kind, earthquakeType };
}
