// Lists of EMSC's events, whole: page after page, a window halved when it is too much, and every answer that
// proves nothing (empty, cut, a web page) told apart from a list.

import type { FdsnClient, FdsnResult } from '../fdsn/client.ts';
import { formatFdsnInstant } from './instant.ts';
import { type EmscCollection, parseEmscCollection } from './parse.ts';

export type ListedItem = EmscCollection['items'][number];

/** What to list. Instants: ms since the epoch UTC; `start` and `end` bound the origin time. */
export interface ListQuery {
  readonly updatedAfterMs?: number;
  readonly startMs?: number;
  readonly endMs?: number;
  readonly newestFirst: boolean;
}

export type ListOutcome =
  /** Everything the service says it has; `count` may be 0. */
  | { readonly kind: 'complete'; readonly count: number }
  /** The service does not take `updatedafter`. */
  | { readonly kind: 'refused'; readonly reason: string }
  | ListFault;

/** Nothing was learnt; to be asked again, not before `retryAfterMs` (null: not said). `reason` in words. */
export interface ListFault {
  readonly kind: 'fault';
  readonly reason: string;
  readonly retryAfterMs: number | null;
}

/** A list without events where there must be some. */
export const EMPTY_FAULT: ListFault = {
  kind: 'fault',
  reason: 'the answer has no events',
  retryAfterMs: null,
};

export function toFault(outcome: Exclude<ListOutcome, { kind: 'complete' }>): ListFault {
  return { retryAfterMs: null, ...outcome, kind: 'fault' };
}

export interface ListingOptions {
  readonly client: FdsnClient;
  /** Features asked for at a time. */
  readonly pageSize: number;
  /** Sees every answer's headers before anything is made of it; false: nothing is to be made of it. */
  readonly admit: (headers: Headers) => Promise<boolean>;
  readonly receivedAtMs: () => number;
}

export type TakePage = (items: readonly ListedItem[]) => Promise<void>;

export interface Listing {
  /** Lists, giving each page to `take` and waiting for it. Rejects when the signal fires. */
  list(query: ListQuery, take: TakePage, signal: AbortSignal): Promise<ListOutcome>;
  /** One event by its name: the item, null when the service says twice-checkable "no data", or a fault. */
  find(unid: string, signal: AbortSignal): Promise<ListedItem | null | ListFault>;
}

/** A window this short is not halved any more. */
const WINDOW_MIN_MS = 60_000;
/** When "what changed since" is too much, it is asked for by origin time, this far back. */
const CHANGED_ORIGINS_BACK_MS = 30 * 86_400_000;
const DAY_MS = 86_400_000;
/** A list that never ends is a fault: the largest catalogue day has a few thousand events. */
const PAGES_MAX = 1_000;

const fault = (reason: string): ListFault => ({ kind: 'fault', reason, retryAfterMs: null });

export function createListing({ client, pageSize, admit, receivedAtMs }: ListingOptions): Listing {
  async function list(query: ListQuery, take: TakePage, signal: AbortSignal): Promise<ListOutcome> {
    let count = 0;
    for (let page = 0; page < PAGES_MAX; page++) {
      const paging = { limit: String(pageSize), offset: String(page * pageSize + 1) };
      const result = await client.query({ ...toParameters(query), ...paging }, signal);
      if (result.kind === 'too-much') return halve(query, take, signal, result.reason);
      if (result.kind === 'refused' && query.updatedAfterMs !== undefined) return result;
      const read = await readPage(result);
      if (read.kind === 'fault') return read;
      await take(read.items);
      count += read.items.length;
      if (read.items.length < pageSize) return { kind: 'complete', count };
    }
    return fault(`the list has more than ${PAGES_MAX} pages`);
  }

  async function halve(
    query: ListQuery,
    take: TakePage,
    signal: AbortSignal,
    reason: string,
  ): Promise<ListOutcome> {
    const endMs = query.endMs ?? receivedAtMs() + DAY_MS;
    const startMs = query.startMs ?? (query.updatedAfterMs ?? endMs) - CHANGED_ORIGINS_BACK_MS;
    if (endMs - startMs < WINDOW_MIN_MS) return fault(reason);
    const middleMs = Math.floor((startMs + endMs) / 2);
    const halves = [
      { ...query, startMs, endMs: middleMs },
      { ...query, startMs: middleMs, endMs },
    ];
    let count = 0;
    for (const half of query.newestFirst ? halves.reverse() : halves) {
      const outcome = await list(half, take, signal);
      if (outcome.kind !== 'complete') return outcome;
      count += outcome.count;
    }
    return { kind: 'complete', count };
  }

  async function readPage(
    result: Exclude<FdsnResult, { kind: 'too-much' }>,
  ): Promise<EmscCollection | ListFault> {
    if (result.kind === 'fault') return result;
    if (result.kind === 'refused') return fault(result.reason);
    if (!(await admit(result.headers))) return fault('the answer comes from another kind of data');
    if (result.kind === 'no-data') return { kind: 'collection', declared: 0, items: [] };
    const answer = parseEmscCollection(result.body, receivedAtMs());
    if (answer.kind === 'unusable') return fault(answer.reason);
    if (answer.items.length === 0 && answer.declared !== 0)
      return fault(`the answer has no features though it speaks of ${answer.declared ?? 'some'}`);
    return answer;
  }

  return {
    list,
    async find(unid, signal) {
      const result = await client.query({ format: 'json', eventid: unid }, signal);
      if (result.kind === 'too-much') return fault(result.reason);
      const read = await readPage(result);
      if (read.kind === 'fault') return read;
      if (result.kind === 'no-data') return null;
      // Anything but this very event (an empty list, another one) says nothing about it.
      return read.items.length === 1
        ? read.items[0]!
        : fault(`the answer about ${unid} has ${read.items.length} events`);
    },
  };
}

function toParameters({ updatedAfterMs, startMs, endMs, newestFirst }: ListQuery): Record<string, string> {
  return {
    format: 'json',
    orderby: newestFirst ? 'time' : 'time-asc',
    ...(updatedAfterMs === undefined ? {} : { updatedafter: formatFdsnInstant(updatedAfterMs) }),
    ...(startMs === undefined ? {} : { starttime: formatFdsnInstant(startMs) }),
    ...(endMs === undefined ? {} : { endtime: formatFdsnInstant(endMs) }),
  };
}
