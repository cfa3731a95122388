// How the catalogue is cut into chunks: by calendar month (UTC) of origin time, and which events a set of chunks
// leaves to the tail. Pure.

import type { Catalogue } from '../../catalogue/catalogue.ts';
import { FLAG_STARTER } from '../../catalogue/catalogue.ts';

/** Months since January 1970; negative before. */
export type Month = number;

/** The rows of one month, as a half-open range of `catalogue.timeOrder`. */
export interface MonthRange {
  readonly month: Month;
  readonly from: number;
  readonly to: number;
}

/** Month → offset up to which its chunk is true: of the newest record in it. */
export type Stamps = ReadonlyMap<Month, number>;

export function toMonth(timeMs: number): Month {
  const date = new Date(timeMs);
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
}

/** First instant of the month, ms since the epoch UTC. */
export function toMonthStartMs(month: Month): number {
  return Date.UTC(1970, month);
}

/** `2023-02` */
export function toMonthName(month: Month): string {
  return new Date(toMonthStartMs(month)).toISOString().slice(0, 7);
}

/** All months that have events, oldest first. */
export function listMonths({ timeOrder, columns }: Catalogue): MonthRange[] {
  const months: MonthRange[] = [];
  for (let from = 0; from < timeOrder.length; ) {
    const month = toMonth(columns.originTimeMs[timeOrder[from]!]!);
    const nextMs = toMonthStartMs(month + 1);
    let to = from + 1;
    let high = timeOrder.length;
    while (to < high) {
      const middle = (to + high) >>> 1;
      if (columns.originTimeMs[timeOrder[middle]!]! < nextMs) to = middle + 1;
      else high = middle;
    }
    months.push({ month, from, to });
    from = to;
  }
  return months;
}

/** Rows of a range that came by the log, oldest first; starter events have a chunk of their own. */
export function listLogRows({ timeOrder, columns }: Catalogue, { from, to }: MonthRange): Uint32Array {
  return timeOrder.slice(from, to).filter((row) => !(columns.flags[row]! & FLAG_STARTER));
}

/** Offset of the newest record among the rows; −1 for no rows. */
export function toStamp({ columns }: Catalogue, rows: ArrayLike<number>): number {
  let newest = -1;
  for (let i = 0; i < rows.length; i++) newest = Math.max(newest, columns.offset[rows[i]!]!);
  return newest;
}

/**
 * Rows that the chunks do not have, or have in an older state. A month's chunk was made of all its rows at once, so
 * it has every row of that month that has not changed since: whose offset is not above the stamp. A row that has
 * moved here from another month has, for having moved.
 */
export function listUncovered(catalogue: Catalogue, range: MonthRange, stamps: Stamps): number[] {
  const { timeOrder, columns } = catalogue;
  const stamp = stamps.get(range.month) ?? -1;
  const rows: number[] = [];
  for (let i = range.from; i < range.to; i++) {
    const row = timeOrder[i]!;
    if (columns.offset[row]! > stamp && !(columns.flags[row]! & FLAG_STARTER)) rows.push(row);
  }
  return rows;
}
