import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findNearCities, type Gazetteer, toBearingDeg, toCompassPoint } from './nearby.ts';

const cities = JSON.parse(readFileSync('assets/cities.json', 'utf8')) as Gazetteer;

describe('findNearCities()', () => {
  test('names the nearest city and then larger ones, each once, with direction from the city', () => {
    // EMSC 20230206_0000008, the Kahramanmaraş earthquake.
    const near = findNearCities(cities, { latitudeDeg: 37.17, longitudeDeg: 37.08 });
    expect(near[0]!.name).toBe('Gaziantep');
    expect(near[0]!.country).toBe('TR');
    expect(near[0]!.distanceKm).toBeGreaterThan(25);
    expect(near[0]!.distanceKm).toBeLessThan(40);
    expect(toCompassPoint(near[0]!.bearingDeg)).toBe(7); // north-west
    expect(new Set(near.map(({ name }) => name)).size).toBe(near.length);
  });

  test('San Francisco is not passed over for San Jose, which is further away', () => {
    // Cape Mendocino.
    const names = findNearCities(cities, { latitudeDeg: 40.4, longitudeDeg: -124.4 }).map(({ name }) => name);
    expect(names).toContain('San Francisco');
    expect(names).not.toContain('San Jose');
  });

  test('knows the capitals of small islands', () => {
    const near = findNearCities(cities, { latitudeDeg: -21, longitudeDeg: -175 });
    expect(near[0]!.country).toBe('TO');
  });

  test('looks over the date line', () => {
    const [suva] = findNearCities(cities, { latitudeDeg: -18, longitudeDeg: -179.5 });
    expect(suva!.country).toBe('FJ');
    expect(suva!.distanceKm).toBeLessThan(400);
  });
});

test.each([
  [{ latitudeDeg: 1, longitudeDeg: 0 }, 0],
  [{ latitudeDeg: 0, longitudeDeg: 1 }, 90],
  [{ latitudeDeg: -1, longitudeDeg: 0 }, 180],
  [{ latitudeDeg: 0, longitudeDeg: -1 }, 270],
])('toBearingDeg() from the origin to %j is %i', (to, bearing) => {
  expect(toBearingDeg({ latitudeDeg: 0, longitudeDeg: 0 }, to)).toBeCloseTo(bearing, 6);
});
