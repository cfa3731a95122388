// The colours of the map for each scheme: the ground, the two ramps of the events, and the rings; the ground also with more
// contrast, for readers whose system asks for it. Pure, browser-safe.
// The ramps are chosen so that neighbouring classes keep apart for every kind of colour vision, on land and on sea
// (./palettes.test.ts says how far); docs/design.md says why these.

import type { ColorMode } from './encodings.ts';

export type Scheme = 'light' | 'dark';
/** What the system asks for: `prefers-contrast`. */
export type Contrast = 'normal' | 'more';

/** Colours by class and how opaque each is drawn; index as `ageClass` or `depthClass`. */
export interface Ramp {
  readonly colors: readonly string[];
  readonly opacity: readonly number[];
}

/** Colours of one scheme, sRGB hex. */
export interface Palette {
  readonly water: string;
  readonly land: string;
  readonly border: string;
  readonly coast: string;
  readonly graticule: string;
  readonly plate: string;
  /** Names of countries, seas and places, and the soft edge that lifts them off what lies below. */
  readonly countryName: string;
  readonly seaName: string;
  readonly placeName: string;
  readonly nameEdge: string;
  /** Newest first: what stands out less is older, so that the order survives grey print. */
  readonly age: Ramp;
  /** Shallow first, from warm to cold; the last is for events without a depth. */
  readonly depth: Ramp;
  /** Withdrawn events, in either ramp: a neutral that belongs to no class. */
  readonly ghost: string;
  /** Rings of the selected and the hovered event, and the thin edge that parts every dot from its neighbours. */
  readonly accent: string;
  readonly casing: string;
}

const AGE_OPACITY = [0.96, 0.94, 0.9, 0.84, 0.7];
const DEPTH_OPACITY = [0.92, 0.92, 0.92, 0.92, 0.92, 0.7];
/** How opaque each class is drawn, in every scheme: the legend's too. */
export const RAMP_OPACITY: Readonly<Record<ColorMode, readonly number[]>> = {
  age: AGE_OPACITY,
  depth: DEPTH_OPACITY,
};

export const PALETTES: Readonly<Record<Scheme, Palette>> = {
  light: {
    water: '#dfe6ea',
    land: '#f7f5f0',
    border: '#d8d4ca',
    coast: '#b9c3c9',
    graticule: '#d3dce1',
    plate: '#7d6a9c',
    countryName: '#6f7a80',
    seaName: '#8598a4',
    placeName: '#4d5a63',
    nameEdge: '#f7f5f0',
    age: { colors: ['#910031', '#dc333f', '#f18500', '#c0a778', '#667e8f'], opacity: AGE_OPACITY },
    depth: {
      colors: ['#fcb342', '#da644c', '#b9194c', '#563887', '#07173a', '#7d8a92'],
      opacity: DEPTH_OPACITY,
    },
    ghost: '#4a5963',
    accent: '#10222e',
    casing: '#ffffff',
  },
  dark: {
    water: '#0f171e',
    land: '#1b262f',
    border: '#2c3a45',
    coast: '#3a4b58',
    graticule: '#182129',
    plate: '#8f7fb8',
    countryName: '#7b8c98',
    seaName: '#4f6676',
    placeName: '#a3b1bb',
    nameEdge: '#0f171e',
    age: { colors: ['#f3f1c1', '#fec113', '#dc7242', '#a7382a', '#678ba5'], opacity: AGE_OPACITY },
    depth: {
      colors: ['#fcf7b6', '#f9b33c', '#eb6965', '#a665fd', '#3e6697', '#828282'],
      opacity: DEPTH_OPACITY,
    },
    ghost: '#a9b8c2',
    accent: '#f4f8fb',
    casing: '#0a1015',
  },
};

/** With more contrast: names are read (4.5 : 1), coasts, borders and plates seen (3 : 1) on what lies below them. */
const MORE_CONTRAST: Readonly<Record<Scheme, Palette>> = {
  light: {
    ...PALETTES.light,
    border: '#877f6c',
    coast: '#4f6271',
    graticule: '#aebcc5',
    plate: '#553f86',
    countryName: '#39444b',
    seaName: '#33495a',
    placeName: '#1d2a33',
  },
  dark: {
    ...PALETTES.dark,
    border: '#677c8b',
    coast: '#8da5b5',
    graticule: '#2d3b46',
    plate: '#bcaee4',
    countryName: '#c3d0d9',
    seaName: '#93aebf',
    placeName: '#e3ebf0',
  },
};

/** The same object each time. */
export function choosePalette(scheme: Scheme, contrast: Contrast): Palette {
  return (contrast === 'more' ? MORE_CONTRAST : PALETTES)[scheme];
}

/** `#rrggbb` as red, green, blue from 0 to 1. */
export function toRgb(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}
