// Appends to Kafka, in the order of the calls, without linger: what is appended while one request is under way
// goes with the next.
//
//   append ─▶ queue ─▶ batch (one topic) ─▶ produce, acks=all ──▶ offsets ─▶ settle, next batch
//                        ▲                      │ nothing of it was written: reject it and the whole queue
//                        └── same sequence ─────┘ nobody knows: the same again
//
// A batch that may have reached the broker is never given up: it is sent again, recognisable, until its fate is
// known. So a rejected append is not in the log, and what was appended after it is rejected too (../log.ts).
// docs/decisions/0020-kafka-log.md.

import type { Cluster } from './cluster.ts';
import { toClosedError, toLogError, toRecreatedError, unavailable } from './faults.ts';
import { Patience } from './patience.ts';
import { KafkaProducer, type WriterTerm } from './producer.ts';
import { type KafkaSettings, PATIENCE_MS } from './settings.ts';

/** Of keys and values in a request; Kafka's own bound of a batch is 1 MiB (message.max.bytes). */
const BATCH_BYTES_MAX = 512 * 1024;
const BATCH_COUNT_MAX = 2_048;
/** A larger record is a programmer's mistake: the largest we write is a dead letter of about 90 kB. */
const RECORD_BYTES_MAX = 900 * 1024;
/** Far more than any stage has under way; a caller that waits for nothing is stopped here. */
const QUEUE_COUNT_MAX = 65_536;
/** At the end, for what is under way. */
const CLOSE_TIMEOUT_MS = 5_000;

interface Append {
  readonly name: string;
  readonly key: string;
  readonly value: Uint8Array;
  readonly resolve: (offset: number) => void;
  readonly reject: (error: Error) => void;
}

export class KafkaWriter {
  readonly #settings: KafkaSettings;
  readonly #cluster: Cluster;
  readonly #producer: KafkaProducer;
  /** Offset after the last one acknowledged, by topic. */
  readonly #ends = new Map<string, number>();
  readonly #closing = new AbortController();
  #queue: Append[] = [];
  #running: Promise<void> | null = null;
  #closed = false;

  constructor(settings: KafkaSettings, cluster: Cluster, term: WriterTerm | null) {
    this.#settings = settings;
    this.#cluster = cluster;
    this.#producer = new KafkaProducer(cluster, term);
  }

  /** Appends to the topic with this name on the cluster; as `EventLog.append`. */
  append(name: string, key: string, value: Uint8Array): Promise<number> {
    if (key.length + value.length > RECORD_BYTES_MAX) {
      throw new RangeError(
        `A record of ${value.length} bytes was appended, expected at most ${RECORD_BYTES_MAX}`,
      );
    }
    if (this.#closed) return Promise.reject(toClosedError());
    if (this.#queue.length >= QUEUE_COUNT_MAX) return Promise.reject(toOverflowError());
    return new Promise((resolve, reject) => {
      this.#queue.push({ name, key, value, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Waits for appends under way, at most 5 s; what is then still open is rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    const timer = setTimeout(() => {
      this.#closing.abort();
      // Ends a request that waits for its answer.
      void this.#cluster.close();
    }, CLOSE_TIMEOUT_MS);
    await this.#running;
    clearTimeout(timer);
    await this.#cluster.close();
  }

  async #run(): Promise<void> {
    // What is appended in the same turn goes together.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const batch = this.#takeBatch();
      try {
        const offset = await this.#deliver(batch);
        for (const [i, { resolve }] of batch.entries()) resolve(offset + i);
      } catch (error) {
        const failure = toLogError('append', error, this.#settings);
        for (const { reject } of [...batch, ...this.#queue.splice(0)]) reject(failure);
      }
    }
    this.#running = null;
  }

  /** The longest head of the queue that is for one topic and within the bounds; at least one record. */
  #takeBatch(): Append[] {
    const { name } = this.#queue[0]!;
    let count = 0;
    let bytes = 0;
    for (const one of this.#queue) {
      bytes += one.key.length + one.value.length;
      if (one.name !== name || count === BATCH_COUNT_MAX || (bytes > BATCH_BYTES_MAX && count > 0)) break;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  /** Gives the first record's offset. Rejects only when it is certain that none of the batch is in the log. */
  async #deliver(batch: readonly Append[]): Promise<number> {
    const { name } = batch[0]!;
    const patience = new Patience(this.#settings.patienceMs ?? PATIENCE_MS);
    let topicId: string | null = null;
    let isOpen = false;
    let isTold = false;
    for (;;) {
      const outcome = await this.#producer.attempt(name, batch, topicId);
      if (outcome.fate === 'written') return this.#acknowledge(name, outcome.offset, batch.length);
      const { fate, error } = outcome;
      topicId = outcome.topicId;
      if (fate === 'lost' || this.#closing.signal.aborted) throw error;
      if (fate === 'open') isOpen = true;
      if (patience.isOver()) {
        if (!isOpen) throw error;
        if (!isTold) this.#tellWaiting(name, error);
        isTold = true;
      }
      await patience.pause(this.#closing.signal);
    }
  }

  /** Offsets only grow: one that does not tells of another topic under the same name, or of records lost. */
  #acknowledge(name: string, offset: number, count: number): number {
    const end = this.#ends.get(name) ?? 0;
    this.#ends.set(name, offset + count);
    if (offset >= end) return offset;
    this.#producer.forgetPlace(name);
    throw toRecreatedError(name);
  }

  #tellWaiting(name: string, error: unknown): void {
    const err = toLogError('append', error, this.#settings);
    this.#settings.logger?.warn({ err, topic: name }, 'An append waits until the Kafka cluster answers');
  }
}

const toOverflowError = () =>
  unavailable(
    `Cannot append: ${QUEUE_COUNT_MAX} appends are waiting already, expected callers to wait for theirs`,
    {},
  );
