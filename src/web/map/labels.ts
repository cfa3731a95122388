// What the map writes: countries, seas and larger places from assets/labels.json (scripts/make-labels.ts), in the reader's
// language. Countries' names come from the browser. The glyphs are drawn on the spot from the page's own font, so that
// neither a glyph server nor a font file is needed. Pure, browser-safe.

import type { Feature, FeatureCollection, Point } from 'geojson';

type Coordinates = [longitudeDeg: number, latitudeDeg: number];

/** The columns of each are explained where they are made. */
export interface LabelTable {
  readonly countries: readonly (readonly [code: string, lon: number, lat: number, zoom: number])[];
  readonly seas: readonly (readonly [
    lon: number,
    lat: number,
    zoom: number,
    en: string,
    de: string,
    es: string,
  ])[];
  readonly places: readonly (readonly (string | number)[])[];
  /** Large ones more, with the first columns of `places`. */
  readonly cities: readonly (readonly (string | number)[])[];
}

/** `name`, `zoom` from which on it is written, `rank`: the smaller goes first where two would meet. */
interface Label {
  readonly name: string;
  readonly zoom: number;
  readonly rank: number;
}
export type Labels = FeatureCollection<Point, Label>;

export interface LabelSets {
  readonly countries: Labels;
  readonly seas: Labels;
  readonly places: Labels;
}

/** Position of a language's names after the English one. */
const LANGUAGES = ['en', 'de', 'es'] as const;

/** `language` is a BCP 47 tag; seas and places in a language that the table lacks are in English. */
export function toLabels(table: LabelTable, language: string): LabelSets {
  const column = Math.max(
    0,
    LANGUAGES.findIndex((known) => language.toLowerCase().startsWith(known)),
  );
  const regions = new Intl.DisplayNames([language, 'en'], { type: 'region', style: 'short' });
  const countries = table.countries.map(([code, lon, lat, zoom], i) =>
    toFeature([lon, lat], nameRegion(regions, code), zoom, i),
  );
  const seas = table.seas.map(([lon, lat, zoom, ...names], i) =>
    toFeature([lon, lat], names[column]!, zoom, i),
  );
  // What is named sooner goes first; in each list the more important does.
  const byZoom = [...table.places, ...table.cities].sort((a, b) => Number(a[3]) - Number(b[3]));
  const places = byZoom.map((place, i) => {
    const own = column === 0 ? undefined : place[4 + column];
    const name = typeof own === 'string' ? own : String(place[0]);
    return toFeature([Number(place[1]), Number(place[2])], name, Number(place[3]), i);
  });
  return { countries: collect(countries), seas: collect(seas), places: collect(places) };
}

/** What stands in a code's place already is a name; so is what the browser does not know. */
function nameRegion(regions: Intl.DisplayNames, code: string): string {
  if (!/^[A-Z]{2}$/.test(code)) return code;
  // "Hong Kong SAR China" and "Myanmar (Burma)" say on a map no more than their first words.
  return (regions.of(code) ?? code)
    .replace(/ \(.*\)$/, '')
    .replace(/ SAR .*$/, '')
    .replace(/^Sonderverwaltungsregion /, '');
}

function toFeature(
  coordinates: Coordinates,
  name: string,
  zoom: number,
  rank: number,
): Feature<Point, Label> {
  return { type: 'Feature', properties: { name, zoom, rank }, geometry: { type: 'Point', coordinates } };
}

function collect(features: Feature<Point, Label>[]): Labels {
  return { type: 'FeatureCollection', features };
}
