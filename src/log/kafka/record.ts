// Our serializer and deserializer: what stands in a Kafka record and how it is read back. The one place for it.
//
//   key      UTF-8
//   value    the bytes of src/event/encode.ts: JSON with its `schemaVersion`, untouched
//   headers  `schema-version`: SCHEMA_VERSION of the writer, decimal, ASCII
//   time     the broker's (LogAppendTime), so that no client's clock decides what retention removes
//
// The header repeats what the value says, so that a reader that does not know us can tell versions apart without
// parsing. We write it and do not rely on it: records without it, or with others beside it, are read all the same;
// a value of a newer version is refused by the decoder with that reason. Golden bytes: fixtures/kafka/. Pure.

import type { MessageRecord, RecordsBatch } from '@platformatic/kafka';
import { SCHEMA_VERSION } from '../../event/schema.ts';
import type { LogRecord } from '../log.ts';

export const SCHEMA_VERSION_HEADER = 'schema-version';

const HEADERS = new Map([[Buffer.from(SCHEMA_VERSION_HEADER), Buffer.from(`${SCHEMA_VERSION}`)]]);
const EMPTY = new Uint8Array(0);

/** Bits of a batch's attributes (Kafka's message format 2). */
const LOG_APPEND_TIME = 1 << 3;
const CONTROL = 1 << 5;

/** One record on its way to the broker; `name` is the topic's on the cluster. */
export function toMessage(name: string, key: string, value: Uint8Array): MessageRecord {
  return {
    topic: name,
    partition: 0,
    key: Buffer.from(key),
    value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
    headers: HEADERS,
  };
}

/**
 * The records of a batch with offset ≥ `from`, in order. Transaction markers are left out. Their bytes are copies: a
 * small record that is kept does not keep the megabyte it came in. A tombstone's value is empty.
 */
export function toLogRecords(batch: RecordsBatch, from: number): LogRecord[] {
  if (batch.attributes & CONTROL) return [];
  const firstOffset = Number(batch.firstOffset);
  const isBrokersTime = (batch.attributes & LOG_APPEND_TIME) !== 0;
  const records: LogRecord[] = [];
  for (const { offsetDelta, key, value, timestampDelta } of batch.records) {
    const offset = firstOffset + offsetDelta;
    if (offset < from) continue;
    records.push({
      offset,
      key: key?.toString() ?? '',
      value: value ? Buffer.from(value) : EMPTY,
      appendedAtMs: Number(isBrokersTime ? batch.maxTimestamp : batch.firstTimestamp + timestampDelta),
    });
  }
  return records;
}

/** Offset after the batch: also of those records that compaction took out of it. */
export const toNextOffset = (batch: RecordsBatch): number =>
  Number(batch.firstOffset) + batch.lastOffsetDelta + 1;
