import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCursor, toCursor, toEventId, toReportId, toReportKey } from './identity.ts';
import type { SolutionReport } from './types.ts';

const REPORT: SolutionReport = {
  schemaVersion: 1,
  kind: 'solution',
  agency: 'EMSC',
  agencyEventId: '20230206_0000008',
  updatedAtMs: 1_675_650_000_000,
  receivedAtMs: 1_675_650_001_000,
  origin: {
    originTimeMs: 1_675_646_255_796,
    latitudeDeg: 37.17,
    longitudeDeg: 37.03,
    depthKm: 20,
    evaluationMode: null,
  },
  magnitude: { value: 7.8, type: 'mw' },
  region: 'CENTRAL TURKEY',
  eventType: 'earthquake',
  typeCertainty: 'known',
  author: 'EMSC',
};

describe('toEventId()', () => {
  it('keeps the agency’s own id as it is behind the lower-case agency', () => {
    expect(toEventId('EMSC', '20230206_0000008')).toBe('emsc-20230206_0000008');
    expect(toEventId('SED', 'smi:ch.ethz.sed/Event/X')).toBe('sed-smi:ch.ethz.sed/Event/X');
  });
});

describe('toReportId()', () => {
  it('is the same whenever the message arrived', () => {
    expect(toReportId({ ...REPORT, receivedAtMs: 0 })).toBe(toReportId(REPORT));
  });

  it('is another one for any other content', () => {
    const ids = [
      REPORT,
      { ...REPORT, updatedAtMs: REPORT.updatedAtMs + 1 },
      { ...REPORT, magnitude: { value: 7.7, type: 'mw' } },
      { ...REPORT, magnitude: null },
      { ...REPORT, origin: { ...REPORT.origin, depthKm: null } },
      { ...REPORT, region: 'CENTRAL TURKEY ' },
    ].map(toReportId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('names the report’s key, its time and a hash of 14 digits', () => {
    expect(toReportKey(REPORT)).toBe('EMSC/20230206_0000008');
    expect(toReportId(REPORT)).toMatch(/^EMSC\/20230206_0000008\/1675650000000\/[0-9a-f]{14}$/);
  });
});

describe('parseCursor()', () => {
  it('gives back what toCursor() was given', () => {
    const offset = fc.integer({ min: -1, max: 999_999_999_999_999 });
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/), offset, (epoch, at) => {
        expect(parseCursor(toCursor(epoch, at))).toEqual({ epoch, offset: at });
      }),
    );
  });

  it.each([
    '',
    ':',
    'e:',
    ':5',
    'e:-2',
    'e:1.5',
    'e:1e3',
    'e: 1',
    'e:1\n',
    'é:1',
    'e:1:1',
    `${'e'.repeat(65)}:1`,
    'e:1234567890123456',
  ])('refuses "%s"', (text) => {
    expect(parseCursor(text)).toBeNull();
  });
});
