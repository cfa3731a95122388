import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { QuakewireError } from '../../errors.ts';
import { decodeDeadLetter, decodeReport } from '../../event/encode.ts';
import type { DeadLetter, Report } from '../../event/types.ts';
import { createEmbeddedLog } from '../../log/embedded.ts';
import type { EventLog } from '../../log/log.ts';
import type { Topic } from '../../log/topics.ts';
import { createRandom } from '../../replay/faults.ts';
import { createReplay, type Replay, type ReplayOptions } from '../../replay/replay.ts';
import { type RevlogRow, readRevlog } from '../../replay/revlog.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import { RECONNECT_TIMING } from '../reconnect.ts';
import type { Source, SourceMemory, SourceStatus } from '../source.ts';
import { createEmscSource } from './source.ts';
import type { EmscSourceTiming } from './timing.ts';

const FILE = new URL('../../../fixtures/emsc/kahramanmaras-2023-02-06.tsv.gz', import.meta.url).pathname;
const rows = await readRevlog([FILE]);
const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const FAST: Partial<EmscSourceTiming> = {
  fdsnIntervalMs: 5,
  backfillDays: 2,
  confirmMs: 30,
  reconcileMs: 50,
  logRetryMs: { min: 5, max: 20 },
  reconnect: {
    ...RECONNECT_TIMING,
    pingIntervalMs: 400,
    retryDelayMinMs: 10,
    retryDelayMaxMs: 50,
    silenceMs: 60_000,
  },
};
/** No ping is ever late, however busy the machine: for tests in which the connection has to stay the same. */
const UNHURRIED = { ...FAST.reconnect!, pingIntervalMs: 60_000 };
/** Back to the oldest event, also for a first start that a busy machine brings to its work when the recording is over. */
const WHOLE = { backfillDays: 5 };
const NOON_MS = Date.UTC(2023, 1, 6, 12);

async function startReplay(options: Partial<ReplayOptions> = {}): Promise<Replay> {
  const replay = createReplay({
    rows,
    speed: 1,
    startMs: NOON_MS,
    faults: {},
    random: createRandom(1),
    clock: systemClock,
    host: '127.0.0.1',
    port: 0,
    ...options,
  });
  await replay.start();
  cleanups.push(() => replay.stop());
  return replay;
}

function openLog() {
  const log = createEmbeddedLog({ path: ':memory:', clock: systemClock });
  cleanups.push(() => log.close());
  return log;
}

interface Running {
  readonly source: Source;
  readonly metrics: ReturnType<typeof createMetrics>;
  stop(): Promise<void>;
}

function startSource(
  agency: { websocketUrl: string; fdsnUrl: string },
  log: EventLog & { memory: SourceMemory },
  timing: Partial<EmscSourceTiming> = {},
): Running {
  const metrics = createMetrics();
  const source = createEmscSource({
    websocketUrl: agency.websocketUrl,
    fdsnUrl: agency.fdsnUrl,
    log,
    memory: log.memory,
    clock: systemClock,
    logger: createLogger({ role: 'test', level: 'silent', format: 'json' }),
    metrics,
    random: createRandom(2),
    fetch: globalThis.fetch,
    timing: { ...FAST, ...timing },
  });
  const end = new AbortController();
  const running = source.run(end.signal);
  const stop = async () => {
    end.abort();
    await running;
  };
  cleanups.push(stop);
  return { source, metrics, stop };
}

async function readTopic<T>(log: EventLog, topic: Topic, decode: (bytes: Uint8Array) => T): Promise<T[]> {
  const values: T[] = [];
  const end = await log.end(topic);
  if (end === 0) return values;
  for await (const { offset, value } of log.read(topic, 0, { signal: new AbortController().signal })) {
    values.push(decode(value));
    if (offset >= end - 1) break;
  }
  return values;
}
const readReports = (log: EventLog): Promise<Report[]> =>
  readTopic(log, 'quake.reports.v1', (bytes) => decodeReport(bytes).value!);
