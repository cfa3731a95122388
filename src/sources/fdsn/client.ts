// A polite client of an FDSN event service: one request at a time, a pause between two, bounded in time and
// size. It judges no content: what came back is told apart by what the caller can do about it.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';
import { describeNetworkFault } from '../network-fault.ts';

export interface FdsnClientOptions {
  /** Address of the service, ending in `/fdsnws/event/1/`. */
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** Least time from the coming of an answer to the next request, so that the service never sees two closer. */
  readonly intervalMs: number;
  /** For the whole of a request, body included. */
  readonly timeoutMs: number;
  readonly bodyBytesMax: number;
}

export type FdsnResult =
  | { readonly kind: 'body'; readonly body: string; readonly headers: Headers }
  /** 204, or 404 in FDSN's sense (a web server's "no such page" is a fault). */
  | { readonly kind: 'no-data'; readonly status: number; readonly headers: Headers }
  /** 400: the service does not know a parameter or its value; repeating helps nothing. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** 413: ask for less. */
  | { readonly kind: 'too-much'; readonly reason: string }
  /** Anything else: try again later, not before `retryAfterMs` (null: not said). */
  | { readonly kind: 'fault'; readonly reason: string; readonly retryAfterMs: number | null };

export interface FdsnClient {
  /** Asks `query` with these parameters, after its turn has come. Rejects only when the signal fires. */
  query(parameters: Readonly<Record<string, string>>, signal: AbortSignal): Promise<FdsnResult>;
}

/** A wait longer than this is not granted to `Retry-After`. */
const RETRY_AFTER_MAX_MS = 3_600_000;

export function createFdsnClient(options: FdsnClientOptions): FdsnClient {
  const { url, clock } = options;
  let turn: Promise<unknown> = Promise.resolve();
  let nextAtMs = Number.NEGATIVE_INFINITY;

  const ask = async (address: URL, signal: AbortSignal): Promise<FdsnResult> => {
    await sleep(Math.min(options.intervalMs, Math.max(0, nextAtMs - clock.now())), undefined, { signal });
    const limit = AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs)]);
    try {
      const response = await options.fetch(address, {
        signal: limit,
        // Sent elsewhere by an agency that was taken over, it would ask our own network and say what it heard.
        redirect: 'manual',
        headers: { accept: 'application/json', 'user-agent': 'quakewire' },
      });
      const body = await readBody(response, options.bodyBytesMax);
      if (body === null)
        return toFault(`${address.host} answered with more than ${options.bodyBytesMax} bytes`);
      return judge(response, body, address.host);
    } catch (error) {
      signal.throwIfAborted();
      return toFault(describeNetworkFault(error, url));
    } finally {
      nextAtMs = clock.now() + options.intervalMs;
    }
  };

  return {
    query(parameters, signal) {
      const address = new URL('query', url);
      for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
      const result = turn.then(() => ask(address, signal));
      turn = result.catch(() => undefined); // the caller hears of it; the next one's turn comes all the same
      return result;
    },
  };
}

function judge(response: Response, body: string, host: string): FdsnResult {
  const { status, headers } = response;
  const isPage = /html/i.test(headers.get('content-type') ?? '');
  if (status === 200) return { kind: 'body', body, headers };
  if (status === 204 || (status === 404 && !isPage)) return { kind: 'no-data', status, headers };
  const place = status >= 300 && status < 400 ? headers.get('location') : null;
  if (place !== null)
    return toFault(
      `${host} answered ${status} and has moved to ${place.slice(0, 120)}; set that with --emsc-fdsn-url`,
    );
  const detail = isPage ? '' : `: ${body.trim().split('\n', 1)[0]!.slice(0, 120)}`;
  const reason = `${host} answered ${status}${detail}`;
  if (status === 400) return { kind: 'refused', reason };
  if (status === 413) return { kind: 'too-much', reason };
  return { kind: 'fault', reason, retryAfterMs: readRetryAfterMs(headers.get('retry-after')) };
}

/** The body as text; null when it is longer than allowed, and then the rest is not read. */
async function readBody(response: Response, bytesMax: number): Promise<string | null> {
  if (!response.body) return '';
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  // Leaving the loop early cancels the stream.
  for await (const chunk of response.body) {
    length += chunk.length;
    if (length > bytesMax) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Seconds; a date (the header's other form) is taken as "not said". */
function readRetryAfterMs(value: string | null): number | null {
  return value !== null && /^\d{1,6}$/.test(value)
    ? Math.min(RETRY_AFTER_MAX_MS, Number(value) * 1000)
    : null;
}

function toFault(reason: string): FdsnResult {
  return { kind: 'fault', reason, retryAfterMs: null };
}
