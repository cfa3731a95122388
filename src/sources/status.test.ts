// How a source's status and memory travel through quake.sources.v1: record.ts, log-memory.ts, publish.ts, follow.ts.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { type Clock, systemClock } from '../clock.ts';
import { createEmbeddedLog, type EmbeddedLog } from '../log/embedded.ts';
import { createLogger } from '../telemetry/logger.ts';
import { followStatuses } from './follow.ts';
import { createLogMemory } from './log-memory.ts';
import { publishStatus } from './publish.ts';
import { decodeStatus, encodeStatus, toStatusKey } from './record.ts';
import type { Source, SourceStatus } from './source.ts';

const logger = createLogger({ role: 'test', level: 'silent', format: 'json' });
const LIVE: SourceStatus = {
  agency: 'EMSC',
  state: 'live',
  sinceMs: 1_700_000_000_000,
  lastMessageAtMs: 1_700_000_001_000,
  lastContactAtMs: 1_700_000_001_500,
  reason: null,
  retryAtMs: null,
  backfill: { done: 0.5, reports: 12 },
  fdsnFault: null,
  counts: { reports: 3, deadLetters: 0, unknownActions: 0, reconnects: 1 },
  replay: { replayedMs: 1_675_646_460_000, anchoredAtMs: 1_700_000_000_000, speed: 60 },
};

/** Enough for a busy machine; what is waited for comes at once, or within the seconds of a pause. */
const until = (check: () => boolean | Promise<boolean>) => vi.waitUntil(check, { timeout: 30_000 });

const stop = new AbortController();
const logs: EmbeddedLog[] = [];
afterEach(async () => {
  for (const log of logs.splice(0)) await log.close();
});
function openLog(): EmbeddedLog {
  const log = createEmbeddedLog({ path: ':memory:', clock: systemClock, logger });
  logs.push(log);
  return log;
}

