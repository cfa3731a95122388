// How a fault of the cluster is met: try again after growing pauses, up to a bound; then tell.

import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MIN_MS = 20;
const PAUSE_MAX_MS = 1_000;

export class Patience {
  readonly #boundMs: number;
  #pauseMs = PAUSE_MIN_MS;
  /** Fires when faults have lasted long enough; null while all is well. */
  #deadline: AbortSignal | null = null;

  /** `boundMs`: from the first fault without a success between. */
  constructor(boundMs: number) {
    this.#boundMs = boundMs;
  }

  /** Something went well: the next fault is a first one. */
  renew(): void {
    this.#deadline = null;
    this.#pauseMs = PAUSE_MIN_MS;
  }

  /** Called with each fault: true once they have lasted longer than the bound. */
  isOver(): boolean {
    this.#deadline ??= AbortSignal.timeout(this.#boundMs);
    return this.#deadline.aborted;
  }

  /** Waits, longer each time, at most a second; ends early when the signal fires. */
  async pause(signal: AbortSignal): Promise<void> {
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(this.#pauseMs * 2, PAUSE_MAX_MS);
    await sleep(pauseMs, undefined, { signal }).catch(() => {});
  }
}
