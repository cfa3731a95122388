// Readers of one topic of the embedded log. A reader is one number, the offset it wants next: what the
// memory still has comes from there, the rest in pages from disk, so there is nothing to hand over and
// no queue to overflow. Who has everything waits to be woken; the database is never polled.

import { setImmediate as turn } from 'node:timers/promises';
import { QuakewireError } from '../errors.ts';
import type { LogRecord, ReadOptions } from './log.ts';
import type { TopicTable } from './topic-table.ts';

/** Rows read from disk in one go: about 1 ms, then the event loop has its turn. */
const PAGE_COUNT_MAX = 512;
/** The first page is one record, for a reader who wants no more; each further one is four times as large. */
const PAGE_COUNT_FIRST = 1;

interface Reader {
  readonly uncommitted: boolean;
  /** Offset of the record handed out last; −1: none. */
  last: number;
  /** Why it cannot go on; null while it can. */
  failure: QuakewireError | null;
  /** Set while it waits for a record. */
  wake: (() => void) | null;
}

export class TopicReaders {
  readonly #table: TopicTable;
  readonly #readers = new Set<Reader>();

  constructor(table: TopicTable) {
    this.#table = table;
  }

  async *read(fromOffset: number, options: ReadOptions): AsyncGenerator<LogRecord, void, undefined> {
    const { signal, until = Number.POSITIVE_INFINITY } = options;
    const reader: Reader = {
      uncommitted: options.isolation === 'uncommitted',
      last: -1,
      failure: null,
      wake: null,
    };
    const stop = () => reader.wake?.();
    signal.addEventListener('abort', stop);
    this.#readers.add(reader);
    try {
      let next = Math.max(0, fromOffset);
      let pageCount = PAGE_COUNT_FIRST;
      while (!signal.aborted && next < until) {
        if (reader.failure) throw reader.failure;
        const end = reader.uncommitted ? this.#table.end : this.#table.committedEnd;
        if (next >= end) {
          await new Promise<void>((resolve) => {
            reader.wake = resolve;
          });
          reader.wake = null;
          continue;
        }
        const recent = this.#table.tail.get(next);
        if (recent) {
          if (recent.offset >= until) return;
          reader.last = recent.offset;
          next = recent.offset + 1;
          yield recent;
          continue;
        }
        const page = this.#table.page(next, Math.min(end, until), pageCount);
        for (const record of page) {
          reader.last = record.offset;
          yield record;
          if (signal.aborted) return;
          if (reader.failure) throw reader.failure;
        }
        // A short page has all there is below the end: the rest are holes.
        next = page.length < pageCount ? Math.min(end, until) : page.at(-1)!.offset + 1;
        pageCount = Math.min(pageCount * 4, PAGE_COUNT_MAX);
        await turn();
      }
    } finally {
      this.#readers.delete(reader);
      signal.removeEventListener('abort', stop);
    }
  }

  /** Records are in the open transaction. True when a reader that may see them was waiting. */
  wakeUncommitted(): boolean {
    let woken = false;
    for (const reader of this.#readers) {
      if (!reader.uncommitted || !reader.wake) continue;
      reader.wake();
      woken = true;
    }
    return woken;
  }

  /** Records are durable. */
  wakeAll(): void {
    for (const reader of this.#readers) reader.wake?.();
  }

  /** Records with offset ≥ `end` are gone: who was given one of them must not go on as if it were there. */
  tellRolledBack(end: number): void {
    for (const reader of this.#readers) {
      if (reader.last < end) continue;
      reader.failure = new QuakewireError(
        'LOG_UNAVAILABLE',
        `Cannot read on in ${this.#table.topic}: record ${end} was handed out before it was durable, and its transaction failed`,
        { facts: { topic: this.#table.topic, offset: end } },
      );
      reader.wake?.();
    }
  }

  /** Ends all readers with an error. */
  close(failure: QuakewireError): void {
    for (const reader of this.#readers) {
      reader.failure = failure;
      reader.wake?.();
    }
  }
}
