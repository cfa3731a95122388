import { describe, expect, test } from 'vitest';
import { ABSENT_INT16 } from '../../catalogue/columns.ts';
import {
  ageClass,
  DEPTH_CLASSES,
  depthClass,
  drawnRadiusPx,
  fillShare,
  radiusPx,
  symbolScale,
} from './encodings.ts';

const HOUR = 3_600_000;

describe('radiusPx()', () => {
  test('gives each magnitude 2.2 times the area of the one below', () => {
    for (const magnitude of [2, 3, 4, 5, 6, 7]) {
      const areas = radiusPx((magnitude + 1) * 100) ** 2 / radiusPx(magnitude * 100) ** 2;
      expect(areas).toBeCloseTo(2.19, 2);
    }
  });

  test('draws an absent magnitude unlike a magnitude 0, and keeps its bounds', () => {
    expect(radiusPx(ABSENT_INT16)).not.toBe(radiusPx(0));
    expect(radiusPx(-300)).toBe(1.5);
    expect(radiusPx(1200)).toBe(46);
  });
});

describe('ageClass()', () => {
  test.each([
    [-5000, 0],
    [0, 0],
    [HOUR - 1, 0],
    [HOUR, 1],
    [24 * HOUR, 2],
    [7 * 24 * HOUR, 3],
    [30 * 24 * HOUR, 4],
    [9000 * HOUR, 4],
  ])('puts an age of %i ms into class %i', (ageMs, index) => {
    expect(ageClass(ageMs)).toBe(index);
  });
});

describe('depthClass()', () => {
  test.each([
    [-3, 0],
    [0, 0],
    [34.9, 0],
    [35, 1],
    [70, 2],
    [150, 3],
    [300, 4],
    [700, 4],
    [null, DEPTH_CLASSES - 1],
  ])('puts %s km into class %i', (depthKm, index) => {
    expect(depthClass(depthKm)).toBe(index);
  });
});

describe('fillShare()', () => {
  test('lets what lies under a great event show through, and keeps small ones solid', () => {
    expect(fillShare(2)).toBe(0.9);
    expect(fillShare(9)).toBeCloseTo(0.63, 5);
    expect(fillShare(30)).toBeCloseTo(0.36, 5);
  });
});

describe('drawnRadiusPx()', () => {
  test('never lets an event shrink out of sight', () => {
    expect(drawnRadiusPx(0, 0.2)).toBe(1.1);
    expect(drawnRadiusPx(ABSENT_INT16, 0.2)).toBe(2.4);
    expect(drawnRadiusPx(600, 0.5)).toBe(radiusPx(600) / 2);
  });
});

describe('symbolScale()', () => {
  test('shrinks dots on the whole world, more so in a crowd, and never when looked at closely', () => {
    expect(symbolScale(-2, 100)).toBe(symbolScale(1, 100));
    expect(symbolScale(1, 100)).toBeLessThan(symbolScale(3, 100));
    expect(symbolScale(1, 15_000)).toBeLessThan(symbolScale(1, 2000));
    expect(symbolScale(1, 1e6)).toBe(symbolScale(1, 1e8));
    expect(symbolScale(11, 1e6)).toBe(1);
  });
});
