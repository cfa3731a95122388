import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CatalogueEntry } from '../../catalogue/catalogue.ts';
import type { EventId } from '../../event/types.ts';
import { drawMap, type MapDrawing } from './draw.ts';
import { CANVAS, project } from './projection.ts';

const NOW_MS = Date.UTC(2023, 1, 6, 12);
const EMPTY: MapDrawing = {
  ...{ theme: 'dark', width: 1200, entries: [], nowMs: NOW_MS, replaySpeed: null, starterOnly: false },
};

function createEntry(over: Partial<CatalogueEntry> = {}): CatalogueEntry {
  return {
    ...{ id: 'emsc-1' as EventId, revision: 1, state: 'live', starter: false, originTimeMs: NOW_MS - 60_000 },
    ...{ latitudeDeg: 37, longitudeDeg: 37, depthKm: 10, magnitude: { value: 7.8, type: 'mw' } },
    ...{ region: 'CENTRAL TURKEY', eventType: null, agency: 'EMSC', author: null, offset: 0 },
    ...over,
  };
}

test('project() puts every place on the canvas, the equator and Greenwich in its middle', () => {
  expect(project(0, 0)).toEqual([CANVAS.centreX, CANVAS.centreY]);
  fc.assert(
    fc.property(
      fc.double({ min: -180, max: 180, noNaN: true }),
      fc.double({ min: -90, max: 90, noNaN: true }),
      (longitude, latitude) => {
        const [x, y] = project(longitude, latitude);
        expect(x > 0 && x < CANVAS.width && y > 0 && y < CANVAS.height).toBe(true);
        const [mirrored] = project(-longitude, latitude);
        expect(mirrored + x).toBeCloseTo(2 * CANVAS.centreX, 6);
      },
    ),
  );
});

test("project() agrees with PROJ's own test of the projection", () => {
  // PROJ, test/gie/builtins.gie: proj=natearth a=6400000, 2° east and 1° north.
  const [x, y] = project(2, 1);
  expect((x - CANVAS.centreX) / (CANVAS.centreY - y)).toBeCloseTo(194507.2652578893 / 112508.7373582945, 9);
});

test('text from agencies stays text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (region) => {
      const svg = drawMap({ ...EMPTY, entries: [createEntry({ region: `<script>${region}` })] });
      expect(svg).not.toContain('<script');
      // Well-formed where text goes: no control characters, no bare ampersand.
      expect(svg).not.toMatch(/\p{Cc}/u);
      expect(svg.replace(/&(amp|lt|gt|quot);/g, '')).not.toContain('&');
    }),
  );
});

test('the youngest and largest are drawn last, withdrawn ones not at all', () => {
  const svg = drawMap({
    ...EMPTY,
    entries: [
      createEntry({ magnitude: { value: 7, type: 'mb' } }),
      createEntry({ magnitude: { value: 3, type: null } }),
      createEntry({ magnitude: { value: 8, type: null }, originTimeMs: NOW_MS - 30 * 86_400_000 }),
      createEntry({ magnitude: null }),
      createEntry({ state: 'withdrawn' }),
    ],
  });
  const map = svg.slice(0, svg.indexOf('<text'));
  const radii = [...map.matchAll(/<circle [^>]*r="([\d.]+)"/g)].map(([, radius]) => Number(radius));
  // One old, then three halos, then the three of the last hour by size.
  expect(radii).toHaveLength(7);
  expect(radii[0]).toBeCloseTo(0.9 * 1.45 ** 8, 0);
  expect(radii.slice(4)).toEqual(radii.slice(4).toSorted((a, b) => a - b));
  expect(svg).toContain(
    '4 earthquakes are shown. The largest of late: mb 7.0, CENTRAL TURKEY, 2023-02-06 11:59 UTC.',
  );
});

test('a replay and a starter catalogue are marked in the picture and in its title', () => {
  const replay = drawMap({ ...EMPTY, replaySpeed: 60 });
  expect(replay).toContain('REPLAY ×60');
  expect(replay).toContain('>Replayed earthquakes, 2023-02-06 12:00 UTC</title>');
  const starter = drawMap({ ...EMPTY, starterOnly: true });
  expect(starter).toContain('STARTER CATALOGUE');
  expect(drawMap(EMPTY)).not.toMatch(/REPLAY|STARTER/);
});

test('the drawing needs no style element, style attribute or script', () => {
  for (const theme of ['dark', 'light'] as const) {
    expect(drawMap({ ...EMPTY, theme, entries: [createEntry()] })).not.toMatch(/<style|style=|<script|href/);
  }
});
