import { expect, test } from 'vitest';
import { findMissing, raiseLarge } from './large-cities.ts';

const cities = {
  names: 'Gaziantep\nŞahinbey\nAlep\nKilis',
  latitudesE2: [3707, 3705, 3620, 3672],
  longitudesE2: [3738, 3737, 3716, 3712],
  populationsK: [1066, 900, 1602, 90],
};

test('a large city that Natural Earth lacks is added once, without its parts and other spellings', () => {
  const aleppo = ['Aleppo', 37.17, 36.23, 5.4, 2738, 0, 'Alepo'];
  expect(findMissing([aleppo], cities)).toEqual([['Gaziantep', 37.38, 37.07, 5, 1066]]);
});

test('a large place is named from zoom 5 at the latest, a small one when it was', () => {
  const rows = raiseLarge([
    ['Aleppo', 37.17, 36.23, 5.4, 2738, 0, 'Alepo'],
    ['Istanbul', 29.01, 41.1, 3.7, 10061],
    ['Eureka', -124.15, 40.8, 5.7, 42],
  ]);
  expect(rows.map(([name, , , zoom]) => [name, zoom])).toEqual([
    ['Aleppo', 5],
    ['Istanbul', 3.7],
    ['Eureka', 5.7],
  ]);
  expect(rows[0]).toEqual(['Aleppo', 37.17, 36.23, 5, 2738, 0, 'Alepo']);
});
