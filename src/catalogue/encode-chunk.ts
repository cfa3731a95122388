// Columns of a catalogue into a chunk; the way back is ./decode-chunk.ts. Pure, browser-safe.

import type { Catalogue } from './catalogue.ts';
import { type ChunkHeader, type Kind, writeHeader } from './chunk-header.ts';
import { NO_REGION, RARE, STREAMS, type StreamName, TOWN_BASE } from './chunk-streams.ts';
import type { IdPrefix } from './event-ids.ts';
import { splitPlace } from './place.ts';
import {
  CELL_COLUMNS,
  CELL_E4,
  createIdPrediction,
  createTownPrediction,
  orderByKind,
} from './prediction.ts';
import { createRecentCells } from './recent-cells.ts';
import { createStreamWriter, joinStreams, type StreamWriter } from './streams.ts';

/**
 * The chunk of the given rows, in any order, none twice; `cursor` is the place in the log that they are true at.
 * The same events give the same bytes when they lie in the catalogue in the same order.
 */
export function encodeChunk(
  catalogue: Catalogue,
  rows: ArrayLike<number>,
  stamp: { cursor: string },
): Uint8Array {
  const { columns, ids, dictionaries } = catalogue;
  const events = sortByTime(rows, columns.originTimeMs);
  const kinds = rankByFrequency(events, createKindKey(catalogue));
  const depths = rankByFrequency(events, (row) => columns.depthHm[row]!);
  const magnitudes = rankByFrequency(events, (row) => columns.magnitudeE2[row]!);
  const prefixes = numberInOrder(events, (row) => ids.prefixOf(row));
  const startS = events.length === 0 ? 0 : Math.floor(columns.originTimeMs[events[0]!]! / 1000);
  const out = createWriters();

  const kindTable = kinds.firsts.map((row) => toKind(catalogue, row));
  const idPrediction = createIdPrediction(kindTable, prefixes.firsts.length);
  const prefixSymbols = new Uint32Array(events.length);
  const numberSteps = new Float64Array(events.length);
  let beforeS = startS;
  for (let i = 0; i < events.length; i++) {
    const row = events[i]!;
    const timeS = Math.floor(columns.originTimeMs[row]! / 1000);
    out.kind.varint(kinds.indices[i]!);
    out.seconds.varint(timeS - beforeS);
    beforeS = timeS;
    prefixSymbols[i] = idPrediction.toSymbol(kinds.indices[i]!, prefixes.indices[i]!);
    numberSteps[i] = idPrediction.toStep(prefixes.indices[i]!, ids.numberOf(row));
  }

  const towns = new Map<string, number>();
  const townPrediction = createTownPrediction(kindTable);
  const recentCells = createRecentCells();
  let newCell = 0;
  let kindBefore = -1;
  for (const i of orderByKind(kinds.indices, kindTable.length)) {
    const row = events[i]!;
    const kind = kinds.indices[i]!;
    if (kind !== kindBefore) recentCells.clear();
    kindBefore = kind;

    const timeMs = columns.originTimeMs[row]!;
    const milliseconds = timeMs - Math.floor(timeMs / 1000) * 1000;
    out.centiseconds.byte(Math.floor(milliseconds / 10));
    out.milliseconds.byte(milliseconds % 10);

    const latitude = columns.latitudeE4[row]! + 900_000;
    const longitude = columns.longitudeE4[row]! + 1_800_000;
    const cell = Math.floor(latitude / CELL_E4) * CELL_COLUMNS + Math.floor(longitude / CELL_E4);
    const rank = recentCells.use(cell);
    out.cell.varint(rank + 1);
    if (rank === -1) {
      recentCells.add(cell);
      out.newCell.signed(Math.floor(cell / CELL_COLUMNS) - Math.floor(newCell / CELL_COLUMNS));
      out.newCell.signed((cell % CELL_COLUMNS) - (newCell % CELL_COLUMNS));
      newCell = cell;
    }
    out.latitude.byte(Math.floor((latitude % CELL_E4) / 10));
    out.latitudeFine.byte(latitude % 10);
    out.longitude.byte(Math.floor((longitude % CELL_E4) / 10));
    out.longitudeFine.byte(longitude % 10);

    writeIndex(out.depth, out.depthRare, depths.indices[i]!);
    writeIndex(out.magnitude, out.magnitudeRare, magnitudes.indices[i]!);
    out.revision.varint(columns.revision[row]! - 1);
    out.idPrefix.varint(prefixSymbols[i]!);
    out.idNumber.signed(numberSteps[i]!);

    const region = dictionaries.region.textAt(columns.region[row]!);
    const { town, direction, distanceKm } = splitPlace(region ?? '');
    if (region !== null && !towns.has(town)) towns.set(town, TOWN_BASE + towns.size);
    out.town.varint(townPrediction.toSymbol(kind, cell, region === null ? NO_REGION : towns.get(town)!));
    out.direction.byte(direction);
    if (direction > 0) out.distance.varint(distanceKm);
  }

  const header: ChunkHeader = {
    cursor: stamp.cursor,
    count: events.length,
    startS,
    kinds: kindTable,
    depths: depths.firsts.map((row) => columns.depthHm[row]!),
    magnitudes: magnitudes.firsts.map((row) => columns.magnitudeE2[row]!),
    towns: [...towns.keys()],
    prefixes: prefixes.firsts.map((row): IdPrefix => ids.prefixAt(ids.prefixOf(row))),
  };
  return writeHeader(header, joinStreams(STREAMS.map((name) => out[name].bytes())));
}

