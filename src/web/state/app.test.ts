import { signal } from '@preact/signals';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CatalogueEntry } from '../../catalogue/catalogue.ts';
import { createCatalogue } from '../../catalogue/catalogue.ts';
import type { EventId } from '../../event/types.ts';
import { ENGLISH } from '../text/english.ts';
import { createWords } from '../text/words.ts';
import { createApp } from './app.ts';
import { EVERYTHING } from './filter.ts';
import { createPresent } from './present.ts';
import { createSharedCatalogue } from './shared-catalogue.ts';

const NOW = Date.UTC(2023, 1, 6, 12);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Every second event is of magnitude 5, the others of 3. */
function createAppOver(count: number) {
  const catalogue = createCatalogue({ capacity: count });
  for (let i = 0; i < count; i++) {
    const entry: CatalogueEntry = {
      ...{
        id: `a-${i}` as EventId,
        revision: 1,
        state: 'live',
        starter: false,
        originTimeMs: NOW - 1000 * i,
      },
      ...{
        latitudeDeg: 37,
        longitudeDeg: 37,
        depthKm: 10,
        magnitude: { value: 3 + 2 * (i % 2), type: 'mw' },
      },
      ...{ region: null, eventType: null, agency: 'EMSC', author: null, offset: 0 },
    };
    catalogue.upsertEntry(entry);
  }
  const shared = createSharedCatalogue((callback) => callback());
  shared.replace(catalogue);
  return createApp({
    words: signal(createWords('en', ENGLISH, 'en-GB')),
    catalogue: shared,
    present: createPresent(() => NOW),
    scheme: 'light',
    filter: EVERYTHING,
    selection: null,
    browserNow: () => NOW,
  });
}

/** As the slider does. */
function drag(app: ReturnType<typeof createAppOver>, minMagnitude: number): void {
  app.holdList();
  app.filter.value = { ...app.filter.value, minMagnitude };
}

test('a list of many events keeps its rows while a filter is dragged, and follows when the reader rests', () => {
  const app = createAppOver(30_000);
  const before = app.listed.value;
  expect(before.rows.length).toBe(30_000);
  for (const magnitude of [4, 4.5, 5]) {
    drag(app, magnitude);
    vi.advanceTimersByTime(900);
    expect(app.listed.value).toBe(before);
    expect(app.facets.value.total).toBe(15_000);
  }
  vi.advanceTimersByTime(100);
  expect(app.listed.value.total).toBe(15_000);
  expect(app.listed.value.rows.length).toBe(15_000);
});

test('a reader who lets go has the list at once', () => {
  const app = createAppOver(30_000);
  expect(app.listed.value.total).toBe(30_000);
  drag(app, 4);
  app.releaseList();
  expect(app.listed.value.total).toBe(15_000);
});

test('a list that waits follows what was chosen last, whatever chose it', () => {
  const app = createAppOver(30_000);
  expect(app.listed.value.total).toBe(30_000);
  drag(app, 4);
  app.filter.value = { ...EVERYTHING, depth: 'deep' };
  vi.advanceTimersByTime(1000);
  expect(app.listed.value.total).toBe(0);
});

test('a list of few events follows at once', () => {
  const app = createAppOver(300);
  expect(app.listed.value.total).toBe(300);
  drag(app, 4);
  expect(app.listed.value.total).toBe(150);
});
