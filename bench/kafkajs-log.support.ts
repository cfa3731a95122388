// The event log on kafkajs, for bench/kafka-latency.ts alone: the peer that ours is compared with. As quick as its API
// lets it be: idempotent, acks=all, no linger, fetches that wait at the broker. It answers what the benched stages
// ask and no more: topics are never made anew, nothing is retried beyond what kafkajs does, nobody is fenced.

import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import type { EventLog, LogRecord, ReadOptions } from '../src/log/log.ts';
import type { Topic } from '../src/log/topics.ts';

/** As ours: src/log/kafka/partition.ts. */
const FETCH_WAIT_MS = 2_000;
const FETCH_BYTES_MAX = 1024 ** 2;
const ACKS_ALL = -1;

export function createKafkajsLog(brokers: readonly string[], topicPrefix: string): EventLog {
  const kafka = new Kafka({ clientId: 'bench', brokers: [...brokers], logLevel: logLevel.ERROR });
  const admin = kafka.admin();
  const asking = admin.connect();
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
  });
  const producing = producer.connect();
  const toName = (topic: Topic) => `${topicPrefix}${topic}`;

  async function range(topic: Topic): Promise<{ start: number; end: number }> {
    await asking;
    const [partition] = await admin.fetchTopicOffsets(toName(topic));
    return { start: Number(partition!.low), end: Number(partition!.high) };
  }

  async function* read(
    topic: Topic,
    fromOffset: number,
    { signal, until = Number.POSITIVE_INFINITY }: ReadOptions,
  ): AsyncGenerator<LogRecord, void, undefined> {
    if (Math.max(0, fromOffset) >= until) return;
    const consumer = kafka.consumer({
      groupId: randomUUID(),
      maxWaitTimeInMs: FETCH_WAIT_MS,
      minBytes: 1,
      maxBytes: FETCH_BYTES_MAX,
      maxBytesPerPartition: FETCH_BYTES_MAX,
      allowAutoTopicCreation: false,
    });
    await consumer.connect();
    await consumer.subscribe({ topic: toName(topic), fromBeginning: true });
    let records: LogRecord[] = [];
    let wake = () => {};
    let onTaken = () => {};
    const stop = () => wake();
    signal.addEventListener('abort', stop);
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        for (const { offset, key, value, timestamp } of batch.messages) {
          if (Number(offset) < fromOffset) continue;
          records.push({
            offset: Number(offset),
            key: key?.toString() ?? '',
            value: value ?? new Uint8Array(0),
            appendedAtMs: Number(timestamp),
          });
        }
        wake();
        // The next batch is fetched when this one is taken: pulled, as ours.
        await new Promise<void>((resolve) => {
          onTaken = resolve;
        });
      },
    });
    try {
      while (!signal.aborted) {
        if (records.length === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
            onTaken();
          });
          continue;
        }
        const taken = records;
        records = [];
        for (const record of taken) {
          if (record.offset < until) yield record;
          if (signal.aborted || record.offset + 1 >= until) return;
        }
      }
    } finally {
      signal.removeEventListener('abort', stop);
      onTaken();
      void consumer.disconnect();
    }
  }

  return {
    async append(topic, key, value) {
      await producing;
      const [written] = await producer.send({
        topic: toName(topic),
        acks: ACKS_ALL,
        messages: [{ key, value: Buffer.from(value.buffer, value.byteOffset, value.byteLength) }],
      });
      return Number(written!.baseOffset);
    },
    read,
    end: async (topic) => (await range(topic)).end,
    start: async (topic) => (await range(topic)).start,
    epoch: async () => 'kafkajs',
    async close() {
      await Promise.all([producer.disconnect(), admin.disconnect()]);
    },
  };
}
