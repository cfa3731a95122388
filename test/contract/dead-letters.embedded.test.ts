import { systemClock } from '../../src/clock.ts';
import { createEmbeddedLog } from '../../src/log/embedded.ts';
import { describeDeadLetters } from './dead-letters.ts';

describeDeadLetters('dead-letters on the embedded log', async () =>
  createEmbeddedLog({ path: ':memory:', clock: systemClock }),
);
