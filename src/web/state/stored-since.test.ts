import { expect, test } from 'vitest';
import { FLAG_STARTER } from '../../catalogue/columns.ts';
import { findOldestMs, storedSinceMs } from './stored-since.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 25);

function stored(...events: [daysAgo: number, flags?: number][]) {
  const columns = {
    originTimeMs: Float64Array.from(events, ([daysAgo]) => NOW - daysAgo * DAY),
    flags: Uint8Array.from(events, ([, flags = 0]) => flags),
  };
  const timeOrder = Uint32Array.from(events.keys()).sort((a, b) => events[b]![0] - events[a]![0]);
  return { columns, timeOrder } as unknown as Parameters<typeof findOldestMs>[0];
}

test('"7 days" of which two are stored is said to begin two days ago', () => {
  expect(storedSinceMs(stored([0.1], [2], [1]), 'week', NOW)).toBe(NOW - 2 * DAY);
  expect(storedSinceMs(stored([0.1], [2], [1]), 'month', NOW)).toBe(NOW - 2 * DAY);
});

test('a choice that the store holds is left alone, and so is everything', () => {
  expect(storedSinceMs(stored([0.1], [2]), 'day', NOW)).toBeNull();
  expect(storedSinceMs(stored([6.9], [2]), 'week', NOW)).toBeNull();
  expect(storedSinceMs(stored([2]), 'all', NOW)).toBeNull();
});

test('the starter catalogue, which is years old, is no store of the last days', () => {
  const both = stored([1], [900, FLAG_STARTER]);
  expect(storedSinceMs(both, 'week', NOW)).toBe(NOW - DAY);
  expect(findOldestMs(stored([900, FLAG_STARTER]))).toBeNull();
  expect(storedSinceMs(stored(), 'week', NOW)).toBeNull();
});
