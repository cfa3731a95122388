import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  blend,
  contrastRatio,
  deltaE,
  type Linear,
  lightness,
  see,
  VISIONS,
} from '../../../test/support/colour-vision.ts';
import { AGE_CLASSES, DEPTH_CLASSES, FILL_SMALL } from './encodings.ts';
import { choosePalette, PALETTES, type Ramp, type Scheme } from './palettes.ts';

/** CIEDE2000 that two neighbouring classes, any two classes, and a class and its ground keep in every vision. */
const NEIGHBOURS_MIN = 13;
const ANY_TWO_MIN = 12;
const GROUND_MIN = 14;

const cases = (['light', 'dark'] as const).flatMap((scheme) =>
  (['age', 'depth'] as const).flatMap((ramp) =>
    (['land', 'water'] as const).flatMap((ground) =>
      VISIONS.map((vision) => ({ scheme, ramp, ground, vision })),
    ),
  ),
);

describe('the ramps', () => {
  test.each(cases)('$ramp keeps its classes apart on $scheme $ground for $vision vision', (one) => {
    const palette = PALETTES[one.scheme];
    const ground = see(palette[one.ground], one.vision);
    const seen = toSeen(palette[one.ramp], palette[one.ground], one.vision);
    for (const [i, color] of seen.entries()) {
      expect(deltaE(color, ground)).toBeGreaterThan(GROUND_MIN);
      for (const [j, other] of seen.entries())
        if (j > i) expect(deltaE(color, other)).toBeGreaterThan(j === i + 1 ? NEIGHBOURS_MIN : ANY_TWO_MIN);
    }
  });

  test.each(['light', 'dark'] as const)('the age ramp of %s fades towards the land', (scheme) => {
    const { age, land } = PALETTES[scheme];
    const landLightness = lightness(see(land, 'normal'));
    const contrast = toSeen(age, land, 'normal').map((color) => Math.abs(lightness(color) - landLightness));
    // The last is grey, told apart by more than lightness.
    for (let i = 1; i < AGE_CLASSES - 1; i++) expect(contrast[i]!).toBeLessThan(contrast[i - 1]!);
  });

  test.each(['light', 'dark'] as const)('the depth ramp of %s darkens downwards', (scheme) => {
    const { depth, land } = PALETTES[scheme];
    const seen = toSeen(depth, land, 'normal').map(lightness);
    for (let i = 1; i < DEPTH_CLASSES - 1; i++) expect(seen[i]!).toBeLessThan(seen[i - 1]!);
  });

  test('are the colours of the style sheet', () => {
    const css = readFileSync(new URL('../styles/tokens.css', import.meta.url), 'utf8');
    const dark = css.indexOf('@media screen and (prefers-color-scheme: dark)');
    const parts: Record<Scheme, string> = { light: css.slice(0, dark), dark: css.slice(dark) };
    for (const scheme of ['light', 'dark'] as const)
      expect(parts[scheme]).toContain(`--water: ${PALETTES[scheme].water};`);
    for (const scheme of ['light', 'dark'] as const)
      for (const ramp of ['age', 'depth'] as const)
        for (const [i, color] of PALETTES[scheme][ramp].colors.entries())
          expect(parts[scheme]).toContain(`--${ramp}-${i}: ${color};`);
  });
});

describe('with more contrast', () => {
  const grounds = (['light', 'dark'] as const).map((scheme) => choosePalette(scheme, 'more'));

  test.each(grounds)(
    'names are read, and coasts and plates seen, on land $land and water $water',
    (palette) => {
      const { land, water, seaName, countryName, placeName, coast, plate, border } = palette;
      for (const name of [countryName, placeName]) expect(contrastRatio(name, land)).toBeGreaterThan(4.5);
      expect(contrastRatio(seaName, water)).toBeGreaterThan(4.5);
      for (const ground of [land, water])
        for (const line of [coast, plate]) expect(contrastRatio(line, ground)).toBeGreaterThan(3);
      expect(contrastRatio(border, land)).toBeGreaterThan(3);
    },
  );

  test('the events keep their colours, which the legend has', () => {
    for (const scheme of ['light', 'dark'] as const) {
      const { age, depth, ghost } = choosePalette(scheme, 'more');
      expect({ age, depth, ghost }).toEqual({
        age: PALETTES[scheme].age,
        depth: PALETTES[scheme].depth,
        ghost: PALETTES[scheme].ghost,
      });
    }
  });
});

/** As a small dot is drawn on a ground, seen with a kind of vision. */
function toSeen({ colors, opacity }: Ramp, ground: string, vision: (typeof VISIONS)[number]): Linear[] {
  return colors.map((color, i) => see(blend(color, opacity[i]! * FILL_SMALL, ground), vision));
}
