// Suites that need something which not every machine has. Where it is missing they are skipped, and the reason is left
// where `npm test` finds it; with CI=true they fail.

import { appendFileSync, mkdirSync } from 'node:fs';
import { describe, test } from 'vitest';

/** One line for each suite that could not run; scripts/test.ts prints them. */
const NOT_RUN_PATH = 'test-results/not-run.txt';

/** `obstacle`: why the suite cannot run here; null: it can. */
export function describeUnless(obstacle: string | null, name: string, suite: () => void): void {
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
