import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findPlaces, type PlaceTables } from './find-places.ts';

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../assets/${name}`, import.meta.url), 'utf8'));
const countries = new Intl.DisplayNames('en', { type: 'region' });
const tables: PlaceTables = {
  regions: [
    { region: 1, name: 'Tonga region', events: 2 },
    { region: 2, name: 'Tonga', events: 12 },
    { region: 3, name: 'South of Fiji Islands', events: 5 },
  ],
  countries: read('labels.json').countries,
  gazetteer: read('cities.json'),
  nameCountry: (code) => countries.of(code) ?? code,
};
const names = (typed: string) => findPlaces(typed, tables).map(({ name }) => name);

test('a country, the regions with events there by their number, and cities are found by their beginning', () => {
  const found = findPlaces('tong', tables);
  expect(found.slice(0, 3).map(({ name, events }) => [name, events])).toEqual([
    ['Tonga', null],
    ['Tonga', 12],
    ['Tonga region', 2],
  ]);
  expect(found[0]!.place!.latitudeDeg).toBeLessThan(-15);
});

test('accents and capitals do not matter, and each word may begin any of the name’s', () => {
  expect(names('turkiye')).toContain('Türkiye');
  expect(names('TÜRKİYE')).toContain('Türkiye');
  expect(names('fiji south')).toEqual(['South of Fiji Islands']);
  expect(names('gaziant')).toContain('Gaziantep');
});

test.each([
  ...['Port-au-Prince', 'Guinea-Bissau', 'L’Aquila', "L'Aquila", 'Xi’an', "Xi'an"],
  ...['Diyarbakır', 'Elazığ', 'Adıyaman', 'Wrocław'],
])('a place is found by its name as it is written: %s', (typed) => {
  const plain = (name: string) => name.replaceAll('’', "'");
  expect(names(typed).map(plain)).toContain(plain(typed));
});

test.each([
  ['N. Cyprus', 'N. Cyprus'],
  ['port au prince', 'Port-au-Prince'],
  ['Diyarbakir', 'Diyarbakır'],
  ['Elazig', 'Elazığ'],
  ['Adiyaman', 'Adıyaman'],
  ['Wroclaw', 'Wrocław'],
  ['aquila', 'L’Aquila'],
])('a place is found by its name as it can be typed: %s', (typed, name) => {
  expect(names(typed).map((found) => found.replaceAll("'", '’'))).toContain(name);
});

test('cities of one name in one country are told apart by how many live there', () => {
  const found = findPlaces('columbus', tables).filter(({ name }) => name === 'Columbus');
  expect(found.length).toBeGreaterThan(1);
  expect(new Set(found.map(({ within }) => within)).size).toBe(1);
  expect(new Set(found.map(({ population }) => population)).size).toBe(found.length);
});

test('around a city is shown what may be felt there, around a country the more the larger it is', () => {
  const radiusKm = (name: string) => findPlaces(name, tables).find((found) => found.name === name)!.radiusKm;
  expect(radiusKm('Gaziantep')).toBe(200);
  const [tonga, japan, russia] = ['Tonga', 'Japan', 'Russia'].map(radiusKm) as [number, number, number];
  expect(tonga).toBe(600);
  expect(japan).toBeGreaterThan(700);
  expect(russia).toBeGreaterThan(2000);
});

test('nothing typed finds nothing', () => {
  expect(names(' ')).toEqual([]);
});
