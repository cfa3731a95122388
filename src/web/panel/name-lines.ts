// How many lines a region's name takes in the list, from the widths of letters of a usual sans serif, on the safe side:
// rows have their height before anything is drawn, and the server's page has the same. Pure, browser-safe.

import { toSentenceCase } from '../../event/region-name.ts';

/** Room for a name on the narrowest panel that is usual (a phone 360 pixels wide), in letter heights. */
const ROOM_EM = 16.6;
const LINES_MAX = 3;

const NARROW = /[iljft.,:;'’()|I [\]-]/;
const WIDE = /[mwMW@%]/;

export function countLines(region: string): number {
  let lines = 1;
  let used = 0;
  for (const word of toSentenceCase(region).split(/\s+/)) {
    const width = widthEm(word);
    const space = used === 0 ? 0 : 0.28;
    if (used + space + width <= ROOM_EM) used += space + width;
    else {
      lines += used === 0 ? Math.floor(width / ROOM_EM) : Math.max(1, Math.ceil(width / ROOM_EM));
      used = width % ROOM_EM;
    }
  }
  return Math.min(LINES_MAX, lines);
}

/** Letters below take the table: of long lists a hundred thousand names are looked at. */
const TABLE_END = 0x250;
const WIDTHS = Float64Array.from({ length: TABLE_END }, (_, code) => letterEm(String.fromCharCode(code)));

function widthEm(word: string): number {
  let width = 0;
  for (const letter of word) width += WIDTHS[letter.codePointAt(0)!] ?? letterEm(letter);
  return width;
}

function letterEm(letter: string): number {
  if (NARROW.test(letter)) return 0.32;
  if (WIDE.test(letter)) return 0.9;
  if (letter >= 'a' && letter <= 'z') return 0.55;
  return letter < '\u0250' ? 0.66 : 1.05; // other scripts: up to a full square
}
