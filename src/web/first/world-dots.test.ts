import { expect, test } from 'vitest';
import type { CatalogueEntry } from '../../catalogue/catalogue.ts';
import { drawDots } from './world-dots.ts';

const HOUR_MS = 3_600_000;
const entry = (over: Partial<CatalogueEntry> = {}) =>
  ({
    ...{ originTimeMs: 0, latitudeDeg: 0, longitudeDeg: 90, magnitude: { value: 5, type: 'mw' } },
    state: 'live',
    ...over,
  }) as CatalogueEntry;
const draw = (entries: CatalogueEntry[], selected: CatalogueEntry | null = null) =>
  drawDots({ entries, selected, shown: entries.length, nowMs: 0.5 * HOUR_MS });

test('drawDots() puts an event at its share of the world, in the group of its age', () => {
  expect(draw([entry()])).toMatch(/^<g class="age-0"><circle cx="75\.0%" cy="50\.0%" r="[\d.]+"/);
  expect(draw([entry({ originTimeMs: -2 * HOUR_MS })])).toContain('<g class="age-1">');
});

test('drawDots() leaves out what was withdrawn, and marks the selected event even then', () => {
  const withdrawn = entry({ state: 'withdrawn' });
  expect(draw([withdrawn])).toBe('');
  expect(draw([withdrawn], withdrawn)).toMatch(/^<svg x="75\.00%" y="50\.00%" class="mark"><circle/);
});
