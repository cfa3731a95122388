// How long news took: from the earthquake to the agency's first word, from the agency to the gateway, from there to this
// page. Honest numbers are medians of what was seen, with how many there were. Pure, browser-safe.

import type { QuakeEvent } from '../../event/types.ts';

/**
 * One revision as it came. Times in ms since the epoch UTC: the agency's, the gateway's twice; in a replay the replayed
 * ones, which run faster.
 */
export interface Delivery {
  readonly revision: number;
  readonly originTimeMs: number;
  readonly updatedAtMs: number;
  readonly receivedAtMs: number;
  /** When it reached this page; null: it was there before the page was. */
  readonly hereAtMs: number | null;
}

export interface Delays {
  /** From the origin to the first version seen; first revisions alone. The agency may have had earlier ones. */
  readonly toAgency: Spread | null;
  /** From the agency's version to its arrival at the gateway. */
  readonly toGateway: Spread | null;
  /** From the gateway to this page. */
  readonly toHere: Spread | null;
  /** Left out above: fetched long after the agency had them, when a gap was filled. */
  readonly late: number;
}

/** Milliseconds. */
export interface Spread {
  readonly medianMs: number;
  readonly longestMs: number;
  readonly count: number;
}

/** Deliveries remembered. */
export const DELIVERIES_MAX = 200;
/**
 * What came later than this after the agency's own time was not delivered but fetched when a gap was filled: agencies
 * deliver within a minute. In a replay a moment of the machine's is a long time, so it has that much more.
 */
const LATE_MS = 600_000;
const LATE_REAL_MS = 10_000;

export function toDelivery(event: QuakeEvent, hereAtMs: number | null): Delivery {
  const { revision, origin, updatedAtMs, receivedAtMs } = event;
  return { revision, originTimeMs: origin.originTimeMs, updatedAtMs, receivedAtMs, hereAtMs };
}

/** `speed`: replayed seconds per real one, 1 outside a replay. What the recording tells is as it was. */
export function summariseDelays(deliveries: readonly Delivery[], speed = 1): Delays {
  const lateMs = Math.max(LATE_MS, LATE_REAL_MS * speed);
  const inTime = deliveries.filter(({ updatedAtMs, receivedAtMs }) => receivedAtMs - updatedAtMs <= lateMs);
  const first = inTime.filter(({ revision }) => revision === 1);
  const here = deliveries.filter(({ hereAtMs }) => hereAtMs !== null);
  return {
    toAgency: spread(first.map(({ originTimeMs, updatedAtMs }) => updatedAtMs - originTimeMs)),
    toGateway: spread(inTime.map(({ updatedAtMs, receivedAtMs }) => (receivedAtMs - updatedAtMs) / speed)),
    toHere: spread(here.map(({ receivedAtMs, hereAtMs }) => (hereAtMs! - receivedAtMs) / speed)),
    late: deliveries.length - inTime.length,
  };
}

/** Clocks differ by a little: less than nothing counts as nothing. */
function spread(valuesMs: readonly number[]): Spread | null {
  if (valuesMs.length === 0) return null;
  const sorted = valuesMs.map((value) => Math.max(0, value)).sort((a, b) => a - b);
  const medianMs = sorted[Math.floor((sorted.length - 1) / 2)]!;
  return { medianMs, longestMs: sorted.at(-1)!, count: sorted.length };
}
