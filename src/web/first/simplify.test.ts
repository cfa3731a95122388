import { expect, test } from 'vitest';
import { type Point, simplify } from './simplify.ts';

test('simplify() leaves out what is nearer than the tolerance, keeps corners and both ends', () => {
  const corner: Point[] = [
    [0, 0],
    [5, 0.4],
    [10, 0],
    [10.4, 5],
    [10, 10],
  ];
  expect(simplify(corner, 0.5)).toEqual([
    [0, 0],
    [10, 0],
    [10, 10],
  ]);
  expect(simplify(corner, 0.3)).toEqual(corner);
});

test('simplify() keeps the shape of a ring, whose ends are one point', () => {
  const ring: Point[] = [
    [0, 0],
    [4, 0],
    [4, 4],
    [0, 0],
  ];
  expect(simplify(ring, 0.5)).toEqual(ring);
});
