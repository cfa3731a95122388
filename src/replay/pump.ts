// The replayed present: a position in the timeline that moves with the real clock, times a speed.
// Gives out the entries that are due; knows nothing of sockets.

import type { Clock, ReplayTime } from '../clock.ts';
import type { TimelineEntry } from './timeline.ts';

export interface PumpOptions {
  readonly timeline: readonly TimelineEntry[];
  /** Recorded seconds in one real second; `max`: as fast as `publish` lets. */
  readonly speed: number | 'max';
  /** Recorded instant to begin at, ms since the epoch UTC. What is older counts as published before. */
  readonly startMs: number;
  readonly clock: Clock;
  /** Called for each entry from before the start, at once and in order. */
  readonly preload: (entry: TimelineEntry) => void;
  /** Called for each entry when it is due, in order. At `max` the next ones wait for the promise. */
  readonly publish: (entry: TimelineEntry) => Promise<void> | undefined;
}

export interface Pump {
  /** Preloads, then runs; with `paused` it stands at the start until `resume`. */
  start(paused: boolean): void;
  stop(): void;
  /** Stops the replayed clock until `resume`. */
  pause(): void;
  resume(): void;
  /** At `max` the clock stands at the last publication: told anew with each answer, and always a little behind. */
  time(): ReplayTime;
  /** How many entries are still to come. */
  remaining(): number;
  /** Resolves when the last entry has been published. */
  readonly finished: Promise<void>;
}

/** setTimeout's own limit is 2^31 − 1 ms; waking up once a minute costs nothing. */
const SLEEP_MAX_MS = 60_000;
/** At `max`, entries between two turns of the event loop. */
const BATCH = 64;

export function createPump(options: PumpOptions): Pump {
  const { timeline, clock } = options;
  const speed = options.speed === 'max' ? 1 : options.speed;
  let anchor = { replayedMs: options.startMs, anchoredAtMs: clock.now() };
  let next = 0;
  let running = false;
  /** Counts runs, so that a paused one does not go on beside its successor. */
  let runs = 0;
  let timer: NodeJS.Timeout | undefined;
  const finished = Promise.withResolvers<void>();

  const replayedNow = () =>
    running && options.speed !== 'max'
      ? anchor.replayedMs + (clock.now() - anchor.anchoredAtMs) * speed
      : anchor.replayedMs;

  const turn = () => {
    const nowMs = replayedNow();
    while (next < timeline.length && timeline[next]!.atMs <= nowMs) options.publish(timeline[next++]!);
    if (next === timeline.length) return finished.resolve();
    const sleepMs = Math.min(SLEEP_MAX_MS, Math.max(1, (timeline[next]!.atMs - replayedNow()) / speed));
    timer = setTimeout(turn, sleepMs);
  };
  const race = async (run: number) => {
    while (run === runs && next < timeline.length) {
      for (let i = 0; run === runs && i < BATCH && next < timeline.length; i++) {
        anchor = { replayedMs: timeline[next]!.atMs, anchoredAtMs: clock.now() };
        await options.publish(timeline[next++]!);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (next === timeline.length) finished.resolve();
  };
  const resume = () => {
    if (running) return;
    anchor = { ...anchor, anchoredAtMs: clock.now() };
    running = true;
    if (options.speed === 'max') void race(++runs);
    else turn();
  };
  const pause = () => {
    anchor = { replayedMs: replayedNow(), anchoredAtMs: clock.now() };
    running = false;
    runs++;
    clearTimeout(timer);
  };
  return {
    start(paused) {
      while (next < timeline.length && timeline[next]!.atMs < options.startMs)
        options.preload(timeline[next++]!);
      if (paused) anchor = { ...anchor, anchoredAtMs: clock.now() };
      else resume();
    },
    stop: pause,
    pause,
    resume,
    time: () =>
      options.speed === 'max' || !running
        ? { replayedMs: anchor.replayedMs, anchoredAtMs: clock.now(), speed }
        : { ...anchor, speed },
    remaining: () => timeline.length - next,
    finished: finished.promise,
  };
}
