// A chunk into a catalogue; the way forth is ./encode-chunk.ts. A chunk comes over the network: everything in it
// is checked before the first event is taken in, and nothing is allocated that its own bytes do not pay for.
// Pure, browser-safe.

import type { Catalogue } from './catalogue.ts';
import { type ChunkHeader, readHeader } from './chunk-header.ts';
import { NO_REGION, RARE, STREAMS, type StreamName, TOWN_BASE } from './chunk-streams.ts';
import { REVISION_MAX, TIME_MAX_MS } from './columns.ts';
import { isIdNumber } from './event-ids.ts';
import { DIRECTION_MAX, joinPlace, TOWN_LENGTH_MAX } from './place.ts';
import {
  CELL_COLUMNS,
  CELL_E4,
  CELL_ROWS,
  createIdPrediction,
  createTownPrediction,
  orderByKind,
} from './prediction.ts';
import { createRecentCells } from './recent-cells.ts';
import { malformed, type StreamReader, splitStreams } from './streams.ts';

/** With more changed rows than that a reader does better to treat all as changed. */
const CHANGED_ROWS_MAX = 4096;

/** The cursor the chunk is true at, and how many events it holds, without reading them. Throws CHUNK_MALFORMED. */
export function readChunkStamp(bytes: Uint8Array): { cursor: string; count: number } {
  const { cursor, count } = readHeader(bytes).header;
  return { cursor, count };
}

/**
 * Takes the chunk's events into the catalogue, newest-wins; their offset becomes −1. Gives the rows that changed;
 * null when they are many: treat all as changed. Throws CHUNK_MALFORMED, and then nothing has been taken in.
 */
export function applyChunk(
  catalogue: Catalogue,
  bytes: Uint8Array,
): { count: number; changedRows: number[] | null } {
  const { header, streams } = readHeader(bytes);
  const events = readEvents(header, splitStreams(streams, STREAMS));
  const { ids, dictionaries } = catalogue;
  const prefixes = header.prefixes.map((prefix) => ids.internPrefix(prefix));
  const regions = events.regionTexts.map((text) => dictionaries.region.intern(text));
  const kinds = header.kinds.map(([agency, author, magnitudeType, eventType, flags]) => ({
    agency: dictionaries.agency.intern(agency),
    author: dictionaries.author.intern(author),
    magnitudeType: dictionaries.magnitudeType.intern(magnitudeType),
    eventType: dictionaries.eventType.intern(eventType),
    flags,
  }));
  const changed = catalogue.upsertCoded(header.count, (i, into) => {
    const kind = kinds[events.kind[i]!]!;
    into.idPrefix = prefixes[events.idPrefix[i]!]!;
    into.idNumber = events.idNumber[i]!;
    into.originTimeMs = events.originTimeMs[i]!;
    into.latitudeE4 = events.latitudeE4[i]!;
    into.longitudeE4 = events.longitudeE4[i]!;
    into.depthHm = events.depthHm[i]!;
    into.magnitudeE2 = events.magnitudeE2[i]!;
    into.revision = events.revision[i]!;
    into.flags = kind.flags;
    into.eventType = kind.eventType;
    into.magnitudeType = kind.magnitudeType;
    into.agency = kind.agency;
    into.author = kind.author;
    into.region = regions[events.region[i]!]!;
    into.offset = -1;
  });
  return { count: header.count, changedRows: changed.length > CHANGED_ROWS_MAX ? null : changed };
}

/** A chunk's events in the order of time; `kind` and `idPrefix` are indices into the header's tables. */
function createEvents(count: number) {
  return {
    kind: new Uint32Array(count),
    idPrefix: new Uint32Array(count),
    idNumber: new Float64Array(count),
    originTimeMs: new Float64Array(count),
    latitudeE4: new Int32Array(count),
    longitudeE4: new Int32Array(count),
    depthHm: new Int16Array(count),
    magnitudeE2: new Int16Array(count),
    revision: new Uint16Array(count),
    /** Index into `regionTexts`. */
    region: new Uint32Array(count),
    regionTexts: [null] as (string | null)[],
  };
}

type ChunkEvents = ReturnType<typeof createEvents>;

function readEvents(header: ChunkHeader, streams: Record<StreamName, StreamReader>): ChunkEvents {
  const { count, kinds } = header;
  // Each event has a byte at least in this stream, so that what follows is in proportion to the chunk.
  if (count > streams.kind.length) throw malformed(`it has ${streams.kind.length} bytes for ${count} kinds`);
  const events = createEvents(count);
  let timeS = header.startS;
  for (let i = 0; i < count; i++) {
    events.kind[i] = check(streams.kind.varint(), kinds.length, 'kind');
    timeS += streams.seconds.varint();
    events.originTimeMs[i] = timeS * 1000;
    if (timeS * 1000 > TIME_MAX_MS) throw malformed(`event ${i} is at ${timeS} s, later than any date`);
  }
  readByKind(header, streams, events);
  readIds(header, events);
  for (const name of STREAMS) streams[name].end();
  return events;
}

