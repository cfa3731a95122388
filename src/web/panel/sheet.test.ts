import { expect, test } from 'vitest';
import { DETENT_SHARE, nextDetent, restingDetent } from './sheet.ts';

test('restingDetent() goes to the nearest height when let go at rest', () => {
  expect(restingDetent(0.25, 0)).toBe('low');
  expect(restingDetent(0.6, 0.1)).toBe('half');
  expect(restingDetent(0.8, -0.1)).toBe('full');
});

test('restingDetent() follows a flick, and stops at the ends', () => {
  expect(restingDetent(DETENT_SHARE.low + 0.02, 2)).toBe('half');
  expect(restingDetent(DETENT_SHARE.half + 0.02, -2)).toBe('half');
  expect(restingDetent(DETENT_SHARE.half - 0.02, -2)).toBe('low');
  expect(restingDetent(0.95, 3)).toBe('full');
  expect(restingDetent(0.1, -3)).toBe('low');
});

test('nextDetent() goes around', () => {
  expect([nextDetent('low'), nextDetent('half'), nextDetent('full')]).toEqual(['half', 'full', 'low']);
});
