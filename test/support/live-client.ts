// A reader of /live that keeps a record of everything it was sent and resumes by cursor when cut off:
// what the fault tests judge and the benches time.

import { createParser } from 'eventsource-parser';
import type { QuakeEvent } from '../../src/event/types.ts';

export interface LiveRecord {
  readonly kind: string;
  readonly cursor: string | null;
  readonly event: QuakeEvent | null;
  readonly data: string;
  readonly atMs: number;
}

export interface LiveClient {
  readonly records: readonly LiveRecord[];
  /** Cursor of the last frame that had one. */
  readonly cursor: string | null;
  /** Newest revision of every event this reader knows. */
  readonly events: ReadonlyMap<string, QuakeEvent>;
  readonly connections: number;
  close(): Promise<void>;
}

export interface LiveClientOptions {
  readonly url: () => string;
  readonly cursor?: string;
  readonly retryMs?: number;
  readonly onRecord?: (record: LiveRecord) => void;
}

export function createLiveClient(options: LiveClientOptions): LiveClient {
  const records: LiveRecord[] = [];
  const events = new Map<string, QuakeEvent>();
  const stop = new AbortController();
  let cursor = options.cursor ?? null;
  let connections = 0;

  const take = (kind: string, id: string | undefined, data: string) => {
    if (id !== undefined) cursor = id;
    const event = kind === 'event' ? (JSON.parse(data) as QuakeEvent) : null;
    const record: LiveRecord = { kind, cursor: id ?? null, event, data, atMs: performance.now() };
    records.push(record);
    if (kind === 'reset') events.clear();
    if (event && (events.get(event.id)?.revision ?? 0) < event.revision) events.set(event.id, event);
    options.onRecord?.(record);
  };

  const follow = async () => {
    while (!stop.signal.aborted) {
      try {
        const headers: Record<string, string> = { accept: 'text/event-stream' };
        if (cursor !== null) headers['last-event-id'] = cursor;
        const response = await fetch(`${options.url()}/live`, { headers, signal: stop.signal });
        if (response.ok && response.body) {
          connections++;
          const parser = createParser({
            onEvent: (event) => take(event.event ?? 'message', event.id, event.data),
          });
          const decoder = new TextDecoder();
          for await (const chunk of response.body) parser.feed(decoder.decode(chunk, { stream: true }));
        }
      } catch (error) {
        if (stop.signal.aborted) return;
        if (!(error instanceof TypeError)) throw error; // fetch and a cut body reject with TypeError: try again
      }
      await new Promise((resolve) => setTimeout(resolve, options.retryMs ?? 20));
    }
  };
  const following = follow();

  return {
    records,
    events,
    get cursor() {
      return cursor;
    },
    get connections() {
      return connections;
    },
    async close() {
      stop.abort();
      await following;
    },
  };
}
