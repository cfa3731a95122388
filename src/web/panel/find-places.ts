// Places by what a reader types: the regions that events are in, countries, cities. Each word typed begins a word of the
// name, whatever its accents. Pure, browser-safe.

import type { LabelTable } from '../map/labels.ts';
import type { PlaceKind } from '../state/app.ts';
import type { Place } from '../state/order.ts';
import type { Gazetteer } from './nearby.ts';

export interface FoundPlace {
  readonly name: string;
  readonly kind: PlaceKind;
  /** Of a city its country; null: none to be said. */
  readonly within: string | null;
  /** Of a city: cities of one name in one country are told apart by it. 0: not known. */
  readonly population: number;
  /** Of a region: how many events are shown there. */
  readonly events: number | null;
  /** Of a region: its number in the catalogue's dictionary. */
  readonly region: number | null;
  /** Of a country or city: where it is, and how far around it the map is to show. */
  readonly place: Place | null;
  readonly radiusKm: number;
}

export interface PlaceTables {
  /** Regions with events that are shown: number, name, how many. */
  readonly regions: readonly { readonly region: number; readonly name: string; readonly events: number }[];
  readonly countries: LabelTable['countries'];
  readonly gazetteer: Gazetteer;
  /** Name of a country, ISO 3166. */
  readonly nameCountry: (code: string) => string;
}

/** So many of each kind. */
const REGIONS_MAX = 4;
const COUNTRIES_MAX = 2;
const CITIES_MAX = 3;
/** What is felt in a city is rarely further away. */
const CITY_RADIUS_KM = 200;
/** A small country with the sea around it. A larger one's name is written from a lesser zoom on: so much further a zoom. */
const COUNTRY_RADIUS_KM = 600;
const COUNTRY_SMALL_ZOOM = 3.5;
const COUNTRY_GROWTH = 1.5;

export function findPlaces(typed: string, tables: PlaceTables): FoundPlace[] {
  const words = toWords(typed);
  if (words.length === 0) return [];
  const regions = tables.regions
    .filter(({ name }) => matches(name, words))
    .sort((a, b) => b.events - a.events)
    .slice(0, REGIONS_MAX)
    .map(({ region, name, events }) => ({
      name,
      kind: 'region' as const,
      within: null,
      population: 0,
      events,
      region,
      place: null,
      radiusKm: 0,
    }));
  const countries = tables.countries
    // A name stands in the place of a code that there is none of.
    .map(([code, lon, lat, zoom]) => ({
      name: /^[A-Z]{2}$/.test(code) ? tables.nameCountry(code) : code,
      ...{ lon, lat, zoom },
    }))
    .filter(({ name }) => matches(name, words))
    .slice(0, COUNTRIES_MAX)
    .map(({ name, lon, lat, zoom }) => ({
      ...{ name, kind: 'country' as const, within: null, population: 0, events: null, region: null },
      place: { latitudeDeg: lat, longitudeDeg: lon },
      radiusKm: COUNTRY_RADIUS_KM * COUNTRY_GROWTH ** Math.max(0, COUNTRY_SMALL_ZOOM - zoom),
    }));
  return [...countries, ...regions, ...findCities(words, tables)];
}

/** The most populous first, as the gazetteer has them. */
function findCities(words: readonly string[], { gazetteer, nameCountry }: PlaceTables): FoundPlace[] {
  const found: FoundPlace[] = [];
  const names = gazetteer.names.split('\n');
  const wordsOf = wordsOfCities(gazetteer, names);
  for (let i = 0; i < names.length && found.length < CITIES_MAX; i++) {
    if (!begin(words, wordsOf[i]!)) continue;
    found.push({
      name: names[i]!,
      kind: 'city',
      within: nameCountry(gazetteer.countries.slice(2 * i, 2 * i + 2)),
      population: gazetteer.populationsK[i]! * 1000,
      ...{ events: null, region: null, radiusKm: CITY_RADIUS_KM },
      place: { latitudeDeg: gazetteer.latitudesE2[i]! / 100, longitudeDeg: gazetteer.longitudesE2[i]! / 100 },
    });
  }
  return found;
}

/** Ten thousand names are folded once, not with each letter typed. */
const cityWords = new WeakMap<Gazetteer, string[][]>();

function wordsOfCities(gazetteer: Gazetteer, names: readonly string[]): string[][] {
  let words = cityWords.get(gazetteer);
  if (words === undefined) {
    words = names.map(toWords);
    cityWords.set(gazetteer, words);
  }
  return words;
}

const matches = (name: string, words: readonly string[]) => begin(words, toWords(name));

/** True when each of `words` begins one of `own`. */
function begin(words: readonly string[], own: readonly string[]): boolean {
  return words.every((word) => own.some((one) => one.startsWith(word)));
}

/** "Port-au-Prince" → "port", "au", "prince": of a name and of what is typed alike. */
function toWords(text: string): string[] {
  return fold(text)
    .split(/[\s,()/.'’‘`-]+/)
    .filter(Boolean);
}

/** Letters that are no other letter with an accent, as people type them who do not have them. */
const PLAIN: Readonly<Record<string, string>> = {
  ...{ ı: 'i', ø: 'o', ł: 'l', đ: 'd', ð: 'd', ħ: 'h' },
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th', ə: 'a' },
};
const NOT_PLAIN = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'g');

/** "Türkiye" → "turkiye", "Diyarbakır" → "diyarbakir" */
function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(NOT_PLAIN, (letter) => PLAIN[letter]!);
}
