// Running a stage in a test: started at once, waited for, stopped for certain.

import { pino } from 'pino';
import { vi } from 'vitest';
import type { Logger } from '../../src/telemetry/logger.ts';

export const testLogger: Logger = pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });

/** Starts a stage; `stop` ends it and rejects if it had failed. May be called more than once. */
export function startStage(run: (signal: AbortSignal) => Promise<void>): { stop: () => Promise<void> } {
  const controller = new AbortController();
  const done = run(controller.signal);
  // Met by `stop`.
  done.catch(() => {});
  return {
    stop: () => {
      controller.abort();
      return done;
    },
  };
}

/** Waits until a check holds; long enough for a busy machine. */
export const until = (check: () => Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 45_000, interval: 2 });
