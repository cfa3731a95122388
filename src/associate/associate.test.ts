import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyReport } from '../../test/support/arbitraries.ts';
import type { QuakeEvent, Report, SolutionReport, WithdrawalReport } from '../event/types.ts';
import { readRevlog } from '../replay/revlog.ts';
import { parseEmscFeature } from '../sources/emsc/parse.ts';
import { revise } from './associate.ts';

const solution: SolutionReport = {
  schemaVersion: 1,
  kind: 'solution',
  agency: 'EMSC',
  agencyEventId: '20230206_0000008',
  updatedAtMs: 1_675_646_940_000,
  receivedAtMs: 1_675_646_941_000,
  origin: {
    originTimeMs: 1_675_646_254_000,
    latitudeDeg: 37.17,
    longitudeDeg: 37.08,
    depthKm: 20,
    evaluationMode: null,
  },
  magnitude: { value: 7.8, type: 'mw' },
  region: 'CENTRAL TURKEY',
  eventType: 'earthquake',
  typeCertainty: 'known',
  author: 'EMSC',
};
const withdrawal: WithdrawalReport = {
  schemaVersion: 1,
  kind: 'withdrawal',
  agency: 'EMSC',
  agencyEventId: '20230206_0000008',
  updatedAtMs: solution.updatedAtMs + 60_000,
  receivedAtMs: solution.receivedAtMs + 60_000,
  reason: 'the agency answers 204 for it',
};

/** The event after these reports; null when none of them makes one. */
function reviseAll(reports: readonly Report[]): QuakeEvent | null {
  return reports.reduce<QuakeEvent | null>((prior, report) => revise(prior, report).event ?? prior, null);
}

const anyReportOfOne = anyReport({ agencyEventIds: ['1'], updatedAtMs: fc.integer({ min: 0, max: 6 }) });
const anySequence = fc.array(anyReportOfOne, { maxLength: 12 });
const anyReportOfOneEarthquake = anyReport({
  ...{ agencyEventIds: ['1'], updatedAtMs: fc.integer({ min: 0, max: 6 }) },
  originTimeMs: fc.integer({ min: 0, max: 180_000 }),
});

