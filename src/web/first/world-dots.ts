// The events of the drawing that stands in the map's place: which ones, and their markup, in the map's own sizes and
// colours. The server draws them into the HTML (./world.ts); where the drawing stays, the page draws them anew as they
// change (../map/still-map.tsx). Pure, browser-safe.

import { ABSENT_INT16, type Catalogue, type CatalogueEntry } from '../../catalogue/catalogue.ts';
import {
  AGE_CLASSES,
  ageClass,
  drawnRadiusPx,
  fillShare,
  SELECTED_RING_PX,
  SIGHT_MARK_PX,
  symbolScale,
  ZOOM_WORLD,
} from '../map/encodings.ts';
import { toMercatorY } from '../map/mercator.ts';

/** Rows that the drawing chooses its dots from. */
export const DOT_ROWS_MAX = 5000;
const LARGEST_MAX = 260;
const NEWEST_MAX = 100;
/** Dots drawn at most, the largest and the newest: more would be more bytes than a first look is worth. */
export const DOTS_MAX = LARGEST_MAX + NEWEST_MAX;
/** Smaller ones are nearly solid, all alike (styles/first-paint.css). */
const GLASS_FROM_PX = 4;
/** The four marks of the selected dot's sight begin so far within its ring: as map/event-shader.ts. */
const MARK_INSIDE_PX = 1;

/** Steps of the radius: dots that are written alike compress well. */
const RADIUS_STEP_PX = 0.5;

interface Dot {
  readonly entry: CatalogueEntry;
  readonly radius: number;
}

/** What is worth a dot, of rows that are newest first. */
export function pickDots(catalogue: Catalogue, rows: Uint32Array): CatalogueEntry[] {
  const { magnitudeE2 } = catalogue.columns;
  const newest = rows.subarray(0, NEWEST_MAX);
  const largest = rows.slice(NEWEST_MAX).sort((a, b) => magnitudeE2[b]! - magnitudeE2[a]!);
  return [...newest, ...largest.subarray(0, LARGEST_MAX)].map((row) => catalogue.entryAt(row));
}

export interface DotsDrawing {
  readonly entries: readonly CatalogueEntry[];
  /** Marked even where it is not among the entries; null: none. */
  readonly selected: CatalogueEntry | null;
  /** How many the filter shows in all. */
  readonly shown: number;
  readonly nowMs: number;
}

/** What stands in `<g id="dots">`. Only numbers go into it. */
export function drawDots({ entries, selected, shown, nowMs }: DotsDrawing): string {
  const scale = symbolScale(ZOOM_WORLD, shown);
  const toDot = (entry: CatalogueEntry): Dot => ({
    entry,
    radius: Math.round(drawnRadiusPx(toMagnitudeE2(entry), scale) / RADIUS_STEP_PX) * RADIUS_STEP_PX,
  });
  // An event's page frames its surroundings, some times larger (styles/noscript.css).
  const decimals = selected === null ? 1 : 2;
  const dots = entries.filter(({ state }) => state === 'live').map(toDot);
  // Older below newer, small below large.
  const groups = Array.from({ length: AGE_CLASSES }, (_, i) => AGE_CLASSES - 1 - i)
    .map((age) => {
      const circles = dots
        .filter(({ entry }) => ageClass(nowMs - entry.originTimeMs) === age)
        .sort((a, b) => a.radius - b.radius || a.entry.longitudeDeg - b.entry.longitudeDeg)
        .map((dot) => drawDot(dot, decimals))
        .join('');
      return circles === '' ? '' : `<g class="age-${age}">${circles}</g>`;
    })
    .join('');
  return selected === null ? groups : groups + drawMark(toDot(selected));
}

function drawDot({ entry, radius }: Dot, decimals: number): string {
  const { x, y } = toPlace(entry, decimals);
  const look =
    entry.magnitude === null
      ? ' class="hollow"'
      : radius >= GLASS_FROM_PX
        ? ` fill-opacity="${fillShare(radius).toFixed(1)}"`
        : '';
  return `<circle cx="${x}%" cy="${y}%" r="${radius}"${look}/>`;
}

/** As the map marks it: a ring with four marks, like a sight. A svg of its own has the dot's place as its origin. */
function drawMark({ entry, radius }: Dot): string {
  const { x, y } = toPlace(entry, 2);
  const ring = Math.round(radius + SELECTED_RING_PX);
  const ticks = [0, 90, 180, 270]
    .map(
      (turn) =>
        `<path d="M0 ${ring - MARK_INSIDE_PX}v${MARK_INSIDE_PX + SIGHT_MARK_PX}" transform="rotate(${turn})"/>`,
    )
    .join('');
  return `<svg x="${x}%" y="${y}%" class="mark"><circle r="${ring}"/>${ticks}</svg>`;
}

/** Shares of the world's square, percent; one decimal is less than a pixel of a usual screen. */
function toPlace({ longitudeDeg, latitudeDeg }: CatalogueEntry, decimals: number): { x: string; y: string } {
  return {
    x: (((longitudeDeg + 180) / 360) * 100).toFixed(decimals),
    y: (toMercatorY(latitudeDeg * 1e4) * 100).toFixed(decimals),
  };
}

function toMagnitudeE2({ magnitude }: CatalogueEntry): number {
  return magnitude === null ? ABSENT_INT16 : magnitude.value * 100;
}
