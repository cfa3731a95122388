// A reader as the page is one, without the pixels: the page's own connection (src/web/live/connection.ts), snapshot and
// catalogue. Keeps a record of all it was given and when, for the judge. Can be made slow: then it stops reading.

import { type Catalogue, createCatalogue } from '../../../src/catalogue/catalogue.ts';
import { applyChunk, readChunkStamp } from '../../../src/catalogue/codec.ts';
import { parseCursor } from '../../../src/event/identity.ts';
import type { QuakeEvent } from '../../../src/event/types.ts';
import { startConnection } from '../../../src/web/live/connection.ts';
import { loadFirstView } from '../../../src/web/live/snapshot.ts';
import type { SseMessage } from '../../../src/web/live/sse-parse.ts';
import type { ReaderStep } from './history.ts';

export interface Reader {
  readonly name: string;
  readonly steps: readonly ReaderStep[];
  /** What it would draw. */
  readonly catalogue: Catalogue;
  /** Offset of its cursor; −1: none yet. */
  readonly offset: number;
  /** Streams that were opened. */
  readonly streams: number;
  /** `live`, `waiting`, …: src/web/live/connection-state.ts. */
  readonly state: string;
  /** Stops reading (true) or reads on. */
  hold(isHeld: boolean): void;
  close(): void;
}

export function startReader(name: string, baseUrl: string): Reader {
  const steps: ReaderStep[] = [];
  let catalogue = createCatalogue();
  let offset = -1;
  let streams = 0;
  let held: PromiseWithResolvers<void> | null = null;

  const note = (step: ReaderStep) => {
    steps.push(step);
    if ('offset' in step) offset = step.offset;
  };
  const toOffset = (cursor: string | null) => parseCursor(cursor ?? '')?.offset ?? null;

  /** Passes bytes on only while nobody holds it. */
  function gate(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    return body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        async transform(chunk, controller) {
          await held?.promise;
          controller.enqueue(chunk);
        },
      }),
    );
  }

  const request = (async (path: string, init?: RequestInit) => {
    const response = await fetch(`${baseUrl}${path}`, init);
    if (path !== '/live' || !response.ok || !response.body) return response;
    streams++;
    return new Response(gate(response.body), { status: response.status, headers: response.headers });
  }) as typeof fetch;

  async function loadSnapshot(signal: AbortSignal, onBytes: () => void): Promise<string> {
    const fresh = createCatalogue();
    const view = await loadFirstView({
      ...{ fetch: request, signal, onBytes },
      onProgress: () => {},
      target: {
        apply: (bytes) => void applyChunk(fresh, bytes),
        cursorOf: (bytes) => readChunkStamp(bytes).cursor,
      },
    });
    const missing = await view.loadOlder(signal);
    if (missing > 0) throw new Error(`${missing} chunks could not be had`);
    signal.throwIfAborted();
    catalogue = fresh;
    const revisions = new Map<string, number>();
    for (let row = 0; row < fresh.count; row++) revisions.set(fresh.idAt(row), fresh.columns.revision[row]!);
    note({ kind: 'snapshot', atMs: Date.now(), offset: toOffset(view.cursor) ?? -1, revisions });
    return view.cursor;
  }

  function onMessage({ event: kind, data, id }: SseMessage): void {
    const at = toOffset(id);
    if (kind === 'reset') {
      const { reason } = JSON.parse(data) as { reason: string };
      note({ kind: 'reset', atMs: Date.now(), reason });
    } else if (kind === 'event' && at !== null) {
      const event = JSON.parse(data) as QuakeEvent;
      catalogue.upsert(event, at);
      note({
        kind: 'event',
        atMs: Date.now(),
        offset: at,
        id: event.id,
        revision: event.revision,
        json: data,
      });
    } else if (at !== null) note({ kind: 'cursor', atMs: Date.now(), offset: at });
  }

  const connection = startConnection({
    ...{ fetch: request, now: Date.now, random: Math.random, browserOnline: true, loadSnapshot, onMessage },
    onState({ cursor }) {
      const at = toOffset(cursor);
      if (at !== null && at > offset) note({ kind: 'cursor', atMs: Date.now(), offset: at });
    },
  });

  return {
    name,
    steps,
    get catalogue() {
      return catalogue;
    },
    get offset() {
      return offset;
    },
    get streams() {
      return streams;
    },
    get state() {
      return connection.state.name;
    },
    hold(isHeld) {
      if (isHeld) held ??= Promise.withResolvers<void>();
      else {
        held?.resolve();
        held = null;
      }
    },
    close() {
      held?.resolve();
      connection.tell({ type: 'stop' });
    },
  };
}
