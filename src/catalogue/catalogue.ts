// The catalogue: many events as columns, found by id, kept in the order of their origin time. The gateway
// answers from it, the browser draws it. Rows never move and never go away: a row is a vertex index.
// Invariant: of two versions of an event the newer stands, whichever came first. Pure, browser-safe.

import type { EventId, QuakeEvent } from '../event/types.ts';
import {
  ABSENT_INT16,
  type CodedRow,
  type Columns,
  clamp,
  createCodedRow,
  createColumns,
  FLAG_STARTER,
  FLAG_WITHDRAWN,
  REVISION_MAX,
  TIME_MAX_MS,
  toInt16,
  writeRow,
} from './columns.ts';
import { createDictionary, type Dictionary } from './dictionary.ts';
import { createEventIds, type EventIds, joinId, splitId } from './event-ids.ts';
import { createTimeOrder } from './time-order.ts';

export { ABSENT_INT16, type Columns, FLAG_STARTER, FLAG_WITHDRAWN } from './columns.ts';
export type { Dictionary } from './dictionary.ts';

/** One event as the catalogue holds it. */
export interface CatalogueEntry {
  readonly id: EventId;
  readonly revision: number;
  readonly state: 'live' | 'withdrawn';
  /** True for an event of the starter catalogue: one of the log with the same id takes its place. */
  readonly starter: boolean;
  /** Whole milliseconds since 1970-01-01T00:00:00Z. */
  readonly originTimeMs: number;
  /** Degrees north and east, WGS84, in steps of 1e-4. */
  readonly latitudeDeg: number;
  readonly longitudeDeg: number;
  /** Kilometres below sea level, positive down, in steps of 0.1; null: none given. */
  readonly depthKm: number | null;
  /** In steps of 0.01; null: none given. */
  readonly magnitude: { readonly value: number; readonly type: string | null } | null;
  readonly region: string | null;
  readonly eventType: string | null;
  /** Empty only when more than 255 agencies have been seen. */
  readonly agency: string;
  readonly author: string | null;
  /** In quake.events.v1; −1: from a chunk. */
  readonly offset: number;
}

export interface Upsert {
  readonly row: number;
  /** ignored: what is there is as new or newer. */
  readonly outcome: 'inserted' | 'updated' | 'ignored';
}

export interface Dictionaries {
  readonly region: Dictionary;
  readonly author: Dictionary;
  readonly agency: Dictionary;
  readonly eventType: Dictionary;
  readonly magnitudeType: Dictionary;
}

export interface Catalogue {
  readonly count: number;
  /** Length of each column; when it changes, `columns` are other arrays. */
  readonly capacity: number;
  readonly columns: Columns;
  readonly dictionaries: Dictionaries;
  readonly ids: EventIds;
  /** Rows by ascending origin time, ties by row; a view of length `count`, good until the next change. */
  readonly timeOrder: Uint32Array;
  /** Takes in one revision of an event. O(1) amortised, and a local move in the time order. */
  upsert(event: QuakeEvent, offset: number): Upsert;
  upsertEntry(entry: CatalogueEntry): Upsert;
  /**
   * Takes in `count` rows that `read` fills into the one object it is given; the time order is put right once,
   * behind the last. Gives the rows inserted or updated. What `read` throws leaves the rows before it taken in.
   */
  upsertCoded(count: number, read: (i: number, into: CodedRow) => void): number[];
  /** −1 when unknown. */
  rowOf(id: EventId): number;
  idAt(row: number): EventId;
  entryAt(row: number): CatalogueEntry;
  /** Rows whose offset is greater than the given, by ascending offset. A scan. */
  rowsSince(offset: number): Uint32Array;
}

/** What the catalogue keeps of an event: the preferred solution, rounded only when it is taken in. */
export function toEntry(event: QuakeEvent, offset: number): CatalogueEntry {
  const { id, revision, state, origin, magnitude, region, eventType, agency, author } = event;
  const { originTimeMs, latitudeDeg, longitudeDeg, depthKm } = origin;
  return {
    ...{ id, revision, state, starter: false, originTimeMs, latitudeDeg, longitudeDeg, depthKm },
    ...{ magnitude, region, eventType, agency, author, offset },
  };
}

