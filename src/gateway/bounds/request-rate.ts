// How many requests one address may send: the generic cell rate algorithm (ITU-T I.371), a token bucket that needs one number
// an address. It stands before everything else, so that a refused request costs next to nothing; of our own, because it counts
// what finds no route too, by the same key as streams and connections, with memory that is bounded whoever comes. Pure.

export interface RequestRateBounds {
  /** Requests of one address within `windowMs`: so many at once, and as many in the long run. */
  readonly perAddressMax: number;
  readonly windowMs: number;
  /** Addresses remembered at most; about 100 bytes each. Beyond it the one that came first is forgotten. */
  readonly addressesMax: number;
}

export interface RequestRate {
  /** Addresses remembered at present. */
  readonly size: number;
  /** Takes one request; 0: it is welcome, else milliseconds after which one is. A refused one does not count. */
  take(key: string, nowMs: number): number;
}

export function createRequestRate({ perAddressMax, windowMs, addressesMax }: RequestRateBounds): RequestRate {
  const intervalMs = windowMs / perAddressMax;
  /** By key: when all that it has sent would have been sent at the even rate; in the order of first coming. */
  const paidUntilMs = new Map<string, number>();

  function makeRoom(nowMs: number): void {
    // Who has nothing outstanding is as a stranger; looked for only when full, and then not again for a while.
    for (const [key, paidMs] of paidUntilMs) if (paidMs <= nowMs) paidUntilMs.delete(key);
    for (const key of paidUntilMs.keys()) {
      if (paidUntilMs.size <= addressesMax * 0.9) break;
      paidUntilMs.delete(key);
    }
  }

  return {
    get size() {
      return paidUntilMs.size;
    },
    take(key, nowMs) {
      const knownMs = paidUntilMs.get(key) ?? nowMs;
      // More than a window ahead: the clock was set back, which shall keep nobody out.
      const paidMs = knownMs > nowMs + windowMs + 1 ? nowMs : Math.max(knownMs, nowMs);
      const excessMs = paidMs + intervalMs - (nowMs + windowMs);
      // Less than a microsecond is what adding fractions leaves.
      if (excessMs > 0.001) return excessMs;
      if (paidUntilMs.size >= addressesMax && !paidUntilMs.has(key)) makeRoom(nowMs);
      paidUntilMs.set(key, paidMs + intervalMs);
      return 0;
    },
  };
}
