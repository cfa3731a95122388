// An answer's bytes in the encodings that readers accept. Compressed off the event loop, once, when first wanted; what
// is kept is the brotli form, from which the others are made again; gzip forms are kept within a bound.

import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants, gzip } from 'node:zlib';

const toBrotli = promisify(brotliCompress);
const fromBrotli = promisify(brotliDecompress);
const toGzip = promisify(gzip);

export type Encoding = 'br' | 'gzip' | 'identity';

export interface Body {
  /** Length without compression. */
  readonly bytes: number;
  encoded(encoding: Encoding): Promise<Uint8Array>;
}

/** Keeps the most recently used gzip forms, up to so many bytes in all. */
export interface GzipCache {
  get(body: Body): Promise<Uint8Array> | undefined;
  set(body: Body, compressed: Promise<Uint8Array>): void;
}

/** The best of what an Accept-Encoding header allows; without the header nothing is compressed (RFC 9110 section 12.5.3). */
export function chooseEncoding(acceptEncoding: string | undefined): Encoding {
  const accepted = new Map<string, number>();
  for (const part of (acceptEncoding ?? '').toLowerCase().split(',')) {
    const [name, ...parameters] = part.split(';').map((text) => text.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    if (name) accepted.set(name, weight === undefined ? 1 : Number(weight) || 0);
  }
  const allows = (name: string) => (accepted.get(name) ?? accepted.get('*') ?? 0) > 0;
  return allows('br') ? 'br' : allows('gzip') ? 'gzip' : 'identity';
}

/** A body of these bytes; `quality` is brotli's, 0 to 11. */
export function createBody(raw: Uint8Array, quality: number, cache: GzipCache): Body {
  let kept: Uint8Array | null = raw;
  let brotli: Promise<Uint8Array> | null = null;

  async function compress(): Promise<Uint8Array> {
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: quality,
      [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
    };
    const compressed = await toBrotli(raw, { params });
    kept = null;
    return compressed;
  }

  const body: Body = {
    bytes: raw.length,
    async encoded(encoding) {
      if (encoding === 'br') {
        brotli ??= compress();
        return brotli;
      }
      if (encoding === 'identity') return kept ?? fromBrotli(await brotli!);
      const known = cache.get(body);
      if (known) return known;
      const compressed = body.encoded('identity').then((bytes) => toGzip(bytes));
      cache.set(body, compressed);
      return compressed;
    },
  };
  return body;
}

export function createGzipCache(bytesMax: number): GzipCache {
  const entries = new Map<Body, Promise<Uint8Array>>();
  const sizes = new Map<Body, number>();
  let total = 0;

  function forget(body: Body): void {
    entries.delete(body);
    total -= sizes.get(body) ?? 0;
    sizes.delete(body);
  }

  return {
    get(body) {
      const known = entries.get(body);
      if (known) {
        entries.delete(body);
        entries.set(body, known);
      }
      return known;
    },
    set(body, compressed) {
      entries.set(body, compressed);
      compressed.then(
        ({ length }) => {
          if (!entries.has(body)) return;
          sizes.set(body, length);
          total += length;
          for (const oldest of entries.keys()) {
            if (total <= bytesMax) break;
            if (sizes.has(oldest)) forget(oldest);
          }
        },
        () => forget(body),
      );
    },
  };
}
