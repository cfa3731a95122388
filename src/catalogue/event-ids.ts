// Ids as two numbers a row, and the way from an id to its row: open addressing over those numbers, so that
// a million ids take 16 MB and no strings. `emsc-20230206_0000008` is prefix `emsc-20230206_`, number 8, seven
// decimal digits wide; `usgs-us7000pv32` is prefix `usgs-us70`, number `00pv32` in radix 36.
// Pure, browser-safe.

import type { EventId } from '../event/types.ts';

/** What a family of ids shares; an id is `text` followed by its number, written `width` digits wide. */
export interface IdPrefix {
  readonly text: string;
  readonly radix: 10 | 36;
  /** Digits of the number with its leading zeros; 0 to 6 in radix 36, 5 to 9 in radix 10. */
  readonly width: number;
}

export interface SplitId extends IdPrefix {
  readonly number: number;
}

const DECIMAL_WIDTH_MIN = 5;
/** Nine decimal digits, and six of radix 36, are the most that 32 bits hold. */
const DECIMAL_WIDTH_MAX = 9;
const RADIX_36_WIDTH_MAX = 6;

/** Splits any id in the one way that `joinId` undoes: at least 5 trailing decimal digits, else radix 36. */
export function splitId(id: string): SplitId {
  const decimals = countTrailing(id, isDecimal, DECIMAL_WIDTH_MAX);
  const radix = decimals >= DECIMAL_WIDTH_MIN ? 10 : 36;
  const width = radix === 10 ? decimals : countTrailing(id, isRadix36, RADIX_36_WIDTH_MAX);
  const cut = id.length - width;
  return {
    text: id.slice(0, cut),
    radix,
    width,
    number: width === 0 ? 0 : Number.parseInt(id.slice(cut), radix),
  };
}

/** The id of a prefix and a number. */
export function joinId(prefix: IdPrefix, number: number): EventId {
  const digits = prefix.width === 0 ? '' : number.toString(prefix.radix).padStart(prefix.width, '0');
  return (prefix.text + digits) as EventId;
}

/** Whether `splitId` can give this prefix at all. */
export function isIdPrefix({ text, radix, width }: IdPrefix): boolean {
  if (!Number.isInteger(width)) return false;
  const last = text.charCodeAt(text.length - 1);
  if (radix === 10) {
    if (width < DECIMAL_WIDTH_MIN || width > DECIMAL_WIDTH_MAX) return false;
    return width === DECIMAL_WIDTH_MAX || !isDecimal(last);
  }
  if (radix !== 36 || width < 0 || width > RADIX_36_WIDTH_MAX) return false;
  return width === RADIX_36_WIDTH_MAX || !isRadix36(last);
}

/** Whether `splitId` can give this number with this (proper) prefix: one id must not have two codes. */
export function isIdNumber({ radix, width }: IdPrefix, number: number): boolean {
  if (!(number >= 0 && number < radix ** width)) return false;
  if (radix === 10 || width < DECIMAL_WIDTH_MIN) return true;
  for (let rest = number, i = 0; i < DECIMAL_WIDTH_MIN; i++, rest = Math.floor(rest / 36)) {
    if (rest % 36 > 9) return true;
  }
  return false; // five decimal digits at the end belong to radix 10
}

function countTrailing(text: string, isDigit: (unit: number) => boolean, most: number): number {
  let count = 0;
  while (count < most && count < text.length && isDigit(text.charCodeAt(text.length - 1 - count))) count++;
  return count;
}

function isDecimal(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

function isRadix36(unit: number): boolean {
  return isDecimal(unit) || (unit >= 97 && unit <= 122);
}

/** The ids of rows 0 … count − 1. */
export interface EventIds {
  /** How many prefixes there are; their indices are 0 … prefixCount − 1. */
  readonly prefixCount: number;
  prefixAt(index: number): IdPrefix;
  /** The index of a prefix, added when new. */
  internPrefix(prefix: IdPrefix): number;
  /** Coded id of a row. */
  prefixOf(row: number): number;
  numberOf(row: number): number;
  /** The row of a coded id, −1 when unknown. */
  find(prefix: number, number: number): number;
  /** The row of an id, −1 when unknown. */
  rowOf(id: string): number;
  /** Gives the next row to a coded id that `find` does not know. */
  add(prefix: number, number: number): void;
}

export function createEventIds(capacity: number): EventIds {
  const prefixes: IdPrefix[] = [];
  const prefixIndices = new Map<string, number>();
  let count = 0;
  let prefixOf = new Uint32Array(capacity);
  let numberOf = new Uint32Array(capacity);
  /** Row + 1; 0 is free. At most half full, so a probe ends soon. */
  let slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * Math.max(capacity, 8))));

  const toKey = ({ text, radix, width }: IdPrefix) => `${radix}/${width}/${text}`;

  function toSlot(prefix: number, number: number): number {
    const mask = slots.length - 1;
    let slot = hash(prefix, number) & mask;
    for (let held = slots[slot]!; held !== 0; held = slots[slot]!) {
      if (numberOf[held - 1] === number && prefixOf[held - 1] === prefix) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  function grow(): void {
    prefixOf = lengthen(prefixOf);
    numberOf = lengthen(numberOf);
    slots = new Uint32Array(slots.length * 2);
    for (let row = 0; row < count; row++) slots[toSlot(prefixOf[row]!, numberOf[row]!)] = row + 1;
  }

  const ids: EventIds = {
    get prefixCount() {
      return prefixes.length;
    },
    prefixAt: (index) => prefixes[index]!,
    internPrefix({ text, radix, width }) {
      const key = toKey({ text, radix, width });
      const known = prefixIndices.get(key);
      if (known !== undefined) return known;
      prefixIndices.set(key, prefixes.length);
      return prefixes.push({ text, radix, width }) - 1;
    },
    prefixOf: (row) => prefixOf[row]!,
    numberOf: (row) => numberOf[row]!,
    find: (prefix, number) => slots[toSlot(prefix, number)]! - 1,
    rowOf(id) {
      const split = splitId(id);
      const prefix = prefixIndices.get(toKey(split));
      return prefix === undefined ? -1 : ids.find(prefix, split.number);
    },
    add(prefix, number) {
      if (count === prefixOf.length || 2 * (count + 1) > slots.length) grow();
      prefixOf[count] = prefix;
      numberOf[count] = number;
      slots[toSlot(prefix, number)] = ++count;
    },
  };
  return ids;
}

function lengthen(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const longer = new Uint32Array(Math.max(8, array.length * 2));
  longer.set(array);
  return longer;
}

/** 32-bit multiply-xor mix of two numbers (the finalising steps of MurmurHash3). */
function hash(prefix: number, number: number): number {
  let mixed = Math.imul(prefix, 0x9e3779b1) ^ number;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
