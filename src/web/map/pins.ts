// Places that the reader asked for, marked on the map and in the drawing that stands in its place: which ones, and their
// form. Pure, browser-safe.

import type { App } from '../state/app.ts';
import type { Pin } from '../state/named-places.ts';
import { moreOf } from '../text/english-more.ts';

/** What was searched for, while the list shows what is there, and the reader, while the list counts from there. */
export function listPins(app: App): Pin[] {
  const sought = app.filter.value.inView ? app.goTo.value?.pin : null;
  const reader = app.order.value === 'nearest' ? app.place.value : null;
  return [
    ...(sought ? [sought] : []),
    ...(reader === null ? [] : [{ ...reader, name: moreOf(app).youAreHere }]),
  ];
}

/** A drop with a hole, CSS pixels: its head is a circle of this radius, its tip so far below the circle's middle. */
const HEAD_PX = 7;
const TIP_PX = 14;
const HOLE_PX = 2.6;
const WIDTH_PX = 2 * HEAD_PX + 2;
const HEIGHT_PX = HEAD_PX + TIP_PX + 1;
/** Where the straight sides meet the head, from the tip: to the side, and up. */
const SIDE_X = HEAD_PX * Math.sqrt(1 - (HEAD_PX / TIP_PX) ** 2);
const SIDE_Y = TIP_PX - HEAD_PX ** 2 / TIP_PX;
/** Points looked at along each side of a pixel. */
const SAMPLES = 4;

/** The tip is at 0, 0; the hole is one by the rule `evenodd`. */
export const PIN_PATH =
  `M0 0L${-SIDE_X.toFixed(2)} ${-SIDE_Y.toFixed(2)}A${HEAD_PX} ${HEAD_PX} 0 1 1 ${SIDE_X.toFixed(2)} ${-SIDE_Y.toFixed(2)}Z` +
  `M${HOLE_PX} ${-TIP_PX}a${HOLE_PX} ${HOLE_PX} 0 1 0 ${-2 * HOLE_PX} 0a${HOLE_PX} ${HOLE_PX} 0 1 0 ${2 * HOLE_PX} 0Z`;

/** The same as an image for the map, whose lower edge the tip is at: alpha alone counts, the colour comes from the style. */
export function drawPin(pixelRatio: number): { width: number; height: number; data: Uint8Array } {
  const [width, height] = [Math.round(WIDTH_PX * pixelRatio), Math.round(HEIGHT_PX * pixelRatio)];
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let inside = 0;
      for (let i = 0; i < SAMPLES ** 2; i++) {
        const [dx, dy] = [((i % SAMPLES) + 0.5) / SAMPLES, (Math.floor(i / SAMPLES) + 0.5) / SAMPLES];
        if (isInPin((x + dx - width / 2) / pixelRatio, (height - y - dy) / pixelRatio)) inside++;
      }
      data[(y * width + x) * 4 + 3] = Math.round((255 * inside) / SAMPLES ** 2);
    }
  return { width, height, data };
}

/** `up` from the tip. */
function isInPin(x: number, up: number): boolean {
  const fromHead = Math.hypot(x, up - TIP_PX);
  if (fromHead < HOLE_PX) return false;
  return fromHead <= HEAD_PX || (up >= 0 && up <= SIDE_Y && Math.abs(x) <= (up * SIDE_X) / SIDE_Y);
}
