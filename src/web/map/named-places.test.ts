import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { toLabels } from './labels.ts';
import { listSameLabels, toNamedShapes } from './named-places.ts';

const city = { name: 'Suva', latitudeDeg: -18.14, longitudeDeg: 178.44, distance: '250 km' };
const from = { latitudeDeg: -17, longitudeDeg: 177, magnitude: 6 };
const gaziantep = { name: 'Gaziantep', latitudeDeg: 37.06, longitudeDeg: 37.38 };
const labels = (language: string) =>
  toLabels(
    JSON.parse(readFileSync(new URL('../../../assets/labels.json', import.meta.url), 'utf8')),
    language,
  ).places;

test('a place gets its name with the distance, and a line from the epicentre', () => {
  const { names, lines } = toNamedShapes([{ ...city, from }]);
  expect(names.features[0]!.properties.name).toBe('Suva\n250 km');
  expect(lines.features[0]!.geometry.coordinates).toEqual([
    [177, -17],
    [178.44, -18.14],
  ]);
});

test('a name goes on to the side of the event on which its place is, also across the date line', () => {
  const sideOf = (latitudeDeg: number, longitudeDeg: number) =>
    toNamedShapes([{ ...city, latitudeDeg, longitudeDeg, from }]).names.features[0]!.properties.side;
  expect([sideOf(-10, 178), sideOf(-17, -175), sideOf(-30, 176), sideOf(-16, 170)]).toEqual([
    ...['north', 'east', 'south', 'west'],
  ]);
  // East by degrees, north by kilometres: far north a degree of longitude is short.
  const north = { latitudeDeg: 70, longitudeDeg: 10, magnitude: 5 };
  const place = { ...city, latitudeDeg: 71, longitudeDeg: 12, from: north };
  expect(toNamedShapes([place]).names.features[0]!.properties.side).toBe('north');
});

test('a place that the reader asked for gets a pin with its name, and no line', () => {
  const { names, pins, lines } = toNamedShapes([], [city]);
  expect(pins.features.map(({ properties }) => properties.name)).toEqual(['Suva']);
  expect([names.features, lines.features]).toEqual([[], []]);
});

test('a pin at a city that the open event is measured from does not write its name a second time', () => {
  const { pins } = toNamedShapes([{ ...city, from }], [city, gaziantep]);
  expect(pins.features.map(({ properties }) => properties.name)).toEqual(['', 'Gaziantep']);
});

test('the open event keeps the room of its sight free, the larger the larger it is', () => {
  const radius = (magnitude: number | null) =>
    toNamedShapes([{ ...city, from: { ...from, magnitude } }]).sights.features[0]!.properties.radiusPx;
  expect(radius(7.5)).toBeCloseTo(20.8 + 12, 1);
  expect(radius(3)).toBeLessThan(radius(5));
  expect(radius(null)).toBeGreaterThan(12);
  expect(toNamedShapes([]).sights.features).toEqual([]);
});

test('Gaziantep stands once: its label is left out while it is named for the open event, in any language', () => {
  for (const language of ['en', 'de', 'es']) {
    const places = labels(language);
    const hidden = listSameLabels(places, [gaziantep]);
    const names = places.features.filter(({ properties }) => hidden.includes(properties.rank));
    expect(names.map(({ properties }) => properties.name)).toEqual(['Gaziantep']);
  }
});

test('a city of another name in the reader’s language is the same where it lies at the same point', () => {
  const istanbul = { name: 'Istanbul', latitudeDeg: 41.01, longitudeDeg: 28.95 };
  const places = labels('es');
  const hidden = listSameLabels(places, [istanbul]);
  expect(
    places.features.filter(({ properties }) => hidden.includes(properties.rank))[0]!.properties.name,
  ).toBe('Estambul');
});

test('cities of one name far from one another are different', () => {
  const places = labels('en');
  const valencia = places.features.find(({ properties }) => properties.name === 'Valencia')!;
  const [longitudeDeg, latitudeDeg] = valencia.geometry.coordinates as [number, number];
  expect(
    listSameLabels(places, [{ name: 'Valencia', latitudeDeg, longitudeDeg: longitudeDeg + 30 }]),
  ).toEqual([]);
});

test('the line goes the short way over the date line', () => {
  const { lines } = toNamedShapes([{ ...city, from: { ...from, longitudeDeg: -179 } }]);
  expect(lines.features[0]!.geometry.coordinates[1]![0]).toBeCloseTo(-181.56);
});
