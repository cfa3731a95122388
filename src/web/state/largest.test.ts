import { expect, test } from 'vitest';
import { type CatalogueEntry, createCatalogue } from '../../catalogue/catalogue.ts';
import type { EventId } from '../../event/types.ts';
import { findLargest } from './largest.ts';
import { toGpuSeconds } from './visibility.ts';

const NOW = Date.UTC(2023, 1, 6, 12);
const HOUR = 3_600_000;

function entry(number: number, ageH: number, magnitude: number | null, fields = {}): CatalogueEntry {
  return {
    ...{ id: `a-${number}` as EventId, revision: 1, state: 'live', starter: false, offset: 0 },
    ...{ originTimeMs: NOW - ageH * HOUR, latitudeDeg: 37, longitudeDeg: 37, depthKm: 10 },
    magnitude: magnitude === null ? null : { value: magnitude, type: 'mw' },
    ...{ region: null, eventType: null, agency: 'EMSC', author: null },
    ...fields,
  };
}

function largestOf(...entries: CatalogueEntry[]): string | null {
  const catalogue = createCatalogue();
  for (const one of entries) catalogue.upsertEntry(one);
  const row = findLargest(catalogue, toGpuSeconds(NOW - 24 * HOUR), toGpuSeconds(NOW), 450);
  return row === -1 ? null : catalogue.idAt(row);
}

test('findLargest() gives the largest of the time asked for, the latest of equals', () => {
  expect(largestOf(entry(1, 1, 5), entry(2, 23, 7.8), entry(3, 25, 8), entry(4, -1, 8.2))).toBe('a-2');
  expect(largestOf(entry(1, 3, 5), entry(2, 1, 5), entry(3, 2, 5))).toBe('a-2');
});

test('findLargest() gives none where none is large enough, has a magnitude, stands, or is an earthquake', () => {
  expect(largestOf(entry(1, 1, 4.49), entry(2, 2, null))).toBeNull();
  expect(largestOf(entry(1, 1, 6, { state: 'withdrawn' }))).toBeNull();
  expect(largestOf(entry(1, 1, 6, { eventType: 'nuclear explosion' }))).toBeNull();
});

test('findLargest() follows a revision', () => {
  const revised = entry(1, 1, 4.8, { revision: 2 });
  expect(largestOf(entry(1, 1, 6), entry(2, 2, 5), revised)).toBe('a-2');
});
