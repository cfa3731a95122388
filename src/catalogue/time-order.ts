// The rows of a catalogue by ascending origin time (ties: by row), kept in step one change at a time:
// binary search, then one copyWithin. The newest event, which is nearly every one, moves nothing.
// Pure, browser-safe.

export interface TimeOrder {
  /** Rows by ascending time; a view, good until the next change. */
  readonly rows: Uint32Array;
  /** Takes in a row whose time already stands in `times`. O(log n), and a move of the later rows. */
  insert(times: Float64Array, row: number): void;
  /** Moves a row to `timeMs`, while `times` still holds its time until now. */
  move(times: Float64Array, row: number, timeMs: number): void;
  /**
   * Takes in many rows at once, new ones and ones whose time has changed (named once or more often);
   * `times` holds their new times. One pass over all rows, however many they are.
   */
  merge(times: Float64Array, changed: readonly number[]): void;
}

export function createTimeOrder(): TimeOrder {
  let order = new Uint32Array(8);
  let count = 0;

  /** How many rows stand before (timeMs, row). */
  function rank(times: Float64Array, timeMs: number, row: number): number {
    let from = 0;
    let to = count;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const other = order[middle]!;
      const otherMs = times[other]!;
      if (otherMs < timeMs || (otherMs === timeMs && other < row)) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  function reserve(length: number): void {
    if (length <= order.length) return;
    const longer = new Uint32Array(Math.max(length, order.length * 2));
    longer.set(order);
    order = longer;
  }

  return {
    get rows() {
      return order.subarray(0, count);
    },
    insert(times, row) {
      reserve(count + 1);
      const last = count === 0 ? Number.NEGATIVE_INFINITY : times[order[count - 1]!]!;
      const place = times[row]! > last ? count : rank(times, times[row]!, row);
      order.copyWithin(place + 1, place, count);
      order[place] = row;
      count++;
    },
    move(times, row, timeMs) {
      const from = rank(times, times[row]!, row);
      const before = rank(times, timeMs, row);
      const to = before > from ? before - 1 : before; // it does not stand before itself
      if (to > from) order.copyWithin(from, from + 1, to + 1);
      else order.copyWithin(to + 1, to, from);
      order[to] = row;
    },
    merge(times, changed) {
      const isChanged = new Uint8Array(times.length);
      const added = new Uint32Array(changed.length);
      let addedCount = 0;
      for (const row of changed) {
        if (isChanged[row]) continue;
        isChanged[row] = 1;
        added[addedCount++] = row;
      }
      const later = sortByTime(times, added.subarray(0, addedCount));
      let kept = 0;
      for (let i = 0; i < count; i++) if (!isChanged[order[i]!]) order[kept++] = order[i]!;
      reserve(kept + addedCount);
      count = kept + addedCount;
      // From behind, so that no row is overwritten before it has moved.
      for (let to = count - 1, i = kept - 1, j = addedCount - 1; j >= 0; to--) {
        const next = later[j]!;
        if (i >= 0 && isBefore(times, next, order[i]!)) order[to] = order[i--]!;
        else order[to] = later[j--]!;
      }
    },
  };
}

function isBefore(times: Float64Array, a: number, b: number): boolean {
  return times[a]! < times[b]! || (times[a]! === times[b]! && a < b);
}

/** Sorts in place; rows of a chunk arrive sorted, so that is looked at first. */
function sortByTime(times: Float64Array, rows: Uint32Array): Uint32Array {
  for (let i = 1; i < rows.length; i++) {
    if (!isBefore(times, rows[i - 1]!, rows[i]!)) return rows.sort((a, b) => times[a]! - times[b]! || a - b);
  }
  return rows;
}
