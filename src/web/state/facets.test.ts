import { expect, test } from 'vitest';
import { type CatalogueEntry, createCatalogue } from '../../catalogue/catalogue.ts';
import type { EventId } from '../../event/types.ts';
import { countFacets } from './facets.ts';
import { AGES, DEPTHS, FIRST_VIEW, KINDS, parseFilterQuery } from './filter.ts';
import { listVisibleRows, toRowBounds, type ViewBox } from './visibility.ts';

const NOW = Date.UTC(2023, 1, 6, 12);
const HOUR = 3_600_000;
const PACIFIC: ViewBox = { westDeg: 150, southDeg: -60, eastDeg: -60, northDeg: 60 };

/** Every mixture of what a filter looks at. */
function createMixture() {
  const catalogue = createCatalogue();
  let number = 0;
  for (const ageMs of [HOUR, 50 * HOUR, 300 * HOUR, 9000 * HOUR])
    for (const value of [null, 1.4, 2.5, 6.1])
      for (const depthKm of [null, -1, 69.9, 70, 299, 300, 650])
        for (const eventType of [null, 'earthquake', 'quarry blast'])
          for (const longitudeDeg of [37, -175, 179])
            for (const state of ['live', 'withdrawn'] as const) {
              const entry: CatalogueEntry = {
                ...{ id: `a-${++number}` as EventId, revision: 1, state, starter: false, offset: 0 },
                ...{ originTimeMs: NOW - ageMs, latitudeDeg: -20, longitudeDeg, depthKm, eventType },
                ...{ magnitude: value === null ? null : { value, type: 'mw' } },
                ...{ region: null, agency: 'EMSC', author: null },
              };
              catalogue.upsertEntry(entry);
            }
  return catalogue;
}

test.each([
  '',
  '?minmag=all&age=all',
  '?depth=deep',
  '?type=other&inview=1',
  '?minmag=6&depth=shallow&age=day',
])('each count of %j is what the list has once that choice is made', (query) => {
  const catalogue = createMixture();
  const filter = { ...parseFilterQuery(query), age: parseFilterQuery(query).age ?? ('week' as const) };
  const facets = countFacets(catalogue, filter, NOW, false, PACIFIC);
  const listed = (change: Partial<typeof filter>) => {
    const changed = { ...filter, ...change };
    const bounds = toRowBounds(changed, catalogue, NOW, false);
    return listVisibleRows(catalogue, bounds, 0, changed.inView ? PACIFIC : null).total;
  };
  for (const age of AGES) expect([age, facets.ages[age]]).toEqual([age, listed({ age })]);
  for (const depth of DEPTHS) expect([depth, facets.depths[depth]]).toEqual([depth, listed({ depth })]);
  for (const kind of KINDS) expect([kind, facets.kinds[kind]]).toEqual([kind, listed({ kind })]);
  expect(facets.inView).toBe(listed({ inView: true }));
  expect(facets.magnitudes.reduce((sum, count) => sum + count)).toBe(listed({ minMagnitude: 'all' }));
  expect(facets.magnitudes.subarray(5).reduce((sum, count) => sum + count)).toBe(
    listed({ minMagnitude: 2.5 }),
  );
});

test('the first view is the last seven days from magnitude 2.5 on', () => {
  const catalogue = createMixture();
  const { rows } = listVisibleRows(catalogue, toRowBounds(FIRST_VIEW, catalogue, NOW, false), 10_000);
  for (const row of rows) {
    expect(catalogue.columns.magnitudeE2[row]).toBeGreaterThanOrEqual(250);
    expect(catalogue.columns.originTimeMs[row]).toBeGreaterThanOrEqual(NOW - 168 * HOUR);
  }
  expect(rows.length).toBeGreaterThan(0);
});
