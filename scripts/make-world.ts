// Makes assets/world-110m.json, the land and graticule paths of /map.svg, from Natural Earth's 1:110m land
// (public domain, by way of the world-atlas package). Run again when the projection or its canvas changes.

import { readFileSync, writeFileSync } from 'node:fs';
import type { MultiPolygon, Polygon, Position } from 'geojson';
import { feature } from 'topojson-client';
import { project } from '../src/gateway/map/projection.ts';

/** Longest piece of an edge that may be drawn straight, degrees: meridians are curves in this projection. */
const STEP_DEG = 3;

type Topology = Parameters<typeof feature>[0];
const topology = JSON.parse(readFileSync('node_modules/world-atlas/land-110m.json', 'utf8')) as Topology;
const land = feature(topology, topology.objects['land']!);
const geometries = (land.type === 'FeatureCollection' ? land.features : [land]).map(
  ({ geometry }) => geometry as Polygon | MultiPolygon,
);

const rings = geometries.flatMap((geometry) =>
  (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates).flat(),
);
const edge = [
  ...range(-90, 90, STEP_DEG).map((latitude) => [180, latitude]),
  ...range(90, -90, -STEP_DEG).map((latitude) => [-180, latitude]),
];
const meridians = range(-150, 150, 30).map((longitude) =>
  range(-90, 90, STEP_DEG).map((latitude) => [longitude, latitude]),
);
const parallels = range(-60, 60, 30).map((latitude) => [
  [-180, latitude],
  [180, latitude],
]);

const world = {
  source: 'Natural Earth 1:110m land, public domain; made by scripts/make-world.ts',
  sphere: toPath([edge], true),
  graticule: toPath([...meridians, ...parallels], false),
  land: toPath(rings.flatMap(cutAtAntimeridian).map(densify), true),
};
writeFileSync('assets/world-110m.json', `${JSON.stringify(world, null, 1)}\n`);
console.log(`assets/world-110m.json: ${rings.length} rings, ${world.land.length} characters`);

function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step);
}

/** The parts of a ring between 180° west and east; rings of this file run on across that line, and one around the pole. */
function cutAtAntimeridian(ring: Position[]): Position[][] {
  let longitude = ring[0]![0]!;
  const unrolled = ring.map(([x, y]) => {
    longitude += ((((x! - longitude) % 360) + 540) % 360) - 180;
    return [longitude, y!];
  });
  const [first, last] = [unrolled[0]!, unrolled.at(-1)!];
  if (Math.abs(last[0]! - first[0]!) > 180) unrolled.push([last[0]!, -90], [first[0]!, -90], first);
  return [-360, 0, 360]
    .map((shift) => unrolled.map(([x, y]) => [x! + shift, y!]))
    .map((part) => clip(clip(part, -180, 1), 180, -1))
    .filter((part) => part.length > 3);
}

/** What of a ring lies beyond the meridian `edge`, to the east (side 1) or west (−1) (Sutherland and Hodgman). */
function clip(ring: Position[], edge: number, side: 1 | -1): Position[] {
  const kept: Position[] = [];
  for (const [i, point] of ring.entries()) {
    const before = ring[(i + ring.length - 1) % ring.length]!;
    const [now, then] = [(point[0]! - edge) * side, (before[0]! - edge) * side];
    if (now >= 0 !== then >= 0) {
      const share = then / (then - now);
      kept.push([edge, before[1]! + share * (point[1]! - before[1]!)]);
    }
    if (now >= 0) kept.push(point);
  }
  return kept.length > 0 ? [...kept, kept[0]!] : kept;
}

function densify(ring: Position[]): Position[] {
  return ring.flatMap((point, i) => {
    const next = ring[i + 1];
    if (!next) return [point];
    const [dx, dy] = [next[0]! - point[0]!, next[1]! - point[1]!];
    const pieces = Math.max(1, Math.ceil(Math.abs(dy) / STEP_DEG));
    return Array.from({ length: pieces }, (_, k) => [
      point[0]! + (dx * k) / pieces,
      point[1]! + (dy * k) / pieces,
    ]);
  });
}

/** Tenths of a pixel, each point relative to the one before; the differences are of rounded points, so nothing drifts. */
function toPath(lines: Position[][], closed: boolean): string {
  const show = (tenths: number) => String(tenths / 10).replace(/^(-?)0\./, '$1.');
  return lines
    .map((line) => {
      let [x, y] = [0, 0];
      let path = '';
      for (const [i, [longitude, latitude]] of line.entries()) {
        const [px, py] = project(longitude!, latitude!).map((value) => Math.round(value * 10)) as [
          number,
          number,
        ];
        if (i > 0 && px === x && py === y) continue;
        path += i === 0 ? `M${show(px)} ${show(py)}` : `l${show(px - x)} ${show(py - y)}`;
        [x, y] = [px, py];
      }
      return closed ? `${path}Z` : path;
    })
    .join('');
}
