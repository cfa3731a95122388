// The snapshot that a reader loads before it follows the stream: immutable chunks by month, named by their content,
// and a small tail with all that is in no chunk or changed since. Chunks and the tail of one generation together are
// true at the tail's cursor: the tail is made in one turn from the catalogue, and holds whatever the chunks lack.

import { createHash } from 'node:crypto';
import { encodeChunk, readChunkStamp } from '../../catalogue/codec.ts';
import type { Clock } from '../../clock.ts';
import { toCursor } from '../../event/identity.ts';
import type { View } from '../view.ts';
import { type Body, createBody, createGzipCache } from './body.ts';
import {
  listLogRows,
  listMonths,
  listUncovered,
  type Month,
  type MonthRange,
  toMonthName,
  toStamp,
} from './months.ts';

export interface SnapshotOptions {
  /** Rows that the tail may hold before months are made into chunks; they are until half of it is left. */
  readonly tailRowsMax: number;
  /** Rows made into chunks in one go: the event loop waits meanwhile, about 1 ms for 2,000. */
  readonly rebuildRowsMax: number;
  /** A tail is served for so long before it is made anew: it stays true at its cursor, the stream brings the rest. */
  readonly tailAgeMaxMs: number;
  /** Brotli quality, 0 to 11, of chunks (once, in the background) and tails (every time). */
  readonly chunkQuality: number;
  readonly tailQuality: number;
  readonly gzipCacheBytesMax: number;
}

export const SNAPSHOT_DEFAULTS: SnapshotOptions = {
  tailRowsMax: 4096,
  rebuildRowsMax: 100_000,
  tailAgeMaxMs: 1000,
  chunkQuality: 9,
  tailQuality: 4,
  gzipCacheBytesMax: 64 * 1024 ** 2,
};

export interface Chunk {
  /** First 16 hexadecimal digits of the content's SHA-256. */
  readonly hash: string;
  readonly name: string;
  readonly count: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly provenance: 'starter' | 'log';
  readonly body: Body;
}

export interface Tail {
  readonly cursor: string;
  readonly count: number;
  readonly etag: string;
  readonly body: Body;
}

export interface Manifest {
  readonly cursor: string;
  readonly generation: string;
  readonly count: number;
  readonly chunks: readonly Chunk[];
  readonly tail: Tail;
}

export interface Snapshot {
  manifest(): Manifest;
  /** Null when no kept generation has such a chunk. */
  chunk(hash: string): Chunk | null;
  /** Null when the generation is gone. */
  tail(generation: string): Tail | null;
  /** Makes chunks where the tail has grown too long, within `rebuildRowsMax`; true when there is more to do. */
  rebuild(): boolean;
  /** Compresses chunks that are not yet, one after the other. */
  compress(): Promise<void>;
}

interface Generation {
  readonly id: string;
  readonly chunks: readonly Chunk[];
  readonly stamps: ReadonlyMap<Month, number>;
  tail: { readonly tail: Tail; readonly head: number; readonly madeAtMs: number } | null;
}

/** Generations that can still be loaded: a reader takes seconds from the manifest to its last chunk. */
const GENERATIONS_KEPT = 4;

