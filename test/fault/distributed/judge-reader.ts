// Judges what one reader was given against quake.events.v1. Pure.

import { decodeEvent } from '../../../src/event/encode.ts';
import type { QuakeEvent } from '../../../src/event/types.ts';
import type { LogRecord } from '../../../src/log/log.ts';
import type { ReaderHistory } from './history.ts';

/** A record of quake.events.v1 that can be read. */
export interface Known {
  readonly offset: number;
  readonly event: QuakeEvent;
  readonly json: string;
  readonly appendedAtMs: number;
}

/** Nothing for a record that cannot be read. */
export function toKnown({ offset, value, appendedAtMs }: LogRecord): Known[] {
  const { value: event } = decodeEvent(value);
  return event ? [{ offset, event, json: Buffer.from(value).toString(), appendedAtMs }] : [];
}

export interface ReaderFindings {
  gaps: number;
  repeats: number;
  backwards: number;
  contentAmiss: number;
}

/**
 * At a cursor a reader has every event at its newest revision up to there. A revision may only be left out when a newer
 * one of the same event stood in the log already when the reader's cursor passed it: then that one is still to come, and
 * whether it came is seen at the end.
 */
export function judgeReader({ steps }: ReaderHistory, events: readonly Known[]): ReaderFindings {
  const found = { gaps: 0, repeats: 0, backwards: 0, contentAmiss: 0 };
  const byOffset = new Map(events.map((each) => [each.offset, each]));
  const successors = toSuccessors(events);
  let known: Map<string, number> | null = null;
  let cursor = -1;
  /** Of the first record in `events` that the cursor has not passed. */
  let next = 0;

  const pass = (offset: number, atMs: number) => {
    for (; next < events.length && events[next]!.offset <= offset; next++) {
      const { event } = events[next]!;
      if ((known!.get(event.id) ?? 0) >= event.revision) continue;
      const later = successors.get(events[next]!);
      if (!later || later.appendedAtMs > atMs) found.gaps++;
    }
    cursor = offset;
  };

  for (const step of steps) {
    if (step.kind === 'reset') {
      known = null;
    } else if (step.kind === 'snapshot') {
      known = new Map(step.revisions);
      // The snapshot owes each event's newest revision up to its cursor, however old.
      next = 0;
      pass(step.offset, step.atMs);
    } else if (known) {
      if (step.offset < cursor) found.backwards++;
      if (step.kind === 'event') {
        const before = known.get(step.id) ?? 0;
        if (step.revision < before) found.backwards++;
        if (step.revision === before) found.repeats++;
        known.set(step.id, Math.max(before, step.revision));
        if (byOffset.get(step.offset)?.json !== step.json) found.contentAmiss++;
      }
      if (step.offset > cursor) pass(step.offset, step.atMs);
    }
  }
  return found;
}

/** The record of the same event that follows each one, where there is one. */
function toSuccessors(events: readonly Known[]): ReadonlyMap<Known, Known> {
  const successors = new Map<Known, Known>();
  const last = new Map<string, Known>();
  for (const each of events) {
    const before = last.get(each.event.id);
    if (before) successors.set(before, each);
    last.set(each.event.id, each);
  }
  return successors;
}
