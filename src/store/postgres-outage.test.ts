// The store stage over a PostgreSQL that is killed and comes back while records arrive.

import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anyEvent, anyReport } from '../../test/support/arbitraries.ts';
import { type PostgresServer, startPostgres } from '../../test/support/postgres-server.ts';
import { startStage, testLogger } from '../../test/support/stages.ts';
import { systemClock } from '../clock.ts';
import { encodeEvent, encodeReport } from '../event/encode.ts';
import type { EventId, QuakeEvent, Report } from '../event/types.ts';
import { createEmbeddedLog } from '../log/embedded.ts';
import type { Topic } from '../log/topics.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { createPostgresStore } from './postgres.ts';
import { runStore } from './stage.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(() => server.remove());

const EVENTS = 50;
const [event] = fc.sample(anyEvent(), { numRuns: 1, seed: 4 }) as [QuakeEvent];
const [report] = fc.sample(anyReport({ kind: 'solution' }), { numRuns: 1, seed: 4 }) as [Report];

test('a database killed and started again under a flood loses nothing and doubles nothing', async () => {
  const log = createEmbeddedLog({ path: ':memory:', clock: systemClock });
  const store = createPostgresStore({ url: server.url, logger: testLogger });
  const metrics = createMetrics();
  const stage = startStage((signal) => runStore({ log, store, logger: testLogger, metrics }, signal));
  let flooding = true;
  let count = 0;
  const flood = (async () => {
    for (; flooding; count++) {
      const id = `emsc-${count % EVENTS}` as EventId;
      const revision = 1 + Math.floor(count / EVENTS);
      await Promise.all([
        log.append('quake.reports.v1', id, encodeReport({ ...report, updatedAtMs: count })),
        log.append('quake.events.v1', id, encodeEvent({ ...event, id, revision })),
      ]);
      if (count % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  })();
  const untilPosition = (least: number, topic: Topic = 'quake.events.v1') =>
    expect
      .poll(async () => (await store.position(topic).catch(() => null))?.offset ?? -1, {
        timeout: 30_000,
        interval: 20,
      })
      .toBeGreaterThanOrEqual(least);
  try {
    await untilPosition(100);
    for (const signal of ['SIGKILL', 'SIGINT', 'SIGKILL'] as const) {
      const before = count;
      await server.stop(signal);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await server.start();
      await untilPosition(before);
    }
    flooding = false;
    await flood;
    await untilPosition(count - 1);
    await untilPosition(count - 1, 'quake.reports.v1');
    expect(await store.counts()).toEqual({ events: EVENTS, reports: count });
    const { batches } = await store.loadEvents(new AbortController().signal);
    const loaded = new Map<string, number>();
    for await (const batch of batches)
      for (const each of batch) loaded.set(each.event.id, each.event.revision);
    for (let i = 0; i < EVENTS; i++) {
      expect([i, loaded.get(`emsc-${i}`)]).toEqual([i, Math.ceil((count - i) / EVENTS)]);
    }
    expect((await metrics.stageRetries.get()).values[0]?.value).toBeGreaterThan(0);
  } finally {
    flooding = false;
    await flood;
    await stage.stop();
    await store.close();
    await log.close();
  }
}, 120_000);
