// One topic of the embedded log: its rows, where it ends, and what may leave it.
// Nothing here begins or commits a transaction: its callers do.

import type { DatabaseSync } from 'node:sqlite';
import type { LogRecord } from './log.ts';
import { Tail, type TailBounds } from './tail.ts';
import { TOPICS, type Topic, type TopicPolicy } from './topics.ts';

/** What a topic's row in `topics` says. */
interface TopicState {
  /** Offset of the next record; persisted, so that no offset comes twice even when all records have left. */
  readonly nextOffset: number;
  /** Bytes of keys and values. */
  readonly sizeBytes: number;
  /** Records before it have been looked at by compaction. */
  readonly compactedOffset: number;
}

export class TopicTable {
  readonly topic: Topic;
  readonly epoch: string;
  readonly tail: Tail;
  /** As the open transaction, if any, leaves it. */
  #state: TopicState;
  #committed: TopicState;
  readonly #policy: TopicPolicy;
  readonly #statements: ReturnType<typeof prepare>;

  constructor(database: DatabaseSync, topic: Topic, tailBounds: TailBounds, createEpoch: () => string) {
    this.topic = topic;
    this.#policy = TOPICS[topic];
    this.#statements = prepare(database, topic);
    this.#statements.create.run(topic, createEpoch());
    const row = this.#statements.load.get(topic)!;
    this.epoch = String(row['epoch']);
    this.#state = {
      nextOffset: Number(row['next_offset']),
      sizeBytes: Number(row['size_bytes']),
      compactedOffset: Number(row['compacted_offset']),
    };
    this.#committed = this.#state;
    this.tail = new Tail(this.#state.nextOffset, tailBounds);
  }

  /** Offset of the next record, those of the open transaction counted. */
  get end(): number {
    return this.#state.nextOffset;
  }

  /** Offset of the next record, durable ones counted alone. */
  get committedEnd(): number {
    return this.#committed.nextOffset;
  }

  get sizeBytes(): number {
    return this.#state.sizeBytes;
  }

  /** Offset of the first record that is durable; the committed end when there is none. */
  start(): number {
    const first = Number(this.#statements.first.get()?.['offset'] ?? this.committedEnd);
    return Math.min(first, this.committedEnd);
  }

  insert(key: string, value: Uint8Array, appendedAtMs: number): LogRecord {
    const record = { offset: this.end, key, value, appendedAtMs };
    this.#statements.insert.run(record.offset, key, value, appendedAtMs);
    this.#state = {
      ...this.#state,
      nextOffset: record.offset + 1,
      sizeBytes: this.#state.sizeBytes + Buffer.byteLength(key) + value.length,
    };
    this.tail.push(record);
    return record;
  }

  /** Up to `countMax` records with `from` ≤ offset < `before`, read from disk. */
  page(from: number, before: number, countMax: number): LogRecord[] {
    return this.#statements.page.all(from, before, countMax) as unknown as LogRecord[];
  }

  /** Writes the state down, inside the transaction that changed it; nothing when unchanged. */
  save(): void {
    if (this.#state === this.#committed) return;
    const { nextOffset, sizeBytes, compactedOffset } = this.#state;
    this.#statements.save.run(nextOffset, sizeBytes, compactedOffset, this.topic);
  }

  /** The transaction is committed. True when it brought records. */
  commit(): boolean {
    const grown = this.end > this.committedEnd;
    this.#committed = this.#state;
    return grown;
  }

  /** The transaction is gone, and what was inserted with it. */
  rollback(): void {
    this.#state = this.#committed;
    this.tail.truncate(this.committedEnd);
  }

  /**
   * One bounded step of the topic's policy in ./topics.ts. Looks at no more than `countMax` records.
   * Gives true when there is more to do now.
   */
  retain(nowMs: number, countMax: number): boolean {
    return this.#policy.cleanup === 'compact'
      ? this.#compact(nowMs, countMax)
      : this.#removeOldest(nowMs, countMax);
  }

  #removeOldest(nowMs: number, countMax: number): boolean {
    const { retentionMs, retentionBytes } = this.#policy;
    let excessBytes = this.sizeBytes - (retentionBytes ?? Number.POSITIVE_INFINITY);
    let removedBytes = 0;
    let count = 0;
    let last = -1;
    for (const row of this.#statements.oldest.iterate(countMax)) {
      if (excessBytes <= 0 && Number(row['appendedAtMs']) >= nowMs - retentionMs) break;
      last = Number(row['offset']);
      excessBytes -= Number(row['sizeBytes']);
      removedBytes += Number(row['sizeBytes']);
      count += 1;
    }
    if (count === 0) return false;
    this.#statements.removeUpTo.run(last);
    this.tail.dropBefore(last + 1);
    this.#state = { ...this.#state, sizeBytes: this.sizeBytes - removedBytes };
    return count === countMax;
  }

  /**
   * As Kafka's cleaner with `min.compaction.lag.ms`: a record that is old enough makes all earlier ones of its
   * key leave. So every step of the last `retentionMs` stays, and before that the last record of each key.
   */
  #compact(nowMs: number, countMax: number): boolean {
    let { compactedOffset, sizeBytes } = this.#state;
    const passed = this.#statements.passed.all(compactedOffset, this.committedEnd, countMax);
    let count = 0;
    for (const row of passed) {
      if (Number(row['appendedAtMs']) >= nowMs - this.#policy.retentionMs) break;
      compactedOffset = Number(row['offset']) + 1;
      for (const gone of this.#statements.removeEarlier.all(String(row['key']), compactedOffset - 1)) {
        sizeBytes -= Number(gone['sizeBytes']);
        this.tail.dropBefore(Number(gone['offset']) + 1);
      }
      count += 1;
    }
    if (count === 0) return false;
    this.#state = { ...this.#state, compactedOffset, sizeBytes };
    return count === countMax;
  }
}

function prepare(database: DatabaseSync, topic: Topic) {
  const table = `"${topic}"`;
  const sizeBytes = 'octet_length(key) + length(value) AS sizeBytes';
  return {
    create: database.prepare('INSERT OR IGNORE INTO topics VALUES (?, ?, 0, 0, 0)'),
    load: database.prepare('SELECT * FROM topics WHERE topic = ?'),
    save: database.prepare(
      'UPDATE topics SET next_offset = ?, size_bytes = ?, compacted_offset = ? WHERE topic = ?',
    ),
    insert: database.prepare(`INSERT INTO ${table} VALUES (?, ?, ?, ?)`),
    first: database.prepare(`SELECT min(offset) AS offset FROM ${table} HAVING offset IS NOT NULL`),
    page: database.prepare(
      `SELECT offset, key, value, appended_at_ms AS appendedAtMs FROM ${table}
       WHERE offset >= ? AND offset < ? ORDER BY offset LIMIT ?`,
    ),
    oldest: database.prepare(
      `SELECT offset, appended_at_ms AS appendedAtMs, ${sizeBytes} FROM ${table} ORDER BY offset LIMIT ?`,
    ),
    removeUpTo: database.prepare(`DELETE FROM ${table} WHERE offset <= ?`),
    passed: database.prepare(
      `SELECT offset, key, appended_at_ms AS appendedAtMs FROM ${table}
       WHERE offset >= ? AND offset < ? ORDER BY offset LIMIT ?`,
    ),
    removeEarlier: database.prepare(
      `DELETE FROM ${table} WHERE key = ? AND offset < ? RETURNING offset, ${sizeBytes}`,
    ),
  };
}
