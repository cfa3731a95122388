import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { QuakewireError } from '../errors.ts';
import type { SolutionReport } from '../event/types.ts';
import { createEmbeddedLog } from '../log/embedded.ts';
import type { EventLog } from '../log/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { createAcknowledgements } from './acknowledgements.ts';
import { createAppender } from './appender.ts';
import { decodeBackfill, encodeBackfill, toNextWindow } from './emsc/backfill.ts';
import { toWithdrawal } from './emsc/intake.ts';
import { createKnownEvents } from './known-events.ts';
import { describeNetworkFault } from './network-fault.ts';
import { parseReplayHeader } from './replay-header.ts';
import { createSuspects } from './suspects.ts';

const report = (unid: string, updatedAtMs: number, originTimeMs = 1000): SolutionReport => ({
  schemaVersion: 1,
  kind: 'solution',
  agency: 'EMSC',
  agencyEventId: unid,
  updatedAtMs,
  receivedAtMs: 0,
  origin: { originTimeMs, latitudeDeg: 1, longitudeDeg: 2, depthKm: null, evaluationMode: null },
  magnitude: null,
  region: null,
  eventType: null,
  typeCertainty: null,
  author: null,
});

test('createKnownEvents() tells news from repetition and from what is older', () => {
  const known = createKnownEvents(10);
  known.note(report('a', 5));
  expect(known.isNews({ ...report('a', 5), receivedAtMs: 99 })).toBe(false);
  expect(known.isNews(report('a', 4))).toBe(false);
  expect(known.isNews({ ...report('a', 5), region: 'CRETE' })).toBe(true);
  expect(known.isNews(report('a', 6))).toBe(true);
  expect(known.isNews(report('b', 1))).toBe(true);
});

test('createKnownEvents() is bounded, and forgets by origin time', () => {
  const known = createKnownEvents(3);
  for (const [i, unid] of ['a', 'b', 'c', 'd'].entries()) known.note(report(unid, 1, i));
  expect(known.size()).toBe(3);
  expect(known.get('a')).toBeNull();
  known.note(toWithdrawal('d', 1, 0, 'gone'));
  expect(known.within(0, 10).map(({ agencyEventId }) => agencyEventId)).toEqual(['b', 'c']);
  known.forgetBefore(2);
  expect(known.within(0, 10).map(({ agencyEventId }) => agencyEventId)).toEqual(['c']);
});

test('toWithdrawal() is strictly newer than the last version, at any instant a clock can tell', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 4e12, noNaN: true }), (lastMs) => {
      expect(toWithdrawal('a', lastMs, 0, 'gone').updatedAtMs).toBeGreaterThan(lastMs);
    }),
  );
});

test('createAcknowledgements() never passes one that is still under way', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.nat())), (arrivals) => {
      const acknowledgements = createAcknowledgements();
      const pending = arrivals.map(([ms]) => ({ ms, done: false, acknowledge: acknowledgements.begin(ms) }));
      const order = pending.toSorted(
        (a, b) => arrivals[pending.indexOf(a)]![1] - arrivals[pending.indexOf(b)]![1],
      );
      for (const one of order) {
        one.acknowledge();
        one.done = true;
        const open = pending.findIndex(({ done }) => !done);
        const row = pending.slice(0, open < 0 ? pending.length : open);
        expect(acknowledgements.newestMs()).toBe(
          Math.max(Number.NEGATIVE_INFINITY, ...row.map(({ ms }) => ms)),
        );
      }
    }),
  );
});

test('createSuspects() confirms an absence only by a second look after its time', () => {
  const suspects = createSuspects({ confirmMs: 100, countMax: 2 });
  for (const unid of ['a', 'b', 'c']) suspects.add(unid, 0);
  expect(suspects.size()).toBe(2);
  expect(suspects.due(0)).toBe('a');
  expect(suspects.absent('a', 10)).toBe(false);
  expect(suspects.due(50)).toBe('b');
  expect(suspects.absent('a', 109)).toBe(false);
  suspects.clear('b');
  expect(suspects.due(109)).toBeNull();
  expect(suspects.nextAtMs()).toBe(110);
  suspects.postpone('a', 200);
  expect(suspects.due(199)).toBeNull();
  expect(suspects.absent('a', 200)).toBe(true);
  expect(suspects.absent('a', 300)).toBe(false);
  expect(suspects.nextAtMs()).toBeNull();
});