const readDeadLetters = (log: EventLog): Promise<DeadLetter[]> =>
  readTopic(log, 'quake.dead-letters.v1', (bytes) => decodeDeadLetter(bytes).value!);

async function until(check: () => boolean | Promise<boolean>, what = 'it'): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`waited for ${what} in vain`);
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
}
const untilLive = ({ source }: Running) =>
  until(
    () => source.status().state === 'live' && source.status().backfill === null,
    JSON.stringify(source.status()),
  );

/** The fixture's Feature of an event, with other values. */
function featureOf(unid: string, changes: Record<string, unknown> = {}): string {
  const feature = JSON.parse(rows.find((row) => row.unid === unid)!.featureText);
  return JSON.stringify({ ...feature, properties: { ...feature.properties, ...changes } });
}
const MAIN = '20230206_0000008';
const idsOf = (reports: readonly Report[]) => new Set(reports.map(({ agencyEventId }) => agencyEventId));
/** Events that the agency surely lists by then, of the two days before noon. */
const publishedBefore = (ms: number): Set<string> =>
  new Set(
    rows
      .filter((row) => row.observedAtMs <= ms && row.originTimeMs > NOON_MS - 2 * 86_400_000 + 60_000)
      .map(({ unid }) => unid),
  );

test('a first start fills back day by day, newest first, with its progress, and then is live', async () => {
  const log = openLog();
  const replay = await startReplay();
  const seen: SourceStatus[] = [];
  const running = startSource(replay, log, { backfillDays: 3, reconcileMs: 60_000 });
  running.source.onStatus((status) => seen.push(status));
  await untilLive(running);
  const reports = await readReports(log);
  const ids = idsOf(reports);
  for (const unid of publishedBefore(Date.UTC(2023, 1, 6, 10, 30))) expect(ids).toContain(unid);
  const times = reports.map((report) => (report.kind === 'solution' ? report.origin.originTimeMs : 0));
  const firstOfOlderDay = times.findIndex((ms) => ms < NOON_MS - 86_400_000);
  expect(firstOfOlderDay).toBeGreaterThan(100);
  expect(times.slice(firstOfOlderDay).every((ms) => ms < NOON_MS - 86_400_000 + 5000)).toBe(true);
  const shares = seen.flatMap(({ backfill }) => backfill?.done ?? []);
  expect([...new Set(shares)]).toEqual([0, 1 / 3, 2 / 3]);
  expect(running.source.status()).toMatchObject({ state: 'live', reason: null, fdsnFault: null });
});

test('a frame becomes a report in the replayed present, and nothing recorded passes for live', async () => {
  const log = openLog();
  const replay = await startReplay();
  const running = startSource(replay, log);
  await untilLive(running);
  const before = await log.end('quake.reports.v1');
  replay.control.publish('update', featureOf(MAIN, { lastupdate: '2023-02-06T12:00:30.0Z', mag: 7.7 }));
  await until(async () => (await log.end('quake.reports.v1')) > before, 'the report');
  const report = (await readReports(log)).at(-1)!;
  expect(report).toMatchObject({ kind: 'solution', agencyEventId: MAIN, magnitude: { value: 7.7 } });
  expect(Math.abs(report.receivedAtMs - NOON_MS)).toBeLessThan(60_000);
  expect(running.source.status().replay).toMatchObject({ speed: 1 });
  expect(running.source.status().lastMessageAtMs).toBeGreaterThan(Date.now() - 60_000);
  expect(await log.memory.read('provenance')).toBe('replay');
});

