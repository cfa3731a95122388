import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toGlimpse } from './glimpse.ts';

test('toGlimpse() of a short value is its JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = JSON.stringify(value);
      expect(toGlimpse(value, json.length)).toBe(json);
    }),
  );
  expect(toGlimpse(undefined, 10)).toBe('missing');
});

test('toGlimpse() of a long value is the beginning of its JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.integer({ min: 1, max: 30 }), (value, lengthMax) => {
      const json = JSON.stringify(value);
      fc.pre(json.length > lengthMax + 1 && !json.includes('\\'));
      expect(toGlimpse(value, lengthMax)).toBe(`${json.slice(0, lengthMax)}…`);
    }),
  );
});

test.each(['0', 'toJSON', '__proto__', 'a'])('nesting by "%s" without end overflows no stack', (key) => {
  const levels = 100_000;
  const value = JSON.parse(`${`{"${key}":`.repeat(levels)}1${'}'.repeat(levels)}`);
  expect(toGlimpse(value, 80)).toMatch(/^(\{"\w+":)+.*…$/);
});

test('ten million elements take no longer than a few', () => {
  const values = [new Array(10_000_000).fill(1), 'x'.repeat(10_000_000)];
  // The best of some, as the machine may do other things too: to look at all of them takes longer each time.
  const tookMs = Array.from({ length: 5 }, () => {
    const startedAtMs = performance.now();
    for (const value of values) expect(toGlimpse(value, 80)).toHaveLength(81);
    return performance.now() - startedAtMs;
  });
  expect(Math.min(...tookMs)).toBeLessThan(50);
});
