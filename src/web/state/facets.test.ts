import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEvent } from '../../../test/support/gateway.ts';
import { type Catalogue, type CatalogueEntry, createCatalogue } from '../../catalogue/catalogue.ts';
import type { EventId } from '../../event/types.ts';
import { createFacetCounter, type FacetsQuery } from './facets.ts';
import { AGES, DEPTHS, FIRST_VIEW, type Filter, KINDS, parseFilterQuery } from './filter.ts';
import { createListTop } from './list-top.ts';
import { createRowScan } from './row-scan.ts';
import { createSharedCatalogue } from './shared-catalogue.ts';
import { toRowBounds, type ViewBox } from './visibility.ts';
import { listVisibleRows } from './visible-rows.ts';

const NOW = Date.UTC(2023, 1, 6, 12);
const HOUR = 3_600_000;
const PACIFIC: ViewBox = { westDeg: 150, southDeg: -60, eastDeg: -60, northDeg: 60 };

const EVERYTHING_CHANGED = { rows: null, orderFromMs: Number.NEGATIVE_INFINITY, replaced: true };

function toQuery(catalogue: Catalogue, filter: Filter, over: Partial<FacetsQuery> = {}): FacetsQuery {
  return {
    ...{ catalogue, filter, version: 0, change: EVERYTHING_CHANGED, nowMs: NOW, replayed: false },
    box: filter.inView ? PACIFIC : null,
    ...over,
  };
}

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
  '?type=withdrawn&minmag=all',
  '?minmag=6&depth=shallow&age=day',
  '?minmag=2.51',
  '?minmag=-1&age=all',
])('each count of %j is what the list has once that choice is made', (query) => {
  const catalogue = createMixture();
  const filter = { ...parseFilterQuery(query), age: parseFilterQuery(query).age ?? ('week' as const) };
  const facets = createFacetCounter()(toQuery(catalogue, filter));
  const listed = (change: Partial<typeof filter>) => {
    const changed = { ...filter, ...change };
    const bounds = toRowBounds(changed, catalogue, NOW, false);
    return listVisibleRows(catalogue, bounds, 0, changed.inView ? PACIFIC : null).total;
  };
  for (const age of AGES) expect([age, facets.ages[age]]).toEqual([age, listed({ age })]);
  for (const depth of DEPTHS) expect([depth, facets.depths[depth]]).toEqual([depth, listed({ depth })]);
  for (const kind of KINDS) expect([kind, facets.kinds[kind]]).toEqual([kind, listed({ kind })]);
  expect(facets.total).toBe(listed({}));
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

const FILTERS: readonly Filter[] = [
  '',
  '?minmag=all&age=all',
  '?depth=deep&age=day',
  '?minmag=2.4&type=other',
  '?inview=1',
]
  .map(parseFilterQuery)
  .map((filter) => ({ ...filter, age: filter.age ?? 'week' }));

const eventChange = fc.record({
  number: fc.integer({ min: 0, max: 30 }),
  ageH: fc.constantFrom(-1, 0, 1, 23, 24, 47, 49, 167, 169, 719, 721, 9000),
  magnitude: fc.option(fc.constantFrom(-0.5, 0.4, 2.4, 2.5, 6.1, 8.4)),
  depthKm: fc.option(fc.constantFrom(0, 70, 299.9, 650)),
  longitudeDeg: fc.constantFrom(37, 179),
  eventType: fc.option(fc.constantFrom('earthquake', 'quarry blast')),
  withdrawn: fc.boolean(),
});

const startOfDay = (ms: number) => ms - (((ms % (24 * HOUR)) + 24 * HOUR) % (24 * HOUR));

/** There are enough of them, and the next row is of an earlier day. */
function expectWholeDays(catalogue: Catalogue, rows: Uint32Array, all: Uint32Array): void {
  expect(rows.length).toBeGreaterThanOrEqual(6);
  if (rows.length === all.length) return;
  const dayOf = (row: number) => startOfDay(catalogue.columns.originTimeMs[row]!);
  expect(dayOf(all[rows.length]!)).toBeLessThan(dayOf(rows.at(-1)!));
}

test('after any changes of events, clock and filter, counts and list are those of a fresh look', () => {
  const step = fc.record({
    events: fc.array(eventChange, { maxLength: 4 }),
    aheadH: fc.constantFrom(0, 0, 1, 20, -20),
    filter: fc.constantFrom(...FILTERS),
    replayed: fc.boolean(),
    /** Not every change is looked at before the next one. */
    looked: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      let due = () => {};
      const shared = createSharedCatalogue((callback) => {
        due = callback;
      });
      const count = createFacetCounter();
      const beginList = createListTop(createRowScan(3), 6);
      const scan = createRowScan(2);
      let nowMs = NOW;
      let revision = 0;
      for (const { events, aheadH, filter, replayed, looked } of steps) {
        nowMs += aheadH * HOUR;
        for (const { number, ageH, magnitude, depthKm, longitudeDeg, eventType, withdrawn } of events) {
          const base = createEvent(number, { revision: ++revision, eventType });
          shared.applyEvent(
            {
              ...base,
              state: withdrawn ? 'withdrawn' : 'live',
              origin: { ...base.origin, originTimeMs: NOW - ageH * HOUR, depthKm, longitudeDeg },
              magnitude: magnitude === null ? null : { value: magnitude, type: 'mw' },
            },
            revision,
          );
        }
        due();
        due = () => {};
        if (!looked) continue;
        const catalogue = shared.current;
        const seen = { version: shared.version.peek(), change: shared.lastChange };
        const query = toQuery(catalogue, filter, { ...seen, nowMs, replayed });
        expect(count(query)).toEqual(createFacetCounter()(query));
        const bounds = toRowBounds(filter, catalogue, nowMs, replayed);
        for (const limit of [5, 1000]) {
          const fresh = listVisibleRows(catalogue, bounds, limit, query.box);
          const listQuery = { catalogue, ...seen, bounds, limit, box: query.box };
          expect(count(query).total).toBe(fresh.total);
          expect(scan(listQuery)).toEqual(fresh);
          if (limit === 5) continue;
          const top = beginList({ ...listQuery, startOfDay });
          expect([...top.rows]).toEqual([...fresh.rows.subarray(0, top.rows.length)]);
          if (top.whole) expect(top.rows.length).toBe(fresh.rows.length);
          else expectWholeDays(catalogue, top.rows, fresh.rows);
        }
      }
    }),
    { numRuns: 300 },
  );
});
