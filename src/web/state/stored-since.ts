// Since when events are stored, so that no choice of time promises more than is there. Pure, browser-safe.

import type { Catalogue } from '../../catalogue/catalogue.ts';
import { FLAG_STARTER } from '../../catalogue/columns.ts';
import { AGE_MS, type Age } from './filter.ts';

/** A store that reaches back through nearly all of what is chosen is not worth a word. */
const SLACK = 0.9;

/** Origin time of the oldest event that an agency reported, not the starter catalogue's, ms since the epoch; null: none. */
export function findOldestMs({
  columns: { flags, originTimeMs },
  timeOrder,
}: Pick<Catalogue, 'columns' | 'timeOrder'>): number | null {
  // With each event past all of the starter catalogue: by index, which takes a quarter of what `find` and iterators do.
  let i = 0;
  while (i < timeOrder.length && (flags[timeOrder[i]!]! & FLAG_STARTER) !== 0) i++;
  return i === timeOrder.length ? null : originTimeMs[timeOrder[i]!]!;
}

/** The same where what is chosen begins well before it: then the choice shows less than it says. Null: it holds. */
export function storedSinceMs(
  catalogue: Pick<Catalogue, 'columns' | 'timeOrder'>,
  age: Age,
  nowMs: number,
): number | null {
  if (age === 'all') return null;
  const oldestMs = findOldestMs(catalogue);
  return oldestMs !== null && oldestMs > nowMs - SLACK * AGE_MS[age] ? oldestMs : null;
}
