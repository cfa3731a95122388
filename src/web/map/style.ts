// The map as a MapLibre style of our own: ground, graticule and plates below the events, names above them. Everything is
// served by the gateway; there is no glyph server, MapLibre then draws letters from the page's own font.

import type { FeatureCollection } from 'geojson';
import type {
  ExpressionSpecification,
  FilterSpecification,
  LayerSpecification,
  StyleSpecification,
} from 'maplibre-gl';
import { GROUND_ZOOM_MAX, toTileAddress } from './ground-tiles.ts';
import type { Projection } from './map-settings.ts';
import { SIDES, type Side } from './named-places.ts';
import type { Palette } from './palettes.ts';
import { PLATE_KINDS, type PlateKind } from './plates.ts';

/** Land, borders, coast and graticule: ./ground-tiles.ts. */
export const GROUND_SOURCE = 'ground';
export const TOOTH_IMAGE = 'tooth';
export const PLACE_IMAGE = 'place';
export const PIN_IMAGE = 'pin';
/** Keeps names away from the open event's sight: as large as it, and transparent. */
export const ROOM_IMAGE = 'room';
export const ROOM_IMAGE_PX = 8;
/** The events are drawn right below this layer: a name is never hidden by them. */
export const FIRST_NAME_LAYER = 'seas';
export const PLATE_LAYERS: readonly string[] = [
  ...PLATE_KINDS.map((kind) => `plates-${kind}`),
  'plates-teeth',
];
/** Layers of names of places that the open event is measured from, and that the reader asked for. */
export const NAMED_LAYERS = ['named', 'pins'] as const;
/** Layers of names, and the sources that feed them. */
export const NAME_LAYERS = ['seas', 'places', 'countries'] as const;

const EMPTY: FeatureCollection = { type: 'FeatureCollection', features: [] };

/** MapLibre reads slant and weight from the first name; the letters come from the family after it. */
const UPRIGHT = ['Quakewire Regular', 'system-ui', 'sans-serif'];
const SLANTED = ['Quakewire Italic', 'system-ui', 'sans-serif'];

/** The style before any data has come. */
export function createStyle(palette: Palette, projection: Projection, plates: boolean): StyleSpecification {
  const source = (data: FeatureCollection, tolerance: number) =>
    ({ type: 'geojson', data, tolerance, buffer: 32, maxzoom: 8 }) as const;
  return {
    version: 8,
    projection: { type: projection },
    sources: {
      [GROUND_SOURCE]: { type: 'vector', tiles: [toTileAddress(null)], maxzoom: GROUND_ZOOM_MAX },
      plates: source(EMPTY, 0.3),
      seas: source(EMPTY, 0),
      countries: source(EMPTY, 0),
      places: source(EMPTY, 0),
      'named-lines': source(EMPTY, 0),
      named: source(EMPTY, 0),
      pins: source(EMPTY, 0),
      sight: source(EMPTY, 0),
    },
    layers: [
      { id: 'water', type: 'background', paint: { 'background-color': palette.water } },
      graticule('graticule-30', palette, 0),
      graticule('graticule-10', palette, 3),
      {
        id: 'land',
        type: 'fill',
        source: GROUND_SOURCE,
        'source-layer': 'land',
        paint: { 'fill-color': palette.land, 'fill-antialias': false },
      },
      {
        id: 'borders',
        type: 'line',
        source: GROUND_SOURCE,
        'source-layer': 'borders',
        paint: {
          'line-color': palette.border,
          'line-width': ['interpolate', ['linear'], ['zoom'], 1, 0.5, 6, 1.2],
        },
      },
      {
        id: 'coast',
        type: 'line',
        source: GROUND_SOURCE,
        'source-layer': 'coast',
        paint: {
          'line-color': palette.coast,
          'line-width': ['interpolate', ['linear'], ['zoom'], 1, 0.6, 6, 1.1],
        },
      },
      ...plateLayers(palette, plates),
      {
        id: 'named-lines',
        type: 'line',
        source: 'named-lines',
        paint: {
          'line-color': palette.placeName,
          'line-width': 1,
          'line-dasharray': [2, 3],
          'line-opacity': 0.7,
        },
      },
      ...nameLayers(palette),
    ],
  };
}

function graticule(id: string, palette: Palette, minzoom: number): LayerSpecification {
  const paint = { 'line-color': palette.graticule, 'line-width': 1 };
  return { id, type: 'line', source: GROUND_SOURCE, 'source-layer': id, minzoom, paint };
}

