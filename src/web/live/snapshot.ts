// Loads the catalogue: manifest, then the tail and the newest chunks (enough for a first view), then the older chunks,
// newest first, while the stream already runs. Newest-wins makes the order of application free (docs/wire.md).

import { QuakewireError } from '../../errors.ts';
import { HttpRefusal } from './connection.ts';
import { ANSWER_MAX_MS } from './connection-state.ts';
import type { ChunkEntry, Manifest } from './wire.ts';

/** Events wanted before the stream starts and the list is called loaded; a first view shows no more. */
const FIRST_VIEW_EVENTS = 4000;
const MANIFEST_URL = '/catalogue/manifest.json';
/** How often a pass reads the manifest again for what is gone. */
const MANIFEST_ROUNDS_MAX = 3;

export interface SnapshotTarget {
  /** Applies a chunk's bytes; throws QuakewireError CHUNK_MALFORMED. */
  apply(bytes: Uint8Array): void;
  /** The cursor that a chunk is stamped with. */
  cursorOf(bytes: Uint8Array): string;
}

export interface SnapshotProgress {
  readonly loadedEvents: number;
  readonly totalEvents: number;
}

export interface SnapshotOptions {
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
  /** Called as bytes arrive: the sign that a slow answer is still coming. */
  readonly onBytes: () => void;
  readonly onProgress: (progress: SnapshotProgress) => void;
  readonly target: SnapshotTarget;
}

export interface FirstView {
  /** The catalogue is true at this cursor once `older` is loaded too; the stream continues from it. */
  readonly cursor: string;
  /**
   * Loads what is left, and goes on there when it is called again. Resolves with the number of chunks that could not be had
   * just now. Rejects when aborted, and, all others tried, with QuakewireError CHUNK_MALFORMED for one that cannot be read.
   */
  loadOlder(signal: AbortSignal): Promise<number>;
}

/** Loads manifest, tail and the newest chunks. Rejects with HttpRefusal (409: read the manifest again) or a network error. */
export async function loadFirstView(options: SnapshotOptions): Promise<FirstView> {
  const { signal, onBytes, target, onProgress } = options;
  const loaded = new Set<string>();
  let loadedEvents = 0;
  const manifest = parseManifest(
    new TextDecoder().decode(await fetchBytes(options.fetch, MANIFEST_URL, signal, onBytes)),
  );
  let wanted: readonly { url: string; count: number }[] = [manifest.tail, ...manifest.chunks];
  const listMissing = () => wanted.filter(({ url }) => !loaded.has(url));
  const take = (bytes: Uint8Array, { url, count }: { url: string; count: number }) => {
    target.apply(bytes);
    loaded.add(url);
    loadedEvents += count;
    const totalEvents = listMissing().reduce((sum, part) => sum + part.count, loadedEvents);
    onProgress({ loadedEvents, totalEvents: Math.max(manifest.count, totalEvents) });
  };
  const { first } = splitChunks(manifest.chunks, manifest.tail.count);
  const parts = [manifest.tail, ...first];
  const bodies = await Promise.all(parts.map(({ url }) => fetchBytes(options.fetch, url, signal, onBytes)));
  for (const [i, part] of parts.entries()) take(bodies[i]!, part);
  return {
    cursor: target.cursorOf(bodies[0]!),
    async loadOlder(olderSignal) {
      for (let round = 1; ; round++) {
        let gone = false;
        let broken: QuakewireError | null = null;
        for (const part of listMissing()) {
          try {
            take(await fetchAlive(options.fetch, part.url, olderSignal), part);
          } catch (error) {
            olderSignal.throwIfAborted();
            // What is gone or broken says nothing of the others; other trouble they would have too.
            if (error instanceof HttpRefusal && error.status === 404) gone = true;
            else if (error instanceof QuakewireError) broken = error;
            else break;
          }
        }
        if (gone && round <= MANIFEST_ROUNDS_MAX) {
          // A newer generation replaced what is gone; what it held is in chunks or tail of that one.
          const newer = await fetchAlive(options.fetch, MANIFEST_URL, olderSignal).catch(() => null);
          olderSignal.throwIfAborted();
          if (newer !== null) {
            const { tail, chunks } = parseManifest(new TextDecoder().decode(newer));
            wanted = [tail, ...chunks];
            continue;
          }
        }
        if (broken !== null) throw broken;
        return listMissing().length;
      }
    },
  };
}

/** The newest chunks that a first view needs, and the others; both newest first. */
export function splitChunks(
  chunks: readonly ChunkEntry[],
  tailCount: number,
): { first: ChunkEntry[]; older: ChunkEntry[] } {
  let events = tailCount;
  let end = 0;
  while (end < chunks.length && events < FIRST_VIEW_EVENTS) events += chunks[end++]!.count;
  return { first: chunks.slice(0, end), older: chunks.slice(end) };
}

/** Reads a manifest's text; throws Error with the field at fault. */
export function parseManifest(text: string): Manifest {
  const value = JSON.parse(text) as Partial<Manifest> | null;
  if (typeof value?.cursor !== 'string') throw new Error('Cannot read the manifest: cursor is no text');
  if (!Array.isArray(value.chunks)) throw new Error('Cannot read the manifest: chunks is no list');
  if (typeof value.tail?.url !== 'string') throw new Error('Cannot read the manifest: tail.url is no text');
  return value as Manifest;
}

async function fetchBytes(
  fetchUrl: typeof fetch,
  url: string,
  signal: AbortSignal,
  onBytes: () => void,
): Promise<Uint8Array> {
  const response = await fetchUrl(url, { signal });
  if (!response.ok || response.body === null) throw new HttpRefusal(response);
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    length += value.length;
    onBytes();
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** As `fetchBytes`, but given up after so long without a byte: a network may be gone without a word. */
async function fetchAlive(fetchUrl: typeof fetch, url: string, signal: AbortSignal): Promise<Uint8Array> {
  signal.throwIfAborted();
  const giving = new AbortController();
  const giveUp = () => giving.abort();
  let timer = setTimeout(giveUp, ANSWER_MAX_MS);
  signal.addEventListener('abort', giveUp);
  try {
    return await fetchBytes(fetchUrl, url, giving.signal, () => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, ANSWER_MAX_MS);
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  }
}
