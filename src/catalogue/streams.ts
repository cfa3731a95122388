// The container of a chunk: some streams of small numbers, each by itself so that brotli sees like beside like.
// A stream is its length (32 bits, little-endian) and its bytes; a number is LEB128 (7 bits a byte, lowest first),
// a signed one zigzag-coded before. Reading never leaves the stream. Pure, browser-safe.

import { QuakewireError } from '../errors.ts';

/** A stream as it grows. */
export interface StreamWriter {
  /** 0 to 255. */
  byte(value: number): void;
  /** A whole number from 0 to 2^53 − 1. */
  varint(value: number): void;
  /** A whole number of either sign, up to 2^52. */
  signed(value: number): void;
  bytes(): Uint8Array;
}

/** A stream being read; each call throws CHUNK_MALFORMED when the stream has ended or the number is too large. */
export interface StreamReader {
  readonly length: number;
  byte(): number;
  varint(): number;
  signed(): number;
  /** Throws CHUNK_MALFORMED when anything is left. */
  end(): void;
}

export function createStreamWriter(): StreamWriter {
  let buffer = new Uint8Array(64);
  let length = 0;
  const byte = (value: number) => {
    if (length === buffer.length) {
      const longer = new Uint8Array(length * 2);
      longer.set(buffer);
      buffer = longer;
    }
    buffer[length++] = value;
  };
  const varint = (value: number) => {
    let rest = value;
    while (rest >= 128) {
      byte((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    byte(rest);
  };
  return {
    byte,
    varint,
    signed: (value) => varint(value >= 0 ? value * 2 : -value * 2 - 1),
    bytes: () => buffer.subarray(0, length),
  };
}

export function createStreamReader(bytes: Uint8Array, name: string): StreamReader {
  let at = 0;
  const byte = () => {
    if (at >= bytes.length) throw malformed(`stream ${name} ends too early`);
    return bytes[at++]!;
  };
  const varint = () => {
    let one = byte();
    if (one < 128) return one;
    let value = one - 128;
    for (let scale = 128; ; scale *= 128) {
      one = byte();
      value += (one & 127) * scale;
      if (value > Number.MAX_SAFE_INTEGER || scale > 2 ** 49) {
        throw malformed(`stream ${name} holds a number of more than 53 bits`);
      }
      if (one < 128) return value;
    }
  };
  return {
    length: bytes.length,
    byte,
    varint,
    signed() {
      const value = varint();
      return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    },
    end() {
      if (at !== bytes.length) throw malformed(`stream ${name} goes on behind its last number`);
    },
  };
}

/** The streams behind one another, each behind its length. */
export function joinStreams(streams: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(streams.reduce((sum, stream) => sum + 4 + stream.length, 0));
  const view = new DataView(joined.buffer);
  let at = 0;
  for (const stream of streams) {
    view.setUint32(at, stream.length, true);
    joined.set(stream, at + 4);
    at += 4 + stream.length;
  }
  return joined;
}

/** One stream for each name, in their order; what `joinStreams` made. Throws CHUNK_MALFORMED. */
export function splitStreams<Name extends string>(
  bytes: Uint8Array,
  names: readonly Name[],
): Record<Name, StreamReader> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const streams = {} as Record<Name, StreamReader>;
  let at = 0;
  for (const name of names) {
    const length = at + 4 <= bytes.length ? view.getUint32(at, true) : 0;
    if (at + 4 + length > bytes.length) throw malformed(`stream ${name} is cut off`);
    streams[name] = createStreamReader(bytes.subarray(at + 4, at + 4 + length), name);
    at += 4 + length;
  }
  if (at !== bytes.length) throw malformed('bytes are left behind the last stream');
  return streams;
}

export function malformed(state: string, cause?: unknown): QuakewireError {
  return new QuakewireError('CHUNK_MALFORMED', `Cannot read chunk: ${state}`, { cause });
}
