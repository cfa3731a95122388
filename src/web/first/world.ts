// The map before the map: land and the events that the filter shows as one SVG, in the projection and framing in which
// the map begins, with the same sizes and colours. Places are shares of the world's square, which the style sheet
// sizes to the screen; radii are pixels. Pure; runs on the server.

import { ABSENT_INT16, type Catalogue, type CatalogueEntry } from '../../catalogue/catalogue.ts';
import {
  AGE_CLASSES,
  ageClass,
  drawnRadiusPx,
  fillShare,
  symbolScale,
  ZOOM_WORLD,
} from '../map/encodings.ts';
import { toMercatorY } from '../map/mercator.ts';
import { PALETTES, type Scheme } from '../map/palettes.ts';
import { createLandPath, WORLD_UNITS } from './land.ts';

/** Dots drawn at most, the largest and the newest: more would be more bytes than a first look is worth. */
const LARGEST_MAX = 350;
const NEWEST_MAX = 100;
/** Smaller ones are nearly solid, all alike (styles/first-paint.css). */
const GLASS_FROM_PX = 4;

let landPath: string | null = null;

/** What is worth a dot, of rows that are newest first. */
export function pickDots(catalogue: Catalogue, rows: Uint32Array): CatalogueEntry[] {
  const { magnitudeE2 } = catalogue.columns;
  const newest = rows.subarray(0, NEWEST_MAX);
  const largest = rows.slice(NEWEST_MAX).sort((a, b) => magnitudeE2[b]! - magnitudeE2[a]!);
  return [...newest, ...largest.subarray(0, LARGEST_MAX)].map((row) => catalogue.entryAt(row));
}

/**
 * Markup of the drawing. `shown`: how many the filter shows in all.
 * Only numbers go into it, and `label`, which is escaped by the caller.
 */
export function drawWorld(
  entries: readonly CatalogueEntry[],
  shown: number,
  nowMs: number,
  label: string,
): string {
  landPath ??= createLandPath();
  const scale = symbolScale(ZOOM_WORLD, shown);
  const dots = entries
    .filter(({ state }) => state === 'live')
    .map((entry) => ({ entry, radius: drawnRadiusPx(toMagnitudeE2(entry), scale) }));
  // Older below newer, small below large.
  const groups = Array.from({ length: AGE_CLASSES }, (_, i) => AGE_CLASSES - 1 - i)
    .map((age) => {
      const circles = dots
        .filter(({ entry }) => ageClass(nowMs - entry.originTimeMs) === age)
        .sort((a, b) => a.radius - b.radius)
        .map(({ entry, radius }) => drawDot(entry, radius))
        .join('');
      return circles === '' ? '' : `<g class="age-${age}">${circles}</g>`;
    })
    .join('');
  return (
    `<div class="world-square">` +
    `<svg class="world-land" viewBox="0 0 ${WORLD_UNITS} ${WORLD_UNITS}" aria-hidden="true"><path id="land" d="${landPath}"/>` +
    `<use href="#land" x="${-WORLD_UNITS}"/><use href="#land" x="${WORLD_UNITS}"/></svg>` +
    `<svg class="world-dots" role="img" aria-label="${label}"><g id="dots">${groups}</g>` +
    '<use href="#dots" x="-100%"/><use href="#dots" x="100%"/></svg></div>'
  );
}

function drawDot({ longitudeDeg, latitudeDeg, magnitude }: CatalogueEntry, radius: number): string {
  const x = (((longitudeDeg + 180) / 360) * 100).toFixed(2);
  const y = (toMercatorY(latitudeDeg * 1e4) * 100).toFixed(2);
  const look =
    magnitude === null
      ? ' class="hollow"'
      : radius >= GLASS_FROM_PX
        ? ` fill-opacity="${fillShare(radius).toFixed(2)}"`
        : '';
  return `<circle cx="${x}%" cy="${y}%" r="${radius.toFixed(1)}"${look}/>`;
}

function toMagnitudeE2({ magnitude }: CatalogueEntry): number {
  return magnitude === null ? ABSENT_INT16 : magnitude.value * 100;
}

/** The map's colours as style rules: the same as its own, from the same table. */
export function worldStyle(): string {
  const rules = (scheme: Scheme) => {
    const { water, land, coast, age } = PALETTES[scheme];
    const opacity = age.opacity.map((value, index) => `#dots .age-${index}{opacity:${value}}`).join('');
    return `.world{background:${water}}.world-land{fill:${land};stroke:${coast}}${opacity}`;
  };
  return `${rules('light')}@media (prefers-color-scheme:dark){${rules('dark')}}`;
}