test('what a dropped connection missed is fetched, and the frames of the next one go on', async () => {
  const log = openLog();
  const replay = await startReplay({ rows: [] });
  const running = startSource(replay, log, { reconcileMs: 60_000 });
  await until(() => running.source.status().state === 'live', 'live');
  replay.control.accept(false);
  replay.control.drop();
  await until(() => running.source.status().state === 'waiting', 'the loss');
  expect(running.source.status().reason).toMatch(/cut the connection|answered 503/);
  replay.control.publish('create', featureOf(MAIN, { lastupdate: '2023-02-06T12:00:01.0Z' }));
  replay.control.accept(true);
  await until(() => running.source.status().state === 'live', 'live again');
  expect(idsOf(await readReports(log))).toEqual(new Set([MAIN]));
  expect(running.source.status().counts.reconnects).toBeGreaterThan(0);
});

test('a half-open connection is found and replaced', async () => {
  const log = openLog();
  const replay = await startReplay({ rows: [] });
  const reconnect = { ...FAST.reconnect!, pingIntervalMs: 60 };
  const running = startSource(replay, log, { reconcileMs: 60_000, reconnect });
  await until(() => running.source.status().state === 'live', 'live');
  const { reconnects } = running.source.status().counts;
  const at = Date.now();
  replay.control.freeze();
  replay.control.publish('create', featureOf(MAIN, { lastupdate: '2023-02-06T12:00:01.0Z' }));
  await until(() => running.source.status().counts.reconnects > reconnects, 'the new connection');
  // Two intervals of 60 ms and a pause of 50 ms at most; the rest is for a busy machine. The silence would be noticed after 60 s.
  expect(Date.now() - at).toBeLessThan(20_000);
  await until(async () => idsOf(await readReports(log)).has(MAIN), 'what was missed');
  await until(() => running.source.status().state === 'live', 'live again');
  expect(idsOf(await readReports(log))).toEqual(new Set([MAIN]));
});

test('a silent connection that answers its pings makes the source ask, without a new connection', async () => {
  const log = openLog();
  const replay = await startReplay({ rows: [] });
  const reconnect = { ...UNHURRIED, silenceMs: 150 };
  const running = startSource(replay, log, { reconcileMs: 60_000, reconnect });
  await until(() => running.source.status().state === 'live', 'live');
  replay.control.publish('create', featureOf(MAIN, { lastupdate: '2023-02-06T12:00:01.0Z' }), {
    quietly: true,
  });
  await until(async () => idsOf(await readReports(log)).has(MAIN), 'the unheard event');
  expect(running.source.status().counts.reconnects).toBe(0);
});

test('garbage goes to the dead letters with its reason and bytes, and the stream goes on', async () => {
  const log = openLog();
  const replay = await startReplay({ rows: [] });
  const running = startSource(replay, log, { reconcileMs: 60_000, reconnect: UNHURRIED });
  await until(() => running.source.status().state === 'live', 'live');
  replay.control.send('no JSON at all');
  replay.control.send(`{"action":"create","data":${featureOf(MAIN, { lat: 123.65 })}}`);
  replay.control.send(`{"action":"amend","data":${featureOf(MAIN)}}`);
  replay.control.send(`{"action":"create","data":"${'x'.repeat(10_000_000)}"}`);
  await until(() => running.source.status().counts.deadLetters === 3, 'three dead letters');
  const letters = await readDeadLetters(log);
  expect(letters.map(({ field }) => field)).toEqual([null, 'properties.lat', null]);
  expect(letters[1]!.reason).toContain('properties.lat is 123.65');
  expect(Buffer.from(letters[0]!.rawBase64, 'base64').toString()).toBe('no JSON at all');
  expect(letters[0]).toMatchObject({ agency: 'EMSC', via: 'websocket' });
  expect(running.source.status().counts).toMatchObject({ reports: 1, unknownActions: 1, reconnects: 0 });
  expect(await running.metrics.registry.metrics()).toContain(
    'quakewire_dead_letters_total{agency="EMSC",via="websocket"} 3',
  );
});

