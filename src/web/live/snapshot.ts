// Loads the catalogue: manifest, then the tail and the newest chunks (enough for a first view), then the older chunks,
// newest first, while the stream already runs. Newest-wins makes the order of application free (docs/wire.md).

import { HttpRefusal } from './connection.ts';
import type { ChunkEntry, Manifest } from './wire.ts';

/** Events wanted before the stream starts and the list is called loaded; a first view shows no more. */
const FIRST_VIEW_EVENTS = 4000;
/** Tries for one older chunk, and how often the manifest is read again for what is gone. */
const CHUNK_TRIES_MAX = 5;
const MANIFEST_ROUNDS_MAX = 3;
const CHUNK_RETRY_DELAY_MS = 2000;

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
  /** Loads what is left. Resolves with the number of chunks that could not be had; rejects when not even the manifest could. */
  loadOlder(signal: AbortSignal): Promise<number>;
}

/** Loads manifest, tail and the newest chunks. Rejects with HttpRefusal (409: read the manifest again) or a network error. */
export async function loadFirstView(options: SnapshotOptions): Promise<FirstView> {
  const { signal, onBytes, target, onProgress } = options;
  const loaded = new Set<string>();
  let loadedEvents = 0;
  const manifest = await fetchManifest(options.fetch, signal, onBytes);
  const take = (bytes: Uint8Array, { url, count }: { url: string; count: number }) => {
    target.apply(bytes);
    loaded.add(url);
    loadedEvents += count;
    onProgress({ loadedEvents, totalEvents: Math.max(manifest.count, loadedEvents) });
  };
  const { first } = splitChunks(manifest.chunks, manifest.tail.count);
  const parts = [manifest.tail, ...first];
  const bodies = await Promise.all(parts.map(({ url }) => fetchBytes(options.fetch, url, signal, onBytes)));
  for (const [i, part] of parts.entries()) take(bodies[i]!, part);
  return {
    cursor: target.cursorOf(bodies[0]!),
    async loadOlder(olderSignal) {
      let wanted: readonly { url: string; count: number }[] = manifest.chunks;
      for (let round = 1; ; round++) {
        let missing = 0;
        for (const part of wanted.filter(({ url }) => !loaded.has(url))) {
          const bytes = await fetchPatiently(options.fetch, part.url, olderSignal);
          if (bytes === null) missing++;
          else take(bytes, part);
        }
        if (missing === 0 || round === MANIFEST_ROUNDS_MAX) return missing;
        // A chunk is gone because a newer generation replaced it; what it held is in chunks or tail of that one.
        const newer = await fetchManifest(options.fetch, olderSignal, () => {});
        wanted = [newer.tail, ...newer.chunks];
      }
    },
  };
}

async function fetchManifest(
  fetchUrl: typeof fetch,
  signal: AbortSignal,
  onBytes: () => void,
): Promise<Manifest> {
  const bytes = await fetchBytes(fetchUrl, '/catalogue/manifest.json', signal, onBytes);
  return parseManifest(new TextDecoder().decode(bytes));
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

/** Null when the chunk could not be had in CHUNK_TRIES_MAX tries. Rejects when aborted. */
async function fetchPatiently(
  fetchUrl: typeof fetch,
  url: string,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  for (let tries = 1; ; tries++) {
    try {
      return await fetchBytes(fetchUrl, url, signal, () => {});
    } catch (error) {
      signal.throwIfAborted();
      const gone = error instanceof HttpRefusal && error.status === 404;
      if (gone || tries === CHUNK_TRIES_MAX) return null;
      await wait(CHUNK_RETRY_DELAY_MS * tries, signal);
    }
  }
}

/** Rejects when aborted. */
export function wait(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, delayMs);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}
