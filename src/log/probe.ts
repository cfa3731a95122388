// Looks at the log's ends again and again: for the metric that lags are told from, and for the health of a process that
// cannot work without its log.

import { setTimeout as sleep } from 'node:timers/promises';
import { toMessage } from '../errors.ts';
import type { HealthPart } from '../telemetry/health.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { EventLog } from './log.ts';
import type { Topic } from './topics.ts';

const EVERY_MS = 5_000;

/** Probes until the signal fires. */
export async function probeLog(
  parts: {
    readonly log: EventLog;
    readonly topics: readonly Topic[];
    readonly health: HealthPart;
    readonly metrics: Metrics;
  },
  signal: AbortSignal,
): Promise<void> {
  const { log, topics, health, metrics } = parts;
  while (!signal.aborted) {
    try {
      await Promise.all(topics.map(async (topic) => metrics.logEnd.set({ topic }, await log.end(topic))));
      health.works();
    } catch (error) {
      if (signal.aborted) return;
      health.waits(toMessage(error));
    }
    await sleep(EVERY_MS, undefined, { signal }).catch(() => {});
  }
}
