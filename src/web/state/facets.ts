// How many events each choice of the filter would show, the other choices being as they are: what stands beside the
// choices, so that nobody has to try them. Each event stands in a cell by all that the choices look at; the counts for any
// filter are sums over the thousand cells, and what changes moves one event from a cell to another. Pure, browser-safe.

import { ABSENT_INT16, type Catalogue, FLAG_WITHDRAWN } from '../../catalogue/catalogue.ts';
import { AGES, type Age, DEPTH_KM, DEPTHS, type Depth, type Filter, KINDS, type Kind } from './filter.ts';
import type { CatalogueChange } from './shared-catalogue.ts';
import {
  isOfKind,
  isRowInBox,
  listRowsBetween,
  type RowBounds,
  toRowBounds,
  type ViewBox,
} from './visibility.ts';

/** Magnitudes are counted in steps of half a magnitude, from below 0.5 to 8 and more. */
export const MAGNITUDE_BINS = 17;
const BIN_E2 = 50;

export interface Facets {
  /** Shown with all the choices as they are. */
  readonly total: number;
  readonly ages: Readonly<Record<Age, number>>;
  readonly depths: Readonly<Record<Depth, number>>;
  readonly kinds: Readonly<Record<Kind, number>>;
  /** Events by magnitude, whatever the smallest one chosen: bin i from i / 2 on, the first also below and without. */
  readonly magnitudes: Uint32Array;
}

export interface FacetsQuery {
  readonly catalogue: Catalogue;
  /** Grows by one with each change of the catalogue; `change` is what the newest one changed. */
  readonly version: number;
  readonly change: CatalogueChange;
  /** As it is in force (`age` chosen). */
  readonly filter: Filter;
  readonly nowMs: number;
  readonly replayed: boolean;
  /** Events outside do not count; null: the whole world. */
  readonly box: ViewBox | null;
}

// Numbers of a cell's coordinates. A half magnitude is parted in two, for smallest magnitudes that lie within it.
const MAGNITUDE_CLASSES = 2 * MAGNITUDE_BINS;
/** From the newest on; AGES names what reaches so far back. */
const AGE_BANDS = 4;
/** DEPTHS without "any", then no depth at all. */
const DEPTH_BANDS = 4;
const NO_DEPTH = 3;
/** KINDS without "any". */
const KIND_BANDS = 3;
const CELLS = MAGNITUDE_CLASSES * AGE_BANDS * DEPTH_BANDS * KIND_BANDS;
/** The cell of what no choice shows: ghosts of long ago, a replay's future, what is outside the box. */
const NOWHERE = 65_535;

/** What a cell's borders are made of. */
interface Borders {
  readonly catalogue: Catalogue;
  readonly box: ViewBox | null;
  /** A smallest magnitude that lies within a bin; ABSENT_INT16: none. */
  readonly splitE2: number;
  readonly bounds: RowBounds;
  /** Oldest of the first three age bands, seconds as the column. */
  readonly oldestS: readonly number[];
}

/** Counts again what has changed since the last call alone, and everything when that is not known. */
export function createFacetCounter(): (query: FacetsQuery) => Facets {
  const counts = new Uint32Array(CELLS);
  let cellOf = new Uint16Array(0);
  let borders: Borders | null = null;
  let counted = 0;
  let version = -1;

  return (query) => {
    const { catalogue, change } = query;
    const before = borders;
    const now = toBorders(query, before);
    borders = now;
    const known =
      before !== null &&
      before.catalogue === catalogue &&
      before.box === now.box &&
      before.splitE2 === now.splitE2 &&
      (version === query.version || (version + 1 === query.version && change.rows !== null));
    const changed = version === query.version ? [] : (change.rows ?? []);
    version = query.version;
    if (!known) countAll(now);
    else {
      place(now, changed);
      for (const [fromS, toS] of movedBorders(before, now))
        place(now, listRowsBetween(catalogue, fromS, toS));
    }
    return sum(counts, query.filter, now);
  };

  function countAll(now: Borders): void {
    const { count, capacity } = now.catalogue;
    if (cellOf.length !== capacity) cellOf = new Uint16Array(capacity);
    counts.fill(0);
    counted = count;
    for (let row = 0; row < count; row++) {
      const cell = toCell(now, row);
      cellOf[row] = cell;
      if (cell !== NOWHERE) counts[cell]!++;
    }
  }

  /** Rows may be named more than once. */
  function place(now: Borders, rows: ArrayLike<number>): void {
    const { count, capacity } = now.catalogue;
    if (cellOf.length !== capacity) {
      const longer = new Uint16Array(capacity);
      longer.set(cellOf.subarray(0, counted));
      cellOf = longer;
    }
    cellOf.fill(NOWHERE, counted, count);
    counted = count;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      const cell = toCell(now, row);
      if (cellOf[row] !== NOWHERE) counts[cellOf[row]!]!--;
      cellOf[row] = cell;
      if (cell !== NOWHERE) counts[cell]!++;
    }
  }
}

function toBorders(query: FacetsQuery, before: Borders | null): Borders {
  const { catalogue, filter, nowMs, replayed, box } = query;
  const bounds = toRowBounds(filter, catalogue, nowMs, replayed);
  const onEdge = isEdge(bounds.minMagnitudeE2);
  return {
    ...{ catalogue, box, bounds },
    // One that was needed before harms nothing: a slider that leaves it needs no new count.
    splitE2: onEdge ? (before?.splitE2 ?? ABSENT_INT16) : bounds.minMagnitudeE2,
    oldestS: AGES.slice(0, AGE_BANDS - 1).map(
      (age) => toRowBounds({ ...filter, age }, catalogue, nowMs, replayed).oldestS,
    ),
  };
}

