// What the reader wants to see, and its form in the page's address: `?minmag=4.5&age=week&depth=deep`. Pure, browser-safe.

import type { Catalogue } from '../../catalogue/catalogue.ts';

export const AGES = ['day', 'week', 'month', 'all'] as const;
export type Age = (typeof AGES)[number];

/** Seismology's three bands of depth, and all of them (also events without a depth). */
export const DEPTHS = ['any', 'shallow', 'intermediate', 'deep'] as const;
export type Depth = (typeof DEPTHS)[number];

/**
 * Earthquakes, what is none (blasts, explosions, collapses, …), what was withdrawn (and is then neither), or all. An event
 * without a type counts as earthquake.
 */
export const KINDS = ['any', 'earthquake', 'other', 'withdrawn'] as const;
export type Kind = (typeof KINDS)[number];

export interface Filter {
  /** Smallest magnitude shown; all: also events without one; null: not chosen, see `effectiveMagnitude`. */
  readonly minMagnitude: number | 'all' | null;
  /** How far back; null: not chosen, see `effectiveAge`. */
  readonly age: Age | null;
  readonly depth: Depth;
  readonly kind: Kind;
  /** The list shows only what lies within the map's view. */
  readonly inView: boolean;
}

/** Nothing chosen: the first view. */
export const FIRST_VIEW: Filter = { minMagnitude: null, age: null, depth: 'any', kind: 'any', inView: false };
/** Nothing left out. */
export const EVERYTHING: Filter = { ...FIRST_VIEW, minMagnitude: 'all', age: 'all' };

/**
 * Smallest magnitude of the first view. Below it agencies report what their own network can hear: the list fills with
 * the small events of a few dense networks and the rest of the world is lost in it (docs/design.md, "Filters").
 */
export const FIRST_VIEW_MAGNITUDE = 2.5;

/** Of a wall display, which is for what is news, and has room for a few rows. */
const WALL_MAGNITUDE = 4.5;

export function toWallFilter(filter: Filter): Filter {
  return filter.minMagnitude === null ? { ...filter, minMagnitude: WALL_MAGNITUDE } : filter;
}

/** Length of each age window, ms. */
export const AGE_MS: Readonly<Record<Age, number>> = {
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 30 * 86_400_000,
  all: Number.POSITIVE_INFINITY,
};

/** Kilometres, the upper end excluded: shallow to 70, intermediate to 300, deep below (USGS, ISC). */
export const DEPTH_KM: Readonly<Record<Depth, readonly [number, number]>> = {
  any: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  shallow: [Number.NEGATIVE_INFINITY, 70],
  intermediate: [70, 300],
  deep: [300, Number.POSITIVE_INFINITY],
};

/** Reads a query string; what it does not know or cannot read counts as not chosen. */
export function parseFilterQuery(query: string): Filter {
  const params = new URLSearchParams(query);
  const magnitude = Number.parseFloat(params.get('minmag') ?? '');
  const among = <T extends string>(choices: readonly T[], name: string) =>
    choices.find((known) => known === params.get(name));
  return {
    minMagnitude:
      params.get('minmag') === 'all' ? 'all' : magnitude >= -5 && magnitude <= 12 ? magnitude : null,
    age: among(AGES, 'age') ?? null,
    depth: among(DEPTHS, 'depth') ?? 'any',
    kind: among(KINDS, 'type') ?? 'any',
    inView: params.get('inview') === '1',
  };
}

/**
 * The query string of a filter, with other parameters kept; empty when nothing is chosen. `at`: where the map is, said
 * while the list shows only what lies within its view, so that a link shows the same events; undefined: there is no map
 * yet, and what the address has stays.
 */
export function toFilterQuery(filter: Filter, query: string, at?: string): string {
  const params = new URLSearchParams(query);
  const set = (name: string, value: string | null) => {
    params.delete(name);
    if (value !== null) params.set(name, value);
  };
  set('minmag', filter.minMagnitude === null ? null : String(filter.minMagnitude));
  set('age', filter.age);
  set('depth', filter.depth === 'any' ? null : filter.depth);
  set('type', filter.kind === 'any' ? null : filter.kind);
  set('inview', filter.inView ? '1' : null);
  if (at !== undefined) set('at', filter.inView ? at : null);
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** The smallest magnitude in force; null: all, also events without one. */
export function effectiveMagnitude({ minMagnitude }: Filter): number | null {
  return minMagnitude === null ? FIRST_VIEW_MAGNITUDE : minMagnitude === 'all' ? null : minMagnitude;
}

/** True when the filter leaves nothing out, whatever the words it was chosen with. */
export function isEverything(filter: Filter, age: Age): boolean {
  return (
    effectiveMagnitude(filter) === null &&
    age === 'all' &&
    filter.depth === 'any' &&
    filter.kind === 'any' &&
    !filter.inView
  );
}

export function isFirstView({ minMagnitude, age, depth, kind, inView }: Filter): boolean {
  return minMagnitude === null && age === null && depth === 'any' && kind === 'any' && !inView;
}

/**
 * The age window in force. Not chosen means the last 7 days, which is what a live map is for; but a catalogue whose
 * newest event is older than that (the starter catalogue alone) is shown whole: an empty world would say nothing.
 */
export function effectiveAge(filter: Filter, catalogue: Catalogue, nowMs: number): Age {
  if (filter.age !== null) return filter.age;
  const order = catalogue.timeOrder;
  // In a replay the catalogue may hold events that the replayed clock has not reached.
  for (let i = order.length - 1; i >= 0; i--) {
    const timeMs = catalogue.columns.originTimeMs[order[i]!]!;
    if (timeMs <= nowMs) return nowMs - timeMs <= AGE_MS.week ? 'week' : 'all';
  }
  return 'week';
}
