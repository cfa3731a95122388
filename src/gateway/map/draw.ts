// The world with its newest earthquakes as one SVG text: preview of links, first paint, the page without scripts.
// Size is magnitude, colour is age, the youngest and largest on top. No style element and no style attribute, so that
// it shows the same under any content security policy. Pure.

import world from '../../../assets/world-110m.json' with { type: 'json' };
import type { CatalogueEntry } from '../../catalogue/catalogue.ts';
import { toMagnitudeTypeName } from '../../event/magnitude-type.ts';
import { CANVAS, project } from './projection.ts';

export type Theme = 'dark' | 'light';

export interface MapDrawing {
  readonly theme: Theme;
  /** Pixels; the height follows. */
  readonly width: number;
  /** Events to show, in any order; withdrawn ones are left out. */
  readonly entries: readonly CatalogueEntry[];
  /** The present, replayed if it is a replay; ms since the epoch UTC. */
  readonly nowMs: number;
  /** Replayed seconds per second; null: this is the real present. */
  readonly replaySpeed: number | null;
  /** Nothing came by the log yet: all entries are of the starter catalogue. */
  readonly starterOnly: boolean;
}

const HOUR_MS = 3_600_000;
const FONT = 'font-family="system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif"';

/** Colours by age, youngest first; the last is for all that is older. */
const AGES = [
  { name: 'hour', untilMs: HOUR_MS },
  { name: 'day', untilMs: 24 * HOUR_MS },
  { name: 'week', untilMs: 168 * HOUR_MS },
  { name: 'older', untilMs: Number.POSITIVE_INFINITY },
] as const;

type Age = (typeof AGES)[number]['name'];

const THEMES: Record<
  Theme,
  Record<
    Age | 'page' | 'oceanIn' | 'oceanOut' | 'land' | 'coast' | 'grid' | 'text' | 'faint' | 'alert',
    string
  >
> = {
  dark: {
    ...{ page: '#090d13', oceanIn: '#142133', oceanOut: '#0d1520', land: '#26364a', coast: '#3a4f69' },
    ...{ grid: '#1b2938', text: '#eef3f9', faint: '#8fa1b6', alert: '#ffb02e' },
    ...{ hour: '#ff5147', day: '#ff9d3b', week: '#ffd978', older: '#7fa6d6' },
  },
  light: {
    ...{ page: '#f7f9fc', oceanIn: '#e9f0f8', oceanOut: '#d9e4f0', land: '#fbfcfd', coast: '#b4c3d4' },
    ...{ grid: '#cfdbe8', text: '#10202f', faint: '#54677b', alert: '#9a4b00' },
    ...{ hour: '#d3190f', day: '#d96a00', week: '#a87f00', older: '#3c6ea8' },
  },
};

export function drawMap(drawing: MapDrawing): string {
  const { theme, width, nowMs } = drawing;
  const colours = THEMES[theme];
  const shown = drawing.entries
    .filter(({ state }) => state === 'live')
    .map((entry) => ({ entry, age: toAge(nowMs - entry.originTimeMs) }))
    .sort((a, b) => ageRank(b.age) - ageRank(a.age) || toSize(a.entry) - toSize(b.entry));
  const height = Math.round((width * CANVAS.height) / CANVAS.width);
  const largest = findLargest(
    shown.map(({ entry }) => entry),
    nowMs,
  );
  const { centreX, centreY } = CANVAS;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${CANVAS.width} ${CANVAS.height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escapeText(describeTitle(drawing))}</title>`,
    `<desc id="desc">${escapeText(describe(shown.length, largest))}</desc>`,
    `<defs><radialGradient id="ocean" gradientUnits="userSpaceOnUse" cx="${centreX}" cy="${centreY - 90}" r="640"><stop offset="0" stop-color="${colours.oceanIn}"/><stop offset="1" stop-color="${colours.oceanOut}"/></radialGradient></defs>`,
    `<rect width="${CANVAS.width}" height="${CANVAS.height}" fill="${colours.page}"/>`,
    `<path d="${world.sphere}" fill="url(#ocean)"/>`,
    `<path d="${world.graticule}" fill="none" stroke="${colours.grid}" stroke-width=".8"/>`,
    `<path d="${world.land}" fill="${colours.land}" stroke="${colours.coast}" stroke-width=".7" stroke-linejoin="round"/>`,
    `<path d="${world.sphere}" fill="none" stroke="${colours.coast}" stroke-width="1"/>`,
    ...AGES.toReversed().map(({ name }) =>
      drawAge(
        name,
        colours[name],
        shown.filter(({ age }) => age === name).map(({ entry }) => entry),
      ),
    ),
    largest ? drawLabel(largest, colours) : '',
    drawFrame(drawing, colours),
    '</svg>',
  ].join('');
}

function drawAge(age: Age, colour: string, entries: readonly CatalogueEntry[]): string {
  if (entries.length === 0) return '';
  const halos = age !== 'hour' ? '' : entries.map((entry) => drawCircle(entry, 2.1)).join('');
  const halo = halos ? `<g fill="${colour}" fill-opacity=".18">${halos}</g>` : '';
  const opacity = age === 'older' ? '.34' : '.55';
  const circles = entries.map((entry) => drawCircle(entry, 1)).join('');
  return `${halo}<g fill="${colour}" fill-opacity="${opacity}" stroke="${colour}" stroke-opacity=".9" stroke-width=".7">${circles}</g>`;
}

function drawCircle(entry: CatalogueEntry, factor: number): string {
  const [x, y] = project(entry.longitudeDeg, entry.latitudeDeg);
  return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${(toRadius(entry) * factor).toFixed(1)}"/>`;
}