test('an end at any moment loses nothing: the next start goes on from the cursor, and finishes the back-fill', async () => {
  const log = openLog();
  const replay = await startReplay({ startMs: Date.UTC(2023, 1, 6, 1), speed: 20_000 });
  for (let i = 0; i < 12; i++) {
    const running = startSource(replay, log, { ...WHOLE, reconcileMs: 60_000, fdsnIntervalMs: 2 });
    await new Promise((resolve) => setTimeout(resolve, 20 + 40 * (i % 5)));
    await running.stop();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await replay.finished;
  const last = startSource(replay, log, { ...WHOLE, reconcileMs: 60_000, fdsnIntervalMs: 2 });
  await untilLive(last);
  await last.stop();
  const reports = await readReports(log);
  const ids = idsOf(reports);
  expect(rows.filter(({ unid }) => !ids.has(unid))).toEqual([]);
  // And every event stands at the newest version that the agency gave it.
  const newest = new Map<string, number>();
  for (const { agencyEventId, updatedAtMs } of reports)
    newest.set(agencyEventId, Math.max(updatedAtMs, newest.get(agencyEventId) ?? 0));
  const lastRows = new Map(rows.map((row): [string, RevlogRow] => [row.unid, row]));
  for (const { unid, lastUpdateMs } of lastRows.values())
    expect(newest.get(unid)).toBeGreaterThanOrEqual(lastUpdateMs);
});

test('an event that the agency took back is withdrawn after two looks, strictly newer than what was known', async () => {
  const log = openLog();
  const replay = await startReplay();
  const running = startSource(replay, log);
  await untilLive(running);
  replay.control.remove(MAIN);
  const withdrawals = async () => (await readReports(log)).filter(({ kind }) => kind === 'withdrawal');
  await until(async () => (await withdrawals()).length === 1, 'the withdrawal');
  const [withdrawal] = await withdrawals();
  const solutions = (await readReports(log)).filter(
    ({ agencyEventId, kind }) => agencyEventId === MAIN && kind === 'solution',
  );
  expect(withdrawal).toMatchObject({
    agencyEventId: MAIN,
    reason: expect.stringContaining('EMSC no longer lists it'),
  });
  expect(withdrawal!.updatedAtMs).toBeGreaterThan(
    Math.max(...solutions.map(({ updatedAtMs }) => updatedAtMs)),
  );
  const looks = replay.status().fdsnRequests.filter(({ query }) => query.includes('eventid='));
  expect(looks.map(({ status }) => status)).toEqual([204, 204]);
  expect(looks[1]!.atMs - looks[0]!.atMs).toBeGreaterThanOrEqual(30);
  // Listed again, unchanged, it is revived.
  replay.control.publish('create', featureOf(MAIN), { quietly: true });
  await until(async () => {
    const last = (await readReports(log)).findLast(({ agencyEventId }) => agencyEventId === MAIN)!;
    return last.kind === 'solution' && last.updatedAtMs > withdrawal!.updatedAtMs;
  }, 'the revival');
});

test('an event that vanished while the source was away is withdrawn after the restart', async () => {
  const log = openLog();
  const replay = await startReplay();
  const first = startSource(replay, log);
  await untilLive(first);
  await first.stop();
  replay.control.remove(MAIN);
  startSource(replay, log);
  await until(
    async () => (await readReports(log)).some(({ kind }) => kind === 'withdrawal'),
    'the withdrawal',
  );
  expect((await readReports(log)).filter(({ kind }) => kind === 'withdrawal')).toMatchObject([
    { agencyEventId: MAIN },
  ]);
});

test('a delete is confirmed before it is believed', async () => {
  const log = openLog();
  const replay = await startReplay();
  const running = startSource(replay, log, { reconcileMs: 60_000 });
  await untilLive(running);
  const looks = () => replay.status().fdsnRequests.filter(({ query }) => query.includes('eventid='));
  replay.control.send(`{"action":"delete","data":${featureOf(MAIN)}}`);
  await until(() => looks().length === 1, 'a look');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(looks().map(({ status }) => status)).toEqual([200]);
  expect((await readReports(log)).some(({ kind }) => kind === 'withdrawal')).toBe(false);
  replay.control.remove(MAIN);
  replay.control.send(`{"action":"delete","data":{"unid":"${MAIN}"}}`);
  await until(
    async () => (await readReports(log)).some(({ kind }) => kind === 'withdrawal'),
    'the withdrawal',
  );
});

test.each([
  'fdsn-empty',
  'fdsn-204',
  'fdsn-html',
  'fdsn-half-body',
  'fdsn-500',
  'fdsn-503',
  'fdsn-413',
  'fdsn-429',
] as const)(
  'a service that only answers %s deletes nothing, is asked again, and shows in the status',
  async (fault) => {
    const log = openLog();
    const replay = await startReplay();
    const running = startSource(replay, log);
    await untilLive(running);
    replay.control.setFaults({ [fault]: 1 });
    await until(() => running.source.status().fdsnFault !== null, 'the fault');
    const asked = replay.status().fdsnRequests.length;
    await until(() => replay.status().fdsnRequests.length >= asked + 2, 'another try');
    expect((await readReports(log)).every(({ kind }) => kind === 'solution')).toBe(true);
    replay.control.setFaults({});
    await until(() => running.source.status().fdsnFault === null, 'good answers');
  },
);

test('a service that refuses updatedafter is asked by origin time', async () => {
  const log = openLog();
  const replay = await startReplay({ faults: { 'fdsn-refuse-updatedafter': 1 } });
  const running = startSource(replay, log, { reconcileMs: 60_000 });
  await untilLive(running);
  replay.control.accept(false);
  replay.control.drop();
  replay.control.publish('update', featureOf(MAIN, { lastupdate: '2023-02-06T12:00:30.0Z', mag: 7.7 }));
  replay.control.accept(true);
  await until(async () => {
    const last = (await readReports(log)).findLast(({ agencyEventId }) => agencyEventId === MAIN)!;
    return last.kind === 'solution' && last.magnitude?.value === 7.7;
  }, 'the missed update');
  expect(running.source.status().fdsnFault).toBeNull();
});

test('too much at once is asked for in halves', async () => {
  const log = openLog();
  const replay = await startReplay();
  replay.control.failNext('fdsn-413', 'fdsn-413', 'fdsn-413');
  const running = startSource(replay, log, { reconcileMs: 60_000 });
  await untilLive(running);
  const ids = idsOf(await readReports(log));
  for (const unid of publishedBefore(Date.UTC(2023, 1, 6, 10, 30))) expect(ids).toContain(unid);
});

test('lists longer than a page are read to their end, one request at a time with its pause between', async () => {
  const log = openLog();
  const replay = await startReplay();
  const running = startSource(replay, log, { pageSize: 25, fdsnIntervalMs: 20, reconcileMs: 60_000 });
  await untilLive(running);
  const ids = idsOf(await readReports(log));
  for (const unid of publishedBefore(Date.UTC(2023, 1, 6, 10, 30))) expect(ids).toContain(unid);
  const requests = replay.status().fdsnRequests;
  expect(requests.length).toBeGreaterThan(10);
  for (const [i, { atMs }] of requests.entries())
    if (i > 0) expect(atMs - requests[i - 1]!.atMs).toBeGreaterThanOrEqual(19);
});

test('recorded and live data never meet in one data directory', async () => {
  const log = openLog();
  await log.memory.write('provenance', 'live');
  const replay = await startReplay();
  const running = startSource(replay, log);
  await until(() => running.source.status().state === 'refused', 'the refusal');
  expect(running.source.status().reason).toMatch(
    /holds live data and .* is a replay: .*choose another --data-dir/,
  );
  await until(() => replay.status().clients === 0, 'the end of the connection');
  expect(await log.end('quake.reports.v1')).toBe(0);
});

test('a log without room makes the source wait; with room again nothing is missing', async () => {
  const inner = openLog();
  let full = false;
  // The embedded log itself, behind a disk that is full for a while.
  const log = {
    ...inner,
    memory: inner.memory,
    append: (topic: Topic, key: string, value: Uint8Array) =>
      full
        ? Promise.reject(new QuakewireError('LOG_FULL', 'the disk is full'))
        : inner.append(topic, key, value),
  };
  const replay = await startReplay({ startMs: Date.UTC(2023, 1, 6, 1) });
  const running = startSource(replay, log, { reconcileMs: 60_000 });
  await untilLive(running);
  const cursor = await inner.memory.read('emsc.cursor');
  full = true;
  for (let i = 0; i < 1500; i++)
    replay.control.publish(
      'update',
      featureOf(MAIN, { unid: `20230206_${1_000_000 + i}`, lastupdate: '2023-02-06T01:20:00.5Z' }),
    );
  await until(() => running.source.status().reason?.includes('the disk is full') ?? false, 'the fault');
  expect(running.source.status().state).toBe('filling');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await inner.memory.read('emsc.cursor')).toBe(cursor);
  full = false;
  const expected = Array.from({ length: 1500 }, (_, i) => `20230206_${1_000_000 + i}`);
  await until(async () => idsOf(await readReports(inner)).isSupersetOf(new Set(expected)), 'all of them');
  await until(() => running.source.status().state === 'live', 'live again');
});

