import { afterAll, beforeAll } from 'vitest';
import { createKafkaLog } from '../../src/log/kafka.ts';
import { type KafkaCluster, startKafka } from '../support/kafka-broker.ts';
import { describeOnKafka } from '../support/kafka-suite.ts';
import { createTestTopics } from '../support/kafka-topics.ts';
import { describeDeadLetters } from './dead-letters.ts';

describeOnKafka('dead-letters on Kafka', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    cluster = await startKafka({ nodes: 1 });
  }, 180_000);
  afterAll(() => cluster?.stop());

  describeDeadLetters('on a real broker', async () => {
    const { settings, remove } = await createTestTopics(cluster.brokers);
    const log = createKafkaLog(settings);
    return {
      ...log,
      close: async () => {
        await log.close();
        await remove();
      },
    };
  });
});
