// Topics of one test: under a prefix of their own, removed when the test is over.

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Admin } from '@platformatic/kafka';
import { toKafkaName } from '../../src/log/kafka/settings.ts';
import { ensureTopics } from '../../src/log/kafka/topics.ts';
import { TOPIC_NAMES } from '../../src/log/topics.ts';

const GONE_TRIES = 200;
const GONE_PAUSE_MS = 50;

/** Makes the topics on the cluster; `remove` deletes them. */
export async function createTestTopics(brokers: readonly string[], replicationFactor = 1) {
  const settings = { brokers, clientId: 'test', topicPrefix: `test-${randomBytes(6).toString('hex')}.` };
  await ensureTopics({ ...settings, replicationFactor });
  return {
    settings,
    remove: () =>
      removeTopics(
        brokers,
        TOPIC_NAMES.map((topic) => toKafkaName(settings, topic)),
      ),
  };
}

/** Resolves when a broker no longer lists them: they go a moment after the controller has said yes. */
export async function removeTopics(brokers: readonly string[], topics: string[]): Promise<void> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [...brokers] });
  try {
    await admin.deleteTopics({ topics });
    for (let tries = 0; tries < GONE_TRIES; tries++) {
      const listed = new Set(await admin.listTopics());
      if (!topics.some((topic) => listed.has(topic))) return;
      await sleep(GONE_PAUSE_MS);
    }
    throw new Error(`Still there: ${topics.join(', ')}`);
  } finally {
    await admin.close();
  }
}
