// How an event looks: size by magnitude, colour by age. The shader, the list, the legend and picking all take their
// numbers from here. Pure, browser-safe.

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

/** Radius in CSS pixels before the zoom's scale; `magnitudeE2` in hundredths, ABSENT_INT16 = none. */
export function radiusPx(magnitudeE2: number): number {
  if (magnitudeE2 === ABSENT_INT16) return RADIUS_ABSENT_PX;
  const radius = RADIUS_BASE_PX * RADIUS_GROWTH ** (magnitudeE2 / 100);
  return Math.min(RADIUS_MAX_PX, Math.max(RADIUS_MIN_PX, radius));
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

export type Scheme = 'light' | 'dark';

/** Colours of one scheme, sRGB hex. */
export interface Palette {
  readonly water: string;
  readonly land: string;
  readonly border: string;
  readonly coast: string;
  readonly graticule: string;
  /** By age class, newest first: lightness falls (dark) or rises (light) steadily, so that the order survives colour
   * blindness and grey print. */
  readonly ages: readonly string[];
  /** Opacity by age class. */
  readonly ageOpacity: readonly number[];
  /** Rings of the selected and the hovered event, and what separates them from the dots. */
  readonly accent: string;
  readonly casing: string;
}

export const PALETTES: Readonly<Record<Scheme, Palette>> = {
  light: {
    water: '#dfe6ea',
    land: '#f7f5f0',
    border: '#d8d4ca',
    coast: '#b9c3c9',
    graticule: '#d3dce1',
    ages: ['#a3001e', '#d8392b', '#e8792f', '#c49a52', '#7b8fa0'],
    ageOpacity: [0.95, 0.88, 0.8, 0.7, 0.45],
    accent: '#10222e',
    casing: '#ffffff',
  },
  dark: {
    water: '#0f171e',
    land: '#1b262f',
    border: '#2c3a45',
    coast: '#3a4b58',
    graticule: '#182129',
    ages: ['#fff1b8', '#ffc04d', '#f5803e', '#b9605f', '#6b7f92'],
    ageOpacity: [0.98, 0.92, 0.84, 0.75, 0.45],
    accent: '#f4f8fb',
    casing: '#0a1015',
  },
};

/** `#rrggbb` as red, green, blue from 0 to 1. */
export function toRgb(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}