function createWriters(): Record<StreamName, StreamWriter> {
  return Object.fromEntries(STREAMS.map((name) => [name, createStreamWriter()])) as Record<
    StreamName,
    StreamWriter
  >;
}

/** Rows by time, ties as they were given. */
function sortByTime(rows: ArrayLike<number>, times: Float64Array): Uint32Array {
  const sorted = Uint32Array.from(rows);
  const isSorted = sorted.every((row, i) => i === 0 || times[sorted[i - 1]!]! <= times[row]!);
  return isSorted ? sorted : sorted.sort((a, b) => times[a]! - times[b]!);
}

function toKind({ columns, dictionaries }: Catalogue, row: number): Kind {
  return [
    dictionaries.agency.textAt(columns.agency[row]!),
    dictionaries.author.textAt(columns.author[row]!),
    dictionaries.magnitudeType.textAt(columns.magnitudeType[row]!),
    dictionaries.eventType.textAt(columns.eventType[row]!),
    columns.flags[row]!,
  ];
}

/** A number for each row that is the same for rows of one kind: the five indices in 42 bits. */
function createKindKey({ columns }: Catalogue): (row: number) => number {
  const { agency, author, magnitudeType, eventType, flags } = columns;
  return (row) =>
    (((author[row]! * 256 + agency[row]!) * 256 + magnitudeType[row]!) * 256 + eventType[row]!) * 4 +
    flags[row]!;
}

/** A table of the different values of some rows. */
interface ValueTable {
  /** For each row its value's place in the table. */
  readonly indices: Uint32Array;
  /** For each place the first row with that value. */
  readonly firsts: readonly number[];
}

/** The table in the order in which the values come. */
function numberInOrder(rows: Uint32Array, toValue: (row: number) => number): ValueTable {
  const places = new Map<number, number>();
  const firsts: number[] = [];
  const indices = rows.map((row) => {
    const value = toValue(row);
    let place = places.get(value);
    if (place === undefined) {
      place = firsts.push(row) - 1;
      places.set(value, place);
    }
    return place;
  });
  return { indices, firsts };
}

/** The table with the most frequent value first; among equals the one that came first. */
function rankByFrequency(rows: Uint32Array, toValue: (row: number) => number): ValueTable {
  const { indices, firsts } = numberInOrder(rows, toValue);
  const counts = new Uint32Array(firsts.length);
  for (const index of indices) counts[index]!++;
  const ranked = firsts.map((_, index) => index).sort((a, b) => counts[b]! - counts[a]! || a - b);
  const ranks = new Uint32Array(firsts.length);
  for (let rank = 0; rank < ranked.length; rank++) ranks[ranked[rank]!] = rank;
  return { indices: indices.map((index) => ranks[index]!), firsts: ranked.map((index) => firsts[index]!) };
}

function writeIndex(common: StreamWriter, rare: StreamWriter, index: number): void {
  common.byte(Math.min(index, RARE));
  if (index >= RARE) rare.varint(index - RARE);
}