describe('revise()', () => {
  test('makes revision 1 of an event from its first report', () => {
    expect(revise(null, solution).event).toEqual({
      schemaVersion: 1,
      id: 'emsc-20230206_0000008',
      revision: 1,
      state: 'live',
      origin: solution.origin,
      magnitude: { value: 7.8, type: 'mw' },
      region: 'CENTRAL TURKEY',
      eventType: 'earthquake',
      typeCertainty: 'known',
      agency: 'EMSC',
      author: 'EMSC',
      updatedAtMs: solution.updatedAtMs,
      receivedAtMs: solution.receivedAtMs,
      firstReceivedAtMs: solution.receivedAtMs,
      reports: [{ agency: 'EMSC', agencyEventId: '20230206_0000008' }],
      changed: [],
    });
  });

  test('takes the newer report, counts on, and keeps when the event was first heard of', () => {
    const later = { ...solution, updatedAtMs: solution.updatedAtMs + 1, receivedAtMs: 9e12 };
    expect(reviseAll([solution, { ...later, magnitude: { value: 7.7, type: 'mw' } }])).toMatchObject({
      revision: 2,
      magnitude: { value: 7.7 },
      receivedAtMs: 9e12,
      firstReceivedAtMs: solution.receivedAtMs,
    });
  });

  test.each<[string, Partial<SolutionReport>]>([
    ['originTime', { origin: { ...solution.origin, originTimeMs: solution.origin.originTimeMs + 1 } }],
    ['epicentre', { origin: { ...solution.origin, longitudeDeg: 37.09 } }],
    ['epicentre', { origin: { ...solution.origin, latitudeDeg: 37.18 } }],
    ['depth', { origin: { ...solution.origin, depthKm: null } }],
    ['magnitude', { magnitude: { value: 7.7, type: 'mw' } }],
    ['magnitudeType', { magnitude: { value: 7.8, type: 'mb' } }],
    ['region', { region: 'TURKEY-SYRIA BORDER REGION' }],
    ['eventType', { eventType: 'quarry blast' }],
    ['eventType', { typeCertainty: 'suspected' }],
    ['author', { author: null }],
  ])('names %s when that is what changed', (field, change) => {
    const later = { ...solution, ...change, updatedAtMs: solution.updatedAtMs + 1 };
    expect(reviseAll([solution, later])?.changed).toEqual([field]);
  });

  test('names magnitude and its type when the magnitude goes', () => {
    const later = { ...solution, magnitude: null, updatedAtMs: solution.updatedAtMs + 1 };
    expect(reviseAll([solution, later])?.changed).toEqual(['magnitude', 'magnitudeType']);
  });

  test('makes a revision of a newer report that only confirms, so that updatedAtMs is true', () => {
    const later = { ...solution, updatedAtMs: solution.updatedAtMs + 1 };
    expect(reviseAll([solution, later])).toMatchObject({
      revision: 2,
      changed: [],
      updatedAtMs: later.updatedAtMs,
    });
  });

  test('on equal updatedAtMs takes the later arrival: EMSC corrected 939 magnitudes within one minute', () => {
    const later = { ...solution, magnitude: { value: 7.7, type: 'mw' } };
    expect(reviseAll([solution, later])).toMatchObject({ revision: 2, changed: ['magnitude'] });
  });

  test('on equal updatedAtMs takes no other name of the region: USGS gave two in turn', () => {
    const event = revise(null, solution).event!;
    expect(revise(event, { ...solution, region: 'TÜRKİYE' })).toEqual({ unchanged: 'repeated' });
  });

  test('a withdrawal leaves the last solution in place', () => {
    const event = reviseAll([solution, withdrawal]);
    expect(event).toMatchObject({ revision: 2, state: 'withdrawn', changed: ['state'] });
    expect([event?.origin, event?.magnitude]).toEqual([solution.origin, solution.magnitude]);
  });

  test('a withdrawal of an event never reported shows nothing', () => {
    expect(revise(null, withdrawal)).toEqual({ unchanged: 'unknown' });
  });

  test('a solution older than the withdrawal stays withdrawn, a newer one revives the event', () => {
    const event = reviseAll([solution, withdrawal])!;
    expect(revise(event, solution)).toEqual({ unchanged: 'older' });
    const newer = { ...solution, updatedAtMs: withdrawal.updatedAtMs + 1 };
    expect(revise(event, newer).event).toMatchObject({ revision: 3, state: 'live', changed: ['state'] });
  });

  const shifted = (byMs: number): SolutionReport => ({
    ...solution,
    origin: { ...solution.origin, originTimeMs: solution.origin.originTimeMs + byMs },
    updatedAtMs: solution.updatedAtMs + 1,
  });

  test('a solution more than three minutes off is of another earthquake, and not taken', () => {
    const event = revise(null, solution).event!;
    expect(revise(event, shifted(180_001))).toEqual({ unchanged: 'foreign' });
    expect(revise(event, shifted(-180_001))).toEqual({ unchanged: 'foreign' });
    expect(revise(event, shifted(180_000)).event).toMatchObject({ revision: 2, changed: ['originTime'] });
  });

  test('after a withdrawal the identifier may stand for another earthquake', () => {
    const event = reviseAll([solution, withdrawal])!;
    const other = { ...shifted(86_400_000), updatedAtMs: withdrawal.updatedAtMs + 1 };
    expect(revise(event, other).event).toMatchObject({ revision: 3, state: 'live', origin: other.origin });
  });

  test('the M 7.8 of 2023-02-06 stays while EMSC gives its number to a M 4.2, and takes it back the day after', async () => {
    const file = new URL('../../fixtures/emsc/kahramanmaras-2023-02-06.tsv.gz', import.meta.url).pathname;
    const events = new Map<string, QuakeEvent>();
    const foreign = new Set<string>();
    for (const { op, unid, featureText, observedAtMs } of await readRevlog([file])) {
      if (op === 'D') continue;
      const parsed = parseEmscFeature(JSON.parse(featureText), observedAtMs);
      if (parsed.kind !== 'report') throw new Error(`${unid}: ${parsed.reason}`);
      const revision = revise(events.get(unid) ?? null, parsed.report);
      if (revision.event) events.set(unid, revision.event);
      else if (revision.unchanged === 'foreign') foreign.add(unid);
    }
    expect(events.get('20230206_0000008')!.magnitude).toMatchObject({ value: 7.8 });
    expect(foreign.size).toBe(11);
    expect(foreign).toContain('20230206_0000008');
  });

  test('a revision does not inherit the cause of the one before', () => {
    const event = { ...revise(null, solution).event!, cause: 'epoch:7' };
    expect(revise(event, withdrawal).event).not.toHaveProperty('cause');
    expect(revise(event, { ...solution, updatedAtMs: 9e12 }).event).not.toHaveProperty('cause');
  });
});

