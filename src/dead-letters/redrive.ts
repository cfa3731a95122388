// Redriving: what today's parser can read of the dead letters goes to quake.reports.v1, as if it had come just now.
// As often as one likes: association ignores what is not newer than what its event knows, and what it would ignore is
// not even appended.

import {
  DEAD_LETTER_RAW_BYTES_MAX,
  type Decoded,
  decodeEvent,
  decodeReport,
  encodeReport,
} from '../event/encode.ts';
import { toEventId, toReportKey } from '../event/identity.ts';
import type { DeadLetter, Report } from '../event/types.ts';
import type { EventLog } from '../log/log.ts';
import { readLetters } from './letters.ts';

/** Reads a message as the agency's source would read it today. */
export type Reparse = (
  raw: Uint8Array,
  via: 'websocket' | 'fdsn',
  receivedAtMs: number,
) => { readonly report: Report } | { readonly reason: string };

export interface RedriveOptions {
  readonly log: EventLog;
  /** By agency code. */
  readonly parsers: ReadonlyMap<string, Reparse>;
  /** Letters from this instant on, ms since the epoch UTC; null: all. */
  readonly sinceMs: number | null;
  /** Told of each letter that stays dead. */
  readonly onDead?: (offset: number, reason: string) => void;
}

export interface RedriveOutcome {
  /** Appended to `quake.reports.v1` and acknowledged. */
  readonly redriven: number;
  /** Still not readable. */
  readonly dead: number;
  /** Readable, and its event knows this or something newer already: left alone. */
  readonly applied: number;
}

/** Resolves once every append is acknowledged. Rejects as the log does; then run it again. */
export async function redrive(options: RedriveOptions, signal: AbortSignal): Promise<RedriveOutcome> {
  const { log, sinceMs, onDead } = options;
  const reports: Report[] = [];
  let dead = 0;
  for await (const { offset, decoded } of readLetters(log, sinceMs, signal)) {
    const result = decoded.value ? reparse(decoded.value, options.parsers) : decoded.rejection;
    if ('report' in result) reports.push(result.report);
    else {
      dead += 1;
      onDead?.(offset, result.reason);
    }
  }
  const known = await findUpdated(log, new Set(reports.map(toId)), signal);
  let redriven = 0;
  // In the agency's order, so that of several versions of an event none is too old when its turn comes.
  for (const report of reports.toSorted((a, b) => a.updatedAtMs - b.updatedAtMs)) {
    const id = toId(report);
    if (report.updatedAtMs <= (known.get(id) ?? Number.NEGATIVE_INFINITY)) continue;
    signal.throwIfAborted();
    await log.append('quake.reports.v1', toReportKey(report), encodeReport(report));
    known.set(id, report.updatedAtMs);
    redriven += 1;
  }
  return { redriven, dead, applied: reports.length - redriven };
}

const toId = ({ agency, agencyEventId }: Report): string => toEventId(agency, agencyEventId);

function reparse(
  letter: DeadLetter,
  parsers: RedriveOptions['parsers'],
): { readonly report: Report } | { readonly reason: string } {
  const raw = Buffer.from(letter.rawBase64, 'base64');
  const result =
    letter.via === 'log' ? redecode(letter, raw) : reparseMessage(letter, letter.via, raw, parsers);
  if ('report' in result || raw.length < DEAD_LETTER_RAW_BYTES_MAX) return result;
  return { reason: `${result.reason} (the letter keeps the first ${DEAD_LETTER_RAW_BYTES_MAX} bytes only)` };
}

function reparseMessage(
  { agency, receivedAtMs }: DeadLetter,
  via: 'websocket' | 'fdsn',
  raw: Uint8Array,
  parsers: RedriveOptions['parsers'],
): { readonly report: Report } | { readonly reason: string } {
  const parser = parsers.get(agency);
  return parser
    ? parser(raw, via, receivedAtMs)
    : { reason: `Cannot read it: no source is named "${agency}"` };
}

/** Letters from before they named their record are all about reports. */
function redecode(
  { record }: DeadLetter,
  raw: Uint8Array,
): { readonly report: Report } | { readonly reason: string } {
  if (record && record.topic !== 'quake.reports.v1') {
    return { reason: `It is a record of ${record.topic}, which association alone writes` };
  }
  const { value, rejection }: Decoded<Report> = decodeReport(raw);
  return value ? { report: value } : rejection;
}

/** `updatedAtMs` of the wanted events as quake.events.v1 has them now. Only their records are decoded. */
async function findUpdated(
  log: EventLog,
  wanted: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const updated = new Map<string, number>();
  if (wanted.size === 0) return updated;
  const until = await log.end('quake.events.v1');
  for await (const { key, value } of log.read('quake.events.v1', 0, { signal, until })) {
    const event = wanted.has(key) ? decodeEvent(value).value : undefined;
    if (event) updated.set(key, event.updatedAtMs);
  }
  return updated;
}
