import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCatalogue } from '../../catalogue/catalogue.ts';
import type { EventId } from '../../event/types.ts';
import { encodeEventQuads, listLargeRows, QUAD_BYTES, updateLargeRows } from './event-quads.ts';
import { toMercatorY } from './mercator.ts';
import { createPulses } from './pulses.ts';
import { firstPositionFrom, toRuns } from './row-runs.ts';

const catalogue = createCatalogue();
function put(id: number, magnitude: number, originTimeMs: number, revision = 1): number {
  return catalogue.upsertEntry({
    ...{ id: `a-${id}` as EventId, revision, state: 'live', starter: false, originTimeMs, depthKm: null },
    ...{ latitudeDeg: 37, longitudeDeg: -90, magnitude: { value: magnitude, type: null }, region: null },
    ...{ eventType: null, agency: 'EMSC', author: null, offset: 0 },
  }).row;
}

describe('large events', () => {
  const [great, small, larger] = [put(1, 7.8, 3000), put(2, 4.9, 2000), put(3, 6, 1000)] as const;

  test('are drawn in the order of size, the small ones elsewhere', () => {
    expect(listLargeRows(catalogue.columns, catalogue.count)).toEqual([larger, great]);
  });

  test('stay the same list while only small ones change', () => {
    const large = listLargeRows(catalogue.columns, catalogue.count);
    expect(updateLargeRows(catalogue.columns, large, [small])).toBe(large);
  });

  test('come, go and move with their revisions', () => {
    const large = listLargeRows(catalogue.columns, catalogue.count);
    put(2, 5.2, 2000, 2);
    put(1, 5.1, 3000, 2);
    const updated = updateLargeRows(catalogue.columns, large, [small, great]);
    expect(updated).toEqual(listLargeRows(catalogue.columns, catalogue.count));
    expect(updated).toEqual([great, small, larger]);
  });

  test('are encoded with place, time, magnitude and kind', () => {
    const view = new DataView(encodeEventQuads(catalogue.columns, [larger]).buffer);
    expect(view.byteLength).toBe(QUAD_BYTES);
    expect(view.getFloat32(0, true)).toBe(0.25);
    expect(view.getFloat32(4, true)).toBeCloseTo(toMercatorY(370_000), 6);
    expect(view.getInt16(12, true)).toBe(600);
  });
});

describe('toMercatorY()', () => {
  test('is 0 to 1 over the map, one half at the equator', () => {
    expect(toMercatorY(0)).toBe(0.5);
    expect(toMercatorY(850_511)).toBeCloseTo(0, 5);
    expect(toMercatorY(-900_000)).toBeCloseTo(1, 5);
    // Web Mercator of 37.17° N by its defining formula.
    const phi = (37.17 * Math.PI) / 180;
    expect(toMercatorY(371_700)).toBeCloseTo(
      0.5 - Math.log(Math.tan(Math.PI / 4 + phi / 2)) / (2 * Math.PI),
      12,
    );
  });
});

describe('toRuns()', () => {
  test('covers each row, in ascending runs that do not touch', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(500), { maxLength: 40 }), (rows) => {
        const runs = toRuns(rows);
        for (const row of rows) expect(runs.some(({ from, to }) => row >= from && row < to)).toBe(true);
        for (let i = 1; i < runs.length; i++) expect(runs[i]!.from).toBeGreaterThan(runs[i - 1]!.to);
      }),
    );
  });
});

describe('firstPositionFrom()', () => {
  test('finds where the time order may have changed', () => {
    expect(firstPositionFrom(catalogue, Number.NEGATIVE_INFINITY)).toBe(0);
    expect(firstPositionFrom(catalogue, 2000)).toBe(1);
    expect(firstPositionFrom(catalogue, Number.POSITIVE_INFINITY)).toBe(3);
  });
});

describe('createPulses()', () => {
  test('ends, keeps one per event, and stands still when asked to', () => {
    const pulses = createPulses();
    pulses.add(7, 'new', 0);
    pulses.add(7, 'revised', 100);
    expect(pulses.at(500, false)).toHaveLength(1);
    expect(pulses.at(500, false)[0]!.phase).toBeGreaterThan(0);
    expect(pulses.at(500, true)[0]!.phase).toBe(-1);
    expect(pulses.at(60_000, false)).toEqual([]);
  });

  test('keeps the newest of a flood', () => {
    const pulses = createPulses();
    for (let row = 0; row < 500; row++) pulses.add(row, 'new', 0);
    const rows = pulses.at(1, false).map((quad) => quad.row);
    expect(rows.length).toBeLessThanOrEqual(24);
    expect(rows).toContain(499);
  });
});
