import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { anyEvent, anyReport } from '../../test/support/arbitraries.ts';
import { startStage, testLogger, until } from '../../test/support/stages.ts';
import { systemClock } from '../clock.ts';
import { QuakewireError } from '../errors.ts';
import { decodeDeadLetter, encodeEvent, encodeReport } from '../event/encode.ts';
import type { DeadLetter, QuakeEvent, Report } from '../event/types.ts';
import { createEmbeddedLog } from '../log/embedded.ts';
import type { EventLog } from '../log/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { createEmbeddedStore } from './embedded.ts';
import { runStore } from './stage.ts';
import type { Store } from './store.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function openLog(): EventLog {
  const log = createEmbeddedLog({ path: ':memory:', clock: systemClock });
  closing.push(() => log.close());
  return log;
}
function openStore(): Store {
  const store = createEmbeddedStore({ path: ':memory:' });
  closing.push(() => store.close());
  return store;
}
function start(log: EventLog, store: Store) {
  const metrics = createMetrics();
  const stage = startStage((signal) => runStore({ log, store, logger: testLogger, metrics }, signal));
  closing.push(stage.stop);
  return { ...stage, metrics };
}

const [report] = fc.sample(anyReport({ kind: 'solution' }), { numRuns: 1, seed: 4 }) as [Report];
const [event] = fc.sample(anyEvent(), { numRuns: 1, seed: 4 }) as [QuakeEvent];

const appendReport = (log: EventLog, updatedAtMs: number): Promise<number> =>
  log.append('quake.reports.v1', 'EMSC/1', encodeReport({ ...report, updatedAtMs }));
const appendEvent = (log: EventLog, revision: number): Promise<number> =>
  log.append('quake.events.v1', event.id, encodeEvent({ ...event, revision }));

const offsets = async (store: Store): Promise<number[]> => [
  (await store.position('quake.reports.v1')).offset,
  (await store.position('quake.events.v1')).offset,
];

async function readLetters(log: EventLog): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  const until = await log.end('quake.dead-letters.v1');
  const { signal } = new AbortController();
  for await (const { value } of log.read('quake.dead-letters.v1', 0, { signal, until }))
    letters.push(decodeDeadLetter(value).value!);
  return letters;
}

