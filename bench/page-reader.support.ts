// A reader as the page is one: the page's own connection and its state machine (src/web/live), over a lean HTTP client
// so that one process can hold thousands. It keeps a record of the offsets it was sent and judges it.

import { type Agent, get, type IncomingMessage } from 'node:http';
import { parseCursor } from '../src/event/identity.ts';
import { type Connection, startConnection } from '../src/web/live/connection.ts';
import type { ConnectionState } from '../src/web/live/connection-state.ts';

export interface Answer {
  readonly path: string;
  readonly status: number;
}

export interface PageReader {
  readonly connection: Connection;
  /** Offsets that were passed over, and that came a second time or too late. */
  readonly lost: () => number;
  readonly doubled: () => number;
  /** The newest offset it has as an event; −1: none. */
  readonly newest: () => number;
}

export interface PageReaderOptions {
  readonly url: string;
  readonly agent: Agent;
  readonly onState?: (state: ConnectionState) => void;
  /** Each event when it reaches the reader, with the offset it came with. */
  readonly onEvent?: (offset: number, data: string) => void;
  readonly onAnswer?: (answer: Answer) => void;
  /** Load the whole first view (manifest and tail), or the manifest alone for its cursor. */
  readonly snapshot: 'first-view' | 'cursor';
}

/** Every offset must come once and in order: true where each record of the log is an event of its own. */
export function startPageReader(options: PageReaderOptions): PageReader {
  let lost = 0;
  let doubled = 0;
  let newest = -1;
  /** The offset that the snapshot was true at; events from the next one on are owed. */
  let known = -1;
  const fetchUrl = createFetch(options, () => connection.state.cursor);
  const connection = startConnection({
    fetch: fetchUrl,
    now: Date.now,
    random: Math.random,
    browserOnline: true,
    async loadSnapshot(signal) {
      const response = await fetchUrl('/catalogue/manifest.json', { signal });
      if (!response.ok) throw new TypeError(`manifest answered ${response.status}`);
      const manifest = JSON.parse(await response.text()) as { cursor: string; tail: { url: string } };
      if (options.snapshot === 'first-view') {
        const tail = await fetchUrl(manifest.tail.url, { signal });
        if (!tail.ok) throw new TypeError(`tail answered ${tail.status}`);
        await tail.text();
      }
      known = parseCursor(manifest.cursor)!.offset;
      return manifest.cursor;
    },
    onMessage({ event, id, data }) {
      if (event !== 'event') return;
      const { offset } = parseCursor(id!)!;
      const expected = Math.max(known, newest) + 1;
      if (offset < expected) doubled++;
      else lost += offset - expected;
      newest = Math.max(newest, offset);
      options.onEvent?.(offset, data);
    },
    onState: (state) => options.onState?.(state),
  });
  return { connection, lost: () => lost, doubled: () => doubled, newest: () => newest };
}

/** As much of `fetch` as the page's connection asks of it. */
function createFetch(options: PageReaderOptions, cursor: () => string | null): typeof fetch {
  /** The last poll's answer, as the browser's cache keeps it: asked for again by its ETag. */
  let kept: { readonly etag: string; readonly text: string } | null = null;
  const fetchUrl = (path: string, init: { headers?: Record<string, string>; signal: AbortSignal }) =>
    new Promise((resolve, reject) => {
      const agent = path === '/live' ? false : options.agent;
      const isPoll = path === '/live/recent.json';
      const headers = isPoll && kept ? { 'if-none-match': kept.etag } : (init.headers ?? {});
      const request = get(options.url + path, { headers, agent, signal: init.signal });
      // What a browser's fetch says of any failure of the network.
      request.on('error', (cause) => reject(new TypeError('network', { cause })));
      request.on('response', (response) => {
        const status = response.statusCode!;
        options.onAnswer?.({ path: path.split('?')[0]!, status });
        resolve({
          ok: (status >= 200 && status < 300) || (isPoll && status === 304),
          status,
          url: options.url + path,
          headers: new Headers(response.headers as Record<string, string>),
          body: { getReader: () => createReader(response) },
          async text() {
            const text = await readText(response);
            if (!isPoll) return text;
            if (status === 304) return kept!.text;
            const trimmed = trim(text, cursor());
            kept = { etag: response.headers.etag!, text: trimmed };
            return trimmed;
          },
        });
      });
    });
  return fetchUrl as unknown as typeof fetch;
}

function createReader(response: IncomingMessage) {
  const iterator = response[Symbol.asyncIterator]();
  return {
    async read() {
      try {
        const { done, value } = (await iterator.next()) as IteratorResult<Uint8Array>;
        return { done: done === true, value };
      } catch (cause) {
        throw new TypeError('terminated', { cause });
      }
    },
  };
}

async function readText(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  try {
    for await (const part of response) parts.push(part as Buffer);
  } catch (cause) {
    throw new TypeError('terminated', { cause });
  }
  return Buffer.concat(parts).toString();
}

/** Spares this process the parsing of events that the reader has: one event is one line of the poll's document. */
function trim(text: string, cursor: string | null): string {
  if (cursor === null) return text;
  const at = text.indexOf(`{"id":"${cursor}"`);
  if (at < 0) return text;
  const line = text.indexOf('\n', at);
  return `${text.slice(0, text.indexOf('"events":[') + 10)}${text.slice(line)}`;
}
