// Runs the connection machine (./reconnect.ts) against a real socket and real timers: does what it says,
// tells it what happens. One instance for the life of a source.

import type { Clock } from '../clock.ts';
import {
  type ReconnectEffect,
  type ReconnectInput,
  type ReconnectState,
  type ReconnectTiming,
  STOPPED,
  stepReconnect,
  toWakeAtMs,
} from './reconnect.ts';

/** One socket to the agency. Both calls do nothing once it is closed. */
export interface Socket {
  ping(): void;
  /** Ends it at once, without a handshake. */
  terminate(): void;
}

export interface SocketHandlers {
  /** `replay`: the value of the header that names a replay, null when there is none. */
  opened(replay: string | null): void;
  message(bytes: Uint8Array): void;
  pong(): void;
  /** At most once; `reason` in words for a person. */
  closed(reason: string): void;
}

export type OpenSocket = (handlers: SocketHandlers) => Socket;

export interface ConnectionOptions {
  readonly open: OpenSocket;
  readonly clock: Clock;
  readonly random: () => number;
  readonly timing: ReconnectTiming;
  readonly onOpened: (replay: string | null) => void;
  readonly onMessage: (bytes: Uint8Array) => void;
  /** A message or a pong has come. */
  readonly onContact: () => void;
  readonly onGap: (because: 'connected' | 'silence') => void;
  /** The kind of state has changed. */
  readonly onState: (state: ReconnectState) => void;
}

export interface Connection {
  start(): void;
  stop(): void;
  /** Ends it for good; only a restart of the source tries again. */
  refuse(reason: string): void;
  /** Ends the present connection, as if it had been cut; the next one follows after its pause. */
  cut(reason: string): void;
  state(): ReconnectState;
  /** When the next try is due, ms since the epoch UTC by the clock; null when none is waited for. */
  retryAtMs(): number | null;
}

export function createConnection(options: ConnectionOptions): Connection {
  const monotonic = createMonotonicClock(options.clock);
  let state: ReconnectState = STOPPED;
  let socket: Socket | undefined;
  let timer: NodeJS.Timeout | undefined;
  let armedAtMs: number | null = null;

  const step = (input: ReconnectInput) => {
    const { random, timing } = options;
    const before = state.kind;
    const next = stepReconnect(state, input, { nowMs: monotonic.now(), random, timing });
    state = next.state;
    for (const effect of next.effects) perform(effect);
    arm(toWakeAtMs(state), input.kind === 'tick');
    if (state.kind !== before) options.onState(state);
  };

  /** Most messages do not change when the next tick is due: then the timer stays. */
  const arm = (wakeAtMs: number | null, hasFired: boolean) => {
    if (wakeAtMs === armedAtMs && !hasFired) return;
    armedAtMs = wakeAtMs;
    clearTimeout(timer);
    if (wakeAtMs !== null)
      timer = setTimeout(step, Math.max(0, wakeAtMs - monotonic.now()), { kind: 'tick' });
  };

  const perform = (effect: ReconnectEffect) => {
    switch (effect.kind) {
      case 'connect':
        socket = connect(effect.connection);
        break;
      case 'ping':
        socket?.ping();
        break;
      case 'terminate':
        socket?.terminate();
        socket = undefined;
        break;
      case 'fill-gap':
        options.onGap(effect.because);
    }
  };

  const connect = (connection: number): Socket => {
    const isPresent = () => state.connection === connection && state.kind === 'open';
    return options.open({
      opened(replay) {
        if (state.connection !== connection || state.kind !== 'connecting') return;
        options.onOpened(replay);
        step({ kind: 'opened', connection });
      },
      message(bytes) {
        if (!isPresent()) return;
        step({ kind: 'message', connection });
        options.onContact();
        options.onMessage(bytes);
      },
      pong() {
        if (!isPresent()) return;
        step({ kind: 'pong', connection });
        options.onContact();
      },
      closed: (reason) => step({ kind: 'closed', connection, reason }),
    });
  };

  return {
    start: () => step({ kind: 'start' }),
    stop: () => step({ kind: 'stop' }),
    refuse: (reason) => step({ kind: 'refuse', reason }),
    cut(reason) {
      socket?.terminate();
      step({ kind: 'closed', connection: state.connection, reason });
    },
    state: () => state,
    retryAtMs: () =>
      state.kind === 'waiting' ? options.clock.now() + Math.max(0, state.retryAtMs - monotonic.now()) : null,
  };
}

/** A clock that stands still where its base goes back, so that a corrected system time stalls no timer. */
function createMonotonicClock(base: Clock): Clock {
  let offsetMs = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  return {
    now() {
      offsetMs += Math.max(0, lastMs - (base.now() + offsetMs));
      lastMs = Math.max(lastMs, base.now() + offsetMs);
      return lastMs;
    },
  };
}
