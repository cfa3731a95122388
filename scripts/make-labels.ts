// Makes assets/labels.json, what the map writes: countries (from the areas of world-atlas; their names come from the
// browser in the reader's language), oceans and seas (by hand, below), larger places (Natural Earth 1:50m populated
// places, public domain), and the large cities among those that it lacks (assets/cities.json, GeoNames):
//
//   node scripts/make-labels.ts ne_50m_populated_places.json
//   node scripts/make-labels.ts assets/labels.json      the places of Natural Earth as they stand there

import { readFileSync, writeFileSync } from 'node:fs';
import type { MultiPolygon, Polygon, Position } from 'geojson';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import { unwrapRing } from '../src/web/map/basemap.ts';
import { toMercatorY } from '../src/web/map/mercator.ts';
import { findInnermost } from './make-labels/innermost.ts';
import { type CityColumns, findMissing, type PlaceRow, raiseLarge } from './make-labels/large-cities.ts';
import { SEAS } from './make-labels/seas.ts';

/** A name is written where a circle of so many pixels fits into the country, or its area is that of such a square. */
const COUNTRY_CIRCLE_PX = 40;
const COUNTRY_SIDE_PX = 72;
const COUNTRY_ZOOM_MIN = 0;
const COUNTRY_ZOOM_MAX = 5;
/** Islands that no other name is near to, Tonga and Fiji say, are named sooner: the sea around them has room. So far from the next. */
const COUNTRY_APART_PX = 110;
const ISLAND_ZOOM_MIN = 2.4;
/** Places that Natural Earth shows later than this are left to the list: a map of earthquakes is no street map. */
const PLACE_ZOOM_MAX = 6.1;
/** Places give way to countries and events: they are written this much closer than Natural Earth would. */
const PLACE_ZOOM_LATER = 0.7;
/** No ISO code, or the name of a whole that its part must not carry. */
const NO_COUNTRY = new Set(['Siachen Glacier', 'Indian Ocean Ter.', 'Ashmore and Cartier Is.']);

interface Place {
  NAME: string;
  NAME_EN: string | null;
  NAME_DE: string | null;
  NAME_ES: string | null;
  LATITUDE: number;
  LONGITUDE: number;
  FEATURECLA: string;
  POP_MAX: number;
  min_zoom: number;
}

const file = process.argv[2];
if (file === undefined)
  throw new Error('Usage: node scripts/make-labels.ts ne_50m_populated_places.json or assets/labels.json');
const gazetteer = JSON.parse(readFileSync('assets/cities.json', 'utf8')) as CityColumns;
const countries = listCountries();
const places = raiseLarge(listPlaces(file));
const cities = findMissing(places, gazetteer);
const sections = { countries, seas: SEAS, places, cities };
const text = Object.entries(sections).map(
  ([name, rows]) => `"${name}": [\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]`,
);
const json = `{"source": "Natural Earth, public domain; cities: GeoNames, CC BY 4.0; made by scripts/make-labels.ts",\n${text.join(',\n')}}\n`;
writeFileSync('assets/labels.json', json);
console.log(
  `assets/labels.json: ${countries.length} countries, ${SEAS.length} seas, ${places.length} places, ${cities.length} cities more, ${json.length} bytes`,
);

