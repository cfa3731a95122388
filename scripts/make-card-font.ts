// Makes assets/card-font.json: outlines of Inter's Latin letters in two weights, for the pictures that previews of links
// show. Reads WOFF files of the packages @fontsource/inter (5.3.0, SIL Open Font License 1.1) through opentype.js
// (2.0.0), which are not kept in this repository:
//
//   npm install --prefix FOLDER @fontsource/inter@5.3.0 opentype.js@2.0.0
//   node scripts/make-card-font.ts FOLDER

import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

interface Glyph {
  readonly index: number;
  readonly advanceWidth: number;
  getPath(x: number, y: number, size: number): { toPathData(decimals: number): string };
}
interface Font {
  charToGlyph(char: string): Glyph;
}

/** Units of an em in the file: whole numbers are fine enough for the sizes of a card. */
const EM = 1000;
const folder = resolve(process.argv[2] ?? '.');
const { parse } = (await import(
  pathToFileURL(join(folder, 'node_modules/opentype.js/dist/opentype.mjs')).href
)) as { parse(bytes: ArrayBuffer): Font };

/** Printable Latin (Basic, Latin-1, Extended-A) and the signs that our words use. */
const CHARS = [
  ...Array.from({ length: 0x17f - 0x20 + 1 }, (_, i) => 0x20 + i).filter(
    (code) => code < 0x7f || code > 0xa0,
  ),
  ...[0x2013, 0x2014, 0x2018, 0x2019, 0x201c, 0x201d, 0x2026, 0x2212, 0x02bb],
].map((code) => String.fromCodePoint(code));

function read(weight: number): Record<string, [advance: number, path: string]> {
  const fonts = ['latin', 'latin-ext'].map((subset) => {
    const path = join(folder, `node_modules/@fontsource/inter/files/inter-${subset}-${weight}-normal.woff`);
    const bytes = readFileSync(path);
    return parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer);
  });
  const glyphs: Record<string, [number, string]> = {};
  for (const char of CHARS) {
    const font = fonts.find((one) => one.charToGlyph(char).index !== 0);
    if (!font) continue;
    const glyph = font.charToGlyph(char);
    const unitsPerEm = (font as unknown as { unitsPerEm: number }).unitsPerEm;
    glyphs[char] = [
      Math.round((glyph.advanceWidth * EM) / unitsPerEm),
      glyph.getPath(0, 0, EM).toPathData(0),
    ];
  }
  return glyphs;
}

const font = {
  source:
    'Inter 400 and 600, SIL Open Font License 1.1, © The Inter Project Authors; made by scripts/make-card-font.ts',
  em: EM,
  regular: read(400),
  bold: read(600),
};
writeFileSync('assets/card-font.json', `${JSON.stringify(font)}\n`);
console.log(`assets/card-font.json: ${Object.keys(font.regular).length} glyphs in two weights`);
