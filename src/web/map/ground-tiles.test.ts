import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { describe, expect, test } from 'vitest';
import type { WorldTopology } from './basemap.ts';
import { createGroundTiles, readTileAddress, toTileAddress } from './ground-tiles.ts';

const path = createRequire(import.meta.url).resolve('world-atlas/countries-110m.json');
const cut = createGroundTiles(JSON.parse(readFileSync(path, 'utf8')) as WorldTopology);
const tile = (z: number, x: number, y: number) => new VectorTile(new PbfReader(cut(z, x, y)));

/** Even-odd over all rings, in the tile's units. */
function isLand(z: number, x: number, y: number, lon: number, lat: number): boolean {
  const layer = tile(z, x, y).layers['land'];
  if (layer === undefined) return false;
  const sin = Math.sin((lat * Math.PI) / 180);
  const at = {
    x: (((lon + 180) / 360) * 2 ** z - x) * layer.extent,
    y: ((0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * 2 ** z - y) * layer.extent,
  };
  let inside = false;
  for (let i = 0; i < layer.length; i++)
    for (const ring of layer.feature(i).loadGeometry())
      for (let j = 0; j + 1 < ring.length; j++) {
        const [a, b] = [ring[j]!, ring[j + 1]!];
        if (a.y > at.y !== b.y > at.y && at.x < a.x + ((at.y - a.y) / (b.y - a.y)) * (b.x - a.x))
          inside = !inside;
      }
  return inside;
}

describe('createGroundTiles()', () => {
  test('the world’s tile has all of the ground', () => {
    expect(Object.keys(tile(0, 0, 0).layers).sort()).toEqual([
      ...['borders', 'coast', 'graticule-10', 'graticule-30', 'land'],
    ]);
  });

  test('land is where it is, in the world’s tile and in a small one', () => {
    expect(isLand(0, 0, 0, 10, 50)).toBe(true); // Germany
    expect(isLand(0, 0, 0, -30, 30)).toBe(false); // Atlantic
    expect(isLand(5, 18, 12, 32.8, 39.9)).toBe(true); // Ankara
    expect(isLand(5, 18, 12, 33.5, 43.5)).toBe(false); // Black Sea
  });

  test('land that crosses the date line is on both sides of it', () => {
    expect(isLand(3, 7, 1, 178, 67)).toBe(true); // Chukotka
    expect(isLand(3, 0, 1, -175, 66.5)).toBe(true);
  });

  test('where there is only sea, a tile has no land and still its lines', () => {
    const { layers } = tile(4, 1, 9);
    expect(layers['land']).toBeUndefined();
    expect(layers['graticule-10']!.length).toBeGreaterThan(0);
  });
});

describe('addresses', () => {
  test('are read as MapLibre fills them in', () => {
    const address = toTileAddress('/assets/countries-50m-a1.json');
    const filled = address.replace('{z}', '5').replace('{x}', '18').replace('{y}', '12');
    expect(readTileAddress(filled)).toEqual({
      ...{ worldPath: '/assets/countries-50m-a1.json', z: 5, x: 18, y: 12 },
    });
    const bare = toTileAddress(null).replace('{z}', '1').replace('{x}', '0').replace('{y}', '1');
    expect(readTileAddress(bare)).toEqual({ worldPath: null, z: 1, x: 0, y: 1 });
  });

  test('others are refused', () => {
    expect(() => readTileAddress('ground:/assets/a.json/1/2')).toThrow(TypeError);
    expect(() => readTileAddress('https://example.org/a.json/1/2/3')).toThrow(TypeError);
  });
});
