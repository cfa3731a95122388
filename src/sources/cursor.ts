// How far a source has brought its agency's news into the log, kept over restarts: everything that the agency
// changed up to this instant is acknowledged. What it misses after a restart is asked for from here.

import type { Logger } from '../telemetry/logger.ts';
import type { SourceMemory } from './source.ts';

export interface SourceCursor {
  /** Reads what was left by the process before. Rejects as the memory does. */
  load(): Promise<void>;
  /** The agency's time, ms since the epoch UTC; null before a first start. */
  ms(): number | null;
  /**
   * Moves it, never back, and never beyond the agency's present: a wrong `updatedAt` must not hide what comes.
   * Saving follows by itself, one write at a time.
   */
  move(toMs: number): void;
}

export function createSourceCursor(options: {
  readonly memory: SourceMemory;
  readonly key: string;
  /** The agency's present, ms since the epoch UTC. */
  readonly agencyNowMs: () => number;
  readonly logger: Logger;
}): SourceCursor {
  const { memory, key, logger } = options;
  let cursorMs: number | null = null;
  let savedMs = Number.NEGATIVE_INFINITY;
  let saving = false;

  const save = async () => {
    saving = true;
    try {
      while (cursorMs !== null && cursorMs > savedMs) {
        const savingMs = cursorMs;
        await memory.write(key, String(savingMs));
        savedMs = savingMs;
      }
    } catch (error) {
      // An older cursor only means that more is fetched again; the next move tries anew.
      logger.warn({ err: error }, 'Cannot save the cursor; trying again with the next report');
    } finally {
      saving = false;
    }
  };

  return {
    async load() {
      const ms = Number((await memory.read(key)) ?? Number.NaN);
      cursorMs = Number.isFinite(ms) ? ms : null;
      savedMs = cursorMs ?? Number.NEGATIVE_INFINITY;
    },
    ms: () => cursorMs,
    move(toMs) {
      const nextMs = Math.min(toMs, options.agencyNowMs());
      if (cursorMs !== null && nextMs <= cursorMs) return;
      cursorMs = nextMs;
      if (!saving) void save();
    },
  };
}
