// How much larger a wall display is drawn than a desk's: its layout is that of a small screen, and all of it, type, map,
// dots and lines, is enlarged to fill the wall. Pure, browser-safe.

/** The layout's least size: what is laid out in so many CSS pixels can be read from three metres on a wall. */
export const WALL_LAYOUT_PX = { width: 1200, height: 675 } as const;

/** At least 1: a smaller screen is no wall. */
export function wallScale(widthPx: number, heightPx: number): number {
  return Math.max(1, Math.min(widthPx / WALL_LAYOUT_PX.width, heightPx / WALL_LAYOUT_PX.height));
}
