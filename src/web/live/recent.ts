// The poll's document (docs/wire.md, /live/recent.json) as a reader takes it: what of it is new, or that it does not
// reach back far enough. Pure, browser-safe.

import { parseCursor } from '../../event/identity.ts';
import type { QuakeEvent } from '../../event/types.ts';
import type { SseMessage } from './sse-parse.ts';
import type { GatewayState } from './wire.ts';

export interface RecentDocument extends GatewayState {
  readonly cursor: string;
  /** The document has everything after this cursor. */
  readonly since: string;
  readonly events: readonly { readonly id: string; readonly event: QuakeEvent }[];
}

/** `take`: the messages that a stream would have sent, and the cursor behind them. `reset`: load the snapshot anew. */
export type RecentVerdict =
  | { readonly kind: 'take'; readonly messages: readonly SseMessage[]; readonly cursor: string }
  | { readonly kind: 'reset' };

/** Reads the document's text; throws Error with the field at fault. */
export function parseRecent(text: string): RecentDocument {
  const value = JSON.parse(text) as Partial<RecentDocument> | null;
  for (const field of ['cursor', 'since'] as const)
    if (parseCursor(String(value?.[field])) === null)
      throw new Error(`Cannot read the poll's answer: ${field} is no cursor`);
  for (const field of ['events', 'sources'] as const)
    if (!Array.isArray(value?.[field])) throw new Error(`Cannot read the poll's answer: ${field} is no list`);
  return value as RecentDocument;
}

/** What a reader who has everything up to `cursor` does with the document. */
export function judgeRecent(document: RecentDocument, cursor: string): RecentVerdict {
  const [own, since, end] = [cursor, document.since, document.cursor].map(parseCursor);
  if (!own || !since || !end || own.epoch !== end.epoch || own.offset < since.offset)
    return { kind: 'reset' };
  // An older copy out of a cache, or from a gateway that is behind: what it lacks is here already.
  if (own.offset >= end.offset) return { kind: 'take', messages: [], cursor };
  const messages = document.events
    .filter(({ id }) => (parseCursor(id)?.offset ?? -1) > own.offset)
    .map(({ id, event }) => ({ event: 'event', id, data: JSON.stringify(event) }));
  return { kind: 'take', messages, cursor: document.cursor };
}

/**
 * The gateway's clock now, ms since the epoch UTC: a cache keeps the document for a while, and says so in `Date` and `Age`.
 * Without them the document's own time has to do.
 */
export function toGatewayNowMs(headers: Headers, document: RecentDocument): number {
  const dateMs = Date.parse(headers.get('Date') ?? '');
  const ageS = Number(headers.get('Age') ?? 0);
  // `Date` has whole seconds: on average half of one has passed.
  return Number.isNaN(dateMs) || !(ageS >= 0)
    ? document.nowMs
    : Math.max(document.nowMs, dateMs + ageS * 1000 + 500);
}
