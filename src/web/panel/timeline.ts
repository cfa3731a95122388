// The geometry of the small drawing of an event's revisions: magnitude over the time since the earthquake. Time goes with
// its logarithm, because the first minutes hold as many reports as the days after. Pure, browser-safe.

import type { ReportLine } from './report-lines.ts';

export const TIMELINE_WIDTH = 320;
export const TIMELINE_HEIGHT = 96;
const LEFT = 30;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 22;

export interface TimelinePoint {
  readonly x: number;
  readonly y: number;
  readonly magnitude: number;
  /** "Mw 7.4" */
  readonly told: string;
  /** The one that holds now, or did before a withdrawal. */
  readonly current: boolean;
}

export interface TimelineTick {
  readonly x: number;
  readonly ms: number;
}

export interface Timeline {
  readonly points: readonly TimelinePoint[];
  /** SVG path: each magnitude holds until the next report. */
  readonly path: string;
  readonly ticks: readonly TimelineTick[];
  readonly levels: readonly { readonly y: number; readonly magnitude: number }[];
}

const MINUTE_MS = 60_000;
const TICKS_MS = [MINUTE_MS, 10 * MINUTE_MS, 60 * MINUTE_MS, 6 * 3_600_000, 86_400_000, 7 * 86_400_000];
/** Nothing is published sooner; also the left edge for a report dated before a revised origin. */
const SOONEST_MS = 30_000;
/** The scale shows at least this much, or rounding would look like an upheaval. */
const SPAN_MIN = 0.6;

/** Of the reports that were taken: another earthquake's has no time since this one. Null when fewer than two reports have a magnitude and a delay: one point tells nothing. */
export function toTimeline(lines: readonly ReportLine[]): Timeline | null {
  const told = lines.flatMap(({ delayMs, magnitudeValue, magnitude, foreign, current }) =>
    delayMs === null || magnitudeValue === null || magnitude === null || foreign
      ? []
      : [{ delayMs: Math.max(SOONEST_MS, delayMs), magnitude: magnitudeValue, told: magnitude, current }],
  );
  if (told.length < 2) return null;
  const delays = told.map(({ delayMs }) => delayMs);
  const firstLog = Math.log(Math.min(MINUTE_MS, ...delays));
  const lastLog = Math.log(Math.max(...delays) * 1.25);
  const toX = (ms: number) =>
    LEFT + ((Math.log(ms) - firstLog) / (lastLog - firstLog)) * (TIMELINE_WIDTH - LEFT - RIGHT);
  const magnitudes = told.map(({ magnitude }) => magnitude);
  const middle = (Math.min(...magnitudes) + Math.max(...magnitudes)) / 2;
  const span = Math.max(SPAN_MIN, (Math.max(...magnitudes) - Math.min(...magnitudes)) * 1.2);
  const toY = (magnitude: number) =>
    TOP + (0.5 - (magnitude - middle) / span) * (TIMELINE_HEIGHT - TOP - BOTTOM);
  const marked = told.findIndex(({ current }) => current);
  const points = told.map(({ delayMs, magnitude, told: text }, i) => ({
    ...{ x: toX(delayMs), y: toY(magnitude), magnitude, told: text },
    current: i === (marked === -1 ? told.length - 1 : marked),
  }));
  const ticks = TICKS_MS.filter((ms) => Math.log(ms) >= firstLog - 1e-9 && Math.log(ms) <= lastLog);
  return {
    points,
    path: toPath(points),
    ticks: ticks.map((ms) => ({ x: toX(ms), ms })),
    levels: listLevels(middle - span / 2, middle + span / 2).map((magnitude) => ({
      ...{ magnitude, y: toY(magnitude) },
    })),
  };
}

function toPath(points: readonly TimelinePoint[]): string {
  const fixed = (value: number) => value.toFixed(1);
  const steps = points.map(({ x, y }, i) =>
    i === 0 ? `M${fixed(x)} ${fixed(y)}` : `H${fixed(x)}V${fixed(y)}`,
  );
  return `${steps.join('')}H${TIMELINE_WIDTH - RIGHT}`;
}

/** Two to four round magnitudes within the scale. */
function listLevels(from: number, to: number): number[] {
  const step = [0.2, 0.5, 1, 2].find((one) => (to - from) / one <= 4) ?? 2;
  const levels: number[] = [];
  for (let i = Math.ceil(from / step); i * step <= to + 1e-9; i++)
    levels.push(Math.round(i * step * 10) / 10);
  return levels;
}
