// What happened in the last minutes as one document, for readers that get no stream: the same JSON as in the frames, put
// together once for each change and compressed once, whoever asks. Caches multiply it (docs/wire.md, /live/recent.json).

import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { toCursor } from '../../event/identity.ts';
import type { SourceStatus } from '../../sources/source.ts';
import { toPresent } from '../present.ts';
import { type Body, createBody, createGzipCache } from '../snapshot/body.ts';
import type { View } from '../view.ts';
import { dataOf } from './frame.ts';

export interface RecentBounds {
  /** How far back the document reaches, milliseconds: a reader that was away for less loses nothing. */
  readonly windowMs: number;
  /** Records it reaches back at least, so that in quiet times a reader may be away for long; and at most. */
  readonly recordsMin: number;
  readonly recordsMax: number;
  /** A document is kept for so long, whatever happens, milliseconds: in a flood it is not made for each record. */
  readonly ageMinMs: number;
}

/** Three minutes; 512 events are about 300 kB, compressed a tenth of it, and in the busiest real minutes it is 60. */
export const RECENT_BOUNDS: RecentBounds = {
  windowMs: 180_000,
  recordsMin: 32,
  recordsMax: 512,
  ageMinMs: 200,
};

export interface RecentDocument {
  /** Equal when cursor, coverage and sources are: the same on every gateway that stands alike. */
  readonly etag: string;
  readonly body: Body;
}

export interface Recent {
  /** Notes that a record arrived at the view, so that the window knows its time. */
  notice(): void;
  /** The document of this moment. */
  document(): RecentDocument;
}

/** Marks of one second: enough to know what is older than the window. */
const MARK_MS = 1000;
const QUALITY = 4;
const GZIP_CACHE_BYTES_MAX = 4 * 1024 ** 2;

export function createRecent(
  view: () => View,
  sources: () => readonly SourceStatus[],
  clock: Clock,
  bounds: RecentBounds = RECENT_BOUNDS,
): Recent {
  /** Where the log stood (`head`) when a second began in which records came; oldest first, none older than the window. */
  let marks: { readonly epoch: string; readonly head: number; readonly atMs: number }[] = [];
  let made: { readonly key: string; readonly atMs: number; readonly document: RecentDocument } | null = null;
  const gzipCache = createGzipCache(GZIP_CACHE_BYTES_MAX);

  /** All that came behind a mark came within its second. */
  function forget(nowMs: number): void {
    while (marks.length > 0 && marks[0]!.atMs + MARK_MS <= nowMs - bounds.windowMs) marks.shift();
  }

  /** The offset above which the document holds everything. */
  function findFloor({ epoch, history }: View, nowMs: number): number {
    forget(nowMs);
    const [mark] = marks;
    const inTime = mark?.epoch === epoch ? mark.head : history.head;
    const wanted = Math.min(inTime, history.head - bounds.recordsMin);
    return Math.max(wanted, history.head - bounds.recordsMax, history.floor);
  }

  function make(present: View, sourcesText: string, nowMs: number): RecentDocument {
    const { history, epoch, cursor } = present;
    const floor = findFloor(present, nowMs);
    const head = {
      cursor,
      since: toCursor(epoch, floor),
      nowMs,
      ...toPresent(sources()),
    };
    const parts: Buffer[] = [
      Buffer.from(`${JSON.stringify(head).slice(0, -1)},"sources":${sourcesText},"events":[`),
    ];
    let comma = '';
    for (let entry = history.next(floor); entry; entry = history.next(entry.offset)) {
      const id = JSON.stringify(toCursor(epoch, entry.offset));
      parts.push(Buffer.from(`${comma}\n{"id":${id},"event":`), dataOf(entry.frame), Buffer.from('}'));
      comma = ',';
    }
    parts.push(Buffer.from('\n]}\n'));
    const hash = createHash('sha256').update(`${floor} ${sourcesText}`).digest('hex').slice(0, 12);
    return {
      etag: `W/"${cursor.replace(':', '-')}-${hash}"`,
      body: createBody(Buffer.concat(parts), QUALITY, gzipCache),
    };
  }

  return {
    notice() {
      const { epoch, head } = view();
      const nowMs = clock.now();
      const last = marks.at(-1);
      if (last?.epoch !== epoch) marks = [];
      else if (nowMs - last.atMs < MARK_MS) return;
      marks.push({ epoch, head: head - 1, atMs: nowMs });
      forget(nowMs);
    },
    document() {
      const nowMs = clock.now();
      const present = view();
      if (made?.key.startsWith(`${present.epoch} `) && Math.abs(nowMs - made.atMs) < bounds.ageMinMs)
        return made.document;
      const sourcesText = JSON.stringify(sources());
      const key = `${present.epoch} ${present.head} ${sourcesText}`;
      if (made?.key !== key) made = { key, atMs: nowMs, document: make(present, sourcesText, nowMs) };
      return made.document;
    },
  };
}
