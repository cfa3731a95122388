import { expect, test } from 'vitest';
import { isNews } from './is-news.ts';
import { createPresent } from './present.ts';

const MINUTE = 60_000;

test('an earthquake is news for an hour', () => {
  const live = createPresent(() => 100 * MINUTE);
  expect([50, 30].map((minute) => isNews(minute * MINUTE, live))).toEqual([true, false]);
});

test('in a fast replay it is for as long as the machine may need', () => {
  const replayed = createPresent(() => 0);
  replayed.set({ nowMs: 0, clock: { replayedMs: 200 * MINUTE, anchoredAtMs: 0, speed: 600 } });
  expect([110, 90].map((minute) => isNews(minute * MINUTE, replayed))).toEqual([true, false]);
});
