// Suites that need a real Kafka broker.

import { findKafkaObstacle } from './kafka-jars.ts';
import { describeUnless } from './obstacle.ts';

export const describeOnKafka = (name: string, suite: () => void): void =>
  describeUnless(findKafkaObstacle(), name, suite);
