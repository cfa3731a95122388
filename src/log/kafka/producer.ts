// One produce request and what became of it: the idempotent producer's side of the protocol. A batch that is sent
// again goes under the same producer id and sequence, by which the broker knows it. ./writer.ts decides about that.

import { initProducerIdV5, NumericMap, ProduceAcks, produceV11 } from '@platformatic/kafka';
import type { Cluster, Place } from './cluster.ts';
import { isKafkaFault, toFencedError, toKafkaCode, toRecreatedError } from './faults.ts';
import type { ProducerIdentity } from './fence.ts';
import { toMessage } from './record.ts';

/** How long the leader waits for its followers; the client's own bound is longer (./settings.ts). */
const PRODUCE_TIMEOUT_MS = 7_500;
/** Sequence numbers are 32 bits, signed. */
const SEQUENCE_MAX = 2 ** 31 - 1;

/** Answers that say for certain that this request wrote nothing. */
const REFUSALS = new Set([
  'CLUSTER_AUTHORIZATION_FAILED',
  'CORRUPT_MESSAGE',
  'INVALID_RECORD',
  'INVALID_REQUIRED_ACKS',
  'INVALID_TIMESTAMP',
  'MESSAGE_TOO_LARGE',
  'NOT_ENOUGH_REPLICAS',
  'RECORD_LIST_TOO_LARGE',
  'TOPIC_AUTHORIZATION_FAILED',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
]);
/** Answers that say so of every earlier try of the batch too: the broker knows this producer no longer. */
const LOST_STATES = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
]);

/** What became of one request. */
export type Outcome =
  | { readonly fate: 'written'; readonly offset: number }
  | {
      /** `unsent`, `refused`: this request wrote nothing. `open`: nobody knows. `lost`: no try of the batch wrote. */
      readonly fate: 'unsent' | 'refused' | 'open' | 'lost';
      readonly error: unknown;
      /** Of the topic that the request reached; null when it reached none. */
      readonly topicId: string | null;
    };

/** A writer's part of a leader's term (./fence.ts). */
export interface WriterTerm extends ProducerIdentity {
  /** The brokers no longer accept this identity: another process has taken over. */
  readonly onLost: () => void;
}

interface Producer extends ProducerIdentity {
  /** Records written so far, by `<topic>:0`: the sequence number of the next one. */
  readonly sequences: NumericMap;
}

export class KafkaProducer {
  readonly #cluster: Cluster;
  readonly #term: WriterTerm | null;
  readonly #places = new Map<string, Place>();
  #producer: Producer | null = null;

  /** `term`: the identity to write with, once; null: one of its own, renewed when lost. */
  constructor(cluster: Cluster, term: WriterTerm | null) {
    this.#cluster = cluster;
    this.#term = term;
    if (term) this.#producer = { id: term.id, epoch: term.epoch, sequences: new NumericMap() };
  }

  /**
   * Sends a batch once. `topicId`: of the topic that earlier tries of this batch reached; null before the first.
   * One call at a time. Rejects on a programmer's mistake alone.
   */
  async attempt(
    name: string,
    batch: readonly { readonly key: string; readonly value: Uint8Array }[],
    topicId: string | null,
  ): Promise<Outcome> {
    let reached: string | null = null;
    try {
      const place = await this.#locate(name);
      // Neither in the topic of before, which is gone, nor in this one.
      if (topicId !== null && place.topicId !== topicId) {
        return { fate: 'lost', error: toRecreatedError(name), topicId };
      }
      const producer = await this.#identify(name, batch.length);
      if (!producer) return { fate: 'lost', error: toFencedError(), topicId };
      const connection = await this.#cluster.connect(place.broker);
      const messages = batch.map(({ key, value }) => toMessage(name, key, value));
      reached = place.topicId;
      const answer = await produceV11.api.async(connection, ProduceAcks.ALL, PRODUCE_TIMEOUT_MS, messages, {
        producerId: producer.id,
        producerEpoch: producer.epoch,
        sequences: producer.sequences,
      });
      producer.sequences.postIncrement(`${name}:0`, batch.length, 0);
      // With acks=all there is always an answer; the client's type has that of acks=0 too.
      const { responses } = answer as produceV11.ProduceResponse;
      return { fate: 'written', offset: Number(responses[0]!.partitionResponses[0]!.baseOffset) };
    } catch (error) {
      if (!isKafkaFault(error)) throw error;
      this.#places.delete(name);
      if (reached === null) return { fate: 'unsent', error, topicId };
      const code = toKafkaCode(error);
      if (code !== null && LOST_STATES.has(code)) {
        this.#lose();
        return { fate: 'lost', error, topicId: reached };
      }
      return { fate: code !== null && REFUSALS.has(code) ? 'refused' : 'open', error, topicId: reached };
    }
  }

  /** Asks anew where the topic is, at the next request. */
  forgetPlace(name: string): void {
    this.#places.delete(name);
  }

  async #locate(name: string): Promise<Place> {
    const known = this.#places.get(name);
    if (known) return known;
    const place = await this.#cluster.find(name);
    this.#places.set(name, place);
    return place;
  }

  /** Under whose id the next `count` records go; a new one when its numbers run out; null: the term is over. */
  async #identify(name: string, count: number): Promise<Producer | null> {
    const known = this.#producer;
    if (known && known.sequences.getWithDefault(`${name}:0`, 0) + count <= SEQUENCE_MAX) return known;
    if (this.#term) {
      this.#lose();
      return null;
    }
    const connection = await this.#cluster.any();
    const answer = await initProducerIdV5.api.async(connection, null, 0, -1n, -1);
    this.#producer = { id: answer.producerId, epoch: answer.producerEpoch, sequences: new NumericMap() };
    return this.#producer;
  }

  #lose(): void {
    this.#producer = null;
    this.#term?.onLost();
  }
}
