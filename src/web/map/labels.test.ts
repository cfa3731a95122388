import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type LabelTable, toLabels } from './labels.ts';

const table = JSON.parse(
  readFileSync(new URL('../../../assets/labels.json', import.meta.url), 'utf8'),
) as LabelTable;

function namesIn(language: string): string[] {
  const { countries, seas, places } = toLabels(table, language);
  return [countries, seas, places].flatMap(({ features }) =>
    features.map(({ properties }) => properties.name),
  );
}

test('names are in the page’s language', () => {
  expect(namesIn('en')).toEqual(expect.arrayContaining(['Germany', 'Japan', 'Baltic Sea', 'Mexico City']));
  expect(namesIn('de')).toEqual(
    expect.arrayContaining(['Deutschland', 'Japan', 'Ostsee', 'Mexiko-Stadt', 'Tokio']),
  );
  expect(namesIn('es-MX')).toEqual(
    expect.arrayContaining(['Alemania', 'Japón', 'Mar Báltico', 'Ciudad de México']),
  );
});

test('a language that the table lacks has its countries, and the rest in English', () => {
  const names = namesIn('fr');
  expect(names).toContain('Allemagne');
  expect(names).toContain('Baltic Sea');
});

test('no country is left a bare code, none is named twice', () => {
  const { countries } = toLabels(table, 'en');
  const names = countries.features.map(({ properties }) => properties.name);
  expect(names.filter((name) => /^[A-Z]{2}$/.test(name) && name !== 'US' && name !== 'UK')).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});

test('every name stands on the map and waits for a zoom', () => {
  const { countries, seas, places } = toLabels(table, 'en');
  for (const { geometry, properties } of [countries, seas, places].flatMap(({ features }) => features)) {
    const [longitudeDeg, latitudeDeg] = geometry.coordinates;
    expect(Math.abs(longitudeDeg!)).toBeLessThanOrEqual(180);
    expect(Math.abs(latitudeDeg!)).toBeLessThan(85);
    expect(properties.zoom).toBeGreaterThanOrEqual(0);
    expect(properties.zoom).toBeLessThanOrEqual(7);
  }
});

test('large cities are named where a country is looked at: Gaziantep, Adana and Aleppo with Ankara', () => {
  const { features } = toLabels(table, 'en').places;
  const named = features
    .filter(({ properties }) => properties.zoom <= 5)
    .map(({ properties }) => properties.name);
  expect(named).toEqual(
    expect.arrayContaining([
      'Gaziantep',
      'Adana',
      'Aleppo',
      'Ankara',
      'Beirut',
      'Damascus',
      'Tbilisi',
      'Yerevan',
    ]),
  );
  // Each city once.
  expect(named.filter((name) => /^(Gaziantep|Adana|Aleppo|Istanbul)$/.test(name))).toHaveLength(4);
});
