import { describe, expect, test } from 'vitest';
import { createCatalogue } from '../../catalogue/catalogue.ts';
import { wrapDeg } from '../../event/geodesy.ts';
import type { EventId } from '../../event/types.ts';
import { NO_BOUNDS } from '../state/visibility.ts';
import { boxAround, chooseNext, pickRows } from './pick.ts';

type Place = [longitudeDeg: number, latitudeDeg: number, magnitude: number];

function catalogueOf(places: Place[]) {
  const catalogue = createCatalogue();
  places.forEach(([longitudeDeg, latitudeDeg, value], i) => {
    catalogue.upsertEntry({
      ...{
        id: `a-${i}` as EventId,
        revision: 1,
        state: 'live',
        starter: false,
        originTimeMs: i,
        depthKm: null,
      },
      ...{ latitudeDeg, longitudeDeg, magnitude: { value, type: null }, region: null, eventType: null },
      ...{ agency: 'EMSC', author: null, offset: 0 },
    });
  });
  return catalogue;
}

/** A flat map with ten pixels a degree around `at`. */
function pickAt(places: Place[], at: [number, number], minMagnitudeE2 = NO_BOUNDS.minMagnitudeE2): number {
  const catalogue = catalogueOf(places);
  const [lng, lat] = at;
  const reach = [-5, 5].flatMap((dx) => [-5, 5].map((dy) => ({ lng: lng + dx, lat: lat + dy })));
  const rows = pickRows({
    columns: catalogue.columns,
    count: catalogue.count,
    bounds: { ...NO_BOUNDS, minMagnitudeE2 },
    box: boxAround([{ lng, lat }, ...reach]),
    scale: 1,
    slopPx: 3,
    distancePx: (lon, latitude) => Math.hypot(wrapDeg(lon - lng), latitude - lat) * 10,
  });
  return rows[0] ?? -1;
}

describe('pickRows()', () => {
  test('takes the nearest centre, so that small dots inside a great one can be chosen', () => {
    const places: Place[] = [
      [37, 37, 7.8],
      [37.6, 37.4, 3],
    ];
    expect(pickAt(places, [37.6, 37.4])).toBe(1);
    expect(pickAt(places, [36.2, 36.5])).toBe(0);
  });

  test('gives −1 beside every dot, and far from them', () => {
    expect(pickAt([[37, 37, 3]], [37.9, 37])).toBe(-1);
    expect(pickAt([[37, 37, 3]], [-120, 0])).toBe(-1);
  });

  test('reaches over the date line', () => {
    expect(pickAt([[-179.95, -17, 4]], [179.95, -17])).toBe(0);
    expect(pickAt([[179.95, -17, 4]], [-179.95, -17])).toBe(0);
    expect(pickAt([[179.95, -17, 4]], [180.2, -17])).toBe(0);
  });

  test('does not pick what the filter hides', () => {
    expect(pickAt([[37, 37, 3]], [37, 37], 450)).toBe(-1);
  });
});

describe('boxAround()', () => {
  test('crosses the date line when its points do', () => {
    const box = boxAround([
      { lng: 179, lat: 0 },
      { lng: 182, lat: 1 },
    ]);
    expect(box).toEqual({ westE4: 1_790_000, eastE4: -1_780_000, southE4: 0, northE4: 10_000 });
  });
});

test('chooseNext() goes through all that lies under the pointer, one click after the other, and begins anew', () => {
  expect(chooseNext([7, 3, 9], -1)).toBe(7);
  expect(chooseNext([7, 3, 9], 7)).toBe(3);
  expect(chooseNext([7, 3, 9], 9)).toBe(7);
  expect(chooseNext([7, 3, 9], 4)).toBe(7);
  expect(chooseNext([], 4)).toBe(-1);
});
