// How many lines a region's name takes in the list, from the widths of letters of a usual sans serif, on the safe side:
// rows have their height before anything is drawn, and the server's page has the same. Pure, browser-safe.

import { toSentenceCase } from '../text/region-name.ts';

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

function widthEm(word: string): number {
  let width = 0;
  for (const letter of word) {
    if (NARROW.test(letter)) width += 0.32;
    else if (WIDE.test(letter)) width += 0.9;
    else if (letter >= 'a' && letter <= 'z') width += 0.55;
    else if (letter < '\u0250') width += 0.66;
    else width += 1.05; // other scripts: up to a full square
  }
  return width;
}