/** The same forms as the legend's: panel/legend-plates.tsx. */
function plateLayers(palette: Palette, shown: boolean): LayerSpecification[] {
  const thin = ['interpolate', ['linear'], ['zoom'], 1, 0.7, 5, 1.1];
  const strong = ['interpolate', ['linear'], ['zoom'], 1, 1, 5, 1.6];
  const visibility = shown ? 'visible' : 'none';
  const forms: Readonly<Record<PlateKind, Record<string, unknown>>> = {
    spreading: { 'line-width': thin, 'line-gap-width': ['interpolate', ['linear'], ['zoom'], 1, 1, 5, 3] },
    transform: { 'line-width': thin },
    subduction: { 'line-width': strong },
    convergent: { 'line-width': strong, 'line-dasharray': [3.5, 2.5] },
  };
  const lines = PLATE_KINDS.map(
    (kind) =>
      ({
        id: `plates-${kind}`,
        type: 'line',
        source: 'plates',
        filter: ['==', ['get', 'kind'], kind],
        layout: { visibility, 'line-join': 'round' },
        paint: { 'line-color': palette.plate, 'line-opacity': 0.8, ...forms[kind] },
      }) as LayerSpecification,
  );
  return [
    ...lines,
    {
      id: 'plates-teeth',
      type: 'symbol',
      source: 'plates',
      filter: ['==', ['get', 'kind'], 'subduction'],
      layout: {
        visibility,
        'symbol-placement': 'line',
        'symbol-spacing': 26,
        'icon-image': TOOTH_IMAGE,
        'icon-anchor': 'bottom',
        'icon-rotation-alignment': 'map',
        'icon-keep-upright': false,
        'icon-size': ['interpolate', ['linear'], ['zoom'], 1, 0.7, 5, 1],
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
        'icon-padding': 0,
      },
      paint: { 'icon-color': palette.plate, 'icon-opacity': 0.8 },
    },
  ];
}

/** Few and quiet: a name waits for the zoom at which it has room, and gives way to what is more important. */
function nameLayers(palette: Palette): LayerSpecification[] {
  const name = (id: (typeof NAME_LAYERS)[number], layout: object, paint: object) =>
    ({
      id,
      type: 'symbol',
      source: id,
      filter: toLabelFilter([]),
      layout: {
        'text-field': ['get', 'name'],
        'symbol-sort-key': ['get', 'rank'],
        'text-padding': 6,
        'text-max-width': 8,
        ...layout,
      },
      paint: { 'text-halo-width': 1.6, 'text-halo-blur': 0.5, ...paint },
    }) as LayerSpecification;
  return [
    name(
      'seas',
      {
        'text-font': SLANTED,
        'text-size': ['interpolate', ['linear'], ['zoom'], 1, 11, 5, 14],
        'text-letter-spacing': 0.12,
        'text-line-height': 1.35,
      },
      { 'text-color': palette.seaName, 'text-halo-color': palette.water },
    ),
    name(
      'places',
      {
        'text-font': UPRIGHT,
        'text-size': ['interpolate', ['linear'], ['zoom'], 3, 10.5, 8, 13],
        'icon-image': PLACE_IMAGE,
        'text-variable-anchor': ['left', 'right', 'top', 'bottom'],
        'text-radial-offset': 0.45,
        'text-justify': 'auto',
      },
      {
        'text-color': palette.placeName,
        'text-halo-color': palette.nameEdge,
        'icon-color': palette.placeName,
      },
    ),
    // What comes later is placed first: a country keeps its name among its cities.
    name(
      'countries',
      {
        'text-font': UPRIGHT,
        'text-size': ['interpolate', ['linear'], ['zoom'], 1, 10.5, 3, 12, 6, 15],
        'text-letter-spacing': 0.06,
      },
      { 'text-color': palette.countryName, 'text-halo-color': palette.nameEdge },
    ),
    // What comes now is placed before all others, which give way.
    {
      id: 'named',
      type: 'symbol',
      source: 'named',
      layout: {
        'text-field': ['get', 'name'],
        'text-font': UPRIGHT,
        'text-size': 12.5,
        'text-line-height': 1.15,
        'text-padding': 2,
        'text-variable-anchor-offset': besideOrBeyond(),
        'text-justify': 'auto',
      },
      paint: { 'text-color': palette.placeName, 'text-halo-color': palette.nameEdge, 'text-halo-width': 2 },
    },
    {
      id: 'named-marks',
      type: 'symbol',
      source: 'named',
      // Without more room around them than their own, or a name could not stand beside its mark.
      layout: { 'icon-image': PLACE_IMAGE, 'icon-allow-overlap': true, 'icon-padding': 0 },
      paint: { 'icon-color': palette.placeName },
    },
    {
      id: 'pins',
      type: 'symbol',
      source: 'pins',
      layout: {
        'text-field': ['get', 'name'],
        'text-font': UPRIGHT,
        'text-size': 12.5,
        'text-padding': 2,
        'text-variable-anchor': ['top', 'left', 'right'],
        'text-radial-offset': 0.8,
        'text-justify': 'auto',
        'text-optional': true,
        'icon-image': PIN_IMAGE,
        'icon-anchor': 'bottom',
        'icon-allow-overlap': true,
      },
      paint: {
        'text-color': palette.placeName,
        'text-halo-color': palette.nameEdge,
        'text-halo-width': 2,
        'icon-color': palette.accent,
        'icon-halo-color': palette.casing,
        'icon-halo-width': 1,
      },
    },
    // First of all the room of the open event's sight.
    {
      id: 'sight',
      type: 'symbol',
      source: 'sight',
      layout: {
        'icon-image': ROOM_IMAGE,
        'icon-size': ['/', ['get', 'radiusPx'], ROOM_IMAGE_PX / 2],
        'icon-padding': 0,
        'icon-allow-overlap': true,
      },
    },
  ];
}

