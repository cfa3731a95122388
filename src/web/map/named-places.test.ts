import { expect, test } from 'vitest';
import { toNamedShapes } from './named-places.ts';

const city = { name: 'Suva', latitudeDeg: -18.14, longitudeDeg: 178.44, distance: '250 km' };

test('a place gets its name with the distance, and a line from the epicentre', () => {
  const { names, lines } = toNamedShapes([{ ...city, from: { latitudeDeg: -17, longitudeDeg: 177 } }]);
  expect(names.features[0]!.properties.name).toBe('Suva\n250 km');
  expect(lines.features[0]!.geometry.coordinates).toEqual([
    [177, -17],
    [178.44, -18.14],
  ]);
});

test('a place that the reader asked for gets its name, and no line', () => {
  const { names, lines } = toNamedShapes([], [{ name: 'Suva', latitudeDeg: -18.14, longitudeDeg: 178.44 }]);
  expect(names.features.map(({ properties }) => properties.name)).toEqual(['Suva']);
  expect(lines.features).toEqual([]);
});

test('the line goes the short way over the date line', () => {
  const { lines } = toNamedShapes([{ ...city, from: { latitudeDeg: -17, longitudeDeg: -179 } }]);
  expect(lines.features[0]!.geometry.coordinates[1]![0]).toBeCloseTo(-181.56);
});
