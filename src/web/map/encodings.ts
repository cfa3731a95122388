// How an event looks: size by magnitude, colour by age or depth. The shader, the list, the legend and picking all take
// their numbers from here; the colours themselves are in ./palettes.ts. Pure, browser-safe.

import { ABSENT_INT16 } from '../../catalogue/columns.ts';

/**
 * Radius of a dot in CSS pixels at zoom ≥ ZOOM_FULL: RADIUS_BASE_PX × RADIUS_GROWTH ^ magnitude. One magnitude more is
 * 2.2 times the area: enough to be read as "much larger", while energy (32 times) would leave nothing but the largest.
 *
 *   M     1    2    3    4    5    6     7     8     9
 *   px  1.6  2.4  3.6  5.3  7.8  11.6  17.1  25.3  37.5
 */
export const RADIUS_BASE_PX = 1.1;
export const RADIUS_GROWTH = 1.48;
export const RADIUS_MIN_PX = 1.5;
export const RADIUS_MAX_PX = 46;
export const RADIUS_DRAWN_MIN_PX = 1.1;
/** An event without magnitude: a hollow ring of this radius, never the dot of a magnitude 0. */
export const RADIUS_ABSENT_PX = 2.6;

/** On a map of the whole world dots shrink to SCALE_WORLD, or they would hide it. */
export const ZOOM_WORLD = 1;
export const ZOOM_FULL = 6;
export const SCALE_WORLD = 0.6;

/**
 * From here on an event is drawn above all smaller ones, as a translucent disc with a ring, in the order of size; below, the
 * newer is above the older. Also keeps points under 64 device pixels, which every GPU can draw.
 */
export const LARGE_MAGNITUDE_E2 = 500;

/** Upper ends of the age classes in seconds; the last has none. */
export const AGE_CLASS_ENDS_S = [3600, 86_400, 7 * 86_400, 30 * 86_400] as const;
export const AGE_CLASSES = AGE_CLASS_ENDS_S.length + 1;

/** Upper ends of the depth classes, km: crust, down to 70 km "shallow", to 300 km "intermediate", then "deep". */
export const DEPTH_CLASS_ENDS_KM = [35, 70, 150, 300] as const;
/** One more than the ends, and one for events without a depth. */
export const DEPTH_CLASSES = DEPTH_CLASS_ENDS_KM.length + 2;
/** Length of the shader's table of colours. */
export const CLASSES_MAX = Math.max(AGE_CLASSES, DEPTH_CLASSES);

/** What colour tells. */
export const COLOR_MODES = ['age', 'depth'] as const;
export type ColorMode = (typeof COLOR_MODES)[number];

/**
 * How much of its colour the inside of a dot has: a small one is nearly solid, a large one is glass with a rim, so that
 * what lies under a great event stays readable. From FILL_SMALL at FILL_FROM_PX to FILL_LARGE at FILL_TO_PX.
 */
export const FILL_SMALL = 0.9;
export const FILL_LARGE = 0.36;
export const FILL_FROM_PX = 4;
export const FILL_TO_PX = 14;

/** Least radius of a ghost and of an event without magnitude, CSS pixels: smaller, their shape could not be told. */
export const GHOST_RADIUS_MIN_PX = 4;
export const ABSENT_RADIUS_MIN_PX = 2.4;

/** Radius in CSS pixels before the zoom's scale; `magnitudeE2` in hundredths, ABSENT_INT16 = none. */
export function radiusPx(magnitudeE2: number): number {
  if (magnitudeE2 === ABSENT_INT16) return RADIUS_ABSENT_PX;
  const radius = RADIUS_BASE_PX * RADIUS_GROWTH ** (magnitudeE2 / 100);
  return Math.min(RADIUS_MAX_PX, Math.max(RADIUS_MIN_PX, radius));
}

/** As drawn at a scale: never less than a visible point. */
export function drawnRadiusPx(magnitudeE2: number, scale: number): number {
  const least = magnitudeE2 === ABSENT_INT16 ? ABSENT_RADIUS_MIN_PX : RADIUS_DRAWN_MIN_PX;
  return Math.max(least, radiusPx(magnitudeE2) * scale);
}

/** Rings of an event that has just come in, from its dot's rim, where nothing may move; and of the hovered one. */
export const NEW_RINGS_PX = [5, 9] as const;
export const HOVER_RING_PX = 4;
export const SELECTED_RING_PX = 6;
/** Marks of the selected event's sight, outwards from its ring. */
export const SIGHT_MARK_PX = 6;
/** From the rim of the selected event's dot to the outer ends of its sight. */
export const MARK_REACH_PX = SELECTED_RING_PX + SIGHT_MARK_PX;

/** Opacity of a dot's inside for its drawn radius; GLSL's smoothstep. */
export function fillShare(drawnPx: number): number {
  const t = Math.min(1, Math.max(0, (drawnPx - FILL_FROM_PX) / (FILL_TO_PX - FILL_FROM_PX)));
  return mix(FILL_SMALL, FILL_LARGE, t * t * (3 - 2 * t));
}

/** Up to so many events dots keep their size; CROWD_SCALE_MIN is reached at about forty times as many. */
const CROWD_EVENTS = 2500;
const CROWD_SCALE_MIN = 0.4;

/**
 * Factor on every radius: dots shrink on a map of the whole world, and there more when very many are shown, because
 * what overlaps everywhere shows nothing. The legend shrinks with them.
 */
export function symbolScale(zoom: number, shown: number): number {
  const nearness = Math.min(1, Math.max(0, (zoom - ZOOM_WORLD) / (ZOOM_FULL - ZOOM_WORLD)));
  const crowd = Math.max(CROWD_SCALE_MIN, Math.min(1, (CROWD_EVENTS / Math.max(1, shown)) ** 0.25));
  return mix(SCALE_WORLD, 1, nearness) * mix(crowd, 1, nearness);
}

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}

/** 0 (the past hour) to AGE_CLASSES − 1; an origin time in the future counts as now. */
export function ageClass(ageMs: number): number {
  let index = 0;
  while (index < AGE_CLASS_ENDS_S.length && ageMs >= AGE_CLASS_ENDS_S[index]! * 1000) index++;
  return index;
}

/** 0 (shallow) to DEPTH_CLASSES − 2; the last, DEPTH_CLASSES − 1, for null. Above sea level counts as shallow. */
export function depthClass(depthKm: number | null): number {
  if (depthKm === null) return DEPTH_CLASSES - 1;
  let index = 0;
  while (index < DEPTH_CLASS_ENDS_KM.length && depthKm >= DEPTH_CLASS_ENDS_KM[index]!) index++;
  return index;
}
