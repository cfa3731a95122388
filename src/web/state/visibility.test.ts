import { describe, expect, test } from 'vitest';
import { type CatalogueEntry, createCatalogue } from '../../catalogue/catalogue.ts';
import type { EventId } from '../../event/types.ts';
import { parsePlaceQuery } from '../map/place-in-address.ts';
import { effectiveAge, FIRST_VIEW, parseFilterQuery, toFilterQuery } from './filter.ts';
import { isRowVisible, NO_BOUNDS, toRowBounds } from './visibility.ts';
import { listVisibleRows } from './visible-rows.ts';

const NOW = Date.UTC(2023, 1, 6, 12);
const HOUR = 3_600_000;

function entry(id: string, ageMs: number, fields: Partial<CatalogueEntry> = {}): CatalogueEntry {
  return {
    id: id as EventId,
    revision: 1,
    state: 'live',
    starter: false,
    originTimeMs: NOW - ageMs,
    latitudeDeg: 37,
    longitudeDeg: 37,
    depthKm: 10,
    magnitude: { value: 4, type: 'mw' },
    region: null,
    eventType: null,
    agency: 'EMSC',
    author: null,
    offset: 0,
    ...fields,
  };
}

function catalogueOf(...entries: CatalogueEntry[]) {
  const catalogue = createCatalogue();
  for (const one of entries) catalogue.upsertEntry(one);
  return catalogue;
}

function shown(catalogue: ReturnType<typeof catalogueOf>, query: string, replayed = false): string[] {
  const bounds = toRowBounds(parseFilterQuery(query), catalogue, NOW, replayed);
  return [...listVisibleRows(catalogue, bounds, 100).rows].map((row) => catalogue.idAt(row));
}

describe('listVisibleRows()', () => {
  test('gives the newest first, whatever the order of arrival', () => {
    const catalogue = catalogueOf(entry('a-1', HOUR), entry('a-3', 3 * HOUR), entry('a-2', 2 * HOUR));
    expect(shown(catalogue, '')).toEqual(['a-1', 'a-2', 'a-3']);
  });

  test('shows an event without magnitude only when no magnitude is asked for', () => {
    const catalogue = catalogueOf(entry('a-1', HOUR, { magnitude: null }));
    expect(shown(catalogue, '?minmag=all')).toEqual(['a-1']);
    expect(shown(catalogue, '?minmag=-5')).toEqual([]);
  });

  test('includes the bound itself', () => {
    const catalogue = catalogueOf(
      entry('a-1', HOUR, { magnitude: { value: 4.5, type: 'mb' } }),
      entry('a-2', HOUR, { magnitude: { value: 4.49, type: 'mb' } }),
    );
    expect(shown(catalogue, '?minmag=4.5')).toEqual(['a-1']);
  });

  test('keeps to the age window', () => {
    const catalogue = catalogueOf(entry('a-1', HOUR), entry('a-2', 30 * HOUR), entry('a-3', 400 * HOUR));
    expect(shown(catalogue, '?age=day')).toEqual(['a-1']);
    expect(shown(catalogue, '?age=week')).toEqual(['a-1', 'a-2']);
    expect(shown(catalogue, '?age=all')).toEqual(['a-1', 'a-2', 'a-3']);
  });

  test('shows a withdrawn event for two days', () => {
    const catalogue = catalogueOf(
      entry('a-1', HOUR, { state: 'withdrawn' }),
      entry('a-2', 50 * HOUR, { state: 'withdrawn' }),
    );
    expect(shown(catalogue, '')).toEqual(['a-1']);
  });

  test('a withdrawn event is neither an earthquake nor another thing, but can be asked for', () => {
    const catalogue = catalogueOf(
      entry('a-1', HOUR, { state: 'withdrawn' }),
      entry('a-2', HOUR),
      entry('a-3', HOUR, { state: 'withdrawn', eventType: 'quarry blast' }),
      entry('a-4', HOUR, { eventType: 'quarry blast' }),
    );
    expect(shown(catalogue, '?type=withdrawn').sort()).toEqual(['a-1', 'a-3']);
    expect(shown(catalogue, '?type=earthquake')).toEqual(['a-2']);
    expect(shown(catalogue, '?type=other')).toEqual(['a-4']);
  });

  test('shows nothing of a replayed day’s future', () => {
    const catalogue = catalogueOf(entry('a-1', HOUR), entry('a-2', -5 * HOUR));
    expect(shown(catalogue, '', true)).toEqual(['a-1']);
    expect(shown(catalogue, '', false)).toEqual(['a-2', 'a-1']);
  });

  test('counts beyond its limit', () => {
    const catalogue = catalogueOf(entry('a-1', HOUR), entry('a-2', HOUR), entry('a-3', HOUR));
    const listed = listVisibleRows(catalogue, NO_BOUNDS, 2);
    expect(listed.rows.length).toBe(2);
    expect(listed.total).toBe(3);
    expect(isRowVisible(catalogue.columns, 2, NO_BOUNDS)).toBe(true);
  });
});

describe('effectiveAge()', () => {
  test('is a week when nothing is chosen and there is something in it', () => {
    expect(effectiveAge(FIRST_VIEW, catalogueOf(entry('a-1', HOUR), entry('a-2', 9000 * HOUR)), NOW)).toBe(
      'week',
    );
  });

  test('is everything when all there is is older', () => {
    expect(effectiveAge(FIRST_VIEW, catalogueOf(entry('a-1', 9000 * HOUR)), NOW)).toBe('all');
  });

  test('looks past events that the replayed clock has not reached', () => {
    const catalogue = catalogueOf(entry('a-1', HOUR), entry('a-2', -9000 * HOUR));
    expect(effectiveAge(FIRST_VIEW, catalogue, NOW)).toBe('week');
  });
});

describe('parseFilterQuery() and toFilterQuery()', () => {
  test('give back what was chosen and keep what is not theirs', () => {
    const query = toFilterQuery({ ...FIRST_VIEW, minMagnitude: 4.5, age: 'day' }, '?lang=de');
    expect(query).toBe('?lang=de&minmag=4.5&age=day');
    expect(parseFilterQuery(query)).toEqual({ ...FIRST_VIEW, minMagnitude: 4.5, age: 'day' });
    expect(toFilterQuery(FIRST_VIEW, query)).toBe('?lang=de');
  });

  test('has the map’s place while the list shows only what is in view, and what stood there until there is a map', () => {
    const inView = { ...FIRST_VIEW, inView: true };
    expect(parsePlaceQuery(toFilterQuery(inView, '?at=1,2,3', '4,5,6'))?.zoom).toBe(6);
    expect(toFilterQuery(FIRST_VIEW, '?at=1,2,3', '4,5,6')).toBe('');
    for (const filter of [FIRST_VIEW, inView])
      expect(parsePlaceQuery(toFilterQuery(filter, '?at=1,2,3'))?.zoom).toBe(3);
  });

  test('take nonsense for nothing', () => {
    expect(parseFilterQuery('?minmag=huge&age=century')).toEqual(FIRST_VIEW);
    expect(parseFilterQuery('?minmag=99')).toEqual(FIRST_VIEW);
  });
});
