// The quiet ground under the events: land, borders, coasts and a graticule from Natural Earth (through world-atlas),
// as a MapLibre style of our own for each scheme. Everything is served by the gateway.

import type { Feature, FeatureCollection, MultiLineString, MultiPolygon, Position } from 'geojson';
import type { StyleSpecification } from 'maplibre-gl';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import type { Palette } from './encodings.ts';

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

function toLines(coordinates: Position[][]): Feature<MultiLineString> {
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

/** Meridians and parallels every 30°, with points close enough to bend on a globe. */
export function createGraticule(): Feature<MultiLineString> {
  const lines: Position[][] = [];
  const range = (from: number, to: number, step: number) =>
    Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step);
  for (const lon of range(-180, 150, 30)) lines.push(range(-85, 85, 5).map((lat) => [lon, lat]));
  for (const lat of range(-60, 60, 30)) lines.push(range(-180, 180, 5).map((lon) => [lon, lat]));
  return toLines(lines);
}

const EMPTY: FeatureCollection = { type: 'FeatureCollection', features: [] };

/** The style before any data has come. */
export function createStyle(palette: Palette, projection: 'mercator' | 'globe'): StyleSpecification {
  const source = (data: FeatureCollection | Feature, tolerance: number) =>
    ({ type: 'geojson', data, tolerance, buffer: 32, maxzoom: 8 }) as const;
  return {
    version: 8,
    projection: { type: projection },
    sources: {
      graticule: source(createGraticule(), 0.1),
      land: source(EMPTY, 0.3),
      borders: source(EMPTY, 0.3),
      coast: source(EMPTY, 0.3),
    },
    layers: [
      { id: 'water', type: 'background', paint: { 'background-color': palette.water } },
      {
        id: 'graticule',
        type: 'line',
        source: 'graticule',
        paint: { 'line-color': palette.graticule, 'line-width': 1 },
      },
      {
        id: 'land',
        type: 'fill',
        source: 'land',
        paint: { 'fill-color': palette.land, 'fill-antialias': false },
      },
      {
        id: 'borders',
        type: 'line',
        source: 'borders',
        paint: {
          'line-color': palette.border,
          'line-width': ['interpolate', ['linear'], ['zoom'], 1, 0.5, 6, 1.2],
        },
      },
      {
        id: 'coast',
        type: 'line',
        source: 'coast',
        paint: {
          'line-color': palette.coast,
          'line-width': ['interpolate', ['linear'], ['zoom'], 1, 0.6, 6, 1.1],
        },
      },
    ],
  };
}

/** The paint properties that differ between schemes. */
export function listPaints(
  palette: Palette,
): [layer: string, property: 'background-color' | 'line-color' | 'fill-color', color: string][] {
  return [
    ['water', 'background-color', palette.water],
    ['graticule', 'line-color', palette.graticule],
    ['land', 'fill-color', palette.land],
    ['borders', 'line-color', palette.border],
    ['coast', 'line-color', palette.coast],
  ];
}
