import { expect, test } from 'vitest';
import { wallScale } from './wall-scale.ts';

test.each([
  [1920, 1080, 1.6],
  [3840, 2160, 3.2],
  [3840, 1080, 1.6],
  [1080, 1920, 1],
  [800, 600, 1],
])('a wall of %i × %i is drawn %f times as large', (width, height, scale) => {
  expect(wallScale(width, height)).toBeCloseTo(scale, 9);
});
