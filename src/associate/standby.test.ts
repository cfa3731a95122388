import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { anyReport } from '../../test/support/arbitraries.ts';
import { startStage, testLogger, until } from '../../test/support/stages.ts';
import type { Clock } from '../clock.ts';
import { QuakewireError } from '../errors.ts';
import { decodeEvent, encodeReport } from '../event/encode.ts';
import { toEventId, toReportKey } from '../event/identity.ts';
import type { QuakeEvent, Report } from '../event/types.ts';
import { createEmbeddedLog } from '../log/embedded.ts';
import type { EventLog } from '../log/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { revise } from './associate.ts';
import { runAssociate } from './stage.ts';
import { createStandby, type Standby } from './standby.ts';
import { EventView } from './view.ts';

const clock: Clock = { now: () => 1_700_000_000_000 };
const never = new AbortController().signal;
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function openLog(): EventLog {
  const log = createEmbeddedLog({ path: ':memory:', clock });
  closing.push(() => log.close());
  return log;
}

function standBy(log: EventLog): Standby {
  const ending = new AbortController();
  closing.push(() => ending.abort());
  return createStandby({ log, logger: testLogger }, ending.signal);
}

/** Leads until stopped: with what the standby knows, or, without one, with nothing. */
function startLeading(log: EventLog, standby: Standby | null) {
  const parts = { log, logger: testLogger, metrics: createMetrics() };
  const stage = startStage((signal) =>
    standby ? standby.lead((view) => runAssociate({ ...parts, view }, signal)) : runAssociate(parts, signal),
  );
  closing.push(stage.stop);
  return stage;
}

async function appendAll(log: EventLog, reports: readonly Report[]): Promise<void> {
  await Promise.all(
    reports.map((report) => log.append('quake.reports.v1', toReportKey(report), encodeReport(report))),
  );
}

async function readEvents(log: EventLog): Promise<QuakeEvent[]> {
  const events: QuakeEvent[] = [];
  const end = await log.end('quake.events.v1');
  for await (const { value } of log.read('quake.events.v1', 0, { signal: never, until: end })) {
    events.push(decodeEvent(value).value!);
  }
  return events;
}

/** What an undisturbed run writes, told by the pure function alone. */
function expectEvents(reports: readonly Report[], epoch: string): QuakeEvent[] {
  const known = new Map<string, QuakeEvent>();
  return reports.flatMap((report, offset) => {
    const { event } = revise(known.get(toReportKey(report)) ?? null, report);
    if (!event) return [];
    const caused = { ...event, cause: `${epoch}:${offset}` };
    known.set(toReportKey(report), caused);
    return [caused];
  });
}

const AGENCY_EVENT_IDS = ['1', '2', '3'];
const anyReports = fc.array(
  anyReport({ agencyEventIds: AGENCY_EVENT_IDS, updatedAtMs: fc.integer({ min: 0, max: 3 }) }),
  { maxLength: 8 },
);

describe('createStandby()', () => {
  test('whoever leads in whatever order, warm or cold, the events are those of an undisturbed run', async () => {
    const anyTurn = fc.record({
      who: fc.constantFrom('first', 'second', 'cold'),
      reports: anyReports,
      isCut: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anyTurn, { minLength: 2, maxLength: 6 }), async (turns) => {
        const log = openLog();
        const standbys = { first: standBy(log), second: standBy(log), cold: null };
        const epoch = await log.epoch('quake.reports.v1');
        const all: Report[] = [];
        for (const { who, reports, isCut } of turns) {
          all.push(...reports);
          const leading = startLeading(log, standbys[who]);
          await appendAll(log, reports);
          const count = expectEvents(all, epoch).length;
          // Cut off, it leaves what it likes to the next one.
          if (!isCut) await until(async () => expect(await log.end('quake.events.v1')).toBe(count));
          await leading.stop();
        }
        const last = startLeading(log, standbys.second);
        const expected = expectEvents(all, epoch);
        await until(async () =>
          expect(await log.end('quake.events.v1')).toBeGreaterThanOrEqual(expected.length),
        );
        await last.stop();
        expect(await readEvents(log)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  test('a view kept up to date is the one that a fresh reading gives', async () => {
    await fc.assert(
      fc.asyncProperty(anyReports, anyReports, async (before, after) => {
        const log = openLog();
        const leading = startLeading(log, null);
        const warm = new EventView();
        const following = startStage((signal) => warm.follow(log, signal));
        const ids = AGENCY_EVENT_IDS.map((id) => toEventId('EMSC', id));
        const epoch = await log.epoch('quake.reports.v1');
        const all: Report[] = [];
        for (const reports of [before, after]) {
          all.push(...reports);
          await appendAll(log, reports);
          const count = expectEvents(all, epoch).length;
          await until(async () => expect(await log.end('quake.events.v1')).toBe(count));
        }
        await leading.stop();
        await following.stop();
        await warm.catchUp(log, never);
        const cold = await EventView.restore(log, never);
        expect([warm.cause, warm.size, warm.epoch]).toEqual([cold.cause, cold.size, cold.epoch]);
        for (const id of ids) {
          expect(warm.peek(id)).toBe(cold.peek(id));
          if (warm.peek(id) === undefined) {
            expect(await warm.load(log, id, never)).toEqual(await cold.load(log, id, never));
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test('who stood by begins to lead with what came last, not with the first event', async () => {
    const log = openLog();
    const [sample] = fc.sample(anyReport({ kind: 'solution' }), { numRuns: 1, seed: 4 });
    const numbered = (count: number, from: number) =>
      Array.from({ length: count }, (_, i) => ({ ...sample!, agencyEventId: `${from + i}` }));
    const first = startLeading(log, null);
    await appendAll(log, numbered(100, 0));
    await until(async () => expect(await log.end('quake.events.v1')).toBe(100));
    await first.stop();
    const given: number[] = [];
    const counting: EventLog = {
      ...log,
      async *read(topic, from, options) {
        for await (const record of log.read(topic, from, options)) {
          if (topic === 'quake.events.v1') given.push(record.offset);
          yield record;
        }
      },
    };
    const standby = standBy(counting);
    await until(async () => expect(given).toHaveLength(100));
    const second = startLeading(counting, standby);
    await appendAll(log, numbered(1, 100));
    await until(async () => expect(await log.end('quake.events.v1')).toBe(101));
    expect(given).toHaveLength(100);
    await second.stop();
    await until(async () => expect(given).toEqual(Array.from({ length: 101 }, (_, i) => i)));
  });

  test('while the events cannot be read it tries again, and then knows them', async () => {
    const log = openLog();
    let isDown = true;
    const failing: EventLog = {
      ...log,
      epoch: (topic) =>
        isDown
          ? Promise.reject(new QuakewireError('LOG_UNAVAILABLE', 'No broker answers'))
          : log.epoch(topic),
    };
    const standby = standBy(failing);
    const [report] = fc.sample(anyReport({ kind: 'solution' }), { numRuns: 1, seed: 4 });
    const first = startLeading(log, null);
    await appendAll(log, [report!]);
    await until(async () => expect(await log.end('quake.events.v1')).toBe(1));
    await first.stop();
    isDown = false;
    const second = startLeading(log, standby);
    await appendAll(log, [{ ...report!, updatedAtMs: report!.updatedAtMs + 1 }]);
    await until(async () => expect(await log.end('quake.events.v1')).toBe(2));
    await second.stop();
    expect((await readEvents(log)).map(({ revision }) => revision)).toEqual([1, 2]);
  });
});
