// What association knows of the events so far, read from quake.events.v1: where each event's newest revision stands in
// that topic, and the revisions used lately. An event out of use costs one map entry; when a report speaks of it again,
// its record is read back. Who stands by keeps its view up to date, so that leading begins with what came last.

import assert from 'node:assert/strict';
import { QuakewireError, toNewerError } from '../errors.ts';
import { decodeEvent } from '../event/encode.ts';
import { parseCursor } from '../event/identity.ts';
import type { EventId, QuakeEvent } from '../event/types.ts';
import type { EventLog, LogRecord } from '../log/log.ts';

const TOPIC = 'quake.events.v1';
/** Revisions kept decoded, in each of two generations: a month of the world, about 10 MB. */
const GENERATION_COUNT_MAX = 10_000;

export class EventView {
  /** Incarnation of quake.events.v1 that this is a view of; empty before the first reading. */
  #epoch = '';
  /** Every record before this offset has been read. */
  #next = 0;
  /** The last record read, until its cause is known; null: it is. */
  #last: LogRecord | null = null;
  #cause: { epoch: string; offset: number } | null = null;
  readonly #offsets = new Map<string, number>();
  /** Used lately. When full it becomes the older generation, and the older one is forgotten. */
  #young = new Map<string, QuakeEvent>();
  #old = new Map<string, QuakeEvent>();
  /** Appended, not yet acknowledged: their offsets are not known, so they must stay. */
  #pending = new Map<string, QuakeEvent>();

  /** A view of all that is in the topic at present. Rejects as `catchUp`. */
  static async restore(log: EventLog, signal: AbortSignal): Promise<EventView> {
    const view = new EventView();
    await view.catchUp(log, signal);
    return view;
  }

  /** Reads what comes, until the signal fires. Rejects as the log does; may then be called again. */
  async follow(log: EventLog, signal: AbortSignal): Promise<void> {
    await this.#begin(log);
    for await (const record of log.read(TOPIC, this.#next, { signal })) this.#note(record);
  }

  /**
   * Reads what is missing up to the topic's present end; what was put and not acknowledged is forgotten. Throws
   * `DATABASE_NEWER` when a newer Quakewire wrote the last record: going on without it would number revisions anew.
   * Garbage there, which no Quakewire wrote, is passed over.
   */
  async catchUp(log: EventLog, signal: AbortSignal): Promise<void> {
    const until = await this.#begin(log);
    for await (const record of log.read(TOPIC, this.#next, { signal, until })) this.#note(record);
    if (signal.aborted) return;
    this.#next = Math.max(this.#next, until);
    if (!this.#last) return;
    const newest =
      decodeKnown(this.#last) ?? (await findReadable(log, () => true, this.#last.offset, signal));
    if (signal.aborted) return;
    this.#cause = newest ? parseCursor(newest.event.cause ?? '') : null;
    this.#last = null;
  }

  /** Starts over where the topic is another one, or has lost what was read; gives its present end. */
  async #begin(log: EventLog): Promise<number> {
    const epoch = await log.epoch(TOPIC);
    const end = await log.end(TOPIC);
    this.#pending = new Map();
    if (epoch === this.#epoch && end >= this.#next) return end;
    this.#epoch = epoch;
    this.#next = 0;
    this.#last = null;
    this.#cause = null;
    this.#offsets.clear();
    this.#young.clear();
    this.#old.clear();
    return end;
  }

  #note(record: LogRecord): void {
    this.#offsets.set(record.key, record.offset);
    this.#young.delete(record.key);
    this.#old.delete(record.key);
    this.#last = record;
    this.#next = record.offset + 1;
  }

  get epoch(): string {
    return this.#epoch;
  }

  /**
   * Place in quake.reports.v1 of the report behind the newest event at the last `catchUp`, or null. Each report makes
   * one event at most and in order, so all up to it are applied, and all after it changed nothing or are still to come.
   */
  get cause(): { readonly epoch: string; readonly offset: number } | null {
    return this.#cause;
  }

  get size(): number {
    return this.#offsets.size;
  }

  /** The newest revision when it is at hand; undefined when it has to be loaded; null when there is none. */
  peek(id: EventId): QuakeEvent | null | undefined {
    const pending = this.#pending.get(id);
    if (pending) return pending;
    const young = this.#young.get(id);
    if (young) return young;
    const old = this.#old.get(id);
    if (old) this.#keep(old);
    return old ?? (this.#offsets.has(id) ? undefined : null);
  }

  /**
   * Reads the newest revision of a known event back from the log; null when the signal fires meanwhile, or when
   * nothing of it can be read any more.
   */
  async load(log: EventLog, id: EventId, signal: AbortSignal): Promise<QuakeEvent | null> {
    const offset = this.#offsets.get(id)!;
    // In another topic under the same name that offset may never come.
    if ((await log.epoch(TOPIC)) !== this.#epoch) {
      throw new QuakewireError('LOG_UNAVAILABLE', 'quake.events.v1 was removed and created anew');
    }
    for await (const record of log.read(TOPIC, offset, { signal })) {
      // The newest record of a key never leaves a compacted topic.
      assert.equal(record.offset, offset);
      const known = decodeKnown(record) ?? (await findReadable(log, ({ key }) => key === id, offset, signal));
      if (!known) return null;
      // Found before garbage, it is read from there the next time.
      this.#offsets.set(id, known.offset);
      this.#keep(known.event);
      return known.event;
    }
    return null;
  }

  /** A new revision is on its way into the log; the function given tells at which offset it came to stand there. */
  put(event: QuakeEvent): (offset: number) => void {
    const pending = this.#pending;
    pending.set(event.id, event);
    return (offset) => {
      // The topic has been read again since: what it says counts.
      if (pending !== this.#pending) return;
      this.#offsets.set(event.id, offset);
      // A newer one may be on its way already.
      if (pending.get(event.id) !== event) return;
      pending.delete(event.id);
      this.#keep(event);
    };
  }

  #keep(event: QuakeEvent): void {
    if (this.#young.size >= GENERATION_COUNT_MAX) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(event.id, event);
  }
}

interface Known {
  readonly event: QuakeEvent;
  readonly offset: number;
}

/** The newest readable one of the wanted records before `until`: reads the topic once more, for garbage is rare. */
async function findReadable(
  log: EventLog,
  isWanted: (record: LogRecord) => boolean,
  until: number,
  signal: AbortSignal,
): Promise<Known | null> {
  let found: Known | null = null;
  for await (const record of log.read(TOPIC, 0, { signal, until })) {
    if (isWanted(record)) found = decodeKnown(record) ?? found;
  }
  return found;
}

/** Null for garbage. Throws for what a newer Quakewire wrote. */
function decodeKnown({ value: bytes, offset }: LogRecord): Known | null {
  const { value: event, rejection } = decodeEvent(bytes);
  if (event) return { event, offset };
  if (!rejection.isNewer) return null;
  throw toNewerError(`continue ${TOPIC} after offset ${offset}`, rejection.reason, {
    offset,
    field: rejection.field,
  });
}
