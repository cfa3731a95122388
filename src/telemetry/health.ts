// What a process waits for, in words: behind /readyz. Each of its parts says so itself; a process is ready when none
// of them waits. Alive it is while it answers at all.

/** One part's place in the health of its process. */
export interface HealthPart {
  /** It cannot work; `reason` says why and, where it can, what to do: shown to operators. */
  waits(reason: string): void;
  works(): void;
}

export interface Health {
  /** A new part, which waits to be started. The name is for the words of /readyz: `the store`. */
  part(name: string): HealthPart;
  /** A part that is asked each time what it waits for; null: nothing. */
  watch(name: string, ask: () => string | null): void;
  /** Who waits for what; null when the process is ready. */
  waitsFor(): string | null;
}

export function createHealth(): Health {
  const parts = new Map<string, () => string | null>();
  return {
    part(name) {
      let reason: string | null = 'not started yet';
      parts.set(name, () => reason);
      return {
        waits(next) {
          reason = next;
        },
        works() {
          reason = null;
        },
      };
    },
    watch: (name, ask) => {
      parts.set(name, ask);
    },
    waitsFor() {
      const waiting = [...parts].flatMap(([name, ask]) => {
        const reason = ask();
        return reason === null ? [] : [`${name}: ${reason}`];
      });
      return waiting.length === 0 ? null : waiting.join('; ');
    },
  };
}

/** For a part whose process nobody asks. */
export const UNHEARD: HealthPart = { waits: () => {}, works: () => {} };