describe('any reports of one event', () => {
  test('a report delivered twice in a row changes nothing the second time', () => {
    fc.assert(
      fc.property(anySequence, anyReportOfOne, (reports, report) => {
        const event = reviseAll([...reports, report]);
        expect(reviseAll([...reports, report, report])).toEqual(event);
      }),
    );
  });

  test('an older report changes nothing', () => {
    fc.assert(
      fc.property(anySequence, anyReportOfOne, (reports, report) => {
        const event = reviseAll(reports);
        fc.pre(event !== null && report.updatedAtMs < event.updatedAtMs);
        expect(revise(event, report)).toEqual({ unchanged: 'older' });
      }),
    );
  });

  test('the revision grows by exactly 1, and updatedAtMs never goes back', () => {
    fc.assert(
      fc.property(anySequence, (reports) => {
        let prior: QuakeEvent | null = null;
        for (const report of reports) {
          const { event }: { event?: QuakeEvent } = revise(prior, report);
          if (!event) continue;
          expect(event.revision).toBe((prior?.revision ?? 0) + 1);
          expect(event.updatedAtMs).toBeGreaterThanOrEqual(prior?.updatedAtMs ?? 0);
          prior = event;
        }
      }),
    );
  });

  test('of one earthquake, when no two updatedAtMs are equal, the order of arrival does not matter to the final solution', () => {
    const anyDistinct = fc
      .uniqueArray(anyReportOfOneEarthquake, { selector: (report) => report.updatedAtMs, minLength: 1 })
      // The exception, by decision 0001: a withdrawal that arrives before any solution is not remembered.
      .filter((reports) => reports.toSorted(byUpdate).at(-1)!.kind === 'solution');
    fc.assert(
      fc.property(
        anyDistinct.chain((reports) => fc.tuple(fc.constant(reports), shuffled(reports))),
        ([reports, others]) => {
          expect(toSolution(reviseAll(others))).toEqual(toSolution(reviseAll(reports)));
        },
      ),
    );
  });

  test('when the newest is a withdrawal that follows a solution, the event ends withdrawn', () => {
    fc.assert(
      fc.property(anySequence, (reports) => {
        const event = reviseAll(reports);
        fc.pre(event !== null);
        const last = { ...withdrawal, agencyEventId: '1', updatedAtMs: 7 };
        const late = reports.map((report) => ({ ...report, receivedAtMs: 9e12 }));
        expect(reviseAll([...reports, last, ...late])).toEqual(revise(event, last).event);
      }),
    );
  });
});

const byUpdate = (a: Report, b: Report): number => a.updatedAtMs - b.updatedAtMs;

const shuffled = <T>(values: readonly T[]): fc.Arbitrary<T[]> =>
  fc.shuffledSubarray([...values], { minLength: values.length, maxLength: values.length });

/** What does not depend on the order of arrival. */
function toSolution(event: QuakeEvent | null): unknown {
  if (!event) return null;
  const { revision: _, changed: __, firstReceivedAtMs: ___, ...rest } = event;
  return rest;
}
