import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { anyReport } from '../../test/support/arbitraries.ts';
import { startStage, testLogger, until } from '../../test/support/stages.ts';
import type { Clock } from '../clock.ts';
import { QuakewireError } from '../errors.ts';
import { decodeDeadLetter, decodeEvent, encodeReport } from '../event/encode.ts';
import { toReportKey } from '../event/identity.ts';
import type { QuakeEvent, Report } from '../event/types.ts';
import { createEmbeddedLog } from '../log/embedded.ts';
import type { EventLog, LogRecord } from '../log/log.ts';
import type { Topic } from '../log/topics.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { revise } from './associate.ts';
import { runAssociate } from './stage.ts';

const clock: Clock = { now: () => 1_700_000_000_000 };
const REPORTS: Topic = 'quake.reports.v1';
const EVENTS: Topic = 'quake.events.v1';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function openLog(): EventLog {
  const log = createEmbeddedLog({ path: ':memory:', clock });
  closing.push(() => log.close());
  return log;
}

/** Starts the stage on a log; gives what stops it. */
function start(log: EventLog, metrics = createMetrics()) {
  const stage = startStage((signal) => runAssociate({ log, logger: testLogger, metrics }, signal));
  closing.push(stage.stop);
  return { ...stage, metrics };
}

const append = (log: EventLog, report: Report): Promise<number> =>
  log.append(REPORTS, toReportKey(report), encodeReport(report));

async function readAll(log: EventLog, topic: Topic): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  const end = await log.end(topic);
  if (end === 0) return records;
  for await (const record of log.read(topic, 0, { signal: new AbortController().signal })) {
    records.push(record);
    if (record.offset >= end - 1) break;
  }
  return records;
}

const readEvents = async (log: EventLog): Promise<QuakeEvent[]> =>
  (await readAll(log, EVENTS)).map(({ value }) => decodeEvent(value).value!);

/** What an undisturbed run writes, told by the pure function alone. */
function expectEvents(reports: readonly Report[], epoch: string): QuakeEvent[] {
  const known = new Map<string, QuakeEvent>();
  return reports.flatMap((report, offset) => {
    const key = toReportKey(report);
    const { event } = revise(known.get(key) ?? null, report);
    if (!event) return [];
    const caused = { ...event, cause: `${epoch}:${offset}` };
    known.set(key, caused);
    return [caused];
  });
}

const anySequence = fc.array(
  anyReport({ agencyEventIds: ['1', '2', '3'], updatedAtMs: fc.integer({ min: 0, max: 3 }) }),
  { maxLength: 25 },
);

