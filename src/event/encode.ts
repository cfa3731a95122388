// Values of the topics as bytes: JSON in UTF-8, one object a record, shape by ./schema.ts.
// Decoding never throws: bytes that are not what the schema says come back as a rejection with the
// reason, so that one bad record stops nobody. Fields the schema does not know pass through untouched.

import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { toGlimpse } from './glimpse.ts';
import {
  DeadLetterSchema,
  QuakeEventSchema,
  SCHEMA_VERSION,
  SolutionReportSchema,
  WithdrawalReportSchema,
} from './schema.ts';
import type { DeadLetter, QuakeEvent, Report } from './types.ts';

/** Bytes of a message kept in a dead letter: EMSC's messages have 0.6 kB, its longest answers are cut. */
export const DEAD_LETTER_RAW_BYTES_MAX = 64 * 1024;

/** From here on a record may be nested so deep that it can be read and not be written again; real ones have 1 to 2 kB. */
const DEEP_BYTES_MIN = 4 * 1024;
/** Of what was found, quoted in a reason. */
const GLIMPSE_CHARS = 80;

/** Why bytes were not read. */
export interface Rejection {
  /** What was found and what was wanted, in words. */
  readonly reason: string;
  /** Path of the field at fault, dots between; null when none can be named. */
  readonly field: string | null;
  /** True when a newer Quakewire wrote it: nothing is wrong with it, and that one can read it. */
  readonly isNewer: boolean;
}

export type Decoded<T> =
  | { readonly value: T; readonly rejection?: never }
  | { readonly rejection: Rejection; readonly value?: never };

export const encodeReport = (report: Report): Uint8Array => Buffer.from(JSON.stringify(report));
export const encodeEvent = (event: QuakeEvent): Uint8Array => Buffer.from(JSON.stringify(event));
export const encodeDeadLetter = (letter: DeadLetter): Uint8Array => Buffer.from(JSON.stringify(letter));

/** A record that a dead letter is about. */
export interface LetterRecord {
  readonly topic: string;
  readonly epoch: string;
  readonly offset: number;
  readonly key: string;
  readonly value: Uint8Array;
  readonly appendedAtMs: number;
}

/** The agency of a record by its key: `<agency>/<agency's id>` of a report, `<agency>-<agency's id>` of an event; else `UNKNOWN`. */
export const toKeyAgency = (key: string): string =>
  /^[A-Za-z0-9_-]{1,16}(?=\/)|^[A-Za-z0-9_]{1,16}(?=-)/.exec(key)?.[0].toUpperCase() ?? 'UNKNOWN';

/**
 * The dead letter of a record that could not be decoded. Its agency is told by the key.
 * The same record gives the same letter, whenever it is written.
 */
export function toRecordLetter(record: LetterRecord, rejection: Rejection): DeadLetter {
  const { topic, epoch, offset, key, value } = record;
  return {
    schemaVersion: SCHEMA_VERSION,
    agency: toKeyAgency(key),
    receivedAtMs: record.appendedAtMs,
    reason: rejection.reason,
    field: rejection.field,
    rawBase64: Buffer.from(value.subarray(0, DEAD_LETTER_RAW_BYTES_MAX)).toString('base64'),
    via: 'log',
    // Every topic has one partition.
    record: { topic, partition: 0, offset, epoch },
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const solutionReport = compile(SolutionReportSchema);
const withdrawalReport = compile(WithdrawalReportSchema);
const quakeEvent = compile(QuakeEventSchema);
const deadLetter = compile(DeadLetterSchema);

/** A value of `quake.reports.v1`. */
export function decodeReport(bytes: Uint8Array): Decoded<Report> {
  return decode(bytes, (kind) =>
    kind === 'solution' ? solutionReport : kind === 'withdrawal' ? withdrawalReport : null,
  ) as Decoded<Report>;
}

/** A value of `quake.events.v1`. */
export function decodeEvent(bytes: Uint8Array): Decoded<QuakeEvent> {
  return decode(bytes, () => quakeEvent) as Decoded<QuakeEvent>;
}

/** A value of `quake.dead-letters.v1`. */
export function decodeDeadLetter(bytes: Uint8Array): Decoded<DeadLetter> {
  return decode(bytes, () => deadLetter) as Decoded<DeadLetter>;
}

type Check = (value: unknown) => Rejection | null;

function decode(bytes: Uint8Array, toCheck: (kind: unknown) => Check | null): Decoded<unknown> {
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(bytes));
  } catch (error) {
    return reject(`Cannot decode record: ${(error as Error).message}, expected JSON in UTF-8`, null);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return reject('Cannot decode record: the JSON is no object', null);
  }
  if (bytes.length > DEEP_BYTES_MIN && !canBeWritten(value))
    return reject('Cannot decode record: the JSON is nested too deep', null);
  const { schemaVersion, kind } = value as Record<string, unknown>;
  if (typeof schemaVersion === 'number' && schemaVersion > SCHEMA_VERSION) {
    return reject(
      `Cannot decode record: schemaVersion is ${schemaVersion}, written by a newer Quakewire; this one reads up to ${SCHEMA_VERSION}`,
      'schemaVersion',
      true,
    );
  }
  const check = toCheck(kind);
  if (!check) {
    return reject(
      `Cannot decode record: kind is ${toGlimpse(kind, GLIMPSE_CHARS)}, expected "solution" or "withdrawal"`,
      'kind',
    );
  }
  const rejection = check(value);
  return rejection ? { rejection } : { value };
}

/** False where writing it as JSON overflows the stack; what was read is written again by every stage. */
function canBeWritten(value: unknown): boolean {
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
}

/** The first fault of a value against a schema, or null. Compiled once: a check takes well under 1 µs. */
function compile(schema: TSchema): Check {
  const validator = Compile(schema);
  return (value) => {
    if (validator.Check(value)) return null;
    // The deepest path says most: of a union, the parts that failed come before "matches none of them".
    const faults = validator.Errors(value).sort((a, b) => depthOf(b) - depthOf(a));
    const fault = faults[0]!;
    const field = fault.instancePath.slice(1).replaceAll('/', '.') || null;
    return {
      reason: `Cannot decode record: ${field ?? 'the value'} ${fault.message}`,
      field,
      isNewer: false,
    };
  };
}

const depthOf = (fault: { instancePath: string }): number => fault.instancePath.split('/').length;

const reject = (reason: string, field: string | null, isNewer = false): Decoded<never> => ({
  rejection: { reason, field, isNewer },
});
