// What association knows of the events so far, rebuilt from quake.events.v1 at the start: where each event's
// newest revision stands in that topic, and the revisions used lately. An event out of use costs one map entry;
// when a report speaks of it again, its record is read back.

import assert from 'node:assert/strict';
import { QuakewireError } from '../errors.ts';
import { decodeEvent } from '../event/encode.ts';
import { parseCursor } from '../event/identity.ts';
import type { EventId, QuakeEvent } from '../event/types.ts';
import type { EventLog, LogRecord } from '../log/log.ts';

/** Revisions kept decoded, in each of two generations: a month of the world, about 10 MB. */
const GENERATION_COUNT_MAX = 10_000;

export class EventView {
  /** Incarnation of quake.events.v1 that this is a view of. */
  readonly epoch: string;
  readonly #log: EventLog;
  readonly #signal: AbortSignal;
  readonly #offsets = new Map<string, number>();
  /** Used lately. When full it becomes the older generation, and the older one is forgotten. */
  #young = new Map<string, QuakeEvent>();
  #old = new Map<string, QuakeEvent>();
  /** Appended, not yet acknowledged: their offsets are not known, so they must stay. */
  readonly #pending = new Map<string, QuakeEvent>();
  #cause: { epoch: string; offset: number } | null = null;

  private constructor(log: EventLog, epoch: string, signal: AbortSignal) {
    this.#log = log;
    this.epoch = epoch;
    this.#signal = signal;
  }

  /**
   * Reads the topic up to its present end. Throws `DATABASE_NEWER` when a newer Quakewire wrote the last record: going
   * on without it would number revisions anew. Garbage there, which no Quakewire wrote, is passed over.
   */
  static async restore(log: EventLog, signal: AbortSignal): Promise<EventView> {
    const view = new EventView(log, await log.epoch('quake.events.v1'), signal);
    const until = await log.end('quake.events.v1');
    let last: LogRecord | null = null;
    for await (const record of log.read('quake.events.v1', 0, { signal, until })) {
      view.#offsets.set(record.key, record.offset);
      last = record;
    }
    const newest = last && (decodeKnown(last) ?? (await view.#findReadable(() => true, last.offset)));
    view.#cause = newest ? parseCursor(newest.event.cause ?? '') : null;
    return view;
  }

  /**
   * Place in quake.reports.v1 of the report behind the newest event, or null. Each report makes one event at
   * most and in order, so all up to it are applied, and all after it changed nothing or are still to come.
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
  async load(id: EventId): Promise<QuakeEvent | null> {
    const offset = this.#offsets.get(id)!;
    // In another topic under the same name that offset may never come.
    if ((await this.#log.epoch('quake.events.v1')) !== this.epoch) {
      throw new QuakewireError('LOG_UNAVAILABLE', 'quake.events.v1 was removed and created anew');
    }
    for await (const record of this.#log.read('quake.events.v1', offset, { signal: this.#signal })) {
      // The newest record of a key never leaves a compacted topic.
      assert.equal(record.offset, offset);
      const known = decodeKnown(record) ?? (await this.#findReadable(({ key }) => key === id, offset));
      if (!known) return null;
      // Found before garbage, it is read from there the next time.
      this.#offsets.set(id, known.offset);
      this.#keep(known.event);
      return known.event;
    }
    return null;
  }

  /** The newest readable one of the wanted records before `until`: reads the topic once more, for garbage is rare. */
  async #findReadable(isWanted: (record: LogRecord) => boolean, until: number): Promise<Known | null> {
    let found: Known | null = null;
    for await (const record of this.#log.read('quake.events.v1', 0, { signal: this.#signal, until })) {
      if (isWanted(record)) found = decodeKnown(record) ?? found;
    }
    return found;
  }

  /** A new revision is on its way into the log. */
  put(event: QuakeEvent): void {
    this.#pending.set(event.id, event);
  }

  /** A revision is in the log at `offset`. */
  acknowledge(event: QuakeEvent, offset: number): void {
    this.#offsets.set(event.id, offset);
    // A newer one may be on its way already.
    if (this.#pending.get(event.id) !== event) return;
    this.#pending.delete(event.id);
    this.#keep(event);
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

/** Null for garbage. Throws for what a newer Quakewire wrote. */
function decodeKnown({ value: bytes, offset }: LogRecord): Known | null {
  const { value: event, rejection } = decodeEvent(bytes);
  if (event) return { event, offset };
  if (!rejection.isNewer) return null;
  throw new QuakewireError(
    'DATABASE_NEWER',
    `Cannot continue quake.events.v1 after offset ${offset}: ${rejection.reason}; run the newer Quakewire`,
    { facts: { offset, field: rejection.field } },
  );
}
