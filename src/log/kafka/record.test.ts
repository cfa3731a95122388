import { readFileSync } from 'node:fs';
import { createRecordsBatch, Reader, type RecordsBatch, readRecordsBatch } from '@platformatic/kafka';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeDeadLetter,
  decodeEvent,
  decodeReport,
  encodeDeadLetter,
  encodeEvent,
  encodeReport,
} from '../../event/encode.ts';
import { SCHEMA_VERSION } from '../../event/schema.ts';
import type { DeadLetter, QuakeEvent, Report } from '../../event/types.ts';
import { SCHEMA_VERSION_HEADER, toLogRecords, toMessage, toNextOffset } from './record.ts';

const FOLDER = new URL('../../../fixtures/kafka/', import.meta.url);
const golden = (name: string): Buffer => readFileSync(new URL(`${name}.batch`, FOLDER));
const sample = (name: string): unknown => JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'));
const toBatch = (bytes: Buffer): RecordsBatch => readRecordsBatch(Reader.from(bytes));
const readOne = (name: string) => toLogRecords(toBatch(golden(name)), 0)[0]!;

const VERSION_1 = [
  {
    name: 'report-v1',
    key: 'EMSC/20230206_0000008',
    encode: (v: unknown) => encodeReport(v as Report),
    decode: decodeReport,
  },
  {
    name: 'withdrawal-v1',
    key: 'EMSC/20230206_0000008',
    encode: (v: unknown) => encodeReport(v as Report),
    decode: decodeReport,
  },
  {
    name: 'event-v1',
    key: 'EMSC-20230206_0000008',
    encode: (v: unknown) => encodeEvent(v as QuakeEvent),
    decode: decodeEvent,
  },
  {
    name: 'dead-letter-v1',
    key: 'EMSC',
    encode: (v: unknown) => encodeDeadLetter(v as DeadLetter),
    decode: decodeDeadLetter,
  },
  {
    name: 'dead-letter-v1-of-record',
    key: 'EMSC',
    encode: (v: unknown) => encodeDeadLetter(v as DeadLetter),
    decode: decodeDeadLetter,
  },
];

describe('golden bytes of schema version 1', () => {
  test.each(VERSION_1)('$name is written to the byte as it always was', ({ name, key, encode }) => {
    const message = { ...toMessage('topic', key, encode(sample(name))), timestamp: 1_675_651_081_234n };
    expect(Buffer.from(createRecordsBatch([message]).buffer)).toEqual(golden(name));
  });

  test.each(VERSION_1)('$name is read as what it was written from', ({ name, key, decode }) => {
    const record = readOne(name);
    expect(record).toMatchObject({ offset: 0, key, appendedAtMs: 1_675_651_081_234 });
    expect(decode(record.value)).toEqual({ value: sample(name) });
  });

  test('the header carries the version in ASCII', () => {
    const [record] = toBatch(golden('event-v1')).records;
    const headers = record!.headers as unknown as [Buffer, Buffer][];
    expect(headers.map((pair) => pair.map(String))).toEqual([[SCHEMA_VERSION_HEADER, `${SCHEMA_VERSION}`]]);
  });
});

describe('other writers', () => {
  test('a record without the header is read', () => {
    expect(decodeEvent(readOne('event-v1-without-header').value)).toEqual({ value: sample('event-v1') });
  });

  test('fields and headers that came later within the version pass through', () => {
    const { value } = decodeEvent(readOne('event-v1-with-more').value);
    expect(value).toEqual({ ...(sample('event-v1') as object), intensity: { maximum: 11 } });
  });

  test('a record of a newer version is refused as such, not as a broken one', () => {
    const { rejection } = decodeEvent(readOne('event-v2').value);
    expect(rejection?.field).toBe('schemaVersion');
    expect(rejection?.reason).toContain('written by a newer Quakewire');
  });

  test('a tombstone has an empty value', () => {
    const message = { ...toMessage('topic', 'k', Buffer.alloc(1)), value: null as unknown as Buffer };
    const [record] = toLogRecords(toBatch(Buffer.from(createRecordsBatch([message]).buffer)), 0);
    expect(record?.value).toHaveLength(0);
  });
});

describe('batches', () => {
  const anyPairs = fc.array(fc.tuple(fc.string(), fc.uint8Array({ maxLength: 300 })), {
    minLength: 1,
    maxLength: 20,
  });

  test('toLogRecords() gives back what toMessage() was given, from the wanted offset on', () => {
    fc.assert(
      fc.property(anyPairs, fc.nat({ max: 25 }), (pairs, from) => {
        const messages = pairs.map(([key, value]) => toMessage('topic', key.toWellFormed(), value));
        const batch = { ...toBatch(Buffer.from(createRecordsBatch(messages).buffer)), firstOffset: 5n };
        const records = toLogRecords(batch, from);
        expect(records.map(({ offset, key, value }) => [offset, key, [...value]])).toEqual(
          pairs
            .map(([key, value], i) => [5 + i, key.toWellFormed(), [...value]])
            .filter(([offset]) => Number(offset) >= from),
        );
        expect(toNextOffset(batch)).toBe(5 + pairs.length);
      }),
    );
  });

  test("the broker's time goes before the writer's", () => {
    const batch = toBatch(golden('event-v1'));
    const stamped = { ...batch, attributes: batch.attributes | 8, maxTimestamp: 1_700_000_000_000n };
    expect(toLogRecords(stamped, 0)[0]?.appendedAtMs).toBe(1_700_000_000_000);
  });

  test('a transaction marker is no record, but takes an offset', () => {
    const batch = { ...toBatch(golden('event-v1')), firstOffset: 7n };
    const marker = { ...batch, attributes: batch.attributes | 32 };
    expect([toLogRecords(marker, 0), toNextOffset(marker)]).toEqual([[], 8]);
  });
});
