// What a wall display shows by itself, and what is told aloud, is news: not what fills a gap, nor an older event that an agency
// adds. Pure, browser-safe.

import type { Present } from './present.ts';

/** An earthquake older than this when it first comes was filled in. */
const NEWS_MS = 3_600_000;
/** In a replay a moment of the machine's is a long time: it has that much more. */
const NEWS_REAL_MS = 10_000;

/** True while an earthquake that comes now is news to people. */
export function isNews(originTimeMs: number, { nowMs, replay }: Pick<Present, 'nowMs' | 'replay'>): boolean {
  return nowMs() - originTimeMs < Math.max(NEWS_MS, NEWS_REAL_MS * (replay?.speed ?? 1));
}
