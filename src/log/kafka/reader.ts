// Reads one topic from an offset on, alone: no consumer group, the offset is the caller's. Each fetch waits at the
// partition's leader for news; it goes out only when the caller asks for a record and none is left of the last one.

import type { RecordsBatch } from '@platformatic/kafka';
import type { QuakewireError } from '../../errors.ts';
import type { LogRecord } from '../log.ts';
import { Cluster, type Place } from './cluster.ts';
import { toKafkaCode, toLogError, toRecreatedError, unavailable } from './faults.ts';
import { fetchBatches, findRange } from './partition.ts';
import { Patience } from './patience.ts';
import { toLogRecords, toNextOffset } from './record.ts';
import { type KafkaSettings, PATIENCE_MS } from './settings.ts';

/**
 * Records with offset ≥ `fromOffset` and < `until` of the topic with this name on the cluster; as `EventLog.read`.
 * Faults are met by trying again; throws `LOG_UNAVAILABLE` when they last, or when the topic is another one than at
 * the start.
 */
export async function* readTopic(
  settings: KafkaSettings,
  name: string,
  fromOffset: number,
  signal: AbortSignal,
  until = Number.POSITIVE_INFINITY,
): AsyncGenerator<LogRecord, void, undefined> {
  const reader = new TopicReader(settings, name, Math.max(0, fromOffset), signal);
  try {
    while (!signal.aborted && reader.next < until) {
      for (const batch of await reader.fetch()) {
        for (const record of reader.take(batch)) {
          if (record.offset >= until) return;
          yield record;
          if (signal.aborted) return;
        }
      }
    }
  } finally {
    reader.close();
  }
}

/** What no patience of this reader heals; another one may begin anew. Never leaves this module. */
class ReaderOver extends Error {
  readonly reason: QuakewireError;
  constructor(reason: QuakewireError) {
    super(reason.message);
    this.reason = reason;
  }
}

class TopicReader {
  readonly #settings: KafkaSettings;
  readonly #name: string;
  readonly #fromOffset: number;
  readonly #signal: AbortSignal;
  readonly #cluster: Cluster;
  readonly #patience: Patience;
  /** Where the next fetch begins; while the topic ends before what the caller wants, the topic's end. */
  #next: number;
  /** A fetch at #next was answered: what is before it was in the log. */
  #wasThere = false;
  #place: Place | null = null;
  /** Of the topic as it was found first: the offsets are its own. */
  #topicId: string | null = null;

  constructor(settings: KafkaSettings, name: string, fromOffset: number, signal: AbortSignal) {
    this.#settings = settings;
    this.#name = name;
    this.#fromOffset = fromOffset;
    this.#signal = signal;
    this.#next = fromOffset;
    this.#cluster = new Cluster(settings);
    this.#patience = new Patience(settings.patienceMs ?? PATIENCE_MS);
  }

  /** Offset of the next record or hole that it has not seen. */
  get next(): number {
    return this.#next;
  }

  /** What comes next, perhaps nothing yet; nothing once the signal fires. */
  async fetch(): Promise<RecordsBatch[]> {
    for (;;) {
      try {
        const batches = await unlessAborted(this.#fetchOnce(), this.#signal);
        this.#patience.renew();
        return batches;
      } catch (error) {
        if (this.#signal.aborted) return [];
        this.#place = null;
        if (error instanceof ReaderOver) throw error.reason;
        if (this.#patience.isOver()) throw toLogError(`read ${this.#name}`, error, this.#settings);
        await this.#patience.pause(this.#signal);
      }
    }
  }

  /** The records of a fetched batch that the caller wants; moves on behind it. */
  take(batch: RecordsBatch): LogRecord[] {
    const records = toLogRecords(batch, Math.max(this.#next, this.#fromOffset));
    this.#next = Math.max(this.#next, toNextOffset(batch));
    return records;
  }

  close(): void {
    void this.#cluster.close();
  }

  async #fetchOnce(): Promise<RecordsBatch[]> {
    this.#place ??= await this.#cluster.find(this.#name);
    this.#topicId ??= this.#place.topicId;
    if (this.#place.topicId !== this.#topicId) throw new ReaderOver(toRecreatedError(this.#name));
    try {
      const batches = await fetchBatches(this.#cluster, this.#place, this.#next);
      this.#wasThere = true;
      return batches;
    } catch (error) {
      if (toKafkaCode(error) !== 'OFFSET_OUT_OF_RANGE') throw error;
      await this.#enterRange(this.#place);
      return [];
    }
  }

  /** What is older than the topic is passed over, as retention decided; what is beyond its end is waited for. */
  async #enterRange(place: Place): Promise<void> {
    const { start, end } = await findRange(this.#cluster, place, this.#name);
    if (this.#wasThere && this.#next > end) {
      throw unavailable(
        `Topic "${this.#name}" ends at ${end}, but reached ${this.#next} before: the Kafka cluster has lost records`,
        { topic: this.#name, offset: this.#next - 1, end },
      );
    }
    this.#next = Math.min(Math.max(this.#next, start), end);
  }
}

/** The result of `work`, or a rejection as soon as the signal fires; then nobody waits for `work` any more. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  return promise;
}
