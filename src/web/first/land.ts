// The land as one path on a square Web Mercator world, for the drawing that stands in the map's place at first. From
// Natural Earth's 1:110m land (world-atlas). Pure; runs on the server.

import type { Position } from 'geojson';
import landTopology from 'world-atlas/land-110m.json';
import { toBasemapData, type WorldTopology } from '../map/basemap.ts';
import { toMercatorY } from '../map/mercator.ts';
import { type Point, simplify } from './simplify.ts';

/** Side of the world in units of the path: about a pixel each on a usual screen. */
export const WORLD_UNITS = 800;

/** A point this near to the line without it is left out, units. */
const TOLERANCE = 0.85;

/** Points relative to the one before in whole units; rounding does not add up, and islands below a unit fall away. */
export function createLandPath(): string {
  const world = landTopology as unknown as WorldTopology;
  const { land } = toBasemapData({ ...world, objects: { ...world.objects, countries: EMPTY } });
  return land.geometry.coordinates.flat().map(toRing).join('');
}

const EMPTY: WorldTopology['objects']['countries'] = { type: 'GeometryCollection', geometries: [] };

function toRing(ring: Position[]): string {
  let path = '';
  let points = 0;
  let [x, y] = [0, 0];
  for (const place of simplify(ring.map(toUnits), TOLERANCE)) {
    const [nextX, nextY] = [Math.round(place[0]), Math.round(place[1])];
    if (points > 0 && nextX === x && nextY === y) continue;
    path +=
      points === 0
        ? `M${nextX} ${nextY}`
        : points === 1
          ? `l${step(nextX - x, nextY - y)}`
          : `${nextX < x ? '' : ' '}${step(nextX - x, nextY - y)}`;
    [x, y] = [nextX, nextY];
    points++;
  }
  return points < 3 ? '' : `${path}z`;
}

function toUnits([longitudeDeg, latitudeDeg]: Position): Point {
  return [((longitudeDeg! + 180) / 360) * WORLD_UNITS, toMercatorY(latitudeDeg! * 1e4) * WORLD_UNITS];
}

/** A minus sign parts two numbers as well as a space does. */
function step(dx: number, dy: number): string {
  return dy < 0 ? `${dx}${dy}` : `${dx} ${dy}`;
}
