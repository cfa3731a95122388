// Which large new earthquakes are told on the map, and in which order: the largest stays while it is news, with what comes
// after it below. Pure, browser-safe.

import type { QuakeEvent } from '../../event/types.ts';
import { isNews } from './is-news.ts';
import type { Present } from './present.ts';

/** A bound: beyond it the smallest are left out. */
const KEPT_MAX = 100;

interface Ranked {
  readonly magnitude: { readonly value: number } | null;
}

/** `event` added to those that are told, as long as each is still news; itself alone when none is. */
export function addNews(
  told: readonly QuakeEvent[],
  event: QuakeEvent,
  present: Pick<Present, 'nowMs' | 'replay'>,
): readonly QuakeEvent[] {
  const others = told.filter(({ id, origin }) => id !== event.id && isNews(origin.originTimeMs, present));
  return rankNews([event, ...others]).slice(0, KEPT_MAX);
}

/** The largest first; of two alike the one that stands before the other. */
export function rankNews<T extends Ranked>(events: readonly T[]): T[] {
  return [...events].sort((a, b) => (b.magnitude?.value ?? 0) - (a.magnitude?.value ?? 0));
}
