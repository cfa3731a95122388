// The Store port: the database as a view of the log. Implementations (embedded SQLite; PostgreSQL)
// pass one contract suite, test/contract/store.ts.

import type { EventId, QuakeEvent, Report } from '../event/types.ts';
import type { Topic } from '../log/topics.ts';

/** Where a view stands in a topic: everything up to and including `offset` is in it. */
export interface LogPosition {
  readonly topic: Topic;
  readonly epoch: string;
  /** −1: nothing yet. */
  readonly offset: number;
}

/** An event together with its offset in `quake.events.v1`. */
export interface StoredEvent {
  readonly event: QuakeEvent;
  readonly offset: number;
}

export interface Store {
  /**
   * Upserts events, newest-wins by revision, and moves the position, in one transaction. Applying a batch
   * twice equals once. Rejects with `STORE_UNAVAILABLE` (retriable): then nothing of the batch is in.
   */
  applyEvents(events: readonly StoredEvent[], position: LogPosition): Promise<void>;
  /** Adds reports (none is ever overwritten; a repeated one is not added again) and moves the position, in one transaction. */
  applyReports(reports: readonly Report[], position: LogPosition): Promise<void>;
  /** Where the view of a topic stands; offset −1 and an empty epoch when it has read nothing. */
  position(topic: Topic): Promise<LogPosition>;
  /** Forgets everything read from a topic, because its epoch changed; the position starts over. */
  reset(topic: Topic): Promise<void>;
  /** All events by ascending origin time, in batches, read consistently with the position given first. */
  loadEvents(
    signal: AbortSignal,
  ): Promise<{ position: LogPosition; batches: AsyncIterable<readonly StoredEvent[]> }>;
  /** One event with the reports of all its agency events in the order of arrival; null when unknown. */
  event(id: EventId): Promise<{ event: QuakeEvent; reports: Report[] } | null>;
  /** Counts kept for `/status` and the tests. */
  counts(): Promise<{ events: number; reports: number }>;
  close(): Promise<void>;
}
