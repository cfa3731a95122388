// The EventLog port: ordered, durable topics with one partition each. Two implementations
// (embedded SQLite; Apache Kafka) pass one contract suite, test/contract/event-log.ts.

import type { Topic } from './topics.ts';

/** One record as it stands in a topic. */
export interface LogRecord {
  /** Position in the topic; grows by at least 1 from record to record (compaction leaves holes). */
  readonly offset: number;
  readonly key: string;
  readonly value: Uint8Array;
  /** When the log took it, ms since the epoch UTC. */
  readonly appendedAtMs: number;
}

export interface ReadOptions {
  /** Ends the iteration; a reader waiting for the next record stops at once, without an error. */
  readonly signal: AbortSignal;
  /**
   * `uncommitted` lets a stage of the same process see a record before it is durable, on condition that
   * all it does with it is to append to this same log: both then become durable together or not at all.
   * An implementation may treat it as `committed`. Default: `committed`.
   */
  readonly isolation?: 'committed' | 'uncommitted';
  /**
   * Ends the iteration once every record with offset < `until` has been given; none from `until` on is given. What
   * `end` said is reached so even where the offsets before it are holes (a transaction marker, compaction). Default: without end.
   */
  readonly until?: number;
}

export interface EventLog {
  /**
   * Appends one record and gives its offset once it is durable (a kill -9 or power loss after that keeps it).
   * Appends of one caller keep their order. Rejects with `LOG_UNAVAILABLE` (retriable) or `LOG_FULL` (retriable
   * once there is room); then the record is not in the log, nor any that the caller appended after it and
   * before it learned of that: what is in the log is always without a gap. The bytes of `value` belong to the log.
   */
  append(topic: Topic, key: string, value: Uint8Array): Promise<number>;
  /**
   * All records with offset ≥ `fromOffset` in order, then those that come, without end. Starts at the first
   * one still there when `fromOffset` is older than the topic's start. Pulled: what is not asked for is not read.
   */
  read(topic: Topic, fromOffset: number, options: ReadOptions): AsyncIterable<LogRecord>;
  /** Offset that the next committed record will have; 0 for an empty topic. */
  end(topic: Topic): Promise<number>;
  /** Offset of the first record still there; equals `end` when there is none. */
  start(topic: Topic): Promise<number>;
  /** Name of the topic's incarnation, 1–64 of `[A-Za-z0-9_-]`; another one means that offsets mean other things. */
  epoch(topic: Topic): Promise<string>;
  /** Waits for appends under way, then lets go of files and sockets. */
  close(): Promise<void>;
}
