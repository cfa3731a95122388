// Dead letters counted by agency and reason. A reason quotes what was found; letters that differ in that alone count
// together. Pure.

import type { FoundLetter } from './letters.ts';

export interface LetterCount {
  readonly agency: string;
  readonly via: string;
  /** With … where letters quote what they found. */
  readonly reason: string;
  readonly count: number;
  /** Offset of the newest of them, for `dead-letters show`. */
  readonly newestOffset: number;
}

export interface LetterTally {
  add(letter: FoundLetter): void;
  /** The most frequent first. */
  counts(): LetterCount[];
}

/** Garbage can give any number of reasons: beyond this many the rest count as one. */
const REASONS_MAX = 1_000;
const OTHERS = 'other reasons';

export function createLetterTally(): LetterTally {
  const tally = new Map<string, LetterCount>();
  return {
    add: ({ offset, decoded }) => {
      const { agency, via, reason } = decoded.value ?? {
        agency: '?',
        via: '?',
        reason: 'the letter is unreadable',
      };
      const known = { agency, via, reason: toPattern(reason) };
      let key = Object.values(known).join('\n');
      if (tally.size >= REASONS_MAX && !tally.has(key)) {
        known.reason = OTHERS;
        key = Object.values(known).join('\n');
      }
      tally.set(key, { ...known, count: (tally.get(key)?.count ?? 0) + 1, newestOffset: offset });
    },
    counts: () => [...tally.values()].sort((a, b) => b.count - a.count),
  };
}

/** Every reason says `… is FOUND, expected WANTED` or `…: FOUND, expected WANTED`. */
export const toPattern = (reason: string): string =>
  reason
    .replace(/ is .*(, expected )/s, ' is …$1')
    .replace(/^(Cannot decode record: ).*(, expected JSON in UTF-8)$/s, '$1…$2');
