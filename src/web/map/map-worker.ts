// MapLibre's worker, and in it the tiles of the ground (./ground-tiles.ts), so that no shape of the world goes through the
// page's main thread.

import 'maplibre-gl/dist/maplibre-gl-worker.mjs';
import type { AddProtocolAction } from 'maplibre-gl';
import type { WorldTopology } from './basemap.ts';
import { createGroundTiles, GROUND_PROTOCOL, type GroundTiles, readTileAddress } from './ground-tiles.ts';

declare const self: { addProtocol(name: string, load: AddProtocolAction): void };

/** By path. One that could not be loaded is asked for again with the next tile. */
const worlds = new Map<string | null, Promise<GroundTiles>>();

self.addProtocol(GROUND_PROTOCOL, async ({ url }) => {
  const { worldPath, z, x, y } = readTileAddress(url);
  let world = worlds.get(worldPath);
  if (world === undefined) {
    world = load(worldPath);
    worlds.set(worldPath, world);
    world.catch(() => worlds.delete(worldPath));
  }
  // A copy: the writer's buffer is longer than the tile.
  return { data: (await world)(z, x, y).slice().buffer };
});

async function load(path: string | null): Promise<GroundTiles> {
  if (path === null) return createGroundTiles(null);
  const response = await fetch(path);
  if (!response.ok) throw new TypeError(`The world answered ${response.status}`);
  return createGroundTiles((await response.json()) as WorldTopology);
}
