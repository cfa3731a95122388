import { describe, expect, test } from 'vitest';
import type { ListLayout } from './list-layout.ts';
import { keepStill, type ListState, scrollToShow, toListWindow } from './list-window.ts';

/** Rows of 4 rem under one heading of 2 rem. */
function layout(count: number): ListLayout {
  return {
    groups: [{ key: 'all', heading: 'All', from: 0, to: count }],
    tops: Float32Array.from({ length: count }, (_, i) => 2 + 4 * i),
    heightRem: 2 + 4 * count,
  };
}

const state = (...rows: number[]): ListState => ({
  rows: Uint32Array.from(rows),
  layout: layout(rows.length),
});

describe('toListWindow()', () => {
  test('covers what is in view, with some rows beyond each edge', () => {
    const { from, to } = toListWindow(layout(1000), 402, 40);
    expect(from).toBe(94);
    expect(to).toBe(117);
  });

  test('stays within the list, also when it is scrolled beyond its end or empty', () => {
    expect(toListWindow(layout(3), 900, 40)).toEqual({ from: 0, to: 3 });
    expect(toListWindow(layout(0), 0, 40)).toEqual({ from: 0, to: 0 });
  });
});

describe('keepStill()', () => {
  test('follows the row at the top when rows arrive above it, and counts them', () => {
    const moved = keepStill(6.5, state(10, 11, 12), state(20, 21, 10, 11, 12));
    expect(moved).toEqual({ scrollRem: 14.5, newAbove: 2 });
  });

  test('stays when rows arrive below, and counts none when rows above go', () => {
    expect(keepStill(6.5, state(10, 11, 12), state(10, 11, 12, 13))).toEqual({ scrollRem: 6.5, newAbove: 0 });
    expect(keepStill(6.5, state(10, 11, 12), state(11, 12))).toEqual({ scrollRem: 2.5, newAbove: 0 });
  });

  test('leaves a reader at the beginning there, where new rows are to be seen', () => {
    expect(keepStill(0, state(10, 11), state(20, 10, 11))).toBeNull();
  });

  test('gives up when the row at the top is gone', () => {
    expect(keepStill(6.5, state(10, 11), state(10))).toBeNull();
  });
});

describe('scrollToShow()', () => {
  test('leaves a row that is in view below the sticky heading', () => {
    expect(scrollToShow(layout(100), 5, 10, 40, 2)).toBeNull();
  });

  test('brings the next row in at its edge, one from elsewhere to the middle', () => {
    expect(scrollToShow(layout(100), 10, 4, 40, 2)).toBe(6);
    expect(scrollToShow(layout(100), 4, 18, 40, 2)).toBe(16);
    expect(scrollToShow(layout(100), 50, 0, 40, 2)).toBe(184);
  });
});
