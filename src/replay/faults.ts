// The faults a replayed agency can be told to have: their names, and whether one strikes now. Seeded, so
// that a failing run can be run again. Every one of them has been seen from a real agency or network.

import { QuakewireError } from '../errors.ts';

/** Faults of the websocket; the rate is per frame. */
export const SOCKET_FAULTS = ['drop', 'half-open', 'garbage', 'duplicate', 'reorder', 'delay'] as const;
/** Faults of the FDSN service; the rate is per request. */
export const FDSN_FAULTS = [
  'fdsn-empty',
  'fdsn-204',
  'fdsn-refuse-updatedafter',
  'fdsn-413',
  'fdsn-429',
  'fdsn-500',
  'fdsn-503',
  'fdsn-html',
  'fdsn-half-body',
  'fdsn-silent',
] as const;

export type SocketFault = (typeof SOCKET_FAULTS)[number];
export type FdsnFault = (typeof FDSN_FAULTS)[number];
/** Share of frames or requests struck, 0 to 1; 0 when left out. */
export type FaultRates = Readonly<Partial<Record<SocketFault | FdsnFault, number>>>;

/** Rates from `drop=0.01,garbage=0.02`. Throws `CONFIG_INVALID` naming what cannot be used. */
export function parseFaultRates(text: string): FaultRates {
  const rates: Partial<Record<SocketFault | FdsnFault, number>> = {};
  for (const part of text.split(',').filter(Boolean)) {
    const [name, share] = part.split('=').map((word) => word.trim());
    const known = [...SOCKET_FAULTS, ...FDSN_FAULTS].find((fault) => fault === name);
    const rate = Number(share);
    if (!known || !(rate >= 0 && rate <= 1) || !share) {
      const names = [...SOCKET_FAULTS, ...FDSN_FAULTS].join(', ');
      throw new QuakewireError(
        'CONFIG_INVALID',
        `Cannot read faults: "${part}" is none, expected name=share with a share from 0 to 1 and one of ${names}`,
      );
    }
    rates[known] = rate;
  }
  return rates;
}

/** The fault that strikes one frame or request, at most one; null: none. Draws once. */
export function drawFault<F extends SocketFault | FdsnFault>(
  faults: readonly F[],
  rates: FaultRates,
  random: () => number,
): F | null {
  let draw = random();
  for (const fault of faults) {
    draw -= rates[fault] ?? 0;
    if (draw < 0) return fault;
  }
  return null;
}

/** A repeatable source of numbers in [0, 1) (mulberry32); not for secrets. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
