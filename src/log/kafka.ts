// The EventLog on Apache Kafka 4: for stages that run as processes of their own. One writer keeps the order of
// appends (./kafka/writer.ts), every reader reads alone (./kafka/reader.ts), a topic's epoch is the id that Kafka
// gave it. Topics are made by `quakewire topics` (./kafka/topics.ts), never by writing to them.

import { Cluster, type Place } from './kafka/cluster.ts';
import { toClosedError, toLogError } from './kafka/faults.ts';
import { findRange } from './kafka/partition.ts';
import { Patience } from './kafka/patience.ts';
import type { WriterTerm } from './kafka/producer.ts';
import { readTopic } from './kafka/reader.ts';
import { type KafkaSettings, PATIENCE_MS, toKafkaName } from './kafka/settings.ts';
import { KafkaWriter } from './kafka/writer.ts';
import type { EventLog, LogRecord, ReadOptions } from './log.ts';
import type { Topic } from './topics.ts';

export type { KafkaSettings, SaslMechanism } from './kafka/settings.ts';

/**
 * Connects to nothing yet: a cluster that cannot be reached shows at the first call, as `LOG_UNAVAILABLE` with what
 * to look at. `isolation: 'uncommitted'` is read as `committed`: a record is seen once its writer may know of it.
 * `term`: writes as the leader of an office (./kafka-leadership.ts) and for as long as it leads.
 */
export function createKafkaLog(settings: KafkaSettings, term: WriterTerm | null = null): EventLog {
  const writer = new KafkaWriter(settings, new Cluster(settings), term);
  const questions = new Cluster(settings);
  const closing = new AbortController();

  /** Asks until there is an answer, at most as long as the patience lasts. */
  async function ask<T>(
    topic: Topic,
    action: string,
    question: (place: Place, name: string) => T | Promise<T>,
  ) {
    const name = toKafkaName(settings, topic);
    const patience = new Patience(settings.patienceMs ?? PATIENCE_MS);
    for (;;) {
      if (closing.signal.aborted) throw toClosedError();
      try {
        return await question(await questions.find(name), name);
      } catch (error) {
        if (patience.isOver()) throw toLogError(`${action} ${name}`, error, settings);
      }
      await patience.pause(closing.signal);
    }
  }

  async function* read(
    topic: Topic,
    fromOffset: number,
    { signal, until }: ReadOptions,
  ): AsyncGenerator<LogRecord, void, undefined> {
    const either = AbortSignal.any([signal, closing.signal]);
    yield* readTopic(settings, toKafkaName(settings, topic), fromOffset, either, until);
    if (closing.signal.aborted && !signal.aborted) throw toClosedError();
  }

  return {
    append: (topic, key, value) => writer.append(toKafkaName(settings, topic), key, value),
    read,
    end: (topic) =>
      ask(topic, 'find the end of', async (place, name) => (await findRange(questions, place, name)).end),
    start: (topic) =>
      ask(topic, 'find the start of', async (place, name) => (await findRange(questions, place, name)).start),
    epoch: (topic) => ask(topic, 'find the epoch of', ({ topicId }) => topicId),
    close: async () => {
      await writer.close();
      closing.abort();
      await questions.close();
    },
  };
}
