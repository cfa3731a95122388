// Gathers what comes in one turn of the event loop. What a write costs is the system call, hardly the bytes: so the
// first record of a turn goes out at once, and those that follow in the same turn (a burst, a back-fill) go out together
// at its end.

import { type Filter, matchesEvent } from '../../catalogue/filter.ts';
import type { Frame } from './frame.ts';
import type { Filterable } from './history.ts';

/** A record on its way to the readers. */
export interface Broadcast {
  readonly frame: Frame;
  readonly after: Filterable;
  /** null: the event is new. */
  readonly before: Filterable | null;
  /** When its newest report reached us, ms since the epoch UTC; for the delay that is measured. */
  readonly receivedAtMs: number;
}

export interface Turn {
  push(record: Broadcast): void;
  /** Sends at once what waits for the turn's end. */
  flush(): void;
}

/** `send` is called with one or more records, in order; no more than `bytesMax` and one record wait. */
export function createTurn(send: (records: readonly Broadcast[]) => void, bytesMax: number): Turn {
  let pending: Broadcast[] = [];
  let pendingBytes = 0;
  let end: NodeJS.Immediate | null = null;

  function flush(): void {
    if (pending.length === 0) return;
    const records = pending;
    pending = [];
    pendingBytes = 0;
    send(records);
  }

  function finish(): void {
    end = null;
    flush();
  }

  return {
    push(record) {
      if (end === null) {
        end = setImmediate(finish);
        send([record]);
        return;
      }
      pending.push(record);
      pendingBytes += record.frame.chunked.length;
      if (pendingBytes >= bytesMax) flush();
    },
    flush,
  };
}

/** True when a reader with this filter must see the record: it matches, or did before and is to be seen leaving. */
export function isWanted({ after, before }: Broadcast, filter: Filter): boolean {
  return matchesEvent(filter, after) || (before !== null && matchesEvent(filter, before));
}

/** One buffer of the frames of several records; that of a single one is not copied. */
export function concatenate(records: readonly Broadcast[], view: (frame: Frame) => Buffer): Buffer {
  return records.length === 1
    ? view(records[0]!.frame)
    : Buffer.concat(records.map(({ frame }) => view(frame)));
}
