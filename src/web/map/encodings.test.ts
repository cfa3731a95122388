import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ABSENT_INT16 } from '../../catalogue/columns.ts';
import { AGE_CLASSES, ageClass, PALETTES, radiusPx, type Scheme, symbolScale, toRgb } from './encodings.ts';

const HOUR = 3_600_000;
/** Relative luminance, WCAG 2. */
function luminance(hex: string): number {
  const [r, g, b] = toRgb(hex).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

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

describe('symbolScale()', () => {
  test('shrinks dots on the whole world, more so in a crowd, and never when looked at closely', () => {
    expect(symbolScale(-2, 100)).toBe(symbolScale(1, 100));
    expect(symbolScale(1, 100)).toBeLessThan(symbolScale(3, 100));
    expect(symbolScale(1, 15_000)).toBeLessThan(symbolScale(1, 2000));
    expect(symbolScale(1, 1e6)).toBe(symbolScale(1, 1e8));
    expect(symbolScale(11, 1e6)).toBe(1);
  });
});

describe('PALETTES', () => {
  test.each(['light', 'dark'] as const)(
    'orders the ages of %s by lightness, readable in grey',
    (scheme: Scheme) => {
      const { ages, land } = PALETTES[scheme];
      expect(ages.length).toBe(AGE_CLASSES);
      const contrast = ages.map((age) => Math.abs(luminance(age) - luminance(land)));
      // Older ones stand out less. The last is grey and translucent, told apart by more than lightness.
      for (let i = 1; i < AGE_CLASSES - 1; i++) expect(contrast[i]!).toBeLessThan(contrast[i - 1]!);
    },
  );

  test('are the colours of the style sheet', () => {
    const css = readFileSync(new URL('../styles/tokens.css', import.meta.url), 'utf8');
    const [light, dark] = css.split('prefers-color-scheme: dark');
    for (const [i, age] of PALETTES.light.ages.entries()) expect(light).toContain(`--age-${i}: ${age};`);
    for (const [i, age] of PALETTES.dark.ages.entries()) expect(dark).toContain(`--age-${i}: ${age};`);
  });
});
