import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText, anyVersions } from '../../test/support/arbitrary-entries.ts';
import { QuakewireError } from '../errors.ts';
import type { EventId } from '../event/types.ts';
import { type Catalogue, type CatalogueEntry, createCatalogue } from './catalogue.ts';
import { applyChunk, encodeChunk, readChunkStamp } from './codec.ts';
import { joinPlace, splitPlace } from './place.ts';

function fill(entries: readonly CatalogueEntry[]): Catalogue {
  const catalogue = createCatalogue();
  for (const entry of entries) catalogue.upsertEntry(entry);
  return catalogue;
}

function toChunk(entries: readonly CatalogueEntry[]): Uint8Array {
  const catalogue = fill(entries);
  return encodeChunk(catalogue, catalogue.timeOrder, { cursor: 'epoch:12' });
}

/** Everything but offsets, which a chunk does not carry, and row numbers. */
function toState(catalogue: Catalogue): Map<EventId, CatalogueEntry> {
  const entries = Array.from({ length: catalogue.count }, (_, row) => catalogue.entryAt(row));
  return new Map(entries.map((entry) => [entry.id, { ...entry, offset: -1 }]));
}

function timesInOrder({ timeOrder, columns }: Catalogue): number[] {
  return Array.from(timeOrder, (row) => columns.originTimeMs[row]!);
}

describe('encodeChunk() and applyChunk()', () => {
  it('give back any events exactly, with the cursor', () => {
    fc.assert(
      fc.property(anyVersions, anyText, (entries, cursor) => {
        const catalogue = fill(entries);
        const bytes = encodeChunk(catalogue, catalogue.timeOrder, { cursor });
        expect(readChunkStamp(bytes)).toEqual({ cursor, count: catalogue.count });
        const copy = createCatalogue();
        expect(applyChunk(copy, bytes).count).toBe(catalogue.count);
        expect(toState(copy)).toEqual(toState(catalogue));
      }),
      { numRuns: 300 },
    );
  });

  it('take the rows in any order and only those', () => {
    fc.assert(
      fc.property(anyVersions, fc.infiniteStream(fc.boolean()), (entries, coins) => {
        const catalogue = fill(entries);
        const rows = Array.from(catalogue.timeOrder).filter(() => coins.next().value);
        const copy = createCatalogue();
        applyChunk(copy, encodeChunk(catalogue, rows.toReversed(), { cursor: '' }));
        expect(toState(copy)).toEqual(
          new Map([...toState(catalogue)].filter(([id]) => rows.includes(catalogue.rowOf(id)))),
        );
      }),
    );
  });

  it('come to the same catalogue when chunks are applied in any order, and twice', () => {
    fc.assert(
      fc.property(anyVersions, anyVersions, (some, others) => {
        const [one, other] = [toChunk(some), toChunk(others)];
        const forth = createCatalogue();
        for (const chunk of [one, other]) applyChunk(forth, chunk);
        const back = createCatalogue();
        for (const chunk of [other, one, other]) applyChunk(back, chunk);
        // Versions of one id, revision and provenance in both chunks may differ here; in a log they do not.
        const key = ({ id, revision, starter }: CatalogueEntry) => JSON.stringify([id, revision, starter]);
        const known = new Set(some.map(key));
        fc.pre(!others.some((entry) => known.has(key(entry))));
        expect(toState(back)).toEqual(toState(forth));
        expect(timesInOrder(back)).toEqual(timesInOrder(back).toSorted((a, b) => a - b));
      }),
    );
  });

  it('make an earlier snapshot and the stream since into the later snapshot', () => {
    fc.assert(
      fc.property(anyVersions, fc.nat(), (versions, at) => {
        const cut = versions.length === 0 ? 0 : at % (versions.length + 1);
        const reader = createCatalogue();
        applyChunk(reader, toChunk(versions.slice(0, cut)));
        for (const entry of versions.slice(cut)) reader.upsertEntry(entry);
        const later = createCatalogue();
        applyChunk(later, toChunk(versions));
        expect(toState(reader)).toEqual(toState(later));
      }),
    );
  });

  it('tell the rows that changed, none the second time, and null when they are many', () => {
    const entries = fc.sample(anyVersions, { numRuns: 20, seed: 7 }).find((one) => one.length > 3)!;
    const catalogue = createCatalogue();
    const { changedRows } = applyChunk(catalogue, toChunk(entries));
    expect(changedRows).toEqual(Array.from({ length: catalogue.count }, (_, row) => row));
    expect(applyChunk(catalogue, toChunk(entries)).changedRows).toEqual([]);
    const many = Array.from({ length: 5000 }, (_, i) => ({ ...entries[0]!, id: `many-${i}` as EventId }));
    expect(applyChunk(catalogue, toChunk(many)).changedRows).toBeNull();
  });
});