/** Labels from their zoom on, without those of these ranks. */
export function toLabelFilter(hiddenRanks: readonly number[]): FilterSpecification {
  const fromZoom: FilterSpecification = ['<=', ['get', 'zoom'], ['zoom']];
  if (hiddenRanks.length === 0) return fromZoom;
  return ['all', fromZoom, ['!', ['in', ['get', 'rank'], ['literal', [...hiddenRanks]]]]];
}

/** Letter heights from a named city to its name: beside its mark, or where the event's sight lies on it, beyond that. */
const NAME_BESIDE_EM = 0.5;
const NAME_BEYOND_EM = [3.2, 6];
/** From north clockwise, the anchor of a name that lies there. */
const ANCHORS = [
  'bottom',
  'bottom-left',
  'left',
  'top-left',
  'top',
  'top-right',
  'right',
  'bottom-right',
] as const;
/** Eighths of a turn from a name's own side, in the order in which they are tried. */
const TURNS = [0, 1, -1, 2, -2, 3, -3, 4];
/** With more, a name beyond its mark would stand across the event from it. */
const TURNS_BEYOND = [0, 1, -1];

/** Places for a name, by the side of the event on which its city is. */
function besideOrBeyond(): ExpressionSpecification {
  const bySide = SIDES.flatMap((side) => [side, ['literal', listPlaces(side)]]);
  return ['match', ['get', 'side'], ...bySide, bySide[1]] as unknown as ExpressionSpecification;
}

/** In the order in which they are tried. */
function listPlaces(side: Side): (string | [number, number])[] {
  const own = 2 * SIDES.indexOf(side);
  const at = (turn: number, em: number): [string, [number, number]] => {
    const eighth = (own + turn + 8) % 8;
    const angle = (eighth * Math.PI) / 4;
    return [ANCHORS[eighth]!, [em * Math.sin(angle), -em * Math.cos(angle)]];
  };
  return [
    ...TURNS.flatMap((turn) => at(turn, NAME_BESIDE_EM)),
    ...NAME_BEYOND_EM.flatMap((em) => TURNS_BEYOND.flatMap((turn) => at(turn, em))),
  ];
}

type PaintProperty =
  | 'background-color'
  | 'line-color'
  | 'fill-color'
  | 'text-color'
  | 'text-halo-color'
  | 'icon-color'
  | 'icon-halo-color';

/** The paint properties that differ between schemes. */
export function listPaints(palette: Palette): [layer: string, property: PaintProperty, color: string][] {
  return [
    ['water', 'background-color', palette.water],
    ['graticule-30', 'line-color', palette.graticule],
    ['graticule-10', 'line-color', palette.graticule],
    ['land', 'fill-color', palette.land],
    ['borders', 'line-color', palette.border],
    ['coast', 'line-color', palette.coast],
    ...PLATE_KINDS.map((kind): [string, PaintProperty, string] => [
      `plates-${kind}`,
      'line-color',
      palette.plate,
    ]),
    ['plates-teeth', 'icon-color', palette.plate],
    ['seas', 'text-color', palette.seaName],
    ['seas', 'text-halo-color', palette.water],
    ['countries', 'text-color', palette.countryName],
    ['countries', 'text-halo-color', palette.nameEdge],
    ['named-lines', 'line-color', palette.placeName],
    ['named', 'text-color', palette.placeName],
    ['named', 'text-halo-color', palette.nameEdge],
    ['named-marks', 'icon-color', palette.placeName],
    ['pins', 'text-color', palette.placeName],
    ['pins', 'text-halo-color', palette.nameEdge],
    ['pins', 'icon-color', palette.accent],
    ['pins', 'icon-halo-color', palette.casing],
    ['places', 'text-color', palette.placeName],
    ['places', 'text-halo-color', palette.nameEdge],
    ['places', 'icon-color', palette.placeName],
  ];
}
