import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toRegionName, toRegionNumber } from './region.ts';

describe('toRegionName()', () => {
  // Published look-ups: documentation of the Rust crate flinn_engdahl and ObsPy's test table.
  it.each([
    [41.440971, -71.502289, 'SOUTHERN NEW ENGLAND'],
    [-42.448299, 171.214005, 'SOUTH ISLAND, NEW ZEALAND'],
    [-77.845753, 166.675927, 'VICTORIA LAND, ANTARCTICA'],
    [37.871593, -122.272743, 'CENTRAL CALIFORNIA'],
    [-44.7, -179.7, 'CHATHAM ISLANDS, N.Z. REGION'],
    [51.5, -174.5, 'ANDREANOF ISLANDS, ALEUTIAN IS.'],
    [20.5, -158.2, 'HAWAII'],
    [62.3, -169.6, 'ST. LAWRENCE ISLAND, ALASKA REG.'],
    [-88.3, -177.5, 'ANTARCTICA'],
    [89.9, -177.4, 'LOMONOSOV RIDGE'],
  ])('names %d, %d %s', (latitudeDeg, longitudeDeg, name) => {
    expect(toRegionName(latitudeDeg, longitudeDeg)).toBe(name);
  });

  it('counts the equator to the north', () => {
    expect(toRegionName(0, -168.5)).toBe('NORTH PACIFIC OCEAN');
    expect(toRegionName(-0.7, -168.5)).toBe('PHOENIX ISLANDS, KIRIBATI REGION');
  });

  it('names both writings of the date line alike', () => {
    for (const [latitudeDeg, name] of [
      [-32.1, 'SOUTH OF KERMADEC ISLANDS'],
      [-19.6, 'SOUTH OF FIJI ISLANDS'],
    ] as const) {
      expect(toRegionName(latitudeDeg, -180)).toBe(name);
      expect(toRegionName(latitudeDeg, 180)).toBe(name);
    }
  });

  it('names the poles and the point where the equator meets Greenwich', () => {
    expect(toRegionName(90, 0)).toBe('LOMONOSOV RIDGE');
    expect(toRegionName(-90, 180)).toBe('ANTARCTICA');
    expect(toRegionName(0, 0)).toBe('OFF S. COAST OF NORTHWEST AFRICA');
  });

  it('has a name of at most 32 upper-case characters for every place', () => {
    const latitude = fc.double({ min: -90, max: 90, noNaN: true });
    const longitude = fc.double({ min: -180, max: 180, noNaN: true });
    fc.assert(
      fc.property(latitude, longitude, (latitudeDeg, longitudeDeg) => {
        expect(toRegionName(latitudeDeg, longitudeDeg)).toMatch(/^[A-Z][A-Z .,'()/-]{2,31}$/);
      }),
    );
  });
});

describe('toRegionNumber()', () => {
  it('gives the numbers of the 1995 list', () => {
    expect(toRegionNumber(44, -121)).toBe(32); // OREGON
    expect(toRegionNumber(0, -168.5)).toBe(611);
  });
});
