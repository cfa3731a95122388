// The head of a chunk: "QWC1", the header's length (32 bits, little-endian), the header as JSON in UTF-8; behind it
// come the streams. JSON, because it keeps every string that JavaScript can hold. Pure, browser-safe.

import { TIME_MAX_MS } from './columns.ts';
import { type IdPrefix, isIdPrefix } from './event-ids.ts';
import { malformed } from './streams.ts';

const MAGIC = 'QWC1';
const HEAD_BYTES = 8;

/** What many events share: agency, author, magnitude type, event type, flags. */
export type Kind = readonly [
  agency: string | null,
  author: string | null,
  magnitudeType: string | null,
  eventType: string | null,
  flags: number,
];

export interface ChunkHeader {
  readonly cursor: string;
  readonly count: number;
  /** Origin time of the first event, whole seconds since 1970, rounded down. */
  readonly startS: number;
  /** The most frequent first, as in the other tables: small numbers for what is common. */
  readonly kinds: readonly Kind[];
  /** Values of `depthHm` and `magnitudeE2`. */
  readonly depths: readonly number[];
  readonly magnitudes: readonly number[];
  /** Towns or whole regions, see ./place.ts. */
  readonly towns: readonly string[];
  readonly prefixes: readonly IdPrefix[];
}

/** Head and streams as one chunk. */
export function writeHeader(header: ChunkHeader, streams: Uint8Array): Uint8Array {
  const prefixes = header.prefixes.map(({ text, radix, width }) => [text, radix, width]);
  const json = new TextEncoder().encode(JSON.stringify({ ...header, prefixes }));
  const bytes = new Uint8Array(HEAD_BYTES + json.length + streams.length);
  bytes.set(new TextEncoder().encode(MAGIC));
  new DataView(bytes.buffer).setUint32(MAGIC.length, json.length, true);
  bytes.set(json, HEAD_BYTES);
  bytes.set(streams, HEAD_BYTES + json.length);
  return bytes;
}

/** The checked header of a chunk and the bytes behind it. Throws CHUNK_MALFORMED. */
export function readHeader(bytes: Uint8Array): { header: ChunkHeader; streams: Uint8Array } {
  for (let i = 0; i < MAGIC.length; i++) {
    if (bytes[i] !== MAGIC.charCodeAt(i)) throw malformed(`it does not begin with "${MAGIC}"`);
  }
  if (bytes.length < HEAD_BYTES) throw malformed('its header is cut off');
  const end = HEAD_BYTES + new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
  if (end > bytes.length) throw malformed('its header is cut off');
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(HEAD_BYTES, end)));
  } catch (cause) {
    throw malformed('its header is not JSON', cause);
  }
  return { header: parseHeader(value), streams: bytes.subarray(end) };
}

function parseHeader(value: unknown): ChunkHeader {
  if (!isRecord(value)) throw malformed('its header is not an object');
  const { cursor, count, startS, kinds, depths, magnitudes, towns, prefixes } = value;
  if (typeof cursor !== 'string') throw malformed('its cursor is not a string');
  if (!isInteger(count, 0, 2 ** 32 - 1)) throw malformed(`its count is ${String(count)}`);
  if (!isInteger(startS, -SECONDS_MAX, SECONDS_MAX)) throw malformed(`its startS is ${String(startS)}`);
  const isInt16 = (one: unknown): one is number => isInteger(one, -32_768, 32_767);
  return {
    cursor,
    count,
    startS,
    kinds: parseTable(kinds, 'kinds', isKind),
    depths: parseTable(depths, 'depths', isInt16),
    magnitudes: parseTable(magnitudes, 'magnitudes', isInt16),
    towns: parseTable(towns, 'towns', (one): one is string => typeof one === 'string'),
    prefixes: parseTable(prefixes, 'prefixes', isPrefix).map(([text, radix, width]) => ({
      text,
      radix,
      width,
    })),
  };
}

const SECONDS_MAX = TIME_MAX_MS / 1000;

function parseTable<T>(value: unknown, name: string, isEntry: (one: unknown) => one is T): T[] {
  if (!Array.isArray(value) || !value.every(isEntry)) throw malformed(`its table of ${name} is none`);
  return value;
}

function isKind(value: unknown): value is Kind {
  if (!Array.isArray(value) || value.length !== 5) return false;
  return (
    value.slice(0, 4).every((one) => one === null || typeof one === 'string') && isInteger(value[4], 0, 3)
  );
}

function isPrefix(value: unknown): value is [text: string, radix: 10 | 36, width: number] {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [text, radix, width] = value;
  return typeof text === 'string' && isIdPrefix({ text, radix, width });
}

function isInteger(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
