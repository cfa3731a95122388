import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import type { MapTarget, MapView } from './app.ts';
import { FIRST_VIEW, type Filter } from './filter.ts';
import { measuredFrom, soughtInView } from './sought.ts';

const suva: MapTarget = {
  ...{ name: 'Suva', kind: 'city', wasInView: false },
  pin: { name: 'Suva', latitudeDeg: -18.14, longitudeDeg: 178.44 },
  // Across the date line.
  extent: { westDeg: 176.5, southDeg: -20, eastDeg: 180.4, northDeg: -16.2 },
};
const show = (target: MapTarget | null, box: MapView['box'] | null, inView = true) => ({
  goTo: signal(target),
  filter: signal<Filter>({ ...FIRST_VIEW, inView }),
  view: signal<MapView | null>(
    box === null ? null : { box, centre: { latitudeDeg: 0, longitudeDeg: 0 }, at: '' },
  ),
});
const fiji = { westDeg: 170, southDeg: -30, eastDeg: -170, northDeg: -10 };
const europe = { westDeg: -10, southDeg: 35, eastDeg: 30, northDeg: 60 };

test('a place that was searched for is named while the map shows it, or before there is a map', () => {
  expect(soughtInView(show(suva, fiji))?.name).toBe('Suva');
  expect(soughtInView(show(suva, null))?.name).toBe('Suva');
  expect(soughtInView(show(suva, europe))).toBeNull();
  expect(soughtInView(show(suva, fiji, false))).toBeNull();
  expect(soughtInView(show(null, fiji))).toBeNull();
});

test('distances are counted from a city, not from the middle of a country or region', () => {
  expect(measuredFrom(show(suva, fiji))?.latitudeDeg).toBe(-18.14);
  expect(measuredFrom(show({ ...suva, kind: 'country' }, fiji))).toBeNull();
  expect(measuredFrom(show({ ...suva, kind: 'region', pin: null }, fiji))).toBeNull();
});
