import { expect, test } from 'vitest';
import { FLAG_STARTER, FLAG_WITHDRAWN } from '../../catalogue/columns.ts';
import { findWithdrawn } from './withdrawn.ts';

const BOUNDS = { ghostOldestS: 1000, newestS: 2000 };

function stored(...events: [originTimeS: number, flags: number][]) {
  const columns = {
    originTimeS: Int32Array.from(events, ([timeS]) => timeS),
    flags: Uint8Array.from(events, ([, flags]) => flags),
  };
  return { columns, count: events.length } as unknown as Parameters<typeof findWithdrawn>[0];
}

test('none withdrawn, none lately, and one to be shown are told apart', () => {
  const live: [number, number] = [1500, FLAG_STARTER];
  expect(findWithdrawn(stored(live), BOUNDS)).toBe('none');
  expect(findWithdrawn(stored([999, FLAG_WITHDRAWN], live), BOUNDS)).toBe('old');
  expect(findWithdrawn(stored([999, FLAG_WITHDRAWN], [1000, FLAG_WITHDRAWN]), BOUNDS)).toBe('shown');
});

test('what a replay has not come to yet is not withdrawn', () => {
  expect(findWithdrawn(stored([2001, FLAG_WITHDRAWN]), BOUNDS)).toBe('none');
});
