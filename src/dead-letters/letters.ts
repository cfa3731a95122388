// Reading quake.dead-letters.v1 for `quakewire dead-letters`: each letter with its place, unreadable ones too, a letter
// that was written twice about the same record once.

import { type Decoded, decodeDeadLetter } from '../event/encode.ts';
import type { DeadLetter } from '../event/types.ts';
import type { EventLog } from '../log/log.ts';
import type { Topic } from '../log/topics.ts';

/** One record of the topic. */
export interface FoundLetter {
  /** In `quake.dead-letters.v1`. */
  readonly offset: number;
  /** When the log took it, ms since the epoch UTC. */
  readonly appendedAtMs: number;
  /** The letter, or why not even that can be read. */
  readonly decoded: Decoded<DeadLetter>;
  /** The record's bytes as they stand in the topic. */
  readonly value: Uint8Array;
}

const LETTERS: Topic = 'quake.dead-letters.v1';

/** Letters that the log took at `sinceMs` or later (null: all), oldest first, up to the topic's present end. */
export async function* readLetters(
  log: EventLog,
  sinceMs: number | null,
  signal: AbortSignal,
): AsyncGenerator<FoundLetter, void, undefined> {
  const seen = new Set<string>();
  const until = await log.end(LETTERS);
  for await (const { offset, appendedAtMs, value } of log.read(LETTERS, 0, { signal, until })) {
    const decoded = decodeDeadLetter(value);
    const record = decoded.value?.record;
    if (record) {
      const place = `${record.topic}/${record.epoch}:${record.offset}`;
      if (seen.has(place)) continue;
      seen.add(place);
    }
    if (sinceMs === null || appendedAtMs >= sinceMs) yield { offset, appendedAtMs, decoded, value };
  }
}

/** The letter at an offset of the topic; null when there is none (any more). */
export async function findLetter(
  log: EventLog,
  offset: number,
  signal: AbortSignal,
): Promise<FoundLetter | null> {
  for await (const record of log.read(LETTERS, offset, {
    signal,
    until: Math.min(offset + 1, await log.end(LETTERS)),
  })) {
    if (record.offset !== offset) return null;
    return { ...record, decoded: decodeDeadLetter(record.value) };
  }
  return null;
}
