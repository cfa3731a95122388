// How far a source has brought its agency's news into the log without a hole: the newest `updatedAt` such
// that everything that arrived before it is acknowledged too. Pure but for its own state.

export interface Acknowledgements {
  /** Notes an arrival; the function it gives is called when the log has acknowledged it. */
  begin(updatedAtMs: number): () => void;
  /** Newest agency time in the unbroken row of acknowledged arrivals; −Infinity before the first. */
  newestMs(): number;
}

interface Arrival {
  readonly updatedAtMs: number;
  acknowledged: boolean;
}

export function createAcknowledgements(): Acknowledgements {
  const underWay: Arrival[] = [];
  let newestMs = Number.NEGATIVE_INFINITY;
  return {
    begin(updatedAtMs) {
      const arrival: Arrival = { updatedAtMs, acknowledged: false };
      underWay.push(arrival);
      return () => {
        arrival.acknowledged = true;
        while (underWay[0]?.acknowledged) newestMs = Math.max(newestMs, underWay.shift()!.updatedAtMs);
      };
    },
    newestMs: () => newestMs,
  };
}
