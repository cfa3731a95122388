// Suites that need a real Kafka broker. On a machine that cannot run one they are skipped, and the reason is left
// where `npm test` finds it; with CI=true they fail.

import { appendFileSync, mkdirSync } from 'node:fs';
import { describe, test } from 'vitest';
import { findKafkaObstacle } from './kafka-jars.ts';

/** One line for each suite that could not run. */
export const NOT_RUN_PATH = 'test-results/not-run.txt';

export function describeOnKafka(name: string, suite: () => void): void {
  const obstacle = findKafkaObstacle();
  if (obstacle === null) {
    describe(name, suite);
    return;
  }
  const message = `Cannot run "${name}": ${obstacle}`;
  if (process.env['CI'] === 'true') {
    test(name, () => {
      throw new Error(message);
    });
    return;
  }
  mkdirSync('test-results', { recursive: true });
  appendFileSync(NOT_RUN_PATH, `${message}\n`);
  console.warn(message);
  describe.skip(name, suite);
}
