import * as fc from 'fast-check';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { expect, test } from 'vitest';
import { anyEvent, anyReport } from '../../test/support/arbitraries.ts';
import {
  decodeDeadLetter,
  decodeEvent,
  decodeReport,
  encodeDeadLetter,
  encodeEvent,
  encodeReport,
  toRecordLetter,
} from './encode.ts';
import { DeadLetterSchema } from './schema.ts';
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

const LETTER: DeadLetter = {
  schemaVersion: 1,
  agency: 'EMSC',
  receivedAtMs: 1.5,
  reason: 'latitude is 123.65',
  field: null,
  rawBase64: 'e30=',
  via: 'log',
  record: { topic: 'quake.reports.v1', partition: 0, offset: 7, epoch: 'e1' },
};

test('decodeDeadLetter(encodeDeadLetter(x)) gives x, also for a letter from before letters named their record', () => {
  const { record: _, ...old } = LETTER;
  for (const letter of [LETTER, old as DeadLetter]) {
    expect(decodeDeadLetter(encodeDeadLetter(letter))).toEqual({ value: letter });
  }
});

test('a reader from before letters named their record reads one that does', () => {
  const { record: _, ...properties } = DeadLetterSchema.properties;
  const before = Compile(Type.Object(properties));
  expect(before.Check(JSON.parse(Buffer.from(encodeDeadLetter(LETTER)).toString()))).toBe(true);
});

test('toRecordLetter() names the record, and the agency by the key of a report or an event', () => {
  const record = {
    topic: 'quake.events.v1',
    epoch: 'e1',
    offset: 7,
    value: encodeText('<html>'),
    appendedAtMs: 1.5,
  };
  const rejection = decodeEvent(record.value).rejection!;
  const toLetter = (key: string) => toRecordLetter({ ...record, key }, rejection);
  expect(toLetter('emsc-20230206_0000008')).toEqual({
    schemaVersion: 1,
    agency: 'EMSC',
    receivedAtMs: 1.5,
    reason: rejection.reason,
    field: null,
    rawBase64: Buffer.from('<html>').toString('base64'),
    via: 'log',
    record: { topic: 'quake.events.v1', partition: 0, offset: 7, epoch: 'e1' },
  });
  expect(['EMSC/x', 'GFZ-B/x-y', 'no agency', '', 'x'.repeat(40)].map((key) => toLetter(key).agency)).toEqual(
    ['EMSC', 'GFZ-B', 'UNKNOWN', 'UNKNOWN', 'UNKNOWN'],
  );
  expect(decodeDeadLetter(encodeDeadLetter(toLetter('no agency'))).value).toBeDefined();
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

test('decodeReport() gives a short reason for a megabyte of garbage, so that its dead letter has room in the log', () => {
  const { rejection } = decodeReport(encodeText(JSON.stringify({ kind: 'x'.repeat(1_000_000) })));
  expect(rejection?.reason).toMatch(/^Cannot decode record: kind is "x{79}…, expected "solution"/);
});

test('decodeReport() lets fields of a later writer pass through', () => {
  const later = { ...sample(), feltReports: 12 };
  expect(decodeReport(encodeText(JSON.stringify(later))).value).toEqual(later);
});

function sample(): SolutionReport {
  return fc.sample(anyReport({ kind: 'solution' }), { numRuns: 1, seed: 7 })[0] as SolutionReport;
}

test('a record nested thousands of levels deep is a rejection, known field or not', () => {
  const deep = `${'{"0":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
  for (const text of [
    deep,
    `{"schemaVersion":1,"kind":${deep}}`,
    JSON.stringify({ ...sample(), unknown: 0 }).replace('"unknown":0', `"unknown":${deep}`),
  ]) {
    expect(decodeReport(encodeText(text)).rejection).toMatchObject({ isNewer: false });
  }
});