test('an agency that cannot be reached is said so, why and since when', async () => {
  const log = openLog();
  const before = Date.now();
  const nowhere = {
    websocketUrl: 'ws://127.0.0.1:1/standing_order/websocket',
    fdsnUrl: 'http://127.0.0.1:1/fdsnws/event/1/',
  };
  const refused = startSource(nowhere, log);
  const startedAtMs = Date.now();
  await until(() => refused.source.status().counts.reconnects > 1, 'some tries');
  expect(refused.source.status().reason).toBe('127.0.0.1:1 cannot be reached: the connection was refused');
  expect(refused.source.status().sinceMs).toBeGreaterThanOrEqual(before);
  expect(refused.source.status().sinceMs).toBeLessThanOrEqual(startedAtMs);
  const nameless = startSource({ ...nowhere, websocketUrl: 'ws://no-such-name.invalid/' }, openLog());
  await until(
    () => nameless.source.status().reason?.includes('its name cannot be resolved') ?? false,
    'the reason',
  );
});

test('frames come through in the state they were sent in, whatever the faults on the way', async () => {
  const log = openLog();
  const faults = {
    drop: 0.01,
    'half-open': 0.002,
    garbage: 0.05,
    duplicate: 0.05,
    reorder: 0.05,
    delay: 0.05,
    'fdsn-500': 0.1,
  };
  const replay = await startReplay({
    startMs: Date.UTC(2023, 1, 6, 1),
    speed: 10_000,
    faults,
    delayMaxMs: 50,
    paused: true,
  });
  // A frame that is held for 50 ms is 8 minutes late at this speed, and hours when the machine stands still meanwhile: the
  // overlap has to be longer, as it is in life.
  const running = startSource(replay, log, {
    ...WHOLE,
    reconcileMs: 60_000,
    overlapMs: 6 * 3_600_000,
  });
  await until(() => replay.status().clients === 1, 'the connection');
  replay.control.resume();
  await replay.finished;
  replay.control.setFaults({});
  replay.control.drop();
  await until(() => running.source.status().state !== 'live', 'the drop');
  await untilLive(running);
  const newest = new Map<string, number>();
  for (const { agencyEventId, updatedAtMs } of await readReports(log))
    newest.set(agencyEventId, Math.max(updatedAtMs, newest.get(agencyEventId) ?? 0));
  const wrong = rows.filter(({ unid, lastUpdateMs }) => (newest.get(unid) ?? 0) < lastUpdateMs);
  expect(wrong.map(({ unid }) => unid)).toEqual([]);
  expect(running.source.status().counts.deadLetters).toBeGreaterThan(0);
});