describe('runAssociate()', () => {
  test('writes the revisions that the reports make, in their order, each with its cause', async () => {
    await fc.assert(
      fc.asyncProperty(anySequence, async (reports) => {
        const log = openLog();
        const stage = start(log);
        await Promise.all(reports.map((report) => append(log, report)));
        const expected = expectEvents(reports, await log.epoch(REPORTS));
        await until(async () => expect(await log.end(EVENTS)).toBe(expected.length));
        expect(await readEvents(log)).toEqual(expected);
        await stage.stop();
      }),
      { numRuns: 40 },
    );
  });

  test('stopped and started anywhere, it writes exactly what an undisturbed run writes', async () => {
    // Equal updatedAtMs on purpose: re-applying the former of two would show old values again.
    await fc.assert(
      fc.asyncProperty(anySequence, fc.array(fc.nat(25), { maxLength: 6 }), async (reports, stops) => {
        const log = openLog();
        let stage = start(log);
        for (const [i, report] of reports.entries()) {
          const appended = append(log, report);
          // Now and then in the middle of it: the report may be durable, its event not yet.
          if (stops.includes(i)) {
            await stage.stop();
            stage = start(log);
          }
          await appended;
        }
        const expected = expectEvents(reports, await log.epoch(REPORTS));
        await until(async () => expect(await log.end(EVENTS)).toBeGreaterThanOrEqual(expected.length));
        await stage.stop();
        expect(await readEvents(log)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  test('killed after any number of events, it goes on to exactly what an undisturbed run writes', async () => {
    // Four reports on each updatedAtMs: ties that a second application would turn round.
    const reports = fc
      .sample(anyReport({ agencyEventIds: ['1', '2', '3'] }), { numRuns: 60, seed: 11 })
      .map((report, i) => ({ ...report, updatedAtMs: Math.floor(i / 4) }));
    const expected = expectEvents(reports, 'any').length;
    expect(expected).toBeGreaterThan(20);
    for (let written = 0; written <= expected; written++) {
      const log = openLog();
      for (const report of reports) await append(log, report);
      const events = expectEvents(reports, await log.epoch(REPORTS));
      // What the killed process had made durable: the first events, and nothing else.
      for (const event of events.slice(0, written)) {
        await log.append(EVENTS, event.id, new TextEncoder().encode(JSON.stringify(event)));
      }
      const stage = start(log);
      await until(async () => expect(await log.end(EVENTS)).toBe(expected));
      await stage.stop();
      expect(await readEvents(log)).toEqual(events);
    }
  });

  test('an event out of use is read back when a report speaks of it again', async () => {
    const log = openLog();
    const [sample] = fc.sample(anyReport({ kind: 'solution', agencyEventIds: ['old'] }), {
      numRuns: 1,
      seed: 4,
    });
    const stage = start(log);
    await append(log, { ...sample!, updatedAtMs: 1 });
    await Promise.all(
      Array.from({ length: 20_100 }, (_, i) =>
        append(log, { ...sample!, agencyEventId: `new-${i}`, updatedAtMs: 1 }),
      ),
    );
    await append(log, { ...sample!, updatedAtMs: 2 });
    await until(async () => expect(await log.end(EVENTS)).toBe(20_102));
    await stage.stop();
    expect((await readEvents(log)).at(-1)).toMatchObject({ id: 'emsc-old', revision: 2 });
  });

  test('a report that cannot be decoded becomes a dead letter with the reason, and the next one goes on', async () => {
    const log = openLog();
    const { metrics } = start(log);
    const [report] = fc.sample(anyReport({ kind: 'solution' }), { numRuns: 1, seed: 4 });
    const broken = { ...report, magnitude: { value: 'großes Beben', type: null } };
    await log.append(REPORTS, 'EMSC/1', new TextEncoder().encode(JSON.stringify(broken)));
    await log.append(REPORTS, 'no agency', new TextEncoder().encode('<html>'));
    await append(log, report!);
    await until(async () => expect(await log.end(EVENTS)).toBe(1));
    const letters = (await readAll(log, 'quake.dead-letters.v1')).map(
      ({ value }) => decodeDeadLetter(value).value!,
    );
    expect(letters).toMatchObject([
      {
        agency: 'EMSC',
        via: 'log',
        field: 'magnitude.value',
        reason: expect.stringContaining('magnitude.value'),
        record: { topic: REPORTS, partition: 0, offset: 0, epoch: await log.epoch(REPORTS) },
      },
      {
        agency: 'UNKNOWN',
        via: 'log',
        field: null,
        reason: expect.stringContaining('expected JSON'),
        record: { topic: REPORTS, offset: 1 },
      },
    ]);
    expect(Buffer.from(letters[1]!.rawBase64, 'base64').toString()).toBe('<html>');
    expect(await metrics.deadLetters.get()).toMatchObject({ values: [{ value: 1 }, { value: 1 }] });
  });

  test('started again before any new event, it writes no dead letter twice', async () => {
    const log = openLog();
    for (const garbage of ['<html>', '[]', '']) {
      await log.append(REPORTS, 'EMSC/1', new TextEncoder().encode(garbage));
      for (let starts = 0; starts < 3; starts++) {
        const { stop, metrics } = start(log);
        const end = await log.end(REPORTS);
        await until(async () => expect((await metrics.stageOffset.get()).values[0]?.value).toBe(end - 1));
        await stop();
      }
    }
    const letters = (await readAll(log, 'quake.dead-letters.v1')).map(({ value }) => decodeDeadLetter(value));
    expect(letters.map(({ value }) => value?.record?.offset)).toEqual([0, 1, 2]);
  });

  test('a dead letter that is not in the log yet keeps later events back, so that a kill loses none', async () => {
    const log = openLog();
    let tries = 0;
    let refuses = true;
    const reluctant: EventLog = {
      ...log,
      append: (topic, key, value) => {
        if (topic !== 'quake.dead-letters.v1' || !refuses) return log.append(topic, key, value);
        tries += 1;
        return Promise.reject(new QuakewireError('LOG_UNAVAILABLE', 'Cannot append: no broker answers'));
      },
    };
    await log.append(REPORTS, 'EMSC/1', new TextEncoder().encode('garbage'));
    await append(
      log,
      fc.sample(anyReport(), { numRuns: 50, seed: 1 }).find(({ kind }) => kind === 'solution')!,
    );
    start(reluctant);
    await until(async () => expect(tries).toBeGreaterThan(1));
    expect(await readEvents(log)).toEqual([]);
    refuses = false;
    await until(async () => expect(await readEvents(log)).toHaveLength(1));
    expect(await readAll(log, 'quake.dead-letters.v1')).toHaveLength(1);
  });

  test('while the log refuses events it waits, then goes on without a gap and without a double', async () => {
    const log = openLog();
    let full = true;
    const refusing: EventLog = {
      ...log,
      append: (topic, key, value) =>
        topic === EVENTS && full
          ? Promise.reject(new QuakewireError('LOG_FULL', 'Cannot append: the disk is full'))
          : log.append(topic, key, value),
    };
    const reports = fc.sample(anySequence, { numRuns: 1, seed: 2 }).flat();
    const { metrics } = start(refusing);
    const expected = expectEvents(reports, await log.epoch(REPORTS));
    expect(expected.length).toBeGreaterThan(1);
    await Promise.all(reports.map((report) => append(log, report)));
    await until(async () => expect((await metrics.stageRetries.get()).values[0]?.value).toBeGreaterThan(1));
    full = false;
    await until(async () => expect(await log.end(EVENTS)).toBe(expected.length));
    expect(await readEvents(log)).toEqual(expected);
  });

  test('an append under way when reading fails is waited for: no revision comes twice', async () => {
    const log = openLog();
    const late = Promise.withResolvers<void>();
    let isCut = false;
    const cut: EventLog = {
      ...log,
      append: async (topic, key, value) => {
        if (topic === EVENTS && !isCut) await late.promise;
        return log.append(topic, key, value);
      },
      async *read(topic, from, options) {
        for await (const record of log.read(topic, from, options)) {
          yield record;
          if (topic !== REPORTS || isCut) continue;
          isCut = true;
          throw new QuakewireError('LOG_UNAVAILABLE', 'The connection was lost');
        }
      },
    };
    const [report] = fc.sample(anyReport({ kind: 'solution' }), { numRuns: 1, seed: 4 });
    const { metrics } = start(cut);
    await append(log, report!);
    await until(async () => expect((await metrics.stageRetries.get()).values[0]?.value).toBe(1));
    // Longer than the pause before it begins again.
    await new Promise((resolve) => setTimeout(resolve, 300));
    late.resolve();
    await append(log, { ...report!, updatedAtMs: report!.updatedAtMs + 1 });
    await until(async () => expect((await metrics.stageOffset.get()).values[0]?.value).toBe(1));
    await until(async () => expect(await log.end(EVENTS)).toBeGreaterThanOrEqual(2));
    expect((await readEvents(log)).map(({ revision }) => revision)).toEqual([1, 2]);
  });

  test('events of a newer Quakewire are not numbered anew: the stage refuses', async () => {
    const log = openLog();
    await log.append(EVENTS, 'emsc-1', new TextEncoder().encode('{"schemaVersion":2}'));
    const parts = { log, logger: testLogger, metrics: createMetrics() };
    await expect(runAssociate(parts, new AbortController().signal)).rejects.toMatchObject({
      code: 'DATABASE_NEWER',
    });
  });

  test('garbage in the events, at their end and on a known event, stops nobody and numbers nothing anew', async () => {
    const log = openLog();
    const [report] = fc.sample(anyReport({ kind: 'solution' }), { numRuns: 1, seed: 4 });
    const first = start(log);
    for (const updatedAtMs of [1, 2]) await append(log, { ...report!, updatedAtMs });
    await until(async () => expect(await log.end(EVENTS)).toBe(2));
    await first.stop();
    const [{ id }] = (await readEvents(log)) as [QuakeEvent];
    for (const key of [id, 'no event']) await log.append(EVENTS, key, new TextEncoder().encode('<html>'));
    const { metrics } = start(log);
    await append(log, { ...report!, updatedAtMs: 3 });
    await until(async () => expect(await log.end(EVENTS)).toBe(5));
    const last = (await readAll(log, EVENTS)).at(-1)!;
    expect(decodeEvent(last.value).value).toMatchObject({ id, revision: 3, updatedAtMs: 3 });
    // It went on after the second report, not from the beginning.
    expect((await metrics.reportsUnchanging.get()).values[0]?.value).toBe(0);
  });

  test('reports of another log are all read, whatever the events say', async () => {
    const log = openLog();
    const [report] = fc.sample(anyReport({ kind: 'solution' }), { numRuns: 1, seed: 4 });
    const known = { ...revise(null, report!).event!, cause: 'another-log:900' };
    await log.append(EVENTS, known.id, new TextEncoder().encode(JSON.stringify(known)));
    await append(log, { ...report!, updatedAtMs: report!.updatedAtMs + 1 });
    start(log);
    await until(async () => expect(await log.end(EVENTS)).toBe(2));
    expect((await readEvents(log)).at(-1)).toMatchObject({ id: known.id, revision: 2 });
  });
});
