// Events that their agency may have taken back: suspected, looked for by name twice with time between, and
// only then withdrawn. Absence from a list is never enough: lists have come back empty or cut. Pure but for its own state.

export interface Suspects {
  /** Suspects an event, once; beyond `countMax` it is not taken (the next reconciliation finds it again). */
  add(agencyEventId: string, nowMs: number): void;
  /** One whose next look is due, or null. */
  due(nowMs: number): string | null;
  /** When the next look is due; null without suspects. */
  nextAtMs(): number | null;
  /** The agency does not have it: true when this was the second time, at least `confirmMs` after the first. */
  absent(agencyEventId: string, nowMs: number): boolean;
  /** No answer about it: the next look comes at `nextAtMs`, and others have their turn before. */
  postpone(agencyEventId: string, nextAtMs: number): void;
  /** The agency still has it, or cannot say: no longer suspected. */
  clear(agencyEventId: string): void;
  size(): number;
}

export function createSuspects(options: { readonly confirmMs: number; readonly countMax: number }): Suspects {
  const suspects = new Map<string, { absentSinceMs: number | null; nextAtMs: number }>();
  return {
    add(agencyEventId, nowMs) {
      if (suspects.has(agencyEventId) || suspects.size >= options.countMax) return;
      suspects.set(agencyEventId, { absentSinceMs: null, nextAtMs: nowMs });
    },
    due(nowMs) {
      for (const [agencyEventId, { nextAtMs }] of suspects) if (nextAtMs <= nowMs) return agencyEventId;
      return null;
    },
    nextAtMs: () =>
      suspects.size === 0 ? null : Math.min(...[...suspects.values()].map((one) => one.nextAtMs)),
    absent(agencyEventId, nowMs) {
      const suspect = suspects.get(agencyEventId);
      if (!suspect) return false;
      suspect.absentSinceMs ??= nowMs;
      suspect.nextAtMs = suspect.absentSinceMs + options.confirmMs;
      const confirmed = nowMs > suspect.absentSinceMs && nowMs >= suspect.nextAtMs;
      if (confirmed) suspects.delete(agencyEventId);
      return confirmed;
    },
    postpone(agencyEventId, nextAtMs) {
      const suspect = suspects.get(agencyEventId);
      if (suspect) suspect.nextAtMs = nextAtMs;
    },
    clear: (agencyEventId) => void suspects.delete(agencyEventId),
    size: () => suspects.size,
  };
}
