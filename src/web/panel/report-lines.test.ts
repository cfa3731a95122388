import { describe, expect, test } from 'vitest';
import type { Report, SolutionReport } from '../../event/types.ts';
import { ENGLISH } from '../text/english.ts';
import { ENGLISH_MORE } from '../text/english-more.ts';
import { createFormats } from '../text/formats.ts';
import { distanceKm, toReportLines } from './report-lines.ts';
import { toTimeline } from './timeline.ts';

const formats = createFormats(ENGLISH, 'en-GB', 'UTC');
const ORIGIN = Date.UTC(2023, 1, 6, 1, 17, 35);

function solution(afterMs: number, fields: Partial<SolutionReport> = {}): SolutionReport {
  return {
    schemaVersion: 1,
    kind: 'solution',
    agency: 'EMSC',
    agencyEventId: '20230206_0000008',
    updatedAtMs: ORIGIN + afterMs,
    receivedAtMs: ORIGIN + afterMs + 2000,
    origin: {
      originTimeMs: ORIGIN,
      latitudeDeg: 37.17,
      longitudeDeg: 37.03,
      depthKm: 20,
      evaluationMode: null,
    },
    magnitude: { value: 7.4, type: 'mw' },
    region: 'CENTRAL TURKEY',
    eventType: 'earthquake',
    typeCertainty: 'known',
    author: 'EMSC',
    ...fields,
  } as SolutionReport;
}

const lines = (...reports: Report[]) => toReportLines(reports, ENGLISH, ENGLISH_MORE, formats);

describe('toReportLines()', () => {
  test('counts the delay from the origin and changes nothing with the first report', () => {
    expect(lines(solution(192_000))[0]).toMatchObject({ delayMs: 192_000, magnitude: 'Mw 7.4', changes: [] });
  });

  test('names what each report changed', () => {
    const moved = { ...solution(0).origin, latitudeDeg: 37.27, depthKm: 10, originTimeMs: ORIGIN + 1300 };
    const second = solution(600_000, { magnitude: { value: 7.8, type: 'mw' }, origin: moved });
    expect(lines(solution(192_000), second)[1]!.changes).toEqual([
      'magnitude Mw 7.4 → Mw 7.8',
      'epicentre moved 11 km',
      'depth 20 km → 10 km',
      'origin time +1.3 s',
    ]);
  });

  test('a magnitude of another type and the same value changed in its type alone', () => {
    const second = solution(1, { magnitude: { value: 7.4, type: 'mb' } });
    expect(lines(solution(0), second)[1]!.changes).toEqual(['magnitude type Mw → mb']);
    const third = solution(2, { magnitude: { value: 7.4, type: 'MB' } });
    expect(lines(second, third)[1]!.changes).toEqual([ENGLISH_MORE.nothingChanged]);
  });

  test('tells an absent magnitude from a magnitude', () => {
    const second = solution(1, { magnitude: null });
    expect(lines(solution(0), second)[1]!.changes).toEqual(['magnitude Mw 7.4 → no magnitude']);
  });

  test('compares with the last solution across a withdrawal, and gives its reason and when it was noticed', () => {
    const withdrawal: Report = {
      ...{ schemaVersion: 1, kind: 'withdrawal', agency: 'EMSC', agencyEventId: '20230206_0000008' },
      ...{ updatedAtMs: ORIGIN + 1, receivedAtMs: ORIGIN + 5000, reason: 'deleted by the agency' },
    };
    const told = lines(solution(0), withdrawal, solution(9000, { author: 'KOERI' }));
    expect(told[1]).toMatchObject({
      kind: 'withdrawal',
      atMs: ORIGIN + 5000,
      delayMs: 5000,
      changes: ['deleted by the agency'],
    });
    expect(told[2]!.changes).toEqual(['computed by KOERI']);
  });

  test('a report of another earthquake under the same number is told as one that was not taken', () => {
    const other = { ...solution(0).origin, originTimeMs: ORIGIN + 41_264_000, latitudeDeg: 38.1 };
    const slipped = solution(50_000_000, { origin: other, magnitude: { value: 4.2, type: 'ml' } });
    const told = lines(solution(0), slipped, solution(60_000_000, { magnitude: { value: 7.8, type: 'mw' } }));
    expect(told.map(({ foreign }) => foreign)).toEqual([false, true, false]);
    expect(told[1]!.changes).toEqual([ENGLISH_MORE.foreignReport]);
    expect(told[2]!.changes).toEqual(['magnitude Mw 7.4 → Mw 7.8']);
    expect(toTimeline(told)!.points.map(({ magnitude }) => magnitude)).toEqual([7.4, 7.8]);
  });

  test('a rejected report does not carry the marker of the current one, nor a time after this earthquake', () => {
    const other = { ...solution(0).origin, originTimeMs: ORIGIN + 41_264_000 };
    const slipped = solution(50_000_000, { origin: other, magnitude: { value: 4.2, type: 'ml' } });
    const told = lines(solution(0), solution(9000, { magnitude: { value: 7.8, type: 'mw' } }), slipped);
    expect(told.map(({ current }) => current)).toEqual([false, true, false]);
    expect(told.map(({ delayMs }) => delayMs)).toEqual([0, 9000, null]);
    const points = toTimeline(told)!.points;
    expect(points.map((point) => [point.told, point.current])).toEqual([
      ['Mw 7.4', false],
      ['Mw 7.8', true],
    ]);
  });

  test('the current one is the newest version, whatever came after it; of two alike the later', () => {
    const told = lines(solution(0), solution(9000), solution(9000, { author: 'KOERI' }), solution(5000));
    expect(told.findIndex(({ current }) => current)).toBe(2);
  });

  test('says so when nothing that is shown changed', () => {
    expect(lines(solution(0), solution(9000))[1]!.changes).toEqual([ENGLISH_MORE.nothingChanged]);
  });
});

describe('distanceKm()', () => {
  test('is a degree of latitude in 111.2 km, across the date line too', () => {
    const at = (latitudeDeg: number, longitudeDeg: number) => ({ latitudeDeg, longitudeDeg });
    expect(distanceKm(at(10, 20), at(11, 20))).toBeCloseTo(111.19, 1);
    expect(distanceKm(at(0, 179.5), at(0, -179.5))).toBeCloseTo(111.19, 1);
    expect(distanceKm(at(-17, 178), at(-17, 178))).toBe(0);
  });
});
