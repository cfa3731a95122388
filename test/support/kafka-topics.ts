// Topics of one test: under a prefix of their own, removed when the test is over.

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Admin } from '@platformatic/kafka';
import { toKafkaName } from '../../src/log/kafka/settings.ts';
import { ensureTopics } from '../../src/log/kafka/topics.ts';
import { TOPIC_NAMES } from '../../src/log/topics.ts';

const TRIES_MAX = 800;
const PAUSE_MS = 50;

/** Makes the topics on the cluster; `remove` deletes them. */
export async function createTestTopics(brokers: readonly string[], replicationFactor = 1) {
  const settings = { brokers, clientId: 'test', topicPrefix: `test-${randomBytes(6).toString('hex')}.` };
  const names = TOPIC_NAMES.map((topic) => toKafkaName(settings, topic));
  await ensureTopics({ ...settings, replicationFactor });
  await untilListed(brokers, names);
  return {
    settings,
    remove: () => removeTopics(brokers, names),
  };
}

/** Resolves when a broker no longer lists them: they go a moment after the controller has said yes. */
export async function removeTopics(brokers: readonly string[], topics: string[]): Promise<void> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [...brokers] });
  try {
    await admin.deleteTopics({ topics });
    await untilList(admin, (listed) => !topics.some((topic) => listed.has(topic)), topics);
  } finally {
    await admin.close();
  }
}

/** Resolves when a broker lists them: it hears of them a moment after the controller has said yes. */
export async function untilListed(brokers: readonly string[], topics: string[]): Promise<void> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [...brokers] });
  try {
    await untilList(admin, (listed) => topics.every((topic) => listed.has(topic)), topics);
  } finally {
    await admin.close();
  }
}

async function untilList(admin: Admin, isRight: (listed: Set<string>) => boolean, topics: string[]) {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    if (isRight(new Set(await admin.listTopics()))) return;
    await sleep(PAUSE_MS);
  }
  throw new Error(`Still there, or not yet: ${topics.join(', ')}`);
}