function drawLabel(entry: CatalogueEntry, colours: (typeof THEMES)[Theme]): string {
  const [x, y] = project(entry.longitudeDeg, entry.latitudeDeg);
  const leftwards = x > CANVAS.width * 0.62;
  const textX = (leftwards ? x - toRadius(entry) - 9 : x + toRadius(entry) + 9).toFixed(1);
  const anchor = leftwards ? 'end' : 'start';
  const region = entry.region ? ` <tspan font-weight="400">${escapeText(shorten(entry.region))}</tspan>` : '';
  return `<text x="${textX}" y="${(y + 6).toFixed(1)}" text-anchor="${anchor}" font-size="19" font-weight="700" ${FONT} fill="${colours.text}" stroke="${colours.page}" stroke-width="4" stroke-linejoin="round" paint-order="stroke">${escapeText(toMagnitudeText(entry))}${region}</text>`;
}

/** Name, time and keys, in the corners that the globe leaves free. */
function drawFrame(drawing: MapDrawing, colours: (typeof THEMES)[Theme]): string {
  const text = (x: number, y: number, size: number, fill: string, words: string, more = '') =>
    `<text x="${x}" y="${y}" font-size="${size}" ${FONT} fill="${fill}"${more}>${escapeText(words)}</text>`;
  const { replaySpeed, nowMs, starterOnly } = drawing;
  const parts = [
    text(28, 46, 30, colours.text, 'Quakewire', ' font-weight="700" letter-spacing="-.4"'),
    text(1172, 36, 17, colours.faint, toTimeText(nowMs), ' text-anchor="end"'),
  ];
  const mark = replaySpeed !== null ? `REPLAY ×${replaySpeed}` : starterOnly ? 'STARTER CATALOGUE' : null;
  if (mark) parts.push(text(1172, 62, 19, colours.alert, mark, ' text-anchor="end" font-weight="700"'));
  const ages = [
    ['hour', 'last hour'],
    ['day', 'last day'],
    ['week', 'last week'],
    ['older', 'older'],
  ] as const;
  for (const [i, [age, words]] of ages.entries()) {
    const y = 546 + i * 22;
    parts.push(`<circle cx="34" cy="${y - 5}" r="6" fill="${colours[age]}"/>`);
    parts.push(text(48, y, 15, colours.faint, words));
  }
  let x = 1160;
  for (const magnitude of [8, 7, 6, 5, 4]) {
    const radius = toRadiusOf(magnitude);
    x -= radius;
    parts.push(
      `<circle cx="${x.toFixed(1)}" cy="${(594 - radius).toFixed(1)}" r="${radius.toFixed(1)}" fill="none" stroke="${colours.faint}" stroke-width="1.2"/>`,
      text(x, 614, 14, colours.faint, `M${magnitude}`, ' text-anchor="middle"'),
    );
    x -= radius + 12 + Math.max(0, 12 - radius);
  }
  return parts.join('');
}

function toAge(ageMs: number): Age {
  return AGES.find(({ untilMs }) => ageMs < untilMs)!.name;
}

function ageRank(age: Age): number {
  return AGES.findIndex(({ name }) => name === age);
}

/** For order alone: an event without magnitude lies below all others. */
function toSize({ magnitude }: CatalogueEntry): number {
  return magnitude?.value ?? -10;
}

function toRadius({ magnitude }: CatalogueEntry): number {
  return magnitude ? toRadiusOf(magnitude.value) : 1.4;
}

/** Pixels: M 2 is a dot, M 5 a pea, M 8 a coin. */
function toRadiusOf(magnitude: number): number {
  return Math.max(1.2, 0.9 * 1.45 ** magnitude);
}

/** The largest of the last day, else of all that is shown. */
function findLargest(entries: readonly CatalogueEntry[], nowMs: number): CatalogueEntry | null {
  const today = entries.filter((entry) => nowMs - entry.originTimeMs < 24 * HOUR_MS && entry.magnitude);
  const candidates = today.length > 0 ? today : entries.filter(({ magnitude }) => magnitude);
  return candidates.reduce<CatalogueEntry | null>(
    (best, entry) => (best === null || toSize(entry) > toSize(best) ? entry : best),
    null,
  );
}

function describeTitle({ replaySpeed, starterOnly, nowMs }: MapDrawing): string {
  if (replaySpeed !== null) return `Replayed earthquakes, ${toTimeText(nowMs)}`;
  if (starterOnly) return 'Earthquakes of the starter catalogue; nothing live yet';
  return `Earthquakes of the world, ${toTimeText(nowMs)}`;
}

function describe(count: number, largest: CatalogueEntry | null): string {
  const shown = count === 1 ? '1 earthquake is shown.' : `${count} earthquakes are shown.`;
  if (!largest) return shown;
  const region = largest.region ? `, ${largest.region}` : '';
  return `${shown} The largest of late: ${toMagnitudeText(largest)}${region}, ${toTimeText(largest.originTimeMs)}.`;
}

function toMagnitudeText({ magnitude }: CatalogueEntry): string {
  return magnitude ? `${toMagnitudeTypeName(magnitude.type)} ${magnitude.value.toFixed(1)}` : 'M –';
}

/** `2023-02-06 01:17 UTC` */
function toTimeText(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function shorten(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39).trimEnd()}…`;
}

/** Text from anywhere made harmless in XML: markup becomes characters, control characters go. */
function escapeText(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
