// The Clock port: nothing else in the project asks what time it is.
// Pure, browser-safe.

/** Where the present comes from: the system, a replayed day, or a test. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z (UTC); may have a fraction. */
  now(): number;
}

/** The system's own clock. */
export const systemClock: Clock = { now: () => Date.now() };

/** How a replayed present runs against the real one. */
export interface ReplayTime {
  /** Replayed instant, ms since the epoch UTC, that was "now" at `anchoredAtMs`. */
  readonly replayedMs: number;
  /** Real instant, ms since the epoch UTC, at which the replay stood at `replayedMs`. */
  readonly anchoredAtMs: number;
  /** Replayed seconds per real second; 1 is real time, 60 makes an hour last a minute. Greater than 0. */
  readonly speed: number;
  /** Replayed instant at which the recording ends, ms since the epoch UTC: there the present stands still. Absent: not known. */
  readonly endMs?: number;
}

/** A clock that shows the replayed instant for each real one that `base` tells. */
export function createReplayClock(time: ReplayTime, base: Clock = systemClock): Clock {
  const endMs = time.endMs ?? Number.POSITIVE_INFINITY;
  return { now: () => Math.min(endMs, time.replayedMs + (base.now() - time.anchoredAtMs) * time.speed) };
}

/** The real instant at which the replay stood at `replayedMs`, ms since the epoch UTC. */
export function toRealMs(time: ReplayTime, replayedMs: number): number {
  return time.anchoredAtMs + (replayedMs - time.replayedMs) / time.speed;
}
