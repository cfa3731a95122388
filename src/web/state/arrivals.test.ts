import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { type Arrived, followArrivals } from './arrivals.ts';

test('followArrivals() tells what comes from now on, until it is ended', () => {
  const first: Arrived = { row: 1, arrival: 'new' };
  const arrivals = signal<Arrived | null>(first);
  const other = signal(0);
  const rows: number[] = [];
  const stop = followArrivals(arrivals, ({ row }) => rows.push(row + other.value));
  expect(rows).toEqual([]);
  arrivals.value = { ...first, arrival: 'revised' };
  arrivals.value = { row: 2, arrival: 'new' };
  expect(rows).toEqual([1, 2]);
  // Nor again when something else changes that is looked at meanwhile.
  other.value = 10;
  arrivals.value = null;
  expect(rows).toEqual([1, 2]);
  stop();
  arrivals.value = { row: 3, arrival: 'new' };
  expect(rows).toEqual([1, 2]);
});
