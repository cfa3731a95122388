// Which faults strike when: dealt from a deck like cards, so that a long run has every kind and the same seed deals the
// same hand. Pure; what each of them does is in ./strikes.ts.

import { createRandom } from '../../../src/replay/faults.ts';

/** How often a kind is in the deck, and how long one lasts, milliseconds. */
interface Card {
  readonly weight: number;
  readonly lastsMs: readonly [number, number];
}

/** Every kind of fault. `kill` is SIGKILL, `pause` SIGSTOP with a later SIGCONT, `stop` the part's own way to end. */
export const DECK = {
  'kill source': { weight: 6, lastsMs: [0, 3_000] },
  'pause source': { weight: 4, lastsMs: [500, 10_000] },
  'kill leading associate': { weight: 6, lastsMs: [0, 6_000] },
  'kill standby associate': { weight: 2, lastsMs: [0, 3_000] },
  'two associates lead': { weight: 4, lastsMs: [500, 3_000] },
  'kill store': { weight: 5, lastsMs: [0, 3_000] },
  'pause store': { weight: 4, lastsMs: [500, 10_000] },
  'kill gateway': { weight: 8, lastsMs: [0, 3_000] },
  'stop gateway': { weight: 3, lastsMs: [0, 3_000] },
  'pause gateway': { weight: 5, lastsMs: [500, 12_000] },
  'kill balancer': { weight: 1, lastsMs: [0, 1_000] },
  'pause balancer': { weight: 1, lastsMs: [500, 5_000] },
  'kill broker': { weight: 5, lastsMs: [0, 3_000] },
  'stop broker': { weight: 2, lastsMs: [0, 3_000] },
  'pause broker': { weight: 4, lastsMs: [500, 8_000] },
  'all brokers down': { weight: 1, lastsMs: [20_000, 60_000] },
  'kill database': { weight: 3, lastsMs: [0, 4_000] },
  'stop database': { weight: 2, lastsMs: [0, 5_000] },
  'pause database': { weight: 3, lastsMs: [500, 8_000] },
  'database down for long': { weight: 1, lastsMs: [20_000, 60_000] },
  'database disk full': { weight: 2, lastsMs: [4_000, 12_000] },
  'drop agency socket': { weight: 4, lastsMs: [0, 0] },
  'freeze agency socket': { weight: 2, lastsMs: [1_000, 6_000] },
  'agency refuses': { weight: 2, lastsMs: [1_000, 5_000] },
  'garbage frames': { weight: 4, lastsMs: [0, 2_000] },
  'frames doubled, late, out of order': { weight: 4, lastsMs: [2_000, 8_000] },
  'agency service fails': { weight: 4, lastsMs: [0, 2_000] },
  'burst of reports': { weight: 2, lastsMs: [0, 0] },
  'slow reader': { weight: 4, lastsMs: [3_000, 20_000] },
  'clock jump': { weight: 4, lastsMs: [1_000, 20_000] },
  'garbage records': { weight: 4, lastsMs: [0, 0] },
} as const satisfies Record<string, Card>;

export type FaultKind = keyof typeof DECK;

/** One fault of a run: everything random about it is drawn here. */
export interface Fault {
  readonly kind: FaultKind;
  /** After the fault before it has struck, milliseconds. Faults overlap. */
  readonly afterMs: number;
  readonly lastsMs: number;
  /** Each in [0, 1): which of several parts, how much, which sign. */
  readonly draws: readonly [number, number, number];
}

export interface PlanOptions {
  readonly seed: number;
  readonly faults: number;
  /** Faults between two recoveries. */
  readonly roundLength: number;
  /** No fault lasts longer, milliseconds. */
  readonly lastsMaxMs: number;
  /** Kinds that cannot be had on this machine. */
  readonly without: ReadonlySet<FaultKind>;
}

const AFTER_MS = [300, 4_500] as const;

/** The faults, in rounds. */
export function planFaults({ seed, faults, roundLength, lastsMaxMs, without }: PlanOptions): Fault[][] {
  const random = createRandom(seed);
  let deck: FaultKind[] = [];
  const between = ([min, max]: readonly [number, number]) => Math.round(min + random() * (max - min));
  const deal = () => {
    if (deck.length === 0) deck = shuffle(toDeck(without), random);
    return deck.pop()!;
  };
  const all = Array.from({ length: faults }, (): Fault => {
    const kind = deal();
    return {
      kind,
      afterMs: between(AFTER_MS),
      lastsMs: Math.min(lastsMaxMs, between(DECK[kind].lastsMs)),
      draws: [random(), random(), random()],
    };
  });
  const rounds: Fault[][] = [];
  for (let i = 0; i < all.length; i += roundLength) rounds.push(all.slice(i, i + roundLength));
  return rounds;
}

/** What the plan takes without recoveries, milliseconds: a round ends with its last fault. */
export function toLengthMs(rounds: readonly (readonly Fault[])[]): number {
  let lengthMs = 0;
  for (const round of rounds) {
    let atMs = 0;
    let endMs = 0;
    for (const { afterMs, lastsMs } of round) {
      atMs += afterMs;
      endMs = Math.max(endMs, atMs + lastsMs);
    }
    lengthMs += endMs;
  }
  return lengthMs;
}

function toDeck(without: ReadonlySet<FaultKind>): FaultKind[] {
  const kinds = (Object.keys(DECK) as FaultKind[]).filter((kind) => !without.has(kind));
  return kinds.flatMap((kind) => Array.from({ length: DECK[kind].weight }, () => kind));
}

/** Fisher and Yates. */
function shuffle<T>(items: T[], random: () => number): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}
