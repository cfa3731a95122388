// The rings around what has just arrived: a few seconds each, and few at a time. Pure, browser-safe.

import type { Arrival } from '../state/shared-catalogue.ts';
import type { Quad } from './event-quads.ts';
import { QUAD_KINDS } from './event-shader.ts';

/** A new event sends three rings, a revised or withdrawn one a single ring. */
const RING_MS = 1600;
const RINGS: Readonly<Record<Arrival, number>> = { new: 3, revised: 1, withdrawn: 1 };
/** After a gap hundreds may come at once; that many rings would say nothing. The newest stay. */
const PULSES_MAX = 24;

export interface Pulses {
  add(row: number, arrival: Arrival, nowMs: number): void;
  /** Rings at an instant; drops what is over. `still`: without motion. */
  at(nowMs: number, still: boolean): Quad[];
  /** Rows mean other events now. */
  clear(): void;
}

/** Times are of a clock that never goes back, ms. */
export function createPulses(): Pulses {
  let pulses: { row: number; startMs: number; endMs: number }[] = [];
  return {
    add(row, arrival, nowMs) {
      pulses = pulses.filter((pulse) => pulse.row !== row);
      pulses.push({ row, startMs: nowMs, endMs: nowMs + RINGS[arrival] * RING_MS });
      if (pulses.length > PULSES_MAX) pulses = pulses.slice(-PULSES_MAX);
    },
    at(nowMs, still) {
      pulses = pulses.filter((pulse) => pulse.endMs > nowMs);
      return pulses.map(({ row, startMs }) => {
        const phase = still ? -1 : ((nowMs - startMs) % RING_MS) / RING_MS;
        return { row, kind: QUAD_KINDS.pulse, phase };
      });
    },
    clear() {
      pulses = [];
    },
  };
}
