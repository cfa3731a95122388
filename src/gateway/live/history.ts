// The last records of quake.events.v1, as the frames that were sent, kept for readers that come back.
// From a cursor it decides: nothing new, these ones, or start over. A reader that resumes needs no list of its own:
// its offset is its place, and a record that a newer revision replaced is passed over wherever the reader stands.
// Pure: no clock, no socket.

import type { Filter } from '../../catalogue/filter.ts';
import { matchesEvent } from '../../catalogue/filter.ts';
import { parseCursor } from '../../event/identity.ts';
import type { QuakeEvent } from '../../event/types.ts';
import type { Frame } from './frame.ts';

/** What of an event a filter looks at. */
export type Filterable = Pick<QuakeEvent, 'origin' | 'magnitude' | 'eventType'>;

/** One record that changed an event. */
export interface HistoryEntry {
  readonly offset: number;
  readonly eventId: string;
  readonly frame: Frame;
  readonly after: Filterable;
  /** The event before this record; null: it was unknown before; `unread`: not known to this gateway (it started later). */
  readonly before: Filterable | 'unread' | null;
  /** The record of the same event before this one, while it is kept. */
  older: HistoryEntry | null;
  /** The record that replaced this one; null: this is the event's newest. */
  newer: HistoryEntry | null;
}

export const RESET_REASONS = ['malformed', 'epoch-changed', 'ahead-of-log', 'too-far-behind'] as const;
export type ResetReason = (typeof RESET_REASONS)[number];

/** What to do with a reader that comes with a cursor. */
export type Verdict =
  | { readonly kind: 'nothing-new' }
  | { readonly kind: 'these-ones'; readonly afterOffset: number }
  | { readonly kind: 'start-over'; readonly reason: ResetReason; readonly detail: string };

export interface HistoryBounds {
  /** Records back from the newest that a reader may be behind; a week of the world is about 20,000. */
  readonly recordsMax: number;
  /** Bytes of frames kept at most; the oldest go first. */
  readonly bytesMax: number;
}

export const HISTORY_BOUNDS: HistoryBounds = { recordsMax: 20_000, bytesMax: 32 * 1024 ** 2 };

export interface History {
  readonly epoch: string;
  /** Offset of the newest record seen, whether it changed anything or not; −1: none. */
  readonly head: number;
  /** Readers at this offset or later can be continued; −1: from the beginning. */
  readonly floor: number;
  /** Takes a record in; its offset must be above `head`. */
  push(record: Pick<HistoryEntry, 'offset' | 'eventId' | 'frame' | 'after' | 'before'>): void;
  /** Notes a record that changed nothing. */
  advance(offset: number): void;
  /** Decides about a reader's cursor, as text from anywhere. */
  judge(cursor: string): Verdict;
  /** The next newest-revision record above `offset`, or null at the end. */
  next(offset: number): HistoryEntry | null;
}

/** An empty history that begins at `head`: readers at `head` can continue, earlier ones only where records follow. */
export function createHistory(
  epoch: string,
  start: { floor: number; head: number } = { floor: -1, head: -1 },
  bounds: HistoryBounds = HISTORY_BOUNDS,
): History {
  let entries: HistoryEntry[] = [];
  let first = 0;
  let bytes = 0;
  let { floor, head } = start;
  const newestById = new Map<string, HistoryEntry>();

  function dropOldest(): void {
    const entry = entries[first]!;
    entries[first++] = undefined as never;
    bytes -= entry.frame.chunked.length;
    floor = Math.max(floor, entry.offset);
    if (newestById.get(entry.eventId) === entry) newestById.delete(entry.eventId);
    if (entry.newer) entry.newer.older = null;
    if (first > 1024 && first * 2 > entries.length) {
      entries = entries.slice(first);
      first = 0;
    }
  }

  function keepBounds(): void {
    floor = Math.max(floor, head - bounds.recordsMax);
    while (first < entries.length && (entries[first]!.offset <= floor || bytes > bounds.bytesMax))
      dropOldest();
  }

  /** Index of the first entry above `offset`. */
  function indexAbove(offset: number): number {
    let low = first;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (entries[middle]!.offset > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  return {
    epoch,
    get head() {
      return head;
    },
    get floor() {
      return floor;
    },
    push(record) {
      const older = newestById.get(record.eventId) ?? null;
      const entry: HistoryEntry = { ...record, older, newer: null };
      if (older) older.newer = entry;
      newestById.set(record.eventId, entry);
      entries.push(entry);
      bytes += entry.frame.chunked.length;
      head = record.offset;
      keepBounds();
    },
    advance(offset) {
      head = offset;
      keepBounds();
    },
    judge(text) {
      const cursor = parseCursor(text);
      if (!cursor) return startOver('malformed', 'The cursor is not <epoch>:<offset>');
      if (cursor.epoch !== epoch) return startOver('epoch-changed', `The log is "${epoch}" now`);
      if (cursor.offset > head) return startOver('ahead-of-log', `The log ends at ${head}`);
      if (cursor.offset < floor) {
        return startOver('too-far-behind', `The stream can be continued from ${floor} on`);
      }
      return cursor.offset === head
        ? { kind: 'nothing-new' }
        : { kind: 'these-ones', afterOffset: cursor.offset };
    },
    next(offset) {
      for (let i = indexAbove(offset); i < entries.length; i++) {
        if (entries[i]!.newer === null) return entries[i]!;
      }
      return null;
    },
  };
}

/**
 * True when a reader with this filter, who has everything up to `cursorOffset`, must see the entry: the event matches
 * now, or matched at any moment since, so that one that leaves the filter is seen leaving. What this gateway never
 * read (`unread`) counts as matching: rather one event too many than one that stays on a map for ever.
 */
export function concerns(entry: HistoryEntry, filter: Filter, cursorOffset: number): boolean {
  if (matchesEvent(filter, entry.after)) return true;
  for (let step: HistoryEntry | null = entry; step && step.offset > cursorOffset; step = step.older) {
    if (step.before === 'unread' || (step.before && matchesEvent(filter, step.before))) return true;
  }
  return false;
}

function startOver(reason: ResetReason, detail: string): Verdict {
  return { kind: 'start-over', reason, detail };
}
