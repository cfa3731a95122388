// Records of quake.sources.v1: what a source must remember over restarts, and what it says of itself, so that any
// gateway can show it and any machine can carry the source on. Compacted: the last record of a key counts.
//
//   memory/<name>     the text that SourceMemory keeps under this name, UTF-8
//   status/<agency>   SourceStatus as JSON, with the schema version and the source's own time
//
// Pure.

import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { SCHEMA_VERSION } from '../event/schema.ts';
import type { SourceStatus } from './source.ts';

const MEMORY = 'memory/';
const STATUS = 'status/';

const Ms = Type.Number();
const Text = Type.String({ maxLength: 2_000 });
const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Count = Type.Integer({ minimum: 0 });

/** Members that are not named are let through: a later version may say more. */
const StatusRecord = Type.Object({
  schemaVersion: Type.Literal(SCHEMA_VERSION),
  /** When it was said, ms since the epoch UTC, by the source's clock. */
  saidAtMs: Ms,
  status: Type.Object({
    agency: Type.String({ pattern: '^[A-Za-z0-9_-]{1,16}$' }),
    state: Type.Union(
      (['connecting', 'filling', 'live', 'waiting', 'refused'] as const).map((state) => Type.Literal(state)),
    ),
    sinceMs: Ms,
    lastMessageAtMs: orNull(Ms),
    lastContactAtMs: orNull(Ms),
    reason: orNull(Text),
    retryAtMs: orNull(Ms),
    backfill: orNull(Type.Object({ done: Type.Number(), reports: Count })),
    fdsnFault: orNull(Text),
    counts: Type.Object({ reports: Count, deadLetters: Count, unknownActions: Count, reconnects: Count }),
    replay: orNull(
      Type.Object({
        replayedMs: Ms,
        anchoredAtMs: Ms,
        speed: Type.Number({ exclusiveMinimum: 0 }),
        endMs: Type.Optional(Ms),
      }),
    ),
  }),
});
export type StatusRecord = Static<typeof StatusRecord> & { readonly status: SourceStatus };

const isStatusRecord = Compile(StatusRecord);

export const toMemoryKey = (name: string): string => MEMORY + name;
export const toStatusKey = (agency: string): string => STATUS + agency;

/** The name behind a key of memory; null for another kind of key. */
export const parseMemoryKey = (key: string): string | null =>
  key.startsWith(MEMORY) ? key.slice(MEMORY.length) : null;

export function encodeStatus(status: SourceStatus, saidAtMs: number): Uint8Array {
  return Buffer.from(JSON.stringify({ schemaVersion: SCHEMA_VERSION, saidAtMs, status }));
}

/** What a source said; null for another kind of record, and for one that this version cannot read. */
export function decodeStatus(key: string, value: Uint8Array): StatusRecord | null {
  if (!key.startsWith(STATUS)) return null;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(value).toString());
    return isStatusRecord.Check(parsed) ? (parsed as StatusRecord) : null;
  } catch {
    return null; // not JSON: as unreadable as another shape
  }
}
