// A chunk: the columns of some events as bytes, which brotli (HTTP's Content-Encoding) then makes small.
// "QWC1", the length of the header (32 bits, little-endian), the header (JSON, UTF-8), then one stream a column:
// its length (32 bits) and its numbers, LEB128, differences zigzag-coded. Rows are in the order of their time.
// Pure, browser-safe.

import { QuakewireError } from '../errors.ts';
import type { Catalogue } from './catalogue.ts';
import type { CodedRow } from './columns.ts';
import { type IdPrefix, isIdNumber, isIdPrefix } from './event-ids.ts';

const MAGIC = 'QWC1';
/** Above so many changed rows a reader does better to treat all as changed. */
const CHANGED_ROWS_MAX = 4096;

const FIELDS = [
  'originTimeMs',
  'longitudeE4',
  'latitudeE4',
  'depthHm',
  'magnitudeE2',
  'revision',
  'flags',
  'eventType',
  'magnitudeType',
  'agency',
  'author',
  'region',
  'idPrefix',
  'idNumber',
] as const;
const TEXTS = ['eventType', 'magnitudeType', 'agency', 'author', 'region'] as const;

interface Header {
  readonly cursor: string;
  readonly count: number;
  readonly prefixes: readonly IdPrefix[];
  readonly texts: Readonly<Record<(typeof TEXTS)[number], readonly string[]>>;
}

