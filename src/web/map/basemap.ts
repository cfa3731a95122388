// The shapes of the quiet ground under the events: land, borders and coasts from Natural Earth (through world-atlas), and
// a graticule. ./style.ts says how they are drawn. Pure, browser-safe.

import type { Feature, FeatureCollection, MultiLineString, MultiPolygon, Position } from 'geojson';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';

/** The objects of world-atlas' countries-*.json. */
export type WorldTopology = Topology<{ countries: GeometryCollection; land: GeometryCollection }>;

export interface BasemapData {
  readonly land: Feature<MultiPolygon>;
  readonly borders: Feature<MultiLineString>;
  readonly coast: Feature<MultiLineString>;
}

/** Splits a topology into what the style draws: land as areas, borders between countries and coasts as lines. */
export function toBasemapData(world: WorldTopology): BasemapData {
  const { countries, land } = world.objects;
  return {
    land: toLand(feature(world, land)),
    borders: toLines(mesh(world, countries, (a, b) => a !== b).coordinates.map(unwrapLine)),
    coast: toLines(mesh(world, land).coordinates.map(unwrapLine)),
  };
}

export function toLines(coordinates: Position[][]): Feature<MultiLineString> {
  return { type: 'Feature', properties: {}, geometry: { type: 'MultiLineString', coordinates } };
}

function toLand(shapes: FeatureCollection | Feature): Feature<MultiPolygon> {
  const coordinates: Position[][][] = [];
  for (const { geometry } of shapes.type === 'FeatureCollection' ? shapes.features : [shapes]) {
    if (geometry.type === 'Polygon') coordinates.push(geometry.coordinates.map(unwrapRing));
    else if (geometry.type === 'MultiPolygon')
      for (const rings of geometry.coordinates) coordinates.push(rings.map(unwrapRing));
  }
  return { type: 'Feature', properties: {}, geometry: { type: 'MultiPolygon', coordinates } };
}

/**
 * A line that crosses the date line goes on beyond ±180° instead of jumping to the other side of the map: world-atlas
 * has lines on the sphere, MapLibre draws on the plane and repeats what lies beyond its edge.
 */
export function unwrapLine(line: Position[]): Position[] {
  let turns = 0;
  return line.map(([lon, lat], i) => {
    const step = i === 0 ? 0 : lon! - line[i - 1]![0]!;
    if (step > 180) turns--;
    else if (step < -180) turns++;
    return [lon! + 360 * turns, lat!];
  });
}

/** As `unwrapLine`; a ring around a pole, which does not close on the plane, is closed along the map's edge. */
export function unwrapRing(ring: Position[]): Position[] {
  const line = unwrapLine(ring);
  const [firstLon, firstLat] = line[0]!;
  const [lastLon] = line.at(-1)!;
  if (Math.abs(lastLon! - firstLon!) < 180) return line;
  const edge = firstLat! < 0 ? -89.9 : 89.9;
  return [...line, [lastLon!, edge], [firstLon!, edge], line[0]!];
}

/** Meridians and parallels every so many degrees, with points close enough to bend on a globe. */
export function createGraticule(everyDeg: number): Feature<MultiLineString> {
  const lines: Position[][] = [];
  const range = (from: number, to: number, step: number) =>
    Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step);
  for (const lon of range(-180, 180 - everyDeg, everyDeg))
    lines.push(range(-85, 85, 5).map((lat) => [lon, lat]));
  const highest = 90 - everyDeg;
  for (const lat of range(-highest, highest, everyDeg))
    lines.push(range(-180, 180, 5).map((lon) => [lon, lat]));
  return toLines(lines);
}
