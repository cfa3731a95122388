import { describe, expect, test } from 'vitest';
import { type CatalogueEntry, createCatalogue } from '../../catalogue/catalogue.ts';
import type { EventId } from '../../event/types.ts';
import { type Order, type Place, sortLargest, sortNearest, sortRevised } from '../state/order.ts';
import { ENGLISH } from '../text/english.ts';
import { createFormats } from '../text/formats.ts';
import { HEADING_REM, indexAt, LINE_REM, layOutList, ROW_REM, rowHeightRem } from './list-layout.ts';

const NOW = Date.UTC(2023, 1, 6, 12, 30);
const HOUR = 3_600_000;

function entry(id: string, ageMs: number, fields: Partial<CatalogueEntry> = {}): CatalogueEntry {
  return {
    ...{ id: id as EventId, revision: 1, state: 'live', starter: false, originTimeMs: NOW - ageMs },
    ...{ latitudeDeg: 37, longitudeDeg: 37, depthKm: 10, magnitude: { value: 4, type: 'mw' } },
    ...{ region: 'CENTRAL TURKEY', eventType: null, agency: 'EMSC', author: null, offset: 0 },
    ...fields,
  };
}

/** The list of these entries, which stand newest first. */
function layOut(
  entries: CatalogueEntry[],
  order: Order = 'newest',
  near: Place | null = null,
  { replayed = false, timeZone = 'UTC' } = {},
) {
  const catalogue = createCatalogue();
  for (const one of entries) catalogue.upsertEntry(one);
  const newest = Uint32Array.from(entries, (_, i) => i);
  const rows =
    order === 'largest'
      ? sortLargest(catalogue.columns, newest)
      : order === 'revised'
        ? sortRevised(catalogue.columns, newest)
        : near === null
          ? newest
          : sortNearest(catalogue.columns, newest, near);
  const formats = createFormats(ENGLISH, 'en-GB', timeZone);
  const view = { catalogue, rows, order, near, nowMs: NOW, replayed, text: ENGLISH, formats };
  const layout = layOutList(view);
  return { layout, headings: layout.groups.map(({ heading, from, to }) => [heading, to - from]), rows };
}

describe('layOutList()', () => {
  test('groups today by the hour and the days before by the day', () => {
    const { headings } = layOut([
      entry('a-1', 0.2 * HOUR),
      entry('a-2', 0.4 * HOUR),
      entry('a-3', 2 * HOUR),
      entry('a-4', 13 * HOUR),
      entry('a-5', 40 * HOUR),
      entry('a-6', 41 * HOUR),
    ]);
    expect(headings).toEqual([
      ['Today, 12:00 UTC', 2],
      ['Today, 10:00 UTC', 1],
      ['Yesterday', 1],
      ['Saturday 4 February', 2],
    ]);
  });

  test('groups by how often an event was revised; equals stay newest first', () => {
    const revisions = [1, 3, 1, 2, 5000, 3];
    const { headings, rows } = layOut(
      revisions.map((revision, i) => ({ ...entry(`a-${i}`, (i + 1) * HOUR), revision })),
      'revised',
    );
    expect([...rows]).toEqual([4, 1, 5, 3, 0, 2]);
    expect(headings).toEqual([
      ['Revised 4,999×', 1],
      ['Revised 2×', 2],
      ['Revised 1×', 1],
      ['Not revised', 2],
    ]);
  });

  test('an hour says whose clock it is, and a replayed day its date', () => {
    const entries = [entry('a-1', 2 * HOUR), entry('a-2', 40 * HOUR)];
    const headings = (options: { replayed?: boolean; timeZone?: string }) =>
      layOut(entries, 'newest', null, options).headings.map(([heading]) => heading);
    expect(headings({ timeZone: 'America/Los_Angeles' })).toEqual([
      'Today, 02:00 UTC−8',
      'Saturday 4 February',
    ]);
    expect(headings({ replayed: true })).toEqual(['6 Feb 2023, 10:00 UTC', '4 Feb 2023']);
  });

  test('names the year of a day in another one', () => {
    expect(layOut([entry('a-1', 60 * 24 * HOUR)]).headings).toEqual([['Thursday, 8 December 2022', 1]]);
  });

  test('groups the largest by whole magnitudes, those without one last', () => {
    const sized = (id: string, value: number | null) =>
      entry(id, HOUR, { magnitude: value === null ? null : { value, type: 'mw' } });
    const { headings } = layOut(
      [sized('a-1', null), sized('a-2', 5.9), sized('a-3', 7.8), sized('a-4', 1.2), sized('a-5', 5)],
      'largest',
    );
    expect(headings).toEqual([
      ['Magnitude 7', 1],
      ['Magnitude 5', 2],
      ['Below magnitude 2', 1],
      ['No magnitude', 1],
    ]);
  });

  test('groups the nearest by distance, over the date line too', () => {
    const at = (id: string, longitudeDeg: number) => entry(id, HOUR, { latitudeDeg: 0, longitudeDeg });
    const { headings } = layOut([at('a-1', 0), at('a-2', -179.9), at('a-3', 175)], 'centre', {
      latitudeDeg: 0,
      longitudeDeg: 179.9,
    });
    expect(headings).toEqual([
      ['Within 100 km', 1],
      ['Within 1,000 km', 1],
      ['Further than 10,000 km', 1],
    ]);
  });

  test('gives a long name the lines it needs and every row its place', () => {
    const { layout } = layOut([
      entry('a-1', 0.2 * HOUR),
      entry('a-2', 0.3 * HOUR, { region: '12 km SSW of Maria Antonia, Puerto Rico' }),
      entry('a-3', 30 * HOUR),
    ]);
    expect([...layout.tops]).toEqual([
      HEADING_REM,
      HEADING_REM + ROW_REM,
      2 * HEADING_REM + 2 * ROW_REM + LINE_REM,
    ]);
    expect(rowHeightRem(layout, 0)).toBe(ROW_REM);
    expect(rowHeightRem(layout, 1)).toBe(ROW_REM + LINE_REM);
    expect(rowHeightRem(layout, 2)).toBe(ROW_REM);
    expect(layout.heightRem).toBe(2 * HEADING_REM + 3 * ROW_REM + LINE_REM);
    expect([0, HEADING_REM, HEADING_REM + ROW_REM, 99].map((rem) => indexAt(layout, rem))).toEqual([
      0, 0, 1, 2,
    ]);
  });
});
