import { expect, test } from 'vitest';
import type { ReportLine } from './report-lines.ts';
import { TIMELINE_HEIGHT, TIMELINE_WIDTH, toTimeline } from './timeline.ts';

const line = (delayMs: number | null, magnitudeValue: number | null): ReportLine => ({
  ...{
    kind: 'solution',
    agency: 'EMSC',
    author: null,
    atMs: 0,
    depthKm: null,
    foreign: false,
    current: false,
    changes: [],
  },
  ...{ delayMs, magnitudeValue, magnitude: magnitudeValue === null ? null : `${magnitudeValue} mw` },
});

test('toTimeline() needs two reports with a magnitude: one point tells nothing', () => {
  expect(toTimeline([line(60_000, 5)])).toBeNull();
  expect(toTimeline([line(60_000, 5), line(120_000, null), line(null, 5)])).toBeNull();
});

test('toTimeline() puts later to the right, larger higher, and all within the drawing', () => {
  const { points, ticks, levels } = toTimeline([line(-500, 7.4), line(240_000, 7.8), line(9e8, 7.6)])!;
  expect(points.map(({ x }) => x)).toEqual(points.map(({ x }) => x).sort((a, b) => a - b));
  expect(points[1]!.y).toBeLessThan(points[2]!.y);
  expect(points[2]!.y).toBeLessThan(points[0]!.y);
  for (const { x, y } of points) {
    expect(x).toBeGreaterThan(0);
    expect(x).toBeLessThan(TIMELINE_WIDTH);
    expect(y).toBeGreaterThan(0);
    expect(y).toBeLessThan(TIMELINE_HEIGHT);
  }
  expect(ticks.map(({ ms }) => ms / 60_000)).toEqual([1, 10, 60, 360, 1440, 10_080]);
  expect(levels.length).toBeGreaterThan(1);
});

test('toTimeline() draws a revision by a tenth as the small thing it is', () => {
  const { points } = toTimeline([line(60_000, 5.1), line(120_000, 5.2)])!;
  expect(points[0]!.y - points[1]!.y).toBeLessThan(TIMELINE_HEIGHT / 4);
});
