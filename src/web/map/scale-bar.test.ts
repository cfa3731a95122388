import { expect, test } from 'vitest';
import { roundLength } from './scale-bar.ts';

test.each([
  [0.7, 0.5],
  [1, 1],
  [1.9, 1],
  [2.9, 2],
  [4.9, 3],
  [9.99, 5],
  [740, 500],
  [10_000, 10_000],
])('roundLength(%d) is %d', (lengthMax, length) => {
  expect(roundLength(lengthMax)).toBeCloseTo(length, 9);
});
