// `quakewire topics`: makes the topics, tells what differs, and ends. Waits for the cluster as long as it takes.

import { setTimeout as sleep } from 'node:timers/promises';
import { QuakewireError } from '../errors.ts';
import { ensureTopics, type TopicOutcome } from '../log/kafka/topics.ts';
import { openAdmin, type Role, toKafkaSettings } from './setup.ts';

const RETRY_MIN_MS = 250;
const RETRY_MAX_MS = 10_000;

/** Rejects with `CONFIG_INVALID` when a topic has a shape that the log cannot work with. */
export async function runTopics(role: Role): Promise<void> {
  const { config, logger, signal } = role;
  const options = { ...toKafkaSettings(role), replicationFactor: config.kafkaReplicas };
  const health = role.health.part('the topics');
  await openAdmin(role);
  for (let delayMs = RETRY_MIN_MS; !signal.aborted; delayMs = Math.min(delayMs * 2, RETRY_MAX_MS)) {
    try {
      for (const outcome of await ensureTopics(options)) tell(role, outcome);
      return;
    } catch (error) {
      if (!(error instanceof QuakewireError && error.retriable)) throw error;
      health.waits(error.message);
      logger.warn({ err: error, retryDelayMs: delayMs }, 'Making the topics waits for the Kafka cluster');
    }
    await sleep(delayMs, undefined, { signal }).catch(() => {});
  }
}

function tell({ logger }: Role, { name, state, differences }: TopicOutcome): void {
  logger.info({ topic: name, state }, `Topic ${name}: ${state}`);
  for (const { setting, found, wanted } of differences) {
    if (setting === 'partitions') {
      throw new QuakewireError(
        'CONFIG_INVALID',
        `Topic ${name} has ${found} partitions, expected ${wanted}: its order is the order of the log; remove it and run this again, or set another --kafka-topic-prefix`,
      );
    }
    logger.warn(
      { topic: name, setting, found, wanted },
      `Topic ${name}: ${setting} is ${found}, expected ${wanted}; nothing was changed`,
    );
  }
}
