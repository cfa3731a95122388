// The newest records of one topic in memory, shared by all its readers: who keeps up is served from here,
// who does not reads pages from disk. Bounded by count and bytes, so that a slow reader costs nothing.
// Pure.

import type { LogRecord } from './log.ts';

export interface TailBounds {
  readonly countMax: number;
  /** Bytes of values. */
  readonly bytesMax: number;
}

export class Tail {
  readonly #bounds: TailBounds;
  #records: LogRecord[] = [];
  /** Index in #records of the oldest one kept; those before it are given up and cleared now and then. */
  #head = 0;
  #bytes = 0;
  /** Offset of the next record to come. */
  #end: number;

  constructor(end: number, bounds: TailBounds) {
    this.#end = end;
    this.#bounds = bounds;
  }

  /** Offset of the oldest record kept; the end when there is none. */
  get first(): number {
    return this.#end - (this.#records.length - this.#head);
  }

  /** Adds the record that has the end's offset. */
  push(record: LogRecord): void {
    this.#records.push(record);
    this.#end = record.offset + 1;
    this.#bytes += record.value.length;
    while (
      this.#records.length - this.#head > this.#bounds.countMax ||
      (this.#bytes > this.#bounds.bytesMax && this.#head < this.#records.length)
    ) {
      this.#dropOldest();
    }
    if (this.#head > this.#bounds.countMax) {
      this.#records.splice(0, this.#head);
      this.#head = 0;
    }
  }

  /** The record with this offset; undefined when it is not kept (any more). */
  get(offset: number): LogRecord | undefined {
    return offset < this.first ? undefined : this.#records[offset - this.#end + this.#records.length];
  }

  /** Takes back the records with offset ≥ `end`: they did not become durable. */
  truncate(end: number): void {
    while (this.#records.length > this.#head && this.#end > end) {
      this.#bytes -= this.#records.pop()!.value.length;
      this.#end -= 1;
    }
    this.#end = Math.min(this.#end, end);
  }

  /** Gives up the records with offset < `offset`: retention removed them. */
  dropBefore(offset: number): void {
    while (this.first < offset && this.#head < this.#records.length) this.#dropOldest();
  }

  #dropOldest(): void {
    this.#bytes -= this.#records[this.#head]!.value.length;
    // Cleared, so that the bytes go even before the array is cut.
    this.#records[this.#head] = undefined as unknown as LogRecord;
    this.#head += 1;
  }
}
