// Topics of one test: under a prefix of their own, removed when the test is over.

import { randomBytes } from 'node:crypto';
import { Admin } from '@platformatic/kafka';
import { toKafkaName } from '../../src/log/kafka/settings.ts';
import { ensureTopics } from '../../src/log/kafka/topics.ts';
import { TOPIC_NAMES } from '../../src/log/topics.ts';

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

export async function removeTopics(brokers: readonly string[], topics: string[]): Promise<void> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [...brokers] });
  try {
    await admin.deleteTopics({ topics });
  } finally {
    await admin.close();
  }
}
