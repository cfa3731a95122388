// A dictionary: texts that repeat (regions, agencies, types) become small numbers in a column.
// Grows, never shrinks, never renumbers: an index once given stays good. Pure, browser-safe.

export interface Dictionary {
  /** How many texts it holds; their indices are 1 … size. */
  readonly size: number;
  /** The text of an index; null for 0 and for an index never given. */
  textAt(index: number): string | null;
  /** The index of a text, −1 when it is not there. */
  indexOf(text: string): number;
  /** The index of a text, added when new; 0 for null, and for a new text when the dictionary is full. */
  intern(text: string | null): number;
}

/** An empty dictionary of at most `sizeMax` texts: as many as the column's integer can number beside 0. */
export function createDictionary(sizeMax: number): Dictionary {
  const texts: (string | null)[] = [null];
  const indices = new Map<string, number>();
  return {
    get size() {
      return texts.length - 1;
    },
    textAt: (index) => texts[index] ?? null,
    indexOf: (text) => indices.get(text) ?? -1,
    intern(text) {
      if (text === null) return 0;
      const known = indices.get(text);
      if (known !== undefined) return known;
      if (texts.length > sizeMax) return 0;
      indices.set(text, texts.length);
      return texts.push(text) - 1;
    },
  };
}
