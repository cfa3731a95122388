// A gateway over a PostgreSQL that is stopped: the log has every event.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { encodeEvent } from '../../src/event/encode.ts';
import { createEmbeddedLog } from '../../src/log/embedded.ts';
import { createPostgresStore } from '../../src/store/postgres.ts';
import { runStore } from '../../src/store/stage.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { createEvent, startGateway } from '../support/gateway.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { startStage, testLogger } from '../support/stages.ts';

const COUNT = 500;
let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(() => server?.remove());

test('a gateway that starts while its database is stopped shows every event, and asks it again when it is back', async () => {
  const log = createEmbeddedLog({ path: ':memory:', clock: systemClock });
  const store = createPostgresStore({ url: server.url, logger: testLogger });
  const stage = startStage((signal) =>
    runStore({ log, store, logger: testLogger, metrics: createMetrics() }, signal),
  );
  try {
    for (let i = 0; i < COUNT; i++) {
      const event = createEvent(i);
      await log.append('quake.events.v1', event.id, encodeEvent(event));
    }
    await expect.poll(async () => (await store.counts()).events, { timeout: 45_000 }).toBe(COUNT);
    await server.stop('SIGKILL');
    await using running = await startGateway({ log, store });
    expect(await (await fetch(`${running.url}/catalogue/manifest.json`)).json()).toMatchObject({
      count: COUNT,
    });
    const ask = async () => (await fetch(`${running.url}/events/${createEvent(7).id}`)).status;
    expect(await ask()).toBe(503);
    await server.start();
    await expect.poll(ask, { timeout: 45_000 }).toBe(200);
  } finally {
    await stage.stop();
    await store.close();
    await log.close();
  }
}, 120_000);
