import { afterAll, beforeAll } from 'vitest';
import { createKafkaLog } from '../../src/log/kafka.ts';
import { type KafkaCluster, startKafka } from '../support/kafka-broker.ts';
import { describeOnKafka } from '../support/kafka-suite.ts';
import { createTestTopics } from '../support/kafka-topics.ts';
import { describeEventLog } from './event-log.ts';

describeOnKafka('EventLog on Kafka', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    cluster = await startKafka({ nodes: 1 });
  }, 180_000);
  afterAll(() => cluster?.stop());

  describeEventLog('Kafka', {
    persistent: true,
    numRuns: 5,
    create: async () => {
      const { settings, remove } = await createTestTopics(cluster.brokers);
      return { open: async () => createKafkaLog(settings), remove };
    },
  });
});
