// What a chunk's writer and its reader both know of the next event, from those before it: only what differs is
// written. Each pair of methods is one rule, forth and back. Pure, browser-safe.

import type { Kind } from './chunk-header.ts';

/** Squares of 0.1°, row by row from the south pole; latitude and longitude in 1e-4° from −90 and −180. */
export const CELL_E4 = 1000;
export const CELL_COLUMNS = 3601;
export const CELL_ROWS = 1801;

/** For each kind a number that is the same for kinds of one agency. */
export function numberAgencies(kinds: readonly Kind[]): number[] {
  const numbers = new Map<string | null, number>();
  return kinds.map(([agency]) => {
    const number = numbers.get(agency) ?? numbers.size;
    numbers.set(agency, number);
    return number;
  });
}

const SAME_AS_KIND = 0;
const SAME_AS_AGENCY = 1;
const OTHER_PREFIX = 2;

/** Ids in the order of time: an agency counts on, in the prefix it used last. */
export interface IdPrediction {
  toSymbol(kind: number, prefix: number): number;
  /** −1 for a symbol that points at nothing. */
  fromSymbol(kind: number, symbol: number): number;
  toStep(prefix: number, number: number): number;
  fromStep(prefix: number, step: number): number;
}

export function createIdPrediction(kinds: readonly Kind[], prefixCount: number): IdPrediction {
  const agencyOf = numberAgencies(kinds);
  const lastOfKind = new Int32Array(kinds.length).fill(-1);
  const lastOfAgency = new Int32Array(kinds.length).fill(-1);
  const lastNumber = new Float64Array(prefixCount);

  function remember(kind: number, prefix: number): void {
    lastOfKind[kind] = prefix;
    lastOfAgency[agencyOf[kind]!] = prefix;
  }

  return {
    toSymbol(kind, prefix) {
      const isOfKind = lastOfKind[kind] === prefix;
      const isOfAgency = lastOfAgency[agencyOf[kind]!] === prefix;
      remember(kind, prefix);
      return isOfKind ? SAME_AS_KIND : isOfAgency ? SAME_AS_AGENCY : OTHER_PREFIX + prefix;
    },
    fromSymbol(kind, symbol) {
      let prefix = symbol - OTHER_PREFIX;
      if (symbol === SAME_AS_KIND) prefix = lastOfKind[kind]!;
      if (symbol === SAME_AS_AGENCY) prefix = lastOfAgency[agencyOf[kind]!]!;
      if (prefix >= prefixCount) return -1;
      remember(kind, prefix);
      return prefix;
    },
    toStep(prefix, number) {
      const step = number - lastNumber[prefix]!;
      lastNumber[prefix] = number;
      return step;
    },
    fromStep(prefix, step) {
      lastNumber[prefix] = lastNumber[prefix]! + step;
      return lastNumber[prefix]!;
    },
  };
}

const SAME_TOWN = 0;

/** Towns, kind by kind: an agency names a square as it did the last time. */
export interface TownPrediction {
  /** `town` counts from 1. */
  toSymbol(kind: number, cell: number, town: number): number;
  /** 0 for a symbol that points at nothing. */
  fromSymbol(kind: number, cell: number, symbol: number): number;
}

export function createTownPrediction(kinds: readonly Kind[]): TownPrediction {
  const agencyOf = numberAgencies(kinds);
  const towns = new Map<number, number>();
  const toKey = (kind: number, cell: number) => agencyOf[kind]! * CELL_ROWS * CELL_COLUMNS + cell;
  return {
    toSymbol(kind, cell, town) {
      const key = toKey(kind, cell);
      if (towns.get(key) === town) return SAME_TOWN;
      towns.set(key, town);
      return town;
    },
    fromSymbol(kind, cell, symbol) {
      const key = toKey(kind, cell);
      if (symbol === SAME_TOWN) return towns.get(key) ?? 0;
      towns.set(key, symbol);
      return symbol;
    },
  };
}

/** Places 0 … length − 1 kind by kind, within a kind as they were. */
export function orderByKind(kinds: Uint32Array, kindCount: number): Uint32Array {
  const starts = new Uint32Array(kindCount + 1);
  for (const kind of kinds) starts[kind + 1]!++;
  for (let kind = 0; kind < kindCount; kind++) starts[kind + 1]! += starts[kind]!;
  const order = new Uint32Array(kinds.length);
  for (let i = 0; i < kinds.length; i++) order[starts[kinds[i]!]!++] = i;
  return order;
}
