// The present as the page shows it: the gateway's clock, or the replayed one. Browser-safe.
// The gateway's clock counts, not the reader's: a laptop that is an hour off still says "12 s ago".

import { type ReadonlySignal, signal } from '@preact/signals';
import { createReplayClock, type ReplayTime } from '../../clock.ts';
import type { GatewayState } from '../live/wire.ts';

export interface Present {
  /** The instant that counts as now on map and list: replayed in a replay. Ms since the epoch UTC. */
  nowMs(): number;
  /** The gateway's real clock, ms since the epoch UTC. */
  gatewayNowMs(): number;
  readonly replay: ReplayTime | null;
  /** The recording is over: nothing comes any more, which is not quiet. */
  readonly ended: boolean;
  /** The replayed clock stands still: the gateway that tells it is away. */
  readonly held: boolean;
  /** Changes about once a second: read it to keep "12 s ago" fresh. */
  readonly tick: ReadonlySignal<number>;
  /** Takes the gateway's clock from its last word. */
  set(gateway: Pick<GatewayState, 'nowMs' | 'clock'>): void;
  /** Lets `tick` change; to be called about once a second while the page is seen. */
  beat(): void;
  /** Stops the replayed clock at an instant of the browser's clock, ms since the epoch; null lets it run. A live one runs on. */
  hold(sinceMs: number | null): void;
}

/** `now` is the browser's clock, ms since the epoch. */
export function createPresent(now: () => number): Present {
  let gatewayAheadMs = 0;
  let replay: ReplayTime | null = null;
  let heldSinceMs: number | null = null;
  const tick = signal(0);
  const gatewayNowMs = () => now() + gatewayAheadMs;
  const beat = () => {
    tick.value++;
  };
  const runningMs = () => (heldSinceMs === null ? gatewayNowMs() : heldSinceMs + gatewayAheadMs);
  const nowMs = () =>
    replay === null ? gatewayNowMs() : createReplayClock(replay, { now: runningMs }).now();
  return {
    nowMs,
    gatewayNowMs,
    get ended() {
      return replay?.endMs !== undefined && nowMs() >= replay.endMs;
    },
    get held() {
      return replay !== null && heldSinceMs !== null;
    },
    get replay() {
      return replay;
    },
    tick,
    set(gateway) {
      gatewayAheadMs = gateway.nowMs - now();
      replay = gateway.clock;
      beat();
    },
    beat,
    hold(sinceMs) {
      heldSinceMs = sinceMs;
    },
  };
}
