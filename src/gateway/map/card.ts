// The picture that a preview of a link shows: 1200 × 630 pixels, the world or the surroundings of one event, and in words
// what happened. Drawn with our own small rasteriser, because social networks take no SVG. Pure.

import world from '../../../assets/world-110m.json' with { type: 'json' };
import { CANVAS, project } from './projection.ts';
import { type Canvas, createCanvas, type Polygon, type Rgb, toCircle, toPolygons, toRing } from './raster.ts';
import { measureText, outlineText, type Weight, wrapText } from './text.ts';

export const CARD = { width: CANVAS.width, height: CANVAS.height } as const;

export interface CardDot {
  readonly latitudeDeg: number;
  readonly longitudeDeg: number;
  /** null: none given. */
  readonly magnitude: number | null;
  /** Before the card's present, ms. */
  readonly ageMs: number;
}

export interface CardDrawing {
  /** Others on the map, the newest first; drawn under the event. */
  readonly dots: readonly CardDot[];
  /** The event in the middle; null: the whole world. */
  readonly event: (CardDot & { readonly withdrawn: boolean }) | null;
  /** Large: the magnitude with its type, or the name of the site. */
  readonly title: string;
  /** Beneath: the place. */
  readonly place: string;
  /** Smaller lines. */
  readonly lines: readonly string[];
  /** A recording, starter data, withdrawn: marked; null: nothing to mark. */
  readonly mark: string | null;
}

const PAGE: Rgb = [15, 23, 30];
const OCEAN: Rgb = [19, 31, 42];
const LAND: Rgb = [40, 54, 68];
const INK: Rgb = [240, 245, 249];
const SOFT: Rgb = [159, 176, 188];
const ALERT: Rgb = [255, 176, 46];
const AGES: readonly { readonly untilMs: number; readonly color: Rgb }[] = [
  { untilMs: 3_600_000, color: [243, 241, 193] },
  { untilMs: 86_400_000, color: [254, 193, 19] },
  { untilMs: 7 * 86_400_000, color: [220, 114, 66] },
  { untilMs: Number.POSITIVE_INFINITY, color: [103, 139, 165] },
];
/** How much nearer an event is looked at, and where on the card it lies. */
const NEAR = 2.6;
const FAR = 0.86;
const FAR_OFFSET = { x: 168, y: 40 };
const EVENT_AT = { x: 850, y: 300 };
const TEXT_X = 56;
const TEXT_WIDTH_PX = 560;
const TITLE_PX = 84;
const PLACE_PX = 44;
const LINE_PX = 27;

export function drawCard(drawing: CardDrawing): Canvas {
  const { event } = drawing;
  const canvas = createCanvas(CARD.width, CARD.height, PAGE);
  const scale = event === null ? FAR : NEAR;
  const [centreX, centreY] = event === null ? [0, 0] : project(event.longitudeDeg, event.latitudeDeg);
  const [offsetX, offsetY] =
    event === null
      ? [FAR_OFFSET.x, FAR_OFFSET.y]
      : [EVENT_AT.x - centreX * scale, EVENT_AT.y - centreY * scale];
  const place = ({ longitudeDeg, latitudeDeg }: CardDot) => {
    const [x, y] = project(longitudeDeg, latitudeDeg);
    return [x * scale + offsetX, y * scale + offsetY] as const;
  };
  canvas.fill(toPolygons(world.sphere, scale, offsetX, offsetY), OCEAN);
  canvas.fill(toPolygons(world.land, scale, offsetX, offsetY), LAND);
  for (const dot of drawing.dots.toReversed()) {
    const [x, y] = place(dot);
    canvas.fill([toCircle(x, y, toRadius(dot.magnitude))], toColor(dot.ageMs), 0.75);
  }
  if (event !== null) drawEvent(canvas, event, place(event));
  drawVeil(canvas);
  drawWords(canvas, drawing);
  return canvas;
}

