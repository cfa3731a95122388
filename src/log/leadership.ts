// The Leadership port: which of several like processes may write what it derives from the log. Association needs
// it: one works, the others stand by. Embedded there is one process, and nothing to decide.

import type { EventLog } from './log.ts';

/** A time during which this process leads. */
export interface Term {
  /**
   * The log for this term. Once another process leads, its appends are rejected by the log itself, however late
   * this process learns of it: a leader that was paused and woken writes nothing.
   */
  readonly log: EventLog;
  /** Fires when this process no longer leads. */
  readonly ended: AbortSignal;
  /** Gives the lead up and lets go of the term's log. */
  release(): Promise<void>;
}

export interface Leadership {
  /** Resolves once this process leads; null when the signal fires first. One term at a time. */
  acquire(signal: AbortSignal): Promise<Term | null>;
  /** Leaves, so that another process can lead at once. */
  close(): Promise<void>;
}

/** The leadership of a process that is alone by nature: the embedded log's file has one user. */
export function createSoleLeadership(log: EventLog): Leadership {
  const { signal: ended } = new AbortController();
  return {
    acquire: async (signal) => (signal.aborted ? null : { log, ended, release: async () => {} }),
    close: async () => {},
  };
}

/** Works whenever this process leads, until the signal fires. `work` ends when its own signal fires. */
export async function runLeading(
  leadership: Leadership,
  signal: AbortSignal,
  work: (log: EventLog, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    const term = await leadership.acquire(signal);
    if (!term) return;
    try {
      await work(term.log, AbortSignal.any([signal, term.ended]));
    } finally {
      await term.release();
    }
  }
}
