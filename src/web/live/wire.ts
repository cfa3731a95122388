// The shapes of docs/wire.md as the page reads them. Pure, browser-safe: types alone.

import type { ReplayTime } from '../../clock.ts';
import type { QuakeEvent, Report } from '../../event/types.ts';
import type { SourceStatus } from '../../sources/source.ts';

export type Mode = 'live' | 'replay';

/** What `hello` and `sources` say of the gateway's side. Times in ms since the epoch UTC, the gateway's real clock. */
export interface GatewayState {
  readonly mode: Mode;
  readonly clock: ReplayTime | null;
  readonly nowMs: number;
  readonly sources: readonly SourceStatus[];
}

export interface CaughtUp {
  readonly cursor: string;
  readonly changes: number;
}

export interface Reset {
  readonly reason: 'malformed' | 'epoch-changed' | 'ahead-of-log' | 'too-far-behind';
  readonly detail: string;
}

export interface ChunkEntry {
  readonly url: string;
  readonly name: string;
  readonly count: number;
  readonly bytes: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly provenance: 'starter' | 'log';
}

export interface Manifest {
  readonly cursor: string;
  readonly generation: string | number;
  readonly count: number;
  /** Newest first. */
  readonly chunks: readonly ChunkEntry[];
  readonly tail: { readonly url: string; readonly count: number };
}

/** Answer of `/events/{id}`. */
export interface EventWithReports {
  readonly event: QuakeEvent;
  /** In the order of arrival; empty for an event of the starter catalogue. */
  readonly reports: readonly Report[];
  readonly provenance: 'log' | 'starter';
}
