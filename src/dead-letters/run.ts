// The command `quakewire dead-letters`: lists, counts, shows and redrives what could not be read, on Kafka and on the
// embedded log of a data directory that no process uses.

import { QuakewireError } from '../errors.ts';
import type { EventLog } from '../log/log.ts';
import { toPrintable } from '../telemetry/printable.ts';
import type { Action } from './action.ts';
import { createLetterTally } from './counts.ts';
import { type Format, formatCounts, formatLetter, formatOutcome, formatWhole } from './format.ts';
import { type FoundLetter, findLetter, readLetters } from './letters.ts';
import { type Reparse, redrive } from './redrive.ts';

export interface DeadLettersOptions {
  readonly log: EventLog;
  /** By agency code: for `redrive`. */
  readonly parsers: ReadonlyMap<string, Reparse>;
  readonly action: Action;
  /** Letters that the log took from this instant on, ms since the epoch UTC; null: all. */
  readonly sinceMs: number | null;
  /** Letters listed at most: the newest. Without bound when `sinceMs` is given. */
  readonly countMax: number;
  readonly format: Format;
  readonly write: (text: string) => void;
}

/** Rejects with `LOG_UNAVAILABLE`, or `CONFIG_INVALID` for an offset without a letter. */
export async function runDeadLetters(options: DeadLettersOptions, signal: AbortSignal): Promise<void> {
  const { log, action, sinceMs, format, write } = options;
  switch (action.kind) {
    case 'list':
      await list(options, signal);
      return;
    case 'counts': {
      const tally = createLetterTally();
      for await (const letter of readLetters(log, sinceMs, signal)) tally.add(letter);
      write(formatCounts(tally.counts(), format));
      return;
    }
    case 'show': {
      const letter = await findLetter(log, action.offset, signal);
      if (!letter) {
        throw new QuakewireError(
          'CONFIG_INVALID',
          `Cannot show dead letter ${action.offset}: there is none, expected an offset that \`quakewire dead-letters\` lists`,
        );
      }
      write(formatWhole(letter, format));
      return;
    }
    case 'redrive': {
      const onDead = (offset: number, reason: string) => {
        if (format === 'text') write(`${offset} stays dead: ${toPrintable(reason)}\n`);
      };
      write(formatOutcome(await redrive({ ...options, onDead }, signal), format));
    }
  }
}

/** Since an instant: as they came. Else the newest first. */
async function list(
  { log, sinceMs, countMax, format, write }: DeadLettersOptions,
  signal: AbortSignal,
): Promise<void> {
  let count = 0;
  const newest: FoundLetter[] = [];
  for await (const letter of readLetters(log, sinceMs, signal)) {
    count += 1;
    if (sinceMs !== null) write(formatLetter(letter, format));
    else if (newest.push(letter) > countMax) newest.shift();
  }
  for (const letter of newest.reverse()) write(formatLetter(letter, format));
  if (format === 'json') return;
  if (count === 0) write('No dead letters\n');
  else if (sinceMs === null && count > countMax)
    write(`${count - countMax} older ones are not shown; --limit and --since show more\n`);
}