/** Whether a smallest magnitude parts no bin. */
function isEdge(minE2: number): boolean {
  return (
    minE2 === ABSENT_INT16 || (minE2 % BIN_E2 === 0 && minE2 >= BIN_E2 && toBin(minE2) * BIN_E2 === minE2)
  );
}

/** Times that another band, or none, has now; both ends belong to them. */
function movedBorders(before: Borders, now: Borders): [number, number][] {
  const pairs = now.oldestS.map((oldestS, i) => [before.oldestS[i]!, oldestS] as const);
  pairs.push([before.bounds.ghostOldestS, now.bounds.ghostOldestS]);
  pairs.push([before.bounds.newestS, now.bounds.newestS]);
  return pairs.filter(([a, b]) => a !== b).map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);
}

function toCell({ catalogue, box, splitE2, bounds, oldestS }: Borders, row: number): number {
  const { columns } = catalogue;
  const timeS = columns.originTimeS[row]!;
  if (timeS > bounds.newestS) return NOWHERE;
  const withdrawn = (columns.flags[row]! & FLAG_WITHDRAWN) !== 0;
  if (withdrawn && timeS < bounds.ghostOldestS) return NOWHERE;
  if (box !== null && !isRowInBox(columns, row, box)) return NOWHERE;
  const magnitudeE2 = columns.magnitudeE2[row]!;
  const depthHm = columns.depthHm[row]!;
  const magnitude = 2 * toBin(magnitudeE2) + (magnitudeE2 >= splitE2 ? 1 : 0);
  const age = timeS >= oldestS[0]! ? 0 : timeS >= oldestS[1]! ? 1 : timeS >= oldestS[2]! ? 2 : 3;
  const kind = withdrawn ? 2 : isEarthquake(columns.eventType[row]!, bounds) ? 0 : 1;
  return ((magnitude * AGE_BANDS + age) * DEPTH_BANDS + toDepthBand(depthHm)) * KIND_BANDS + kind;
}

function isEarthquake(eventType: number, bounds: RowBounds): boolean {
  return isOfKind(eventType, 0, 'earthquake', bounds.earthquakeType);
}

const SHALLOW_END_HM = DEPTH_KM.shallow[1] * 10;
const INTERMEDIATE_END_HM = DEPTH_KM.intermediate[1] * 10;

function toDepthBand(depthHm: number): number {
  if (depthHm === ABSENT_INT16) return NO_DEPTH;
  return depthHm < SHALLOW_END_HM ? 0 : depthHm < INTERMEDIATE_END_HM ? 1 : 2;
}

function toBin(magnitudeE2: number): number {
  if (magnitudeE2 === ABSENT_INT16) return 0;
  return Math.min(MAGNITUDE_BINS - 1, Math.max(0, Math.floor(magnitudeE2 / BIN_E2)));
}

/** What a filter makes of the cells. */
function sum(counts: Uint32Array, filter: Filter, { bounds }: Borders): Facets {
  const { minMagnitudeE2 } = bounds;
  const leastBin = 2 * toBin(minMagnitudeE2);
  const least = isEdge(minMagnitudeE2) ? leastBin : leastBin + 1;
  const ageEnd = AGES.indexOf(filter.age ?? 'all');
  const depth = DEPTHS.indexOf(filter.depth) - 1;
  const kind = KINDS.indexOf(filter.kind) - 1;
  const byAge = new Uint32Array(AGES.length);
  const byDepth = new Uint32Array(DEPTHS.length);
  const byKind = new Uint32Array(KINDS.length);
  const magnitudes = new Uint32Array(MAGNITUDE_BINS);
  let total = 0;
  for (let cell = 0; cell < CELLS; cell++) {
    const count = counts[cell]!;
    if (count === 0) continue;
    const itsKind = cell % KIND_BANDS;
    const itsDepth = Math.floor(cell / KIND_BANDS) % DEPTH_BANDS;
    const itsAge = Math.floor(cell / (KIND_BANDS * DEPTH_BANDS)) % AGE_BANDS;
    const itsMagnitude = Math.floor(cell / (KIND_BANDS * DEPTH_BANDS * AGE_BANDS));
    const missesMagnitude = itsMagnitude < least;
    const missesAge = itsAge > ageEnd;
    const missesDepth = depth !== -1 && itsDepth !== depth;
    const missesKind = kind !== -1 && itsKind !== kind;
    const misses = +missesMagnitude + +missesAge + +missesDepth + +missesKind;
    if (misses > 1) continue;
    if (misses === 0) total += count;
    if (misses === 0 || missesMagnitude) magnitudes[itsMagnitude >> 1]! += count;
    if (misses === 0 || missesAge) for (let a = itsAge; a < AGES.length; a++) byAge[a]! += count;
    if (misses === 0 || missesDepth) {
      byDepth[0]! += count;
      if (itsDepth !== NO_DEPTH) byDepth[itsDepth + 1]! += count;
    }
    if (misses === 0 || missesKind) {
      byKind[0]! += count;
      byKind[itsKind + 1]! += count;
    }
  }
  return {
    total,
    ages: toRecord(AGES, byAge),
    depths: toRecord(DEPTHS, byDepth),
    kinds: toRecord(KINDS, byKind),
    magnitudes,
  };
}

function toRecord<K extends string>(names: readonly K[], counts: Uint32Array): Record<K, number> {
  return Object.fromEntries(names.map((name, i) => [name, counts[i]!])) as Record<K, number>;
}
