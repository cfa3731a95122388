// The list's rows, newest first, kept in step: one event that comes, or the clock, moves the few rows concerned; anything
// else is a scan. Rows are the same array as long as nothing in them changed. Pure, browser-safe.

import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { CatalogueChange } from './shared-catalogue.ts';
import {
  isRowInBox,
  isRowVisible,
  listRowsBetween,
  listVisibleRows,
  type RowBounds,
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

/** With more rows than that a scan costs no more. */
const PATCH_ROWS_MAX = 4096;

interface Known {
  readonly query: ListingQuery;
  readonly listing: Listing;
  /** Rows from this one on came later. */
  readonly count: number;
}

export function createLister(): (query: ListingQuery) => Listing {
  let known: Known | null = null;
  /** One for each row that is looked at; all 0 between calls. */
  let marks = new Uint8Array(0);

  return (query) => {
    const touched = known === null ? null : listTouched(known, query);
    const { catalogue, bounds, limit, box } = query;
    const listing =
      (touched && patch(known!, query, touched)) ?? listVisibleRows(catalogue, bounds, limit, box);
    known = { query, listing, count: catalogue.count };
    return listing;
  };

  /** Null where the rows beyond the limit would have to be known. */
  function patch({ listing, count }: Known, query: ListingQuery, touched: readonly number[]): Listing | null {
    const { catalogue, bounds, limit, box } = query;
    const { columns } = catalogue;
    const isNew = touched.every((row) => row >= count);
    if (!isNew && listing.total > listing.rows.length) return null;
    const isShown = (row: number) => isRowVisible(columns, row, bounds) && isRowInBox(columns, row, box);
    const added = Uint32Array.from(touched.filter(isShown)).sort(
      (a, b) => columns.originTimeMs[b]! - columns.originTimeMs[a]! || b - a,
    );
    const kept = isNew ? listing.rows : without(listing.rows, touched, catalogue.capacity);
    const total = listing.total - (listing.rows.length - kept.length) + added.length;
    if (added.length === 0 && kept === listing.rows) return listing;
    return { rows: merge(columns.originTimeMs, added, kept, limit), total };
  }

  /** The same array where none of them is in it. */
  function without(rows: Uint32Array, some: readonly number[], capacity: number): Uint32Array {
    if (marks.length < capacity) marks = new Uint8Array(capacity);
    for (const row of some) marks[row] = 1;
    const kept = new Uint32Array(rows.length);
    let length = 0;
    for (let i = 0; i < rows.length; i++) if (marks[rows[i]!] === 0) kept[length++] = rows[i]!;
    for (const row of some) marks[row] = 0;
    return length === rows.length ? rows : kept.subarray(0, length);
  }
}

/** The rows that may be shown now and were not, or the other way, each once; null: not known, or too many. */
function listTouched({ query: before }: Known, query: ListingQuery): number[] | null {
  const { catalogue, bounds, change } = query;
  const same =
    before.catalogue === catalogue &&
    before.limit === query.limit &&
    before.box === query.box &&
    before.bounds.minMagnitudeE2 === bounds.minMagnitudeE2 &&
    before.bounds.minDepthHm === bounds.minDepthHm &&
    before.bounds.maxDepthHm === bounds.maxDepthHm &&
    before.bounds.kind === bounds.kind;
  if (!same) return null;
  const touched = new Set<number>();
  if (before.version !== query.version) {
    if (before.version + 1 !== query.version || change.rows === null) return null;
    for (const row of change.rows) touched.add(row);
  }
  for (const border of ['oldestS', 'newestS', 'ghostOldestS'] as const) {
    const [a, b] = [before.bounds[border], bounds[border]];
    if (a === b) continue;
    const crossed = listRowsBetween(catalogue, Math.min(a, b), Math.max(a, b));
    if (crossed.length + touched.size > PATCH_ROWS_MAX) return null;
    for (const row of crossed) {
      // Nothing but ghosts ends at their border.
      if (border !== 'ghostOldestS' || catalogue.columns.flags[row] !== 0) touched.add(row);
    }
  }
  return touched.size > PATCH_ROWS_MAX ? null : [...touched];
}

/** Both newest first, ties by the later row; at most `limit` of them. */
function merge(times: Float64Array, added: Uint32Array, kept: Uint32Array, limit: number): Uint32Array {
  const rows = new Uint32Array(Math.min(limit, added.length + kept.length));
  let from = 0;
  let to = 0;
  for (const row of added) {
    while (from < kept.length && to < rows.length && isBefore(times, kept[from]!, row))
      rows[to++] = kept[from++]!;
    if (to === rows.length) return rows;
    rows[to++] = row;
  }
  rows.set(kept.subarray(from, from + rows.length - to), to);
  return rows;
}

function isBefore(times: Float64Array, a: number, b: number): boolean {
  return times[a]! > times[b]! || (times[a]! === times[b]! && a > b);
}
