import { signal } from '@preact/signals';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createEvent } from '../../../test/support/gateway.ts';
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
function createAppOver(count: number, apartMs = 1000) {
  const catalogue = createCatalogue({ capacity: count });
  for (let i = 0; i < count; i++) {
    const entry: CatalogueEntry = {
      ...{
        id: `a-${i}` as EventId,
        revision: 1,
        state: 'live',
        starter: false,
        originTimeMs: NOW - apartMs * i,
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

test('the beginning of a long list is few rows and says how long the whole is', () => {
  const app = createAppOver(30_000, 60_000);
  const { rows, whole } = app.listTop.value;
  expect(whole).toBe(false);
  expect(rows.length).toBeGreaterThanOrEqual(100);
  expect(rows.length).toBeLessThan(10_000);
  expect(app.listSize.value).toBe(30_000);
  expect([...rows.subarray(0, 100)]).toEqual([...app.listed.value.rows.subarray(0, 100)]);
  app.filter.value = { ...EVERYTHING, minMagnitude: 6 };
  expect(app.listTop.value).toEqual({ rows: new Uint32Array(0), whole: true });
  expect(app.listSize.value).toBe(0);
});

test('while a filter is dragged the beginning of the list keeps its rows, until the catalogue is another one', () => {
  const app = createAppOver(30_000);
  const before = app.listTop.value;
  drag(app, 4);
  expect(app.listTop.value).toBe(before);
  app.catalogue.replace(createCatalogue());
  expect(app.listTop.value.rows.length).toBe(0);
});

test('the beginning is another array when one of its rows was revised, the same when another event was', () => {
  const app = createAppOver(300);
  app.filter.value = { ...EVERYTHING, minMagnitude: 4 };
  const publish = (revision: number, value: number, region: string) => {
    const event = createEvent(1, { revision, region, magnitude: { value, type: 'mw' } });
    app.catalogue.applyEvent({ ...event, origin: { ...event.origin, originTimeMs: NOW } }, revision);
    return app.listTop.value;
  };
  const before = app.listTop.value;
  expect(publish(1, 3, 'FIJI REGION')).toBe(before);
  const shown = publish(2, 5, 'FIJI REGION');
  expect(shown.rows.length).toBe(before.rows.length + 1);
  const revised = publish(3, 5, 'SOUTH OF THE FIJI ISLANDS');
  expect(revised.rows).not.toBe(shown.rows);
  expect([...revised.rows]).toEqual([...shown.rows]);
});