/** `[ISO 3166 alpha-2 code, longitude, latitude, zoom]`; without a code the name itself stands in its place. */
function listCountries(): [string, number, number, number][] {
  const world = JSON.parse(readFileSync('node_modules/world-atlas/countries-50m.json', 'utf8')) as Topology<{
    countries: GeometryCollection<{ name: string }>;
  }>;
  const seen = new Set<string>();
  const rows: [string, number, number, number][] = [];
  for (const { id, properties, geometry } of feature(world, world.objects.countries).features) {
    if (NO_COUNTRY.has(properties.name)) continue;
    const code = id === undefined ? properties.name : new Intl.Locale(`und-${id}`).region!;
    if (seen.has(code)) continue;
    seen.add(code);
    const land = largestArea(geometry as Polygon | MultiPolygon);
    const { x, y, radius } = findInnermost(land);
    const zoom = Math.min(
      Math.log2(COUNTRY_CIRCLE_PX / (2 * radius * 512)),
      Math.log2(COUNTRY_SIDE_PX / (Math.sqrt(area(land[0]!)) * 512)),
    );
    const latitude = (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
    const longitude = (((((x - 0.5) * 360 + 540) % 360) + 360) % 360) - 180;
    rows.push([code, round(longitude), round(latitude), Math.round(clampZoom(zoom) * 10) / 10]);
  }
  // Names are chosen by whole zooms, and the whole world is seen at somewhat less than 1: the largest countries are named there.
  const roomy = rows.map(([code, longitude, latitude, zoom], i): [string, number, number, number] => {
    const apart = Math.min(...rows.map((other, k) => (k === i ? 1 : distance(rows[i]!, other))));
    const roomZoom = Math.max(ISLAND_ZOOM_MIN, Math.log2(COUNTRY_APART_PX / (apart * 512)));
    return [code, longitude, latitude, toZoom(Math.min(zoom, roomZoom))];
  });
  return roomy.sort((a, b) => a[3] - b[3] || (a[0] < b[0] ? -1 : 1));
}

/** To a tenth; below 1 it is 0. */
function toZoom(zoom: number): number {
  return zoom < 1 ? 0 : Math.round(zoom * 10) / 10;
}

/** On Mercator's plane, whose side is 1, across the date line too. */
function distance(
  [, lon, lat]: [string, number, number, number],
  other: [string, number, number, number],
): number {
  const across = Math.abs(lon - other[1]) / 360;
  return Math.hypot(Math.min(across, 1 - across), toMercatorY(lat * 1e4) - toMercatorY(other[2] * 1e4));
}

/** The largest of a country's areas with its holes, on Mercator's plane from 0 to 1. */
function largestArea(geometry: Polygon | MultiPolygon): Position[][] {
  const areas = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
  const flat = areas.map((rings) =>
    rings.map((ring) => unwrapRing(ring).map(([lon, lat]) => [lon! / 360 + 0.5, toMercatorY(lat! * 1e4)])),
  );
  return flat.reduce((a, b) => (area(b[0]!) > area(a[0]!) ? b : a));
}

function area(ring: readonly Position[]): number {
  let sum = 0;
  for (let i = 1; i < ring.length; i++)
    sum += ring[i - 1]![0]! * ring[i]![1]! - ring[i]![0]! * ring[i - 1]![1]!;
  return Math.abs(sum / 2);
}

/** `[name, longitude, latitude, zoom, inhabitants in thousands, German name, Spanish name]`; equal names are left out. */
function listPlaces(path: string): PlaceRow[] {
  const { features, places: made } = JSON.parse(readFileSync(path, 'utf8')) as {
    features: { properties: Place }[];
    places?: PlaceRow[];
  };
  if (made !== undefined) return made;
  return features
    .map(({ properties }) => properties)
    .filter(
      (place) => place.min_zoom <= PLACE_ZOOM_MAX && !/station/i.test(`${place.FEATURECLA} ${place.NAME}`),
    )
    .sort((a, b) => a.min_zoom - b.min_zoom || b.POP_MAX - a.POP_MAX)
    .map((place) => {
      const name = place.NAME_EN ?? place.NAME;
      const others = [place.NAME_DE?.replace(/^Präfektur /, ''), place.NAME_ES].map(
        (other) => (other === name ? undefined : other) ?? 0,
      );
      while (others.at(-1) === 0) others.pop();
      const zoom = Math.round((Math.max(2.6, place.min_zoom) + PLACE_ZOOM_LATER) * 10) / 10;
      return [
        name,
        round(place.LONGITUDE),
        round(place.LATITUDE),
        zoom,
        Math.round(place.POP_MAX / 1000),
        ...others,
      ];
    });
}

function clampZoom(zoom: number): number {
  return Math.min(COUNTRY_ZOOM_MAX, Math.max(COUNTRY_ZOOM_MIN, zoom));
}

function round(degrees: number): number {
  return Math.round(degrees * 100) / 100;
}
