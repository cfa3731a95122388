// Keeps a number and the unit after it on one line. Pure, browser-safe.

/** "18 min 4 s" with no-break spaces between numbers and what they count. */
export function keepUnits(words: string): string {
  return words.replace(/(?<=\d) (?=\p{L})/gu, '\u00a0');
}
