// The ground of the map, cut into vector tiles: land, borders, coast and the graticule. As whole shapes they would have to
// be handed to MapLibre's worker through its main thread, which costs a phone most of a second for the fine world; a tile
// is cut where it is drawn from (./map-worker.ts). Pure, browser-safe.

import { GeoJSONVT, type GeoJSONVTTile } from '@maplibre/geojson-vt';
import { fromGeojsonVt } from '@maplibre/vt-pbf';
import type { Feature } from 'geojson';
import { createGraticule, toBasemapData, type WorldTopology } from './basemap.ts';

export const GROUND_PROTOCOL = 'ground';
/** Closer than this, tiles of this zoom are enlarged. */
export const GROUND_ZOOM_MAX = 8;

/** Units across a tile; MapLibre draws one as 512 pixels at its own zoom. */
const EXTENT = 4096;
const UNITS_PER_PX = EXTENT / 512;
/** So far beyond its edges a tile goes on, and so far a point may be off its place, CSS pixels. */
const BUFFER_PX = 32;
const TOLERANCE_PX = 0.3;
const GRATICULE_TOLERANCE_PX = 0.1;

export type GroundTiles = (z: number, x: number, y: number) => Uint8Array;

/** Of the ground's tiles for MapLibre, from a topology of the world at a path of this origin; null: without land. */
export function toTileAddress(worldPath: string | null): string {
  return `${GROUND_PROTOCOL}:/${worldPath ?? ''}/{z}/{x}/{y}`;
}

/** What `toTileAddress` made, filled in by MapLibre. Throws TypeError for any other. */
export function readTileAddress(address: string): {
  worldPath: string | null;
  z: number;
  x: number;
  y: number;
} {
  const parts = /^ground:\/(\/.+)?\/(\d+)\/(\d+)\/(\d+)$/.exec(address);
  if (parts === null) throw new TypeError(`Not a tile of the ground: ${address}`);
  const [, worldPath, z, x, y] = parts;
  return { worldPath: worldPath ?? null, z: Number(z), x: Number(x), y: Number(y) };
}

/**
 * Cuts tiles (Mapbox Vector Tile 2, layers `land`, `borders`, `coast`, `graticule-30`, `graticule-10`) out of a world; null:
 * the graticule alone.
 */
export function createGroundTiles(world: WorldTopology | null): GroundTiles {
  const shapes = world === null ? [] : Object.entries(toBasemapData(world));
  const layers = Object.entries({
    ...Object.fromEntries(shapes.map(([name, shape]) => [name, index(shape, TOLERANCE_PX)])),
    'graticule-30': index(createGraticule(30), GRATICULE_TOLERANCE_PX),
    'graticule-10': index(createGraticule(10), GRATICULE_TOLERANCE_PX),
  });
  return (z, x, y) => {
    const cut: Record<string, GeoJSONVTTile> = {};
    for (const [name, layer] of layers) {
      const tile = layer.getTile(z, x, y);
      if (tile !== null) cut[name] = tile;
    }
    return fromGeojsonVt(cut, { version: 2, extent: EXTENT });
  };
}

function index(shape: Feature, tolerancePx: number): GeoJSONVT {
  return new GeoJSONVT(shape, {
    maxZoom: GROUND_ZOOM_MAX,
    extent: EXTENT,
    buffer: BUFFER_PX * UNITS_PER_PX,
    tolerance: tolerancePx * UNITS_PER_PX,
  });
}
