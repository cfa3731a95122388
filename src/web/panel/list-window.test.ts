import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keepStill, scrollToShow, toListWindow } from './list-window.ts';

describe('toListWindow()', () => {
  test('covers everything in view, and stays within the list', () => {
    fc.assert(
      fc.property(
        fc.nat(2_000_000),
        fc.integer({ min: 1, max: 3000 }),
        fc.nat(40_000),
        (scroll, height, count) => {
          const { from, to } = toListWindow(scroll, height, 60, count);
          expect(from).toBeGreaterThanOrEqual(0);
          expect(to).toBeLessThanOrEqual(count);
          expect(to - from).toBeLessThanOrEqual(Math.ceil(height / 60) + 1 + 2 * 6);
          const firstShown = Math.floor(scroll / 60);
          const lastShown = Math.ceil((scroll + height) / 60) - 1;
          if (firstShown < count) expect(from).toBeLessThanOrEqual(firstShown);
          if (lastShown < count) expect(to).toBeGreaterThan(lastShown);
        },
      ),
    );
  });
});

describe('keepStill()', () => {
  test('moves with the row at the top when others come above it', () => {
    expect(keepStill(130, 60, [5, 4, 3, 2], Uint32Array.of(9, 8, 5, 4, 3, 2))).toBe(250);
  });

  test('lets new rows come in at the beginning', () => {
    expect(keepStill(0, 60, [5, 4], Uint32Array.of(9, 5, 4))).toBeNull();
  });

  test('gives up when the row is gone', () => {
    expect(keepStill(130, 60, [5, 4, 3], Uint32Array.of(5, 4))).toBeNull();
  });
});

describe('scrollToShow()', () => {
  test('leaves a row that is in view alone and centres one that is not', () => {
    expect(scrollToShow(3, 0, 600, 60)).toBeNull();
    expect(scrollToShow(100, 0, 600, 60)).toBe(5730);
    expect(scrollToShow(0, 900, 600, 60)).toBe(0);
  });
});
