// How many events each choice of the filter would show, the other choices being as they are: what stands beside the
// choices, so that nobody has to try them. One pass over the columns. Pure, browser-safe.

import { ABSENT_INT16, type Catalogue, FLAG_WITHDRAWN } from '../../catalogue/catalogue.ts';
import { AGES, type Age, DEPTHS, type Depth, type Filter, KINDS, type Kind } from './filter.ts';
import { isOfKind, isRowInBox, type RowBounds, toRowBounds, type ViewBox } from './visibility.ts';

/** Magnitudes are counted in steps of half a magnitude, from below 0.5 to 8 and more. */
export const MAGNITUDE_BINS = 17;

export interface Facets {
  readonly ages: Readonly<Record<Age, number>>;
  readonly depths: Readonly<Record<Depth, number>>;
  readonly kinds: Readonly<Record<Kind, number>>;
  /** Within the map's view; null: the map's view is not known. */
  readonly inView: number | null;
  /** Events by magnitude, whatever the smallest one chosen: bin i from i / 2 on, the first also below and without. */
  readonly magnitudes: Uint32Array;
}

/** `filter` as it is in force (`age` chosen); `box` the map's view, which counts only where `filter.inView` is set. */
export function countFacets(
  catalogue: Catalogue,
  filter: Filter,
  nowMs: number,
  replayed: boolean,
  box: ViewBox | null,
): Facets {
  const { columns, timeOrder } = catalogue;
  const bounds = toRowBounds(filter, catalogue, nowMs, replayed);
  const oldest = AGES.map((age) => toRowBounds({ ...filter, age }, catalogue, nowMs, replayed).oldestS);
  const depths = DEPTHS.map((depth) => toRowBounds({ ...filter, depth }, catalogue, nowMs, replayed));
  const kinds = KINDS.map((kind): RowBounds => ({ ...bounds, kind }));
  const byAge = new Uint32Array(AGES.length);
  const byDepth = new Uint32Array(DEPTHS.length);
  const byKind = new Uint32Array(KINDS.length);
  const magnitudes = new Uint32Array(MAGNITUDE_BINS);
  let inView = 0;

  for (let i = timeOrder.length - 1; i >= 0; i--) {
    const row = timeOrder[i]!;
    const timeS = columns.originTimeS[row]!;
    const magnitudeE2 = columns.magnitudeE2[row]!;
    const depthHm = columns.depthHm[row]!;
    const type = columns.eventType[row]!;
    if (timeS > bounds.newestS) continue;
    if ((columns.flags[row]! & FLAG_WITHDRAWN) !== 0 && timeS < bounds.ghostOldestS) continue;
    const within = box !== null && isRowInBox(columns, row, box);
    const fits = {
      magnitude: magnitudeE2 >= bounds.minMagnitudeE2,
      age: timeS >= bounds.oldestS,
      depth: depthHm >= bounds.minDepthHm && depthHm <= bounds.maxDepthHm,
      kind: isOfKind(type, bounds),
      view: !filter.inView || within,
    };
    const misses = 5 - (+fits.magnitude + +fits.age + +fits.depth + +fits.kind + +fits.view);
    if (misses > 1) continue;
    if (misses === 0 || !fits.magnitude) magnitudes[toBin(magnitudeE2)]!++;
    if (misses === 0 || !fits.age) for (let a = 0; a < AGES.length; a++) if (timeS >= oldest[a]!) byAge[a]!++;
    if (misses === 0 || !fits.depth)
      for (let d = 0; d < DEPTHS.length; d++)
        if (depthHm >= depths[d]!.minDepthHm && depthHm <= depths[d]!.maxDepthHm) byDepth[d]!++;
    if (misses === 0 || !fits.kind)
      for (let k = 0; k < KINDS.length; k++) if (isOfKind(type, kinds[k]!)) byKind[k]!++;
    if (within && (misses === 0 || !fits.view)) inView++;
  }
  return {
    ages: toRecord(AGES, byAge),
    depths: toRecord(DEPTHS, byDepth),
    kinds: toRecord(KINDS, byKind),
    inView: box === null ? null : inView,
    magnitudes,
  };
}

function toBin(magnitudeE2: number): number {
  if (magnitudeE2 === ABSENT_INT16) return 0;
  return Math.min(MAGNITUDE_BINS - 1, Math.max(0, Math.floor(magnitudeE2 / 50)));
}

function toRecord<K extends string>(names: readonly K[], counts: Uint32Array): Record<K, number> {
  return Object.fromEntries(names.map((name, i) => [name, counts[i]!])) as Record<K, number>;
}