export function createCatalogue(options: { capacity?: number } = {}): Catalogue {
  let columns = createColumns(Math.max(8, options.capacity ?? 1024));
  let count = 0;
  const ids = createEventIds(columns.revision.length);
  const order = createTimeOrder();
  const coded = createCodedRow();
  const dictionaries: Dictionaries = {
    region: createDictionary(2 ** 32 - 1),
    author: createDictionary(2 ** 16 - 1),
    agency: createDictionary(2 ** 8 - 1),
    eventType: createDictionary(2 ** 8 - 1),
    magnitudeType: createDictionary(2 ** 8 - 1),
  };

  /** Takes in `next`; rows that are to be placed in time go to `unplaced` if given, else are placed at once. */
  function put(next: CodedRow, unplaced: number[] | null): Upsert {
    const known = ids.find(next.idPrefix, next.idNumber);
    if (known === -1) {
      const row = count;
      if (row === columns.revision.length) columns = createColumns(row * 2, columns);
      ids.add(next.idPrefix, next.idNumber);
      count++;
      writeRow(columns, row, next);
      if (unplaced) unplaced.push(row);
      else order.insert(columns.originTimeMs, row);
      return { row, outcome: 'inserted' };
    }
    const newer = compareAge(next, columns, known);
    if (newer <= 0) {
      if (newer === 0) columns.offset[known] = Math.max(columns.offset[known]!, next.offset);
      return { row: known, outcome: 'ignored' };
    }
    if (columns.originTimeMs[known] !== next.originTimeMs) {
      if (unplaced) unplaced.push(known);
      else order.move(columns.originTimeMs, known, next.originTimeMs);
    }
    writeRow(columns, known, next);
    return { row: known, outcome: 'updated' };
  }

  function encodeEntry(entry: CatalogueEntry): CodedRow {
    const split = splitId(entry.id);
    coded.idPrefix = ids.internPrefix(split);
    coded.idNumber = split.number;
    coded.originTimeMs = clamp(Math.round(entry.originTimeMs) + 0, -TIME_MAX_MS, TIME_MAX_MS); // −0 becomes 0
    coded.latitudeE4 = clamp(Math.round(entry.latitudeDeg * 1e4), -900_000, 900_000);
    coded.longitudeE4 = clamp(Math.round(entry.longitudeDeg * 1e4), -1_800_000, 1_800_000);
    coded.depthHm = toInt16(entry.depthKm, 10);
    coded.magnitudeE2 = toInt16(entry.magnitude?.value ?? null, 100);
    coded.revision = clamp(entry.revision, 1, REVISION_MAX);
    coded.flags = (entry.state === 'withdrawn' ? FLAG_WITHDRAWN : 0) | (entry.starter ? FLAG_STARTER : 0);
    coded.eventType = dictionaries.eventType.intern(entry.eventType);
    coded.magnitudeType = dictionaries.magnitudeType.intern(entry.magnitude?.type ?? null);
    coded.agency = dictionaries.agency.intern(entry.agency);
    coded.author = dictionaries.author.intern(entry.author);
    coded.region = dictionaries.region.intern(entry.region);
    coded.offset = entry.offset;
    return coded;
  }

  function idAt(row: number): EventId {
    return joinId(ids.prefixAt(ids.prefixOf(row)), ids.numberOf(row));
  }

  return {
    get count() {
      return count;
    },
    get capacity() {
      return columns.revision.length;
    },
    get columns() {
      return columns;
    },
    get timeOrder() {
      return order.rows;
    },
    dictionaries,
    ids,
    upsert: (event, offset) => put(encodeEntry(toEntry(event, offset)), null),
    upsertEntry: (entry) => put(encodeEntry(entry), null),
    upsertCoded(total, read) {
      const unplaced: number[] = [];
      const changed: number[] = [];
      try {
        for (let i = 0; i < total; i++) {
          read(i, coded);
          const { row, outcome } = put(coded, unplaced);
          if (outcome !== 'ignored') changed.push(row);
        }
      } finally {
        if (unplaced.length > 0) order.merge(columns.originTimeMs, unplaced);
      }
      return changed;
    },
    rowOf: (id) => ids.rowOf(id),
    idAt,
    entryAt(row) {
      const flags = columns.flags[row]!;
      const depthHm = columns.depthHm[row]!;
      const magnitudeE2 = columns.magnitudeE2[row]!;
      const type = dictionaries.magnitudeType.textAt(columns.magnitudeType[row]!);
      return {
        id: idAt(row),
        revision: columns.revision[row]!,
        state: flags & FLAG_WITHDRAWN ? 'withdrawn' : 'live',
        starter: (flags & FLAG_STARTER) !== 0,
        originTimeMs: columns.originTimeMs[row]!,
        latitudeDeg: columns.latitudeE4[row]! / 1e4,
        longitudeDeg: columns.longitudeE4[row]! / 1e4,
        depthKm: depthHm === ABSENT_INT16 ? null : depthHm / 10,
        magnitude: magnitudeE2 === ABSENT_INT16 ? null : { value: magnitudeE2 / 100, type },
        region: dictionaries.region.textAt(columns.region[row]!),
        eventType: dictionaries.eventType.textAt(columns.eventType[row]!),
        agency: dictionaries.agency.textAt(columns.agency[row]!) ?? '',
        author: dictionaries.author.textAt(columns.author[row]!),
        offset: columns.offset[row]!,
      };
    },
    rowsSince(offset) {
      const rows: number[] = [];
      for (let row = 0; row < count; row++) if (columns.offset[row]! > offset) rows.push(row);
      return Uint32Array.from(rows).sort((a, b) => columns.offset[a]! - columns.offset[b]!);
    },
  };
}

/** Greater than 0 when `next` is newer than what `row` holds, 0 when as new: log before starter, then revision. */
function compareAge(next: CodedRow, columns: Columns, row: number): number {
  const fromStarter = (columns.flags[row]! & FLAG_STARTER) - (next.flags & FLAG_STARTER);
  if (fromStarter !== 0) return fromStarter;
  const revisions = next.revision - columns.revision[row]!;
  if (revisions !== 0 || next.revision < REVISION_MAX) return revisions;
  return next.offset - columns.offset[row]!;
}
