// The last line a part wrote, for the views and for reports of what went wrong.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const TAIL_BYTES = 8_192;
const LENGTH_MAX = 300;

/** Message of a JSON log line, else the line itself, 300 characters at most; null when there is none. */
export function readLastWords(path: string): string | null {
  const line = readTail(path)
    .split('\n')
    .findLast((candidate) => candidate.trim() !== '');
  if (line === undefined) return null;
  try {
    const { message } = JSON.parse(line) as { message?: unknown };
    if (typeof message === 'string') return message.slice(0, LENGTH_MAX);
  } catch {
    // not a JSON line: Java's, PostgreSQL's, or cut off at the front
  }
  return line.trim().slice(0, LENGTH_MAX);
}

function readTail(path: string): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return ''; // nothing written yet
  }
  const { size } = fstatSync(file);
  const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
  readSync(file, bytes, 0, bytes.length, Math.max(0, size - TAIL_BYTES));
  closeSync(file);
  return bytes.toString();
}
