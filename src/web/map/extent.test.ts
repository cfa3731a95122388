import { expect, test } from 'vitest';
import { type CatalogueEntry, createCatalogue } from '../../catalogue/catalogue.ts';
import type { EventId } from '../../event/types.ts';
import { extentAround, extentOf } from './extent.ts';

function extentOfPlaces(...places: [longitudeDeg: number, latitudeDeg: number][]) {
  const catalogue = createCatalogue();
  for (const [i, [longitudeDeg, latitudeDeg]] of places.entries()) {
    const entry: CatalogueEntry = {
      ...{ id: `a-${i}` as EventId, revision: 1, state: 'live', starter: false, originTimeMs: i },
      ...{ longitudeDeg, latitudeDeg, depthKm: 10, magnitude: null, region: null, eventType: null },
      ...{ agency: 'EMSC', author: null, offset: 0 },
    };
    catalogue.upsertEntry(entry);
  }
  return extentOf(catalogue.columns, places.keys());
}

test('is null around nothing', () => {
  expect(extentOfPlaces()).toBeNull();
});

test('is a point around one event', () => {
  expect(extentOfPlaces([37, 38])).toEqual({ westDeg: 37, eastDeg: 37, southDeg: 38, northDeg: 38 });
});

test('goes over the date line where that is shorter', () => {
  const extent = extentOfPlaces([178, -20], [-176, -30], [179.5, -15])!;
  expect(extent.westDeg).toBe(178);
  expect(extent.eastDeg).toBeCloseTo(184, 9);
  expect([extent.southDeg, extent.northDeg]).toEqual([-30, -15]);
});

test('does not go over it where that is longer', () => {
  const extent = extentOfPlaces([-120, 35], [10, 45], [100, 0])!;
  expect([extent.westDeg, extent.eastDeg]).toEqual([-120, 100]);
});

test('extentAround() holds the whole circle, also where a degree of longitude is short', () => {
  const { westDeg, southDeg, eastDeg, northDeg } = extentAround({ latitudeDeg: 60, longitudeDeg: -178 }, 600);
  expect(northDeg - southDeg).toBeCloseTo(1200 / 111.195);
  // At 60° a degree is half as long as at the equator, further north yet shorter.
  expect(eastDeg - westDeg).toBeGreaterThan((2 * 1200) / 111.195);
  expect(westDeg).toBeLessThan(-180);
  expect(extentAround({ latitudeDeg: -89, longitudeDeg: 0 }, 600)).toMatchObject({ southDeg: -85 });
});