describe('applyChunk()', () => {
  /** A few mutations of a chunk: bytes overwritten, cut off, inserted; half of them counted from the end, where the streams are. */
  const anyDamage = fc.array(
    fc.record({
      at: fc.oneof(fc.nat(), fc.integer({ min: -400, max: -1 })),
      kind: fc.constantFrom('set', 'cut', 'insert'),
      value: fc.integer({ min: 0, max: 255 }),
    }),
    { minLength: 1, maxLength: 4 },
  );

  function damage(
    bytes: Uint8Array,
    blows: readonly { at: number; kind: string; value: number }[],
  ): Uint8Array {
    const list = Array.from(bytes);
    for (const { at, kind, value } of blows) {
      const place = at >= 0 ? at % (list.length + 1) : Math.max(0, list.length + at);
      if (kind === 'set' && place < list.length) list[place] = value;
      if (kind === 'cut') list.length = place;
      if (kind === 'insert') list.splice(place, 0, value);
    }
    return Uint8Array.from(list);
  }

  it('refuses a damaged chunk with CHUNK_MALFORMED and takes nothing in, or takes in proper events', () => {
    fc.assert(
      fc.property(anyVersions, anyDamage, (entries, blows) => {
        const catalogue = createCatalogue();
        try {
          applyChunk(catalogue, damage(toChunk(entries), blows));
        } catch (error) {
          expect(error).toBeInstanceOf(QuakewireError);
          expect(error).toMatchObject({ code: 'CHUNK_MALFORMED' });
          expect(catalogue.count).toBe(0);
        }
        for (let row = 0; row < catalogue.count; row++) {
          const entry = catalogue.entryAt(row);
          expect(catalogue.rowOf(entry.id)).toBe(row);
          expect(Math.abs(entry.latitudeDeg)).toBeLessThanOrEqual(90);
          expect(Math.abs(entry.longitudeDeg)).toBeLessThanOrEqual(180);
          expect(entry.revision).toBeGreaterThanOrEqual(1);
        }
        expect(timesInOrder(catalogue)).toEqual(timesInOrder(catalogue).toSorted((a, b) => a - b));
      }),
      { numRuns: 700 },
    );
  });

  it('refuses any other bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => applyChunk(createCatalogue(), bytes)).toThrow(/^Cannot read chunk: /);
      }),
    );
  });

  it('refuses a chunk cut at any byte', () => {
    const bytes = toChunk(fc.sample(anyVersions, { numRuns: 20, seed: 7 }).find((one) => one.length > 3)!);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => applyChunk(createCatalogue(), bytes.subarray(0, length))).toThrow(QuakewireError);
    }
  });

  it('does not believe a count that its bytes do not bear out', () => {
    const text = new TextDecoder('latin1').decode(toChunk([]));
    const claimed = text.replace('"count":0', '"count":9');
    const bytes = Uint8Array.from(claimed, (unit) => unit.charCodeAt(0));
    expect(() => applyChunk(createCatalogue(), bytes)).toThrow(
      'Cannot read chunk: it has 0 bytes for 9 kinds',
    );
  });
});

describe('splitPlace()', () => {
  it('takes the distance and the direction off', () => {
    expect(splitPlace('12 km NNW of Cobb, CA')).toEqual({ town: 'Cobb, CA', direction: 16, distanceKm: 12 });
    expect(splitPlace('5km NW of Old Style, CA').direction).toBe(0);
    expect(splitPlace('05 km NW of Cobb, CA').direction).toBe(0);
  });

  it('is undone by joinPlace() for any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(joinPlace(splitPlace(text))).toBe(text);
      }),
    );
  });
});
