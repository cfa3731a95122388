import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyEntry, anyVersions } from '../../test/support/arbitrary-entries.ts';
import type { EventId, QuakeEvent } from '../event/types.ts';
import { type Catalogue, type CatalogueEntry, createCatalogue } from './catalogue.ts';

const MAINSHOCK: QuakeEvent = {
  schemaVersion: 1,
  id: 'emsc-20230206_0000008' as EventId,
  revision: 1,
  state: 'live',
  origin: {
    originTimeMs: 1_675_646_255_796.4,
    latitudeDeg: 37.17361,
    longitudeDeg: 37.03204,
    depthKm: 17.925,
    evaluationMode: null,
  },
  magnitude: { value: 7.8, type: 'mw' },
  region: 'CENTRAL TURKEY',
  eventType: 'earthquake',
  typeCertainty: 'known',
  agency: 'EMSC',
  author: 'EMSC',
  updatedAtMs: 0,
  receivedAtMs: 0,
  firstReceivedAtMs: 0,
  reports: [{ agency: 'EMSC', agencyEventId: '20230206_0000008' }],
  changed: [],
};

/** All that a reader can see of a catalogue but its row numbers. */
function toState(catalogue: Catalogue): Map<EventId, CatalogueEntry> {
  return new Map(
    Array.from({ length: catalogue.count }, (_, row) => [catalogue.idAt(row), catalogue.entryAt(row)]),
  );
}

function expectInTimeOrder({ timeOrder, columns, count }: Catalogue): void {
  expect(timeOrder.length).toBe(count);
  expect(new Set(timeOrder).size).toBe(count);
  for (let i = 1; i < count; i++) {
    const before = columns.originTimeMs[timeOrder[i - 1]!]!;
    const after = columns.originTimeMs[timeOrder[i]!]!;
    expect(before < after || (before === after && timeOrder[i - 1]! < timeOrder[i]!)).toBe(true);
  }
}

describe('upsert()', () => {
  it('rounds to the steps of the columns', () => {
    const catalogue = createCatalogue();
    expect(catalogue.upsert(MAINSHOCK, 17)).toEqual({ row: 0, outcome: 'inserted' });
    expect(catalogue.entryAt(0)).toEqual({
      ...{ id: MAINSHOCK.id, revision: 1, state: 'live', starter: false, originTimeMs: 1_675_646_255_796 },
      ...{ latitudeDeg: 37.1736, longitudeDeg: 37.032, depthKm: 17.9, magnitude: { value: 7.8, type: 'mw' } },
      ...{ region: 'CENTRAL TURKEY', eventType: 'earthquake', agency: 'EMSC', author: 'EMSC', offset: 17 },
    });
    expect(catalogue.columns.originTimeS[0]).toBe(1_675_646_255 - Date.UTC(2000, 0) / 1000);
  });

  it('replaces by a higher revision in the same row, and ignores an equal or lower one', () => {
    const catalogue = createCatalogue();
    catalogue.upsert({ ...MAINSHOCK, revision: 2 }, 5);
    expect(catalogue.upsert({ ...MAINSHOCK, revision: 2, region: 'ELSEWHERE' }, 6).outcome).toBe('ignored');
    expect(catalogue.upsert({ ...MAINSHOCK, revision: 1 }, 7).outcome).toBe('ignored');
    expect(catalogue.upsert({ ...MAINSHOCK, revision: 3, state: 'withdrawn' }, 8)).toEqual({
      row: 0,
      outcome: 'updated',
    });
    expect(catalogue.entryAt(0)).toMatchObject({ region: 'CENTRAL TURKEY', state: 'withdrawn', offset: 8 });
  });

  it('lets an event of the log take the place of a starter event, whatever its revision', () => {
    const catalogue = createCatalogue();
    catalogue.upsert(MAINSHOCK, 3);
    const starter = { ...catalogue.entryAt(0), starter: true, revision: 9, offset: -1 };
    expect(catalogue.upsertEntry(starter).outcome).toBe('ignored');
    const other = createCatalogue();
    other.upsertEntry(starter);
    expect(other.upsert(MAINSHOCK, 3).outcome).toBe('updated');
    expect(toState(other)).toEqual(toState(catalogue));
  });

  it('keeps absent apart from 0', () => {
    const catalogue = createCatalogue();
    const origin = { ...MAINSHOCK.origin, depthKm: 0 };
    catalogue.upsert({ ...MAINSHOCK, origin, magnitude: null }, 0);
    expect(catalogue.entryAt(0)).toMatchObject({ depthKm: 0, magnitude: null });
  });

  it('goes on taking revisions beyond the last that the column counts', () => {
    const catalogue = createCatalogue();
    catalogue.upsert({ ...MAINSHOCK, revision: 70_000 }, 1);
    expect(catalogue.upsert({ ...MAINSHOCK, revision: 70_001, region: 'NEWER' }, 2).outcome).toBe('updated');
    expect(catalogue.upsert({ ...MAINSHOCK, revision: 70_000 }, 1).outcome).toBe('ignored');
    expect(catalogue.entryAt(0)).toMatchObject({ revision: 65_535, region: 'NEWER' });
  });
});

