import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRequestRate } from './request-rate.ts';

const BOUNDS = { perAddressMax: 20, windowMs: 10_000, addressesMax: 1000 };

test('an address may send its number at once, then one each time its share of the window has passed', () => {
  const rate = createRequestRate(BOUNDS);
  for (let i = 0; i < 20; i++) expect(rate.take('a', 0)).toBe(0);
  expect(rate.take('a', 0)).toBeCloseTo(500);
  expect(rate.take('a', 400)).toBeCloseTo(100);
  expect(rate.take('a', 500)).toBe(0);
  expect(rate.take('a', 500)).toBeCloseTo(500);
  expect(rate.take('b', 500)).toBe(0);
});

test('however it sends, an address gets at most twice its number in a window and its number in the long run', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 400 }), (pauses) => {
      const rate = createRequestRate(BOUNDS);
      const taken: number[] = [];
      let nowMs = 0;
      for (const pause of pauses) {
        nowMs += pause;
        if (rate.take('a', nowMs) === 0) taken.push(nowMs);
      }
      for (const fromMs of taken) {
        const within = taken.filter((ms) => ms >= fromMs && ms < fromMs + BOUNDS.windowMs).length;
        expect(within).toBeLessThanOrEqual(2 * BOUNDS.perAddressMax);
      }
      expect(taken.length).toBeLessThanOrEqual(BOUNDS.perAddressMax * (1 + nowMs / BOUNDS.windowMs));
    }),
  );
});

test('who waits as long as it is told is let in', () => {
  const rate = createRequestRate(BOUNDS);
  let nowMs = 0;
  for (let i = 0; i < 200; i++) {
    const waitMs = rate.take('a', nowMs);
    if (waitMs === 0) continue;
    nowMs += waitMs;
    expect(rate.take('a', nowMs)).toBe(0);
  }
});

test('memory is bounded: strangers without end neither fill it nor let a flooding address through', () => {
  const rate = createRequestRate(BOUNDS);
  for (let i = 0; i < 100_000; i++) rate.take(`stranger ${i}`, i);
  expect(rate.size).toBeLessThanOrEqual(1000);
  let passed = 0;
  for (let i = 0; i < 500; i++) if (rate.take('flood', 100_000) === 0) passed++;
  expect(passed).toBe(20);
});

test('a clock that is set back keeps nobody out', () => {
  const rate = createRequestRate(BOUNDS);
  for (let i = 0; i < 20; i++) rate.take('a', 1_000_000);
  expect(rate.take('a', 1_000_000)).toBeGreaterThan(0);
  expect(rate.take('a', 0)).toBe(0);
});
