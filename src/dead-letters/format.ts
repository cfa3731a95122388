// Dead letters as lines for a person and as JSON for a program, one object a line. What an agency sent reaches a
// terminal with its control characters spelled out: bytes that nobody could read must not command the screen. Pure.

import { toPrintable } from '../telemetry/printable.ts';
import type { LetterCount } from './counts.ts';
import type { FoundLetter } from './letters.ts';
import type { RedriveOutcome } from './redrive.ts';

export type Format = 'text' | 'json';

/** Bytes of an unreadable letter shown in a line. */
const GLIMPSE_BYTES = 80;

export function formatLetter(found: FoundLetter, format: Format): string {
  const { offset, appendedAtMs, decoded } = found;
  const appendedAt = new Date(appendedAtMs).toISOString();
  if (format === 'json') {
    const told = decoded.value ?? { unreadable: decoded.rejection.reason, rawBase64: toBase64(found.value) };
    return `${JSON.stringify({ offset, appendedAt, ...told })}\n`;
  }
  const letter = decoded.value;
  const told = letter
    ? `${letter.agency} ${toPlace(found)}: ${letter.reason}`
    : `unreadable letter: ${decoded.rejection.reason}: ${Buffer.from(found.value.subarray(0, GLIMPSE_BYTES)).toString()}`;
  return `${offset}  ${appendedAt}  ${toPrintable(told)}\n`;
}

/** All of one letter, its raw bytes last: as text where they are text, else in hexadecimal. */
export function formatWhole(found: FoundLetter, format: Format): string {
  if (format === 'json') return formatLetter(found, format);
  const { decoded, offset, appendedAtMs } = found;
  const letter = decoded.value;
  const raw = letter ? Buffer.from(letter.rawBase64, 'base64') : Buffer.from(found.value);
  const facts: Record<string, string> = {
    letter: `${offset} in quake.dead-letters.v1, ${new Date(appendedAtMs).toISOString()}`,
    agency: letter?.agency ?? 'unknown',
    from: letter ? toPlace(found) : 'the letter itself is unreadable',
    ...(letter && { received: new Date(letter.receivedAtMs).toISOString() }),
    reason: letter?.reason ?? decoded.rejection!.reason,
    field: letter?.field ?? 'none',
    bytes: `${raw.length}`,
  };
  const lines = Object.entries(facts).map(([name, fact]) => `${name.padEnd(9)} ${toPrintable(fact)}\n`);
  return `${lines.join('')}\n${formatRaw(raw)}\n`;
}

export function formatCounts(counts: readonly LetterCount[], format: Format): string {
  if (format === 'json') return counts.map((count) => `${JSON.stringify(count)}\n`).join('');
  if (counts.length === 0) return 'No dead letters\n';
  return counts
    .map(
      ({ count, agency, via, reason, newestOffset }) =>
        `${`${count}`.padStart(7)}  ${toPrintable(`${agency} ${via}: ${reason}`)} (newest: ${newestOffset})\n`,
    )
    .join('');
}

export function formatOutcome(outcome: RedriveOutcome, format: Format): string {
  const { redriven, dead, applied } = outcome;
  if (format === 'json') return `${JSON.stringify(outcome)}\n`;
  return `${redriven} redriven, ${dead} still dead, ${applied} already applied\n`;
}

function toPlace({ decoded }: FoundLetter): string {
  const { via, record } = decoded.value!;
  return record ? `${record.topic} partition ${record.partition} offset ${record.offset}` : via;
}

function formatRaw(raw: Buffer): string {
  try {
    return toPrintable(new TextDecoder('utf-8', { fatal: true }).decode(raw), true);
  } catch {
    return raw
      .toString('hex')
      .replace(/(.{2})/g, '$1 ')
      .replace(/(.{48})/g, '$1\n')
      .trimEnd();
  }
}

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
