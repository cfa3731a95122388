// The beginning of the list, newest first: so many of the last days that there are more rows than are seen at once. It is
// what is laid out and drawn until the reader goes further down, so that neither a change of the filter nor an event that
// comes costs more where the catalogue is larger. Whole days, because headings count what stands below them. Pure,
// browser-safe.

import { GPU_EPOCH_MS } from '../../catalogue/columns.ts';
import type { ListingQuery, RowScan } from './row-scan.ts';
import { toGpuSeconds } from './visibility.ts';

/** As many as are printed, and more than fill a screen. */
const ENOUGH_ROWS = 100;
const DAY_MS = 86_400_000;
/** One day, then so many times as many, until there are enough rows. */
const GROWTH = 4;

export interface ListTop {
  readonly rows: Uint32Array;
  /** False: older rows follow. */
  readonly whole: boolean;
}

export interface ListTopQuery extends ListingQuery {
  /** When the day of an instant began where the reader is, ms since the epoch UTC. */
  readonly startOfDay: (ms: number) => number;
}

/** Rows and answer are the same objects as long as nothing in them changed. */
export function createListTop(scan: RowScan, enough = ENOUGH_ROWS): (query: ListTopQuery) => ListTop {
  let before: ListTopQuery | null = null;
  let top: ListTop = { rows: new Uint32Array(0), whole: true };

  return (query) => {
    const next = begin(query);
    const same =
      next.whole === top.whole &&
      next.rows.length === top.rows.length &&
      next.rows.every((row, i) => row === top.rows[i]);
    if (!same || !isUntouched(next.rows, before, query)) top = next;
    before = query;
    return top;
  };

  /** The rows of the fewest days that have enough of them; all, where they have not. */
  function begin(query: ListTopQuery): ListTop {
    const { catalogue, bounds, startOfDay } = query;
    const newestS = Math.min(bounds.newestS, catalogue.columns.originTimeS[catalogue.timeOrder.at(-1) ?? 0]!);
    for (let days = 1; ; days *= GROWTH) {
      const fromS = toGpuSeconds(startOfDay(GPU_EPOCH_MS + newestS * 1000 - days * DAY_MS));
      const oldestS = Math.max(fromS, bounds.oldestS);
      const { rows, total } = scan({ ...query, bounds: { ...bounds, oldestS } });
      const whole = oldestS === bounds.oldestS;
      if (whole || total >= enough) return { rows, whole };
    }
  }
}

/** Whether none of the rows has changed. */
function isUntouched(rows: Uint32Array, before: ListTopQuery | null, query: ListTopQuery): boolean {
  if (before?.catalogue !== query.catalogue) return false;
  const steps = query.version - before.version;
  if (steps === 0) return true;
  return steps === 1 && query.change.rows?.some((row) => rows.includes(row)) === false;
}
