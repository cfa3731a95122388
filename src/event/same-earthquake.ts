// Whether two solutions can be of one earthquake. Pure, browser-safe.

import type { Origin } from './types.ts';

/**
 * Two solutions of one earthquake are not so far apart in origin time. In 27 recorded months of EMSC the largest step
 * between two is 104 s; the 56 that are larger, 205 s and more, all lead to another earthquake
 * (docs/decisions/0024-another-earthquake.md).
 */
const ORIGIN_SHIFT_MAX_MS = 180_000;

export function isSameEarthquake(
  one: Pick<Origin, 'originTimeMs'>,
  other: Pick<Origin, 'originTimeMs'>,
): boolean {
  return Math.abs(one.originTimeMs - other.originTimeMs) <= ORIGIN_SHIFT_MAX_MS;
}