function drawEvent(
  canvas: Canvas,
  event: NonNullable<CardDrawing['event']>,
  at: readonly [number, number],
): void {
  const [x, y] = at;
  const radius = toRadius(event.magnitude) * 1.9 + 4;
  const color = event.withdrawn ? SOFT : toColor(event.ageMs);
  if (event.withdrawn) {
    const reach = radius * 0.95;
    canvas.fill(
      [
        [
          x - reach,
          y + reach - 3,
          x - reach + 3,
          y + reach,
          x + reach,
          y - reach + 3,
          x + reach - 3,
          y - reach,
        ],
      ],
      color,
    );
  } else canvas.fill([toCircle(x, y, radius)], color, 0.4);
  canvas.fill(toRing(x, y, radius, 4), color);
  canvas.fill(toRing(x, y, radius + 16, 2.5), INK, 0.7);
}

/** Darkens the left side towards the page's colour, so that words stand clear of what lies below. */
function drawVeil(canvas: Canvas): void {
  const { width, height, pixels } = canvas;
  for (let x = 0; x < width; x++) {
    const share = 0.9 * Math.min(1, Math.max(0, 1 - (x - 330) / 420));
    if (share === 0) break;
    for (let y = 0; y < height; y++) {
      const pixel = (y * width + x) * 3;
      for (let i = 0; i < 3; i++)
        pixels[pixel + i] = pixels[pixel + i]! + (PAGE[i]! - pixels[pixel + i]!) * share;
    }
  }
}

function drawWords(canvas: Canvas, { title, place, lines, mark, event }: CardDrawing): void {
  const write = (text: string, y: number, sizePx: number, weight: Weight, color: Rgb, x = TEXT_X) =>
    canvas.fill(outlineText(text, x, y, sizePx, weight), color);
  drawWordmark(canvas);
  let y = 236;
  const titlePx = Math.min(
    TITLE_PX,
    (TITLE_PX * TEXT_WIDTH_PX) / Math.max(1, measureText(title, TITLE_PX, 'bold')),
  );
  write(title, y, titlePx, 'bold', INK);
  if (event?.withdrawn) canvas.fill([strike(TEXT_X, y, measureText(title, titlePx, 'bold'), titlePx)], INK);
  y += 66;
  for (const line of wrapText(place, PLACE_PX, 'bold', TEXT_WIDTH_PX, 2)) {
    write(line, y, PLACE_PX, 'bold', INK);
    y += PLACE_PX * 1.22;
  }
  y += 12;
  for (const line of lines.flatMap((one) => wrapText(one, LINE_PX, 'regular', TEXT_WIDTH_PX, 2))) {
    write(line, y, LINE_PX, 'regular', SOFT);
    y += LINE_PX * 1.45;
  }
  if (mark !== null) write(mark, Math.min(y + 20, 560), LINE_PX, 'bold', ALERT);
}

const strike = (x: number, y: number, width: number, sizePx: number): Polygon => {
  const [top, bottom] = [y - sizePx * 0.36, y - sizePx * 0.3];
  return [x, top, x + width, top, x + width, bottom, x, bottom];
};

function drawWordmark(canvas: Canvas): void {
  const [x, y] = [TEXT_X + 20, 76];
  canvas.fill([toCircle(x, y, 6)], AGES[1]!.color);
  canvas.fill(toRing(x, y, 13, 2.6), AGES[2]!.color);
  canvas.fill(toRing(x, y, 20, 2), AGES[2]!.color, 0.6);
  canvas.fill(outlineText('Quakewire', x + 36, y + 11, 32, 'bold'), INK);
}

function toColor(ageMs: number): Rgb {
  return AGES.find(({ untilMs }) => ageMs < untilMs)!.color;
}

/** As /map.svg. */
function toRadius(magnitude: number | null): number {
  return magnitude === null ? 1.6 : Math.max(1.4, 0.9 * 1.45 ** magnitude);
}
