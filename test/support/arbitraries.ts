// fast-check arbitraries of reports and events: everything the schema allows, with the values that hurt
// (absent ones, ±180, unicode and markup in names) often enough to meet them.

import * as fc from 'fast-check';
import { toEventId } from '../../src/event/identity.ts';
import type { QuakeEvent, Report, SolutionReport, WithdrawalReport } from '../../src/event/types.ts';

const anyTimeMs = fc.integer({ min: -2_000_000_000_000, max: 4_000_000_000_000 });
const anyName = (maxLength: number) =>
  fc.oneof(fc.string({ unit: 'binary', maxLength }), fc.constantFrom('TÜRKİYE', '<b>GREECE</b>', ''));
const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 4 });
const anyNumber = (min: number, max: number) =>
  // −0 is written as 0 in JSON: no earthquake knows the difference.
  fc.double({ min, max, noNaN: true }).map((value) => (value === 0 ? 0 : value));

const anyOrigin = (originTimeMs: fc.Arbitrary<number> = anyTimeMs) =>
  fc.record({
    originTimeMs,
    latitudeDeg: anyNumber(-90, 90),
    longitudeDeg: fc.oneof(anyNumber(-180, 180), fc.constantFrom(180, -180)),
    depthKm: nullable(anyNumber(-15, 1000)),
    evaluationMode: fc.constantFrom('manual' as const, 'automatic' as const, null),
  });
const anyMagnitude = fc.record({ value: anyNumber(-5, 12), type: nullable(anyName(5)) });

export interface ReportBounds {
  readonly kind?: Report['kind'];
  /** Drawn from these; any when left out. */
  readonly agencyEventIds?: readonly string[];
  readonly updatedAtMs?: fc.Arbitrary<number>;
  readonly originTimeMs?: fc.Arbitrary<number>;
}

/** Any report that the schema allows, within the bounds given. */
export function anyReport(bounds: ReportBounds = {}): fc.Arbitrary<Report> {
  const shared = {
    schemaVersion: fc.constant(1 as const),
    agency: bounds.agencyEventIds ? fc.constant('EMSC') : fc.constantFrom('EMSC', 'USGS'),
    agencyEventId: bounds.agencyEventIds
      ? fc.constantFrom(...bounds.agencyEventIds)
      : fc.string({ minLength: 1, maxLength: 20 }),
    updatedAtMs: bounds.updatedAtMs ?? anyTimeMs,
    receivedAtMs: anyTimeMs,
  };
  const solution: fc.Arbitrary<SolutionReport> = fc.record({
    ...shared,
    kind: fc.constant('solution' as const),
    origin: anyOrigin(bounds.originTimeMs),
    magnitude: nullable(anyMagnitude),
    region: nullable(anyName(20)),
    eventType: fc.constantFrom('earthquake', 'quarry blast', null),
    typeCertainty: fc.constantFrom('known' as const, 'suspected' as const, null),
    author: nullable(fc.constantFrom('EMSC', 'NEIC', 'KOERI')),
  });
  const withdrawal: fc.Arbitrary<WithdrawalReport> = fc.record({
    ...shared,
    kind: fc.constant('withdrawal' as const),
    reason: fc.string({ maxLength: 20 }),
  });
  if (bounds.kind === 'solution') return solution;
  if (bounds.kind === 'withdrawal') return withdrawal;
  return fc.oneof({ weight: 4, arbitrary: solution }, { weight: 1, arbitrary: withdrawal });
}

/** Any event that the schema allows, reported by one agency. */
export function anyEvent(bounds: Omit<ReportBounds, 'kind'> = {}): fc.Arbitrary<QuakeEvent> {
  const solution = anyReport({ ...bounds, kind: 'solution' }) as fc.Arbitrary<SolutionReport>;
  return fc
    .record({
      report: solution,
      revision: fc.integer({ min: 1, max: 40 }),
      state: fc.constantFrom('live' as const, 'withdrawn' as const),
      changed: fc.subarray(['depth', 'magnitude', 'state'] as const),
      firstReceivedAtMs: anyTimeMs,
    })
    .map(({ report, ...rest }) => {
      const { kind: _, agencyEventId, ...solution } = report;
      return {
        ...solution,
        ...rest,
        id: toEventId(report.agency, agencyEventId),
        reports: [{ agency: report.agency, agencyEventId }],
      };
    });
}