/** Fills in all that stands kind by kind; of the ids as yet what was written: symbol and step. */
function readByKind(
  header: ChunkHeader,
  streams: Record<StreamName, StreamReader>,
  events: ChunkEvents,
): void {
  const { kinds, depths, magnitudes } = header;
  const readRegion = createRegionReader(header, streams, events.regionTexts);
  const recentCells = createRecentCells();
  let newRow = 0;
  let newColumn = 0;
  let kindBefore = -1;
  for (const i of orderByKind(events.kind, kinds.length)) {
    const kind = events.kind[i]!;
    if (kind !== kindBefore) recentCells.clear();
    kindBefore = kind;

    const centiseconds = check(streams.centiseconds.byte(), 100, 'centiseconds');
    events.originTimeMs[i]! += centiseconds * 10 + check(streams.milliseconds.byte(), 10, 'milliseconds');

    const symbol = streams.cell.varint();
    let cell: number;
    if (symbol === 0) {
      newRow = check(newRow + streams.newCell.signed(), CELL_ROWS, 'row of squares');
      newColumn = check(newColumn + streams.newCell.signed(), CELL_COLUMNS, 'column of squares');
      cell = newRow * CELL_COLUMNS + newColumn;
      recentCells.add(cell);
    } else {
      cell = recentCells.at(symbol - 1);
      if (cell === -1) throw malformed(`event ${i} points at a square that no event was in`);
    }
    const latitude = readWithinCell(streams.latitude, streams.latitudeFine);
    const longitude = readWithinCell(streams.longitude, streams.longitudeFine);
    const latitudeE4 = Math.floor(cell / CELL_COLUMNS) * CELL_E4 + latitude;
    const longitudeE4 = (cell % CELL_COLUMNS) * CELL_E4 + longitude;
    events.latitudeE4[i] = check(latitudeE4, 1_800_001, 'latitude') - 900_000;
    events.longitudeE4[i] = check(longitudeE4, 3_600_001, 'longitude') - 1_800_000;

    events.depthHm[i] = depths[readIndex(streams.depth, streams.depthRare, depths.length, 'depth')]!;
    events.magnitudeE2[i] =
      magnitudes[readIndex(streams.magnitude, streams.magnitudeRare, magnitudes.length, 'magnitude')]!;
    events.revision[i] = check(streams.revision.varint(), REVISION_MAX, 'revision') + 1;
    events.idPrefix[i] = check(streams.idPrefix.varint(), 2 + header.prefixes.length, 'id prefix');
    events.idNumber[i] = streams.idNumber.signed();
    events.region[i] = readRegion(kind, cell);
  }
}

/** Turns symbols and steps into the ids' prefixes and numbers; they follow from one another in the order of time. */
function readIds(header: ChunkHeader, events: ChunkEvents): void {
  const { count, kinds, prefixes } = header;
  const prediction = createIdPrediction(kinds, prefixes.length);
  for (let i = 0; i < count; i++) {
    const prefix = prediction.fromSymbol(events.kind[i]!, events.idPrefix[i]!);
    if (prefix === -1) throw malformed(`event ${i} points at an id prefix that no event had`);
    const number = prediction.fromStep(prefix, events.idNumber[i]!);
    if (!isIdNumber(prefixes[prefix]!, number)) {
      throw malformed(`event ${i} has the id number ${number}, which does not go with its prefix`);
    }
    events.idPrefix[i] = prefix;
    events.idNumber[i] = number;
  }
}

/** Reads one region after the other; gives its index in `texts`, to which new ones are added. */
function createRegionReader(
  header: ChunkHeader,
  streams: Record<StreamName, StreamReader>,
  texts: (string | null)[],
): (kind: number, cell: number) => number {
  const prediction = createTownPrediction(header.kinds);
  const indices = new Map<number, number>();
  return (kind, cell) => {
    const symbol = prediction.fromSymbol(kind, cell, streams.town.varint());
    const direction = check(streams.direction.byte(), DIRECTION_MAX + 1, 'direction');
    if (symbol === NO_REGION) return 0;
    const town = header.towns[symbol - TOWN_BASE];
    if (town === undefined) throw malformed(`town ${symbol} is not in its table`);
    if (direction > 0) check(town.length, TOWN_LENGTH_MAX + 1, 'length of a town');
    const distanceKm = direction === 0 ? 0 : check(streams.distance.varint(), 10_000, 'distance');
    const key = ((symbol - TOWN_BASE) * 32 + direction) * 16_384 + distanceKm;
    let index = indices.get(key);
    if (index === undefined) {
      index = texts.push(joinPlace({ town, direction, distanceKm })) - 1;
      indices.set(key, index);
    }
    return index;
  };
}

function readWithinCell(coarse: StreamReader, fine: StreamReader): number {
  return check(coarse.byte(), 100, 'place') * 10 + check(fine.byte(), 10, 'place');
}

function readIndex(common: StreamReader, rare: StreamReader, length: number, name: string): number {
  const index = common.byte();
  return check(index === RARE ? RARE + rare.varint() : index, length, name);
}

/** The value when it is from 0 to `end` − 1. */
function check(value: number, end: number, name: string): number {
  if (!(value >= 0 && value < end)) throw malformed(`a ${name} is ${value}, expected 0 to ${end - 1}`);
  return value;
}