/** A snapshot of the present view; a view that was replaced takes its generations with it. */
export function createSnapshot(options: {
  readonly view: () => View;
  readonly clock: Clock;
  readonly starter: Uint8Array | null;
  readonly bounds?: Partial<SnapshotOptions>;
}): Snapshot {
  const bounds = { ...SNAPSHOT_DEFAULTS, ...options.bounds };
  const cache = createGzipCache(bounds.gzipCacheBytesMax);
  const starterChunk = options.starter ? createStarterChunk(options.starter) : null;
  let view = options.view();
  let generations: Generation[] = [];
  let monthChunks = new Map<Month, { chunk: Chunk; stamp: number }>();
  let plannedHead = Number.NaN;

  /** The newest generation of the present view. */
  function newest(): Generation {
    const present = options.view();
    if (present !== view || generations.length === 0) {
      view = present;
      monthChunks = new Map();
      plannedHead = Number.NaN;
      generations = [];
      publish();
    }
    return generations[0]!;
  }

  function publish(): void {
    const chunks = [...monthChunks.values()].map(({ chunk }) => chunk);
    if (starterChunk) chunks.push(starterChunk);
    chunks.sort((a, b) => b.toMs - a.toMs);
    const id = toHash(Buffer.from(`${view.epoch} ${chunks.map(({ hash }) => hash).join(' ')}`));
    const stamps = new Map([...monthChunks].map(([month, { stamp }]) => [month, stamp]));
    generations = [{ id, chunks, stamps, tail: null }, ...generations.filter((one) => one.id !== id)];
    generations = generations.slice(0, GENERATIONS_KEPT);
  }

  function buildMonth(range: MonthRange): void {
    const { catalogue, epoch } = view;
    const rows = listLogRows(catalogue, range);
    const stamp = toStamp(catalogue, rows);
    // Stamped with its own newest record, not with the present: the same events give the same bytes on every gateway.
    const bytes = encodeChunk(catalogue, rows, { cursor: toCursor(epoch, stamp) });
    const times = catalogue.columns.originTimeMs;
    const chunk: Chunk = {
      hash: toHash(bytes),
      name: toMonthName(range.month),
      count: rows.length,
      fromMs: times[rows[0]!]!,
      toMs: times[rows.at(-1)!]!,
      provenance: 'log',
      body: createBody(bytes, bounds.chunkQuality, cache),
    };
    monthChunks.set(range.month, { chunk, stamp });
  }

  /** Called before anything was read from the log: the catalogue holds the starter's events alone. */
  function createStarterChunk(bytes: Uint8Array): Chunk {
    const { catalogue } = options.view();
    const { timeOrder, columns, count } = catalogue;
    return {
      hash: toHash(bytes),
      name: 'starter',
      count: readChunkStamp(bytes).count,
      fromMs: count > 0 ? columns.originTimeMs[timeOrder[0]!]! : 0,
      toMs: count > 0 ? columns.originTimeMs[timeOrder[count - 1]!]! : 0,
      provenance: 'starter',
      body: createBody(bytes, bounds.chunkQuality, cache),
    };
  }

  function tailOf(generation: Generation): Tail {
    const nowMs = options.clock.now();
    const known = generation.tail;
    // A clock that was set back must not keep an old tail until it is there again.
    const isYoung = known && Math.abs(nowMs - known.madeAtMs) < bounds.tailAgeMaxMs;
    if (known && (known.head === view.head || isYoung)) return known.tail;
    const { catalogue, cursor } = view;
    const rows = listMonths(catalogue).flatMap((range) => listUncovered(catalogue, range, generation.stamps));
    const bytes = encodeChunk(catalogue, rows, { cursor });
    const tail: Tail = {
      cursor,
      count: rows.length,
      etag: `W/"${generation.id}-${cursor.replace(':', '-')}"`,
      body: createBody(bytes, bounds.tailQuality, cache),
    };
    generation.tail = { tail, head: view.head, madeAtMs: nowMs };
    return tail;
  }

  return {
    manifest() {
      const generation = newest();
      const tail = tailOf(generation);
      return {
        cursor: tail.cursor,
        generation: generation.id,
        count: view.catalogue.count,
        chunks: generation.chunks,
        tail,
      };
    },
    chunk(hash) {
      newest();
      for (const { chunks } of generations) {
        const chunk = chunks.find((one) => one.hash === hash);
        if (chunk) return chunk;
      }
      return null;
    },
    tail(id) {
      newest();
      const generation = generations.find((one) => one.id === id);
      return generation ? tailOf(generation) : null;
    },
    rebuild() {
      const { stamps } = newest();
      if (view.head === plannedHead) return false;
      const months = listMonths(view.catalogue)
        .map((range) => ({ range, uncovered: listUncovered(view.catalogue, range, stamps).length }))
        .sort((a, b) => b.uncovered - a.uncovered);
      let left = months.reduce((sum, { uncovered }) => sum + uncovered, 0);
      let rows = 0;
      if (left > bounds.tailRowsMax) {
        for (const { range, uncovered } of months) {
          if (left <= bounds.tailRowsMax / 2 || rows >= bounds.rebuildRowsMax) break;
          buildMonth(range);
          left -= uncovered;
          rows += range.to - range.from;
        }
        publish();
      }
      if (left > bounds.tailRowsMax) return true;
      plannedHead = view.head;
      return false;
    },
    async compress() {
      for (const { body } of newest().chunks) await body.encoded('br');
    },
  };
}

function toHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}
