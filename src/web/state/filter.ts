// What the reader wants to see, and its form in the page's address: `?minmag=4.5&age=week`. Pure, browser-safe.

import type { Catalogue } from '../../catalogue/catalogue.ts';

export const AGES = ['day', 'week', 'month', 'all'] as const;
export type Age = (typeof AGES)[number];

export interface Filter {
  /** Smallest magnitude shown; null: all, also events without one. */
  readonly minMagnitude: number | null;
  /** How far back; null: not chosen, see `effectiveAge`. */
  readonly age: Age | null;
}

export const NO_FILTER: Filter = { minMagnitude: null, age: null };

/** Length of each age window, ms. */
export const AGE_MS: Readonly<Record<Age, number>> = {
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 30 * 86_400_000,
  all: Number.POSITIVE_INFINITY,
};

/** Reads a query string; what it does not know or cannot read counts as not chosen. */
export function parseFilterQuery(query: string): Filter {
  const params = new URLSearchParams(query);
  const magnitude = Number.parseFloat(params.get('minmag') ?? '');
  const age = params.get('age');
  return {
    minMagnitude: magnitude >= -5 && magnitude <= 12 ? magnitude : null,
    age: AGES.find((known) => known === age) ?? null,
  };
}

/** The query string of a filter, with other parameters kept; empty when nothing is chosen. */
export function toFilterQuery(filter: Filter, query: string): string {
  const params = new URLSearchParams(query);
  params.delete('minmag');
  params.delete('age');
  if (filter.minMagnitude !== null) params.set('minmag', String(filter.minMagnitude));
  if (filter.age !== null) params.set('age', filter.age);
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
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
