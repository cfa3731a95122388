// The map before the map: land and the events that the filter shows as one SVG, in the projection and framing in which
// the map begins, with the same sizes and colours. Places are shares of the world's square, which the style sheet
// sizes to the screen; radii are pixels. Pure; runs on the server.

import { choosePalette, PALETTES, type Scheme } from '../map/palettes.ts';
import { createLandPath, WORLD_UNITS } from './land.ts';
import { type DotsDrawing, drawDots } from './world-dots.ts';

let landPath: string | null = null;

/** Markup of the drawing. Only numbers go into it, and `label`, which is escaped by the caller. */
export function drawWorld(dots: DotsDrawing, label: string): string {
  landPath ??= createLandPath();
  return (
    `<div class="world-square">` +
    `<svg class="world-land" viewBox="0 0 ${WORLD_UNITS} ${WORLD_UNITS}" aria-hidden="true"><path id="land" d="${landPath}"/>` +
    `<use href="#land" x="${-WORLD_UNITS}"/><use href="#land" x="${WORLD_UNITS}"/></svg>` +
    `<svg class="world-dots" role="img" aria-label="${label}"><g id="dots">${drawDots(dots)}</g>` +
    '<use href="#dots" x="-100%"/><use href="#dots" x="100%"/></svg></div>'
  );
}

/** The map's colours as style rules: the same as its own, from the same table. */
export function worldStyle(): string {
  const rules = (scheme: Scheme) => {
    const { water, land, coast, age } = PALETTES[scheme];
    const opacity = age.opacity.map((value, index) => `#dots .age-${index}{opacity:${value}}`).join('');
    return `.world{background:${water}}.world-land{fill:${land};stroke:${coast}}${opacity}`;
  };
  const more = (scheme: Scheme) =>
    `@media(prefers-contrast:more){.world-land{stroke:${choosePalette(scheme, 'more').coast}}}`;
  return `${rules('light')}${more('light')}@media screen and (prefers-color-scheme:dark){${rules('dark')}${more('dark')}}`;
}