/** A source that stands as the test says. */
function createStanding(first: SourceStatus): Source & { set(status: SourceStatus): void } {
  let status = first;
  const listeners = new Set<(status: SourceStatus) => void>();
  return {
    agency: first.agency,
    run: async () => {},
    status: () => status,
    onStatus(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(next) {
      status = next;
      for (const listener of listeners) listener(next);
    },
  };
}

test('decodeStatus() gives what encodeStatus() took', () => {
  const bytes = encodeStatus(LIVE, 1_700_000_002_000);
  expect(decodeStatus(toStatusKey('EMSC'), bytes)).toMatchObject({
    saidAtMs: 1_700_000_002_000,
    status: LIVE,
  });
});

test('decodeStatus() lets members through that a later version added', () => {
  const later = { ...JSON.parse(Buffer.from(encodeStatus(LIVE, 1)).toString()), mood: 'calm' };
  expect(decodeStatus(toStatusKey('EMSC'), Buffer.from(JSON.stringify(later)))?.status).toEqual(LIVE);
});

test.each([
  ['garbage', 'status/EMSC', 'no JSON'],
  ['another kind of key', 'memory/emsc.cursor', Buffer.from(encodeStatus(LIVE, 1)).toString()],
  ['a newer shape', 'status/EMSC', JSON.stringify({ schemaVersion: 2, saidAtMs: 1, status: LIVE })],
  [
    'a state that is none',
    'status/EMSC',
    JSON.stringify({ schemaVersion: 1, saidAtMs: 1, status: { ...LIVE, state: 'odd' } }),
  ],
])('decodeStatus() reads nothing into %s', (_what, key, text) => {
  expect(decodeStatus(key, Buffer.from(text))).toBeNull();
});

test('what one process remembered, the next one recalls', async () => {
  const log = openLog();
  const first = createLogMemory(log, stop.signal);
  expect(await first.read('emsc.cursor')).toBeNull();
  await first.write('emsc.cursor', '1');
  await first.write('emsc.cursor', '2');
  await log.append('quake.sources.v1', toStatusKey('EMSC'), encodeStatus(LIVE, 1));
  expect(await first.read('emsc.cursor')).toBe('2');
  const second = createLogMemory(log, stop.signal);
  expect(await second.read('emsc.cursor')).toBe('2');
  expect(await second.read('usgs.cursor')).toBeNull();
});

test('a gateway sees each change of state of a source in another process', async () => {
  const log = openLog();
  const end = new AbortController();
  const source = createStanding({ ...LIVE, state: 'connecting', reason: 'Connecting' });
  const statuses = followStatuses({ log, clock: systemClock, logger });
  const running = [
    statuses.run(end.signal),
    publishStatus({ source, log, clock: systemClock, logger }, end.signal),
  ];
  await until(() => statuses.all()[0]?.state === 'connecting');
  let told = 0;
  statuses.onChange(() => told++);
  source.set(LIVE);
  await until(() => statuses.all()[0]?.state === 'live');
  expect(statuses.all()).toEqual([LIVE]);
  expect(told).toBeGreaterThan(0);
  end.abort();
  await Promise.all(running);
});

test('a source whose process says nothing is shown as waiting, also by a gateway that starts later', async () => {
  const log = openLog();
  let nowMs = Date.now();
  const clock: Clock = { now: () => nowMs };
  await log.append('quake.sources.v1', toStatusKey('EMSC'), encodeStatus(LIVE, nowMs));
  const end = new AbortController();
  const early = followStatuses({ log, clock, logger });
  const running = [early.run(end.signal)];
  await until(() => early.all().length === 1);
  expect(early.all()[0]!.state).toBe('live');
  nowMs += 60_000;
  const late = followStatuses({ log, clock, logger });
  running.push(late.run(end.signal));
  await until(() => late.all().length === 1);
  for (const statuses of [early, late]) {
    expect(statuses.all()[0]).toMatchObject({
      state: 'waiting',
      reason: 'The process that listens to EMSC has said nothing for 60 s',
    });
  }
  // Back again.
  await log.append('quake.sources.v1', toStatusKey('EMSC'), encodeStatus(LIVE, nowMs));
  await until(() => late.all()[0]!.state === 'live');
  end.abort();
  await Promise.all(running);
});

test('a gateway that begins to follow tells nobody of what was said long ago', async () => {
  let nowMs = Date.now();
  const clock: Clock = { now: () => nowMs };
  const log = createEmbeddedLog({ path: ':memory:', clock, logger });
  logs.push(log);
  for (let i = 0; i < 20; i++) {
    await log.append('quake.sources.v1', toStatusKey('EMSC'), encodeStatus({ ...LIVE, sinceMs: i }, nowMs));
    nowMs += 15_000;
  }
  const end = new AbortController();
  const statuses = followStatuses({ log, clock, logger });
  const told: string[] = [];
  statuses.onChange(() => told.push(statuses.all()[0]?.state ?? 'nothing'));
  const running = statuses.run(end.signal);
  await until(() => told.length > 0);
  expect(told).toEqual(['live']);
  expect(statuses.all()[0]!.sinceMs).toBe(19);
  end.abort();
  await running;
});

test('a change that is no new state is published within seconds, not at once each time', async () => {
  const log = openLog();
  const end = new AbortController();
  const source = createStanding(LIVE);
  const publishing = publishStatus({ source, log, clock: systemClock, logger }, end.signal);
  await until(async () => (await log.end('quake.sources.v1')) === 1);
  const startedAtMs = performance.now();
  for (let reports = 4; reports < 100; reports++) {
    source.set({ ...LIVE, counts: { ...LIVE.counts, reports } });
    await sleep(5);
  }
  // One each two seconds, however long this machine takes for half a second of changes.
  const elapsedS = (performance.now() - startedAtMs) / 1000;
  expect(await log.end('quake.sources.v1')).toBeLessThanOrEqual(3 + elapsedS / 2);
  await until(async () => {
    let last = 0;
    const endOffset = await log.end('quake.sources.v1');
    for await (const { key, value } of log.read('quake.sources.v1', 0, {
      ...{ signal: stop.signal, until: endOffset },
    })) {
      last = decodeStatus(key, value)!.status.counts.reports;
    }
    return last === 99;
  });
  end.abort();
  await publishing;
});
