import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyEvent, anyReport } from '../../test/support/arbitraries.ts';
import {
  decodeDeadLetter,
  decodeEvent,
  decodeReport,
  encodeDeadLetter,
  encodeEvent,
  encodeReport,
} from './encode.ts';
import type { DeadLetter, SolutionReport } from './types.ts';

const encodeText = (text: string): Uint8Array => new TextEncoder().encode(text);

test('decodeReport(encodeReport(x)) gives x', () => {
  fc.assert(
    fc.property(anyReport(), (report) => {
      expect(decodeReport(encodeReport(report)).value).toEqual(report);
    }),
  );
});

test('decodeEvent(encodeEvent(x)) gives x', () => {
  fc.assert(
    fc.property(anyEvent(), (event) => {
      expect(decodeEvent(encodeEvent(event)).value).toEqual(event);
    }),
  );
});

test('decodeDeadLetter(encodeDeadLetter(x)) gives x', () => {
  const letter: DeadLetter = {
    schemaVersion: 1,
    agency: 'EMSC',
    receivedAtMs: 1.5,
    reason: 'latitude is 123.65',
    field: null,
    rawBase64: 'e30=',
    via: 'log',
  };
  expect(decodeDeadLetter(encodeDeadLetter(letter)).value).toEqual(letter);
});

test('decodeReport() never throws, whatever the bytes', () => {
  const bytes = fc.oneof(fc.uint8Array(), fc.json().map(encodeText));
  fc.assert(
    fc.property(bytes, (value) => {
      const { rejection } = decodeReport(value);
      if (rejection) expect(rejection.reason).toMatch(/^Cannot decode record: /);
    }),
  );
});

test.each([
  ['schemaVersion', { schemaVersion: 2 }, 'written by a newer Quakewire'],
  ['kind', { kind: 'rumour' }, 'kind is "rumour"'],
  ['origin.latitudeDeg', { origin: { ...sample().origin, latitudeDeg: 123.65 } }, 'origin.latitudeDeg'],
  ['magnitude.value', { magnitude: { value: '5.1', type: 'mw' } }, 'magnitude.value'],
])('decodeReport() names %s as the field at fault', (field, change, words) => {
  const { rejection } = decodeReport(encodeText(JSON.stringify({ ...sample(), ...change })));
  expect(rejection).toMatchObject({ field, reason: expect.stringContaining(words) });
});

test.each([
  ['half a record', encodeText('{"schemaVersion":1,'), 'expected JSON'],
  ['no object', encodeText('[1]'), 'no object'],
  ['no UTF-8', Uint8Array.of(0x22, 0xff, 0x22), 'UTF-8'],
])('decodeReport() rejects %s', (_, bytes, words) => {
  expect(decodeReport(bytes).rejection?.reason).toContain(words);
});

test('decodeReport() lets fields of a later writer pass through', () => {
  const later = { ...sample(), feltReports: 12 };
  expect(decodeReport(encodeText(JSON.stringify(later))).value).toEqual(later);
});

function sample(): SolutionReport {
  return fc.sample(anyReport({ kind: 'solution' }), { numRuns: 1, seed: 7 })[0] as SolutionReport;
}