/** The chunk of the given rows. */
export function encodeChunk(
  catalogue: Catalogue,
  rows: ArrayLike<number>,
  stamp: { cursor: string },
): Uint8Array {
  const { columns, ids, dictionaries } = catalogue;
  const times = columns.originTimeMs;
  const sorted = Uint32Array.from(rows).sort((a, b) => times[a]! - times[b]! || a - b);
  const prefixes: IdPrefix[] = [];
  const texts = { eventType: [], magnitudeType: [], agency: [], author: [], region: [] } as Record<
    string,
    string[]
  >;
  const local: Record<string, Map<number, number>> = {};
  const renumber = (name: string, index: number, add: () => number) => {
    local[name] ??= new Map();
    const known = local[name]!.get(index);
    if (known !== undefined) return known;
    const next = add();
    local[name]!.set(index, next);
    return next;
  };
  const streams = FIELDS.map((field) => {
    const out: number[] = [];
    let before = 0;
    for (const row of sorted) {
      let value: number;
      if (field === 'idNumber') value = ids.numberOf(row);
      else if (field === 'idPrefix')
        value = renumber(field, ids.prefixOf(row), () => prefixes.push(ids.prefixAt(ids.prefixOf(row))) - 1);
      else if (field in texts) {
        const index = columns[field as 'region'][row]!;
        value =
          index === 0
            ? 0
            : renumber(field, index, () =>
                texts[field]!.push(dictionaries[field as 'region'].textAt(index)!),
              );
      } else value = columns[field as 'region'][row]!;
      pushVarint(out, value - before);
      before = value;
    }
    return Uint8Array.from(out);
  });
  const header = new TextEncoder().encode(
    JSON.stringify({ cursor: stamp.cursor, count: sorted.length, prefixes, texts }),
  );
  const parts = [new TextEncoder().encode(MAGIC), toUint32(header.length), header];
  for (const stream of streams) parts.push(toUint32(stream.length), stream);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The cursor the chunk is true at, and how many events it holds, without reading them. */
export function readChunkStamp(bytes: Uint8Array): { cursor: string; count: number } {
  const { cursor, count } = readHeader(bytes).header;
  return { cursor, count };
}

/**
 * Takes the chunk's events into the catalogue, newest-wins. Gives the rows that changed; null when they are
 * many: treat all as changed. Throws CHUNK_MALFORMED, and then nothing of the chunk has been taken in.
 */
export function applyChunk(
  catalogue: Catalogue,
  bytes: Uint8Array,
): { count: number; changedRows: number[] | null } {
  const { header, end } = readHeader(bytes);
  const { count } = header;
  let at = end;
  const numbers = {} as Record<(typeof FIELDS)[number], Float64Array>;
  for (const field of FIELDS) {
    const length = readUint32(bytes, at);
    at += 4;
    const stop = at + length;
    if (stop > bytes.length || count > length) throw malformed(`stream ${field} is cut off`);
    const column = new Float64Array(count);
    let before = 0;
    for (let i = 0; i < count; i++) {
      let shifted = 0;
      let scale = 1;
      let byte: number;
      do {
        if (at >= stop || scale > 2 ** 49) throw malformed(`stream ${field} has no number ${i}`);
        byte = bytes[at++]!;
        shifted += (byte & 127) * scale;
        scale *= 128;
      } while (byte >= 128);
      before += shifted % 2 === 0 ? shifted / 2 : -(shifted + 1) / 2;
      column[i] = before;
    }
    if (at !== stop) throw malformed(`stream ${field} goes on behind its last number`);
    numbers[field] = column;
  }
  if (at !== bytes.length) throw malformed('bytes are left behind the last stream');
  check(header, numbers);
  const { ids, dictionaries } = catalogue;
  const prefixIndices = header.prefixes.map((prefix) => ids.internPrefix(prefix));
  const textIndices = {} as Record<(typeof TEXTS)[number], number[]>;
  for (const name of TEXTS) {
    textIndices[name] = [0, ...header.texts[name].map((text) => dictionaries[name].intern(text))];
  }
  const changed = catalogue.upsertCoded(count, (i, into: CodedRow) => {
    for (const field of FIELDS) into[field] = numbers[field][i]!;
    for (const name of TEXTS) into[name] = textIndices[name][into[name]]!;
    into.idPrefix = prefixIndices[into.idPrefix]!;
    into.offset = -1;
  });
  return { count, changedRows: changed.length > CHANGED_ROWS_MAX ? null : changed };
}

function check(header: Header, numbers: Record<(typeof FIELDS)[number], Float64Array>): void {
  const ranges: Record<(typeof FIELDS)[number], readonly [number, number]> = {
    originTimeMs: [-8.64e15, 8.64e15],
    longitudeE4: [-1_800_000, 1_800_000],
    latitudeE4: [-900_000, 900_000],
    depthHm: [-32_768, 32_767],
    magnitudeE2: [-32_768, 32_767],
    revision: [1, 65_535],
    flags: [0, 3],
    eventType: [0, header.texts.eventType.length],
    magnitudeType: [0, header.texts.magnitudeType.length],
    agency: [0, header.texts.agency.length],
    author: [0, header.texts.author.length],
    region: [0, header.texts.region.length],
    idPrefix: [0, header.prefixes.length - 1],
    idNumber: [0, 2 ** 32 - 1],
  };
  for (const field of FIELDS) {
    const [least, most] = ranges[field];
    for (const value of numbers[field]) {
      if (!(value >= least && value <= most)) {
        throw malformed(`${field} is ${value}, expected ${least} to ${most}`);
      }
    }
  }
  for (let i = 0; i < header.count; i++) {
    if (!isIdNumber(header.prefixes[numbers.idPrefix[i]!]!, numbers.idNumber[i]!)) {
      throw malformed(`idNumber ${numbers.idNumber[i]} does not belong to its prefix`);
    }
  }
}

function readHeader(bytes: Uint8Array): { header: Header; end: number } {
  for (let i = 0; i < MAGIC.length; i++) {
    if (bytes[i] !== MAGIC.charCodeAt(i)) throw malformed(`it does not begin with "${MAGIC}"`);
  }
  const end = 8 + readUint32(bytes, 4);
  if (end > bytes.length) throw malformed('its header is cut off');
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, end)));
  } catch (cause) {
    throw malformed('its header is not JSON', cause);
  }
  if (!isHeader(header)) throw malformed('its header lacks a field or has one of another type');
  return { header, end };
}

function isHeader(value: unknown): value is Header {
  if (!isObject(value)) return false;
  const { cursor, count, prefixes, texts } = value;
  if (typeof cursor !== 'string' || !Number.isInteger(count) || (count as number) < 0) return false;
  if (!Array.isArray(prefixes) || !isObject(texts)) return false;
  const isText = (text: unknown) => typeof text === 'string';
  if (
    !prefixes.every((one) => isObject(one) && isText(one['text']) && isIdPrefix(one as unknown as IdPrefix))
  )
    return false;
  return TEXTS.every((name) => Array.isArray(texts[name]) && (texts[name] as unknown[]).every(isText));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function pushVarint(out: number[], value: number): void {
  let rest = value >= 0 ? value * 2 : -value * 2 - 1;
  while (rest >= 128) {
    out.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
}

function toUint32(value: number): Uint8Array {
  return Uint8Array.of(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24);
}

function readUint32(bytes: Uint8Array, at: number): number {
  if (at + 4 > bytes.length) throw malformed('a length is cut off');
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

function malformed(state: string, cause?: unknown): QuakewireError {
  return new QuakewireError('CHUNK_MALFORMED', `Cannot read chunk: ${state}`, { cause });
}