describe('runStore()', () => {
  test('brings reports and events into the store, and what comes later too', async () => {
    const [log, store] = [openLog(), openStore()];
    await appendReport(log, 1);
    await appendEvent(log, 1);
    start(log, store);
    await until(async () => expect(await offsets(store)).toEqual([0, 0]));
    await appendReport(log, 2);
    await appendEvent(log, 2);
    await until(async () => expect(await offsets(store)).toEqual([1, 1]));
    expect(await store.counts()).toEqual({ events: 1, reports: 2 });
    expect((await store.event(event.id))?.event.revision).toBe(2);
  });

  test('started again, it goes on where the store stands', async () => {
    const [log, store] = [openLog(), openStore()];
    for (let i = 1; i <= 30; i++) {
      const stage = i % 10 === 1 ? start(log, store) : null;
      await Promise.all([appendReport(log, i), appendEvent(log, i)]);
      if (stage) await stage.stop();
    }
    start(log, store);
    await until(async () => expect(await offsets(store)).toEqual([29, 29]));
    expect(await store.counts()).toEqual({ events: 1, reports: 30 });
  });

  test('a log of another epoch starts the view over', async () => {
    const store = openStore();
    await store.applyReports([report], { topic: 'quake.reports.v1', epoch: 'gone', offset: 70 });
    await store.applyEvents([{ event: { ...event, revision: 900 }, offset: 70 }], {
      topic: 'quake.events.v1',
      epoch: 'gone',
      offset: 70,
    });
    const log = openLog();
    await appendEvent(log, 1);
    await appendReport(log, 5);
    start(log, store);
    await until(async () => expect(await offsets(store)).toEqual([0, 0]));
    expect((await store.event(event.id))?.event.revision).toBe(1);
    expect(await store.counts()).toEqual({ events: 1, reports: 1 });
  });

  test('a log put back from an older copy, behind the store, starts the view over', async () => {
    const [log, store] = [openLog(), openStore()];
    const epoch = await log.epoch('quake.events.v1');
    await store.applyEvents([{ event: { ...event, revision: 900 }, offset: 70 }], {
      topic: 'quake.events.v1',
      epoch,
      offset: 70,
    });
    await appendEvent(log, 1);
    start(log, store);
    await until(async () => expect(await store.position('quake.events.v1')).toMatchObject({ offset: 0 }));
    expect((await store.event(event.id))?.event.revision).toBe(1);
  });

  test('while the database is unavailable it waits, then has everything', async () => {
    const [log, store] = [openLog(), openStore()];
    let down = true;
    const failing: Store = {
      ...store,
      applyEvents: (events, position) =>
        down
          ? Promise.reject(new QuakewireError('STORE_UNAVAILABLE', 'Cannot use the store: no route to host'))
          : store.applyEvents(events, position),
    };
    const { metrics } = start(log, failing);
    for (let i = 1; i <= 5; i++) await Promise.all([appendReport(log, i), appendEvent(log, i)]);
    await until(async () => expect((await metrics.stageRetries.get()).values[0]?.value).toBeGreaterThan(1));
    // The other topic does not wait for this one.
    await until(async () => expect(await offsets(store)).toEqual([4, -1]));
    down = false;
    await until(async () => expect(await offsets(store)).toEqual([4, 4]));
  });

  test('an event that cannot be decoded becomes one dead letter with its place, and the position passes it', async () => {
    const [log, store] = [openLog(), openStore()];
    let down = true;
    const failing: Store = {
      ...store,
      applyEvents: (events, position) =>
        down
          ? Promise.reject(new QuakewireError('STORE_UNAVAILABLE', 'Cannot use the store: no route to host'))
          : store.applyEvents(events, position),
    };
    await appendEvent(log, 1);
    await log.append('quake.events.v1', 'emsc-1', new TextEncoder().encode('<html>'));
    const { metrics } = start(log, failing);
    // Tried again and again, it is buried once.
    await until(async () => expect((await metrics.stageRetries.get()).values[0]?.value).toBeGreaterThan(2));
    down = false;
    await until(async () => expect(await offsets(store)).toEqual([-1, 1]));
    await appendEvent(log, 2);
    await until(async () => expect(await offsets(store)).toEqual([-1, 2]));
    const letters = await readLetters(log);
    expect(letters).toMatchObject([
      {
        agency: 'EMSC',
        via: 'log',
        rawBase64: Buffer.from('<html>').toString('base64'),
        record: {
          topic: 'quake.events.v1',
          partition: 0,
          offset: 1,
          epoch: await log.epoch('quake.events.v1'),
        },
      },
    ]);
    expect((await metrics.deadLetters.get()).values).toMatchObject([{ labels: { via: 'log' }, value: 1 }]);
    expect((await store.counts()).events).toBe(1);
  });

  test("a report that cannot be decoded is counted and left out: its dead letter is association's", async () => {
    const [log, store] = [openLog(), openStore()];
    const { metrics } = start(log, store);
    await log.append('quake.reports.v1', 'EMSC/1', new TextEncoder().encode('{"schemaVersion":2}'));
    await until(async () => expect(await offsets(store)).toEqual([0, -1]));
    expect((await metrics.storeRecordsSkipped.get()).values).toEqual([
      { labels: { topic: 'quake.reports.v1' }, value: 1 },
      { labels: { topic: 'quake.events.v1' }, value: 0 },
    ]);
    expect(await log.end('quake.dead-letters.v1')).toBe(0);
  });

  test('an event of a newer Quakewire is not passed over: the stage refuses, and the position stays before it', async () => {
    const [log, store] = [openLog(), openStore()];
    await log.append('quake.events.v1', 'x', new TextEncoder().encode('garbage'));
    await log.append('quake.events.v1', 'emsc-1', new TextEncoder().encode('{"schemaVersion":2}'));
    const parts = { log, store, logger: testLogger, metrics: createMetrics() };
    await expect(runStore(parts, new AbortController().signal)).rejects.toMatchObject({
      code: 'DATABASE_NEWER',
      message: expect.stringMatching(/^Cannot store quake\.events\.v1 from offset 1 on: .* run the newer/),
    });
    expect((await store.position('quake.events.v1')).offset).toBeLessThan(1);
  });

  test('a failure that no retry heals ends both topics and is told', async () => {
    const [log, store] = [openLog(), openStore()];
    const broken: Store = { ...store, applyEvents: () => Promise.reject(new TypeError('no such column')) };
    await appendEvent(log, 1);
    const parts = { log, store: broken, logger: testLogger, metrics: createMetrics() };
    await expect(runStore(parts, new AbortController().signal)).rejects.toThrow('no such column');
  });
});
