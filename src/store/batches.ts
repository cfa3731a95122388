// Records in batches: as many as are there already, so that a flood is written in few transactions and a single
// record waits for nobody. Pulled; bounded by count and time.

import { setImmediate as turn } from 'node:timers/promises';

export interface BatchBounds {
  readonly countMax: number;
  /** Since its first record; monotonic milliseconds. */
  readonly durationMaxMs: number;
}

/** Ends when the records end; rejects as they do, after the batch that was begun. */
export async function* toBatches<T>(
  records: AsyncIterable<T>,
  bounds: BatchBounds,
): AsyncGenerator<readonly T[], void, undefined> {
  const iterator = records[Symbol.asyncIterator]();
  try {
    let next = iterator.next();
    while (true) {
      const first = await next;
      if (first.done) return;
      const batch = [first.value];
      const beganAtMs = performance.now();
      next = iterator.next();
      // Marked as handled: a failure is met when this batch is done.
      next.catch(() => {});
      // What is there already comes within this turn of the event loop.
      const idle = turn(null);
      while (batch.length < bounds.countMax && performance.now() - beganAtMs < bounds.durationMaxMs) {
        const result = await Promise.race([next.catch(() => null), idle]);
        if (!result || result.done) break;
        batch.push(result.value);
        next = iterator.next();
        next.catch(() => {});
      }
      yield batch;
    }
  } finally {
    // Not awaited: a reader waiting for its next record ends with its signal, not with this.
    void iterator.return?.();
  }
}