describe('upsertEntry()', () => {
  it('gives back through entryAt() what was put in, for any entry', () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        const catalogue = createCatalogue();
        const { row } = catalogue.upsertEntry(entry);
        expect(catalogue.entryAt(row)).toEqual(entry);
        expect(catalogue.rowOf(entry.id)).toBe(row);
      }),
      { numRuns: 500 },
    );
  });

  it('comes to the same catalogue whatever the order, and however often', () => {
    fc.assert(
      fc.property(
        anyVersions.chain((versions) =>
          fc.tuple(
            fc.constant(versions),
            fc.shuffledSubarray(versions, { minLength: versions.length }),
            fc.shuffledSubarray(versions),
          ),
        ),
        ([versions, shuffled, again]) => {
          const one = createCatalogue({ capacity: 1 });
          for (const entry of versions) one.upsertEntry(entry);
          const other = createCatalogue({ capacity: 1 });
          for (const entry of [...shuffled, ...again]) other.upsertEntry(entry);
          expect(toState(other)).toEqual(toState(one));
        },
      ),
    );
  });
});

describe('timeOrder', () => {
  it('holds every row once, by time, after each change', () => {
    fc.assert(
      fc.property(anyVersions, (versions) => {
        const catalogue = createCatalogue();
        for (const entry of versions) {
          catalogue.upsertEntry(entry);
          expectInTimeOrder(catalogue);
        }
      }),
    );
  });
});

describe('upsertCoded()', () => {
  it('comes to what single upserts come to', () => {
    fc.assert(
      fc.property(anyVersions, anyVersions, (before, versions) => {
        const single = createCatalogue();
        for (const entry of [...before, ...versions]) single.upsertEntry(entry);
        const many = createCatalogue();
        for (const entry of before) many.upsertEntry(entry);
        const changed = many.upsertCoded(versions.length, (i, into) => {
          const lone = createCatalogue();
          lone.upsertEntry(versions[i]!);
          Object.assign(into, codeFor(many, lone));
        });
        expect(toState(many)).toEqual(toState(single));
        expectInTimeOrder(many);
        expect(new Set(changed).size).toBeLessThanOrEqual(many.count);
      }),
    );
  });
});

/** Row 0 of `from` as a coded row of `to`. */
function codeFor(to: Catalogue, from: Catalogue) {
  const columns = Object.fromEntries(Object.entries(from.columns).map(([name, column]) => [name, column[0]]));
  const texts = Object.entries(from.dictionaries).map(([name, dictionary]) => [
    name,
    to.dictionaries[name as keyof Catalogue['dictionaries']].intern(dictionary.textAt(columns[name]!)),
  ]);
  return {
    ...columns,
    ...Object.fromEntries(texts),
    idPrefix: to.ids.internPrefix(from.ids.prefixAt(from.ids.prefixOf(0))),
    idNumber: from.ids.numberOf(0),
  };
}

describe('rowsSince()', () => {
  it('gives the rows of later offsets by offset', () => {
    const catalogue = createCatalogue();
    const put = (id: string, offset: number) => catalogue.upsert({ ...MAINSHOCK, id: id as EventId }, offset);
    const rows = [put('a', 4), put('b', 9), put('c', -1), put('d', 7)].map(({ row }) => row);
    expect([...catalogue.rowsSince(4)]).toEqual([rows[3], rows[1]]);
    expect([...catalogue.rowsSince(9)]).toEqual([]);
  });
});

describe('dictionaries', () => {
  it('name nothing rather than something wrong when a column has no number left', () => {
    const catalogue = createCatalogue();
    for (let i = 0; i < 256; i++) {
      catalogue.upsert({ ...MAINSHOCK, id: `x${i}` as EventId, agency: `A${i}` }, i);
    }
    expect(catalogue.entryAt(254).agency).toBe('A254');
    expect(catalogue.entryAt(255).agency).toBe('');
  });
});
