// All times and amounts of the source EMSC in one place, with the defaults that EMSC's service asks for.

import { RECONNECT_TIMING, type ReconnectTiming } from '../reconnect.ts';

export interface EmscSourceTiming {
  /** Least time between two requests to the FDSN service. */
  readonly fdsnIntervalMs: number;
  readonly fdsnTimeoutMs: number;
  /** How far a first start fills back. */
  readonly backfillDays: number;
  /** How often the last day is compared with what we know. */
  readonly reconcileMs: number;
  readonly reconcileWindowMs: number;
  /** Between the two looks that confirm a withdrawal. */
  readonly confirmMs: number;
  /** How far before the cursor a gap fill begins. */
  readonly overlapMs: number;
  /** Features in one FDSN answer. */
  readonly pageSize: number;
  /** First and longest pause while the log takes nothing. */
  readonly logRetryMs: { readonly min: number; readonly max: number };
  readonly reconnect: ReconnectTiming;
}

const DAY_MS = 86_400_000;

export const EMSC_TIMING: EmscSourceTiming = {
  fdsnIntervalMs: 10_000,
  fdsnTimeoutMs: 60_000,
  backfillDays: 7,
  reconcileMs: 1_800_000,
  reconcileWindowMs: DAY_MS,
  confirmMs: 300_000,
  overlapMs: 600_000,
  pageSize: 1_000,
  logRetryMs: { min: 100, max: 10_000 },
  reconnect: RECONNECT_TIMING,
};
