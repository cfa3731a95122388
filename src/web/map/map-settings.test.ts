import { expect, test } from 'vitest';
import { createMapSettings, readMapQuery, toMapQuery } from './map-settings.ts';

test('the address tells what differs from the usual map and keeps what is not its own', () => {
  const settings = createMapSettings();
  expect(toMapQuery(settings, '?minmag=4.5')).toBe('?minmag=4.5');
  settings.colorMode.value = 'depth';
  settings.projection.value = 'globe';
  settings.plates.value = true;
  const query = toMapQuery(settings, '?minmag=4.5');
  expect(query).toBe('?minmag=4.5&colour=depth&map=globe&plates=1');
  expect(toMapQuery(createMapSettings(), query)).toBe('?minmag=4.5');
  const read = createMapSettings();
  readMapQuery(read, query);
  expect([read.colorMode.value, read.projection.value, read.plates.value]).toEqual(['depth', 'globe', true]);
});

test('nonsense in the address changes nothing', () => {
  const settings = createMapSettings();
  readMapQuery(settings, '?colour=taste&map=cube&plates=yes&legend=2');
  expect(toMapQuery(settings, '')).toBe('');
  expect(settings.legendOpen.value).toBeNull();
});

test('when the map starts is read from the address and not written there', () => {
  const settings = createMapSettings();
  readMapQuery(settings, '?mapstart=asked');
  expect(settings.start.value).toBe('asked');
  expect(toMapQuery(settings, '?minmag=4.5')).toBe('?minmag=4.5');
  readMapQuery(settings, '?mapstart=never');
  expect(settings.start.value).toBe('asked');
});