test('createAppender() takes no more than its bound, waits out a full log, and keeps what it took', async () => {
  const inner = createEmbeddedLog({ path: ':memory:', clock: systemClock });
  let full = true;
  const log: EventLog = {
    ...inner,
    append: (...entry) =>
      full ? Promise.reject(new QuakewireError('LOG_FULL', 'full')) : inner.append(...entry),
  };
  const faults: (string | null)[] = [];
  const appender = createAppender({
    log,
    metrics: createMetrics(),
    signal: new AbortController().signal,
    underWayMax: 3,
    retryDelayMs: { min: 2, max: 10 },
    onFault: (fault) => faults.push(fault),
  });
  const entry = { topic: 'quake.reports.v1', key: 'k', value: new Uint8Array([1]) } as const;
  const taken = [appender.offer(entry), appender.offer(entry), appender.offer(entry)];
  expect(appender.offer(entry)).toBeNull();
  const waiting = appender.append(entry);
  await sleep(30);
  expect(appender.fault()).toBe('full');
  full = false;
  await Promise.all([...taken, waiting]);
  expect(await inner.end('quake.reports.v1')).toBe(4);
  expect(faults).toEqual(['full', null]);
  await inner.close();
});

test('createAppender() lets go of a full log when its signal fires, and passes on what no retry can help', async () => {
  const stop = new AbortController();
  const failWith = (error: Error) =>
    createAppender({
      log: { append: () => Promise.reject(error) } as unknown as EventLog,
      metrics: createMetrics(),
      signal: stop.signal,
      underWayMax: 3,
      retryDelayMs: { min: 1000, max: 1000 },
      onFault: () => {},
    }).append({ topic: 'quake.reports.v1', key: 'k', value: new Uint8Array() });
  await expect(failWith(new RangeError('a mistake'))).rejects.toThrow('a mistake');
  const waiting = failWith(new QuakewireError('LOG_FULL', 'full'));
  stop.abort();
  await expect(waiting).rejects.toThrow(/abort/i);
});

test('decodeBackfill() reads what encodeBackfill() wrote; toNextWindow() goes back day by day', () => {
  const plan = { endMs: 7 * 86_400_000, days: 3, daysDone: 1 };
  expect(decodeBackfill(encodeBackfill(plan))).toEqual(plan);
  expect(decodeBackfill(null)).toBeNull();
  expect(decodeBackfill('nonsense')).toBeNull();
  expect(toNextWindow(plan)).toEqual({ startMs: 5 * 86_400_000, endMs: 6 * 86_400_000 });
  expect(toNextWindow({ ...plan, daysDone: 3 })).toBeNull();
});

test('parseReplayHeader() reads a replay, and never takes a malformed one for live', () => {
  expect(parseReplayHeader('replayed-ms=1675641600000; at-ms=1795390000000.5; speed=60')).toEqual({
    replayedMs: 1675641600000,
    anchoredAtMs: 1795390000000.5,
    speed: 60,
  });
  const ending = parseReplayHeader('replayed-ms=1; at-ms=2; speed=60; end-ms=3');
  expect(ending).toEqual({ replayedMs: 1, anchoredAtMs: 2, speed: 60, endMs: 3 });
  expect(parseReplayHeader(null)).toBeNull();
  for (const bad of ['', 'yes', 'replayed-ms=1; at-ms=2; speed=0', 'replayed-ms=1; at-ms=x; speed=1'])
    expect(parseReplayHeader(bad)).not.toBeNull();
});

test('describeNetworkFault() finds the cause behind what fetch throws', () => {
  const cause = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
  expect(describeNetworkFault(new TypeError('fetch failed', { cause }), 'https://a.example/x')).toBe(
    'a.example cannot be reached: its name cannot be resolved; is there an internet connection?',
  );
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  expect(describeNetworkFault(new AggregateError([refused]), 'ws://a.example/')).toContain(
    'connection was refused',
  );
  expect(describeNetworkFault(new Error('odd'), 'ws://a.example/')).toBe('a.example cannot be reached: odd');
});
