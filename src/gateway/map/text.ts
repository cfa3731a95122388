// Words for the raster canvas, from the outlines of assets/card-font.json. Pure but for reading that file once.

import { readFileSync } from 'node:fs';
import { type Polygon, toPolygons } from './raster.ts';

export type Weight = 'regular' | 'bold';

interface FontFile {
  readonly em: number;
  /** Advance and outline of each letter, in units of the em; y downwards, 0 on the line of writing. */
  readonly regular: Readonly<Record<string, readonly [advance: number, path: string]>>;
  readonly bold: FontFile['regular'];
}

/** In the place of letters that the font lacks; their words are readable at the event's own page. */
const UNKNOWN = '?';
let font: FontFile | null = null;

function readFont(): FontFile {
  font ??= JSON.parse(
    readFileSync(new URL('../../../assets/card-font.json', import.meta.url), 'utf8'),
  ) as FontFile;
  return font;
}

/** The outlines of a line of text that begins at x on the line of writing y; size in pixels of the em. */
export function outlineText(text: string, x: number, y: number, sizePx: number, weight: Weight): Polygon[] {
  const { em } = readFont();
  const scale = sizePx / em;
  let at = x;
  return toGlyphs(text, weight).flatMap(([advance, path]) => {
    const polygons = toPolygons(path, scale, at, y);
    at += advance * scale;
    return polygons;
  });
}

/** Pixels from the first letter's beginning to the last one's end. */
export function measureText(text: string, sizePx: number, weight: Weight): number {
  const units = toGlyphs(text, weight).reduce((sum, [advance]) => sum + advance, 0);
  return (units * sizePx) / readFont().em;
}

/** Lines of words that are no wider than `widthPx`, at most `linesMax`; what is too long ends in an ellipsis. */
export function wrapText(
  text: string,
  sizePx: number,
  weight: Weight,
  widthPx: number,
  linesMax: number,
): string[] {
  const fits = (line: string) => measureText(line, sizePx, weight) <= widthPx;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || fits(longer)) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  if (line !== '') lines.push(line);
  const kept = lines.slice(0, linesMax);
  const last = kept.length - 1;
  const cut = lines.length > linesMax;
  for (const i of kept.keys()) {
    let shown = kept[i]!;
    let shortened = cut && i === last;
    while (shown !== '' && !fits(shortened ? `${shown}…` : shown)) {
      shown = shown.slice(0, -1).trimEnd();
      shortened = true;
    }
    kept[i] = shortened ? `${shown}…` : shown;
  }
  return kept;
}

function toGlyphs(text: string, weight: Weight): readonly (readonly [number, string])[] {
  const glyphs = readFont()[weight];
  return [...text.normalize('NFC')].map(
    (letter) =>
      (Object.hasOwn(glyphs, letter) ? glyphs[letter] : undefined) ??
      glyphs[letter.normalize('NFD')[0] ?? ''] ??
      glyphs[UNKNOWN]!,
  );
}
