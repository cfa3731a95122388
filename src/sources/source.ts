// The Source port: what every agency's adapter offers, whatever it speaks with its agency.

import type { ReplayTime } from '../clock.ts';

/**
 * How a source stands with its agency.
 * - `connecting`: no answer yet, first try or a retry that is under way
 * - `filling`: connected; asking the agency for what was missed
 * - `live`: connected, answering pings, nothing missed
 * - `waiting`: the last try failed; the next one comes at `retryAtMs`
 * - `refused`: will not go on by itself; `reason` says what to do
 */
export type SourceState = 'connecting' | 'filling' | 'live' | 'waiting' | 'refused';

/** What a source says of itself; shown on `/status` and on the page. All times ms since the epoch UTC, real clock. */
export interface SourceStatus {
  /** Agency code as in reports: `EMSC`. */
  readonly agency: string;
  readonly state: SourceState;
  /** Since when it has been in this state; for `connecting`/`waiting`: since when it has not been live. */
  readonly sinceMs: number;
  /** Last message of any kind that carried an event; null: none since the start. */
  readonly lastMessageAtMs: number | null;
  /** Last sign of life of the connection: message or pong; null: none since the start. */
  readonly lastContactAtMs: number | null;
  /** Why it is not live, in words for a person; null when live. */
  readonly reason: string | null;
  readonly retryAtMs: number | null;
  /** First-start back-fill: share done from 0 to 1; null when none is under way. */
  readonly backfill: { readonly done: number; readonly reports: number } | null;
  /** Last fault of the agency's FDSN service since it last answered well; null when well. */
  readonly fdsnFault: string | null;
  readonly counts: {
    readonly reports: number;
    readonly deadLetters: number;
    readonly unknownActions: number;
    readonly reconnects: number;
  };
  /** Set when the agency's end is a replay: nothing recorded is shown as live. */
  readonly replay: ReplayTime | null;
}

/** A running agency adapter. Building is not starting: nothing is sent before `run`. */
export interface Source {
  readonly agency: string;
  /** Works until the signal fires, then resolves. Rejects only on a programmer's mistake. */
  run(signal: AbortSignal): Promise<void>;
  status(): SourceStatus;
  /** Calls back after each change of the status that a reader would notice; gives a function that ends it. */
  onStatus(listener: (status: SourceStatus) => void): () => void;
}

/** Where a source keeps what it must remember over restarts (its cursor); text values, durable once resolved. */
export interface SourceMemory {
  read(key: string): Promise<string | null>;
  write(key: string, value: string): Promise<void>;
}
