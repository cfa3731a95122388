// The life of one connection to an agency, as a pure state machine: no socket, no timer, no clock in it.
//
//               start                 opened
//   (stopped) ────────▶ connecting ───────────▶ open ──┐ message, pong, ping due, silence
//       ▲                 │  ▲                   │ ▲   │
//       │ stop,           │  │ retry due         │ └───┘
//       │ from anywhere   │  │                   │ closed, no pong in time
//       │         failed, │  │                   ▼
//       └──────  no answer└──┴─── waiting ◀──────┘          refuse, from anywhere: (refused), until stop
//
// Each input carries the number of the connection it speaks of; what comes from an older one is ignored, so
// that there are never two. `TRANSITIONS` is complete: a state or input without its cell does not compile.

export interface ReconnectTiming {
  /** Time for the handshake of a new connection. */
  readonly openTimeoutMs: number;
  /** A ping each; no sign of life within another one means the connection is dead: found within two of these. */
  readonly pingIntervalMs: number;
  /** No message for this long though the connection lives: ask the agency by another way whether it is silent or we are deaf. */
  readonly silenceMs: number;
  /** Pause before a retry: at least this … */
  readonly retryDelayMinMs: number;
  /** … and at most this. */
  readonly retryDelayMaxMs: number;
  /** A session that lasted this long ends the growing of the pauses. */
  readonly sessionSoundMs: number;
}

/** EMSC's own example pings every 15 s; the pauses keep a thousand clients of a failing agency from striking as one. */
export const RECONNECT_TIMING: ReconnectTiming = {
  openTimeoutMs: 15_000,
  pingIntervalMs: 15_000,
  silenceMs: 600_000,
  retryDelayMinMs: 1_000,
  retryDelayMaxMs: 60_000,
  sessionSoundMs: 30_000,
};

/** All instants are ms of one monotonic clock. `failures`: tries in a row that led to no sound session. */
export type ReconnectState =
  | { readonly kind: 'stopped'; readonly connection: number }
  | { readonly kind: 'refused'; readonly connection: number; readonly reason: string }
  | {
      readonly kind: 'connecting';
      readonly connection: number;
      readonly failures: number;
      readonly deadlineMs: number;
    }
  | {
      readonly kind: 'open';
      readonly connection: number;
      readonly failures: number;
      readonly openedAtMs: number;
      readonly pingAtMs: number;
      /** When the connection is dead unless something comes; null: no ping is unanswered. */
      readonly pongDueAtMs: number | null;
      readonly silentAtMs: number;
    }
  | {
      readonly kind: 'waiting';
      readonly connection: number;
      readonly failures: number;
      readonly retryAtMs: number;
      readonly reason: string;
    };

export type ReconnectInput =
  | { readonly kind: 'start' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'refuse'; readonly reason: string }
  | { readonly kind: 'opened'; readonly connection: number }
  | { readonly kind: 'message'; readonly connection: number }
  | { readonly kind: 'pong'; readonly connection: number }
  /** Could not be opened, or is closed. */
  | { readonly kind: 'closed'; readonly connection: number; readonly reason: string }
  /** Time has passed; due is what `toWakeAtMs` said. Early ones do no harm. */
  | { readonly kind: 'tick' };

export type ReconnectEffect =
  | { readonly kind: 'connect'; readonly connection: number }
  | { readonly kind: 'terminate'; readonly connection: number }
  | { readonly kind: 'ping'; readonly connection: number }
  /** Messages may have been missed; fetch them by another way. */
  | { readonly kind: 'fill-gap'; readonly because: 'connected' | 'silence' };

export interface ReconnectStep {
  readonly state: ReconnectState;
  readonly effects: readonly ReconnectEffect[];
}

export interface ReconnectContext {
  readonly nowMs: number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly timing: ReconnectTiming;
}

type StateOf<K extends ReconnectState['kind']> = Extract<ReconnectState, { kind: K }>;
type InputOf<K extends ReconnectInput['kind']> = Extract<ReconnectInput, { kind: K }>;
type Transition<S extends ReconnectState['kind'], I extends ReconnectInput['kind']> = (
  state: StateOf<S>,
  input: InputOf<I>,
  context: ReconnectContext,
) => ReconnectStep;
type TransitionTable = {
  readonly [S in ReconnectState['kind']]: { readonly [I in ReconnectInput['kind']]: Transition<S, I> };
};

export const STOPPED: ReconnectState = { kind: 'stopped', connection: 0 };

const stay = (state: ReconnectState): ReconnectStep => ({ state, effects: [] });
const stop = (state: ReconnectState): ReconnectStep => ({
  state: { kind: 'stopped', connection: state.connection },
  effects: letGo(state),
});
const refuse = (state: ReconnectState, { reason }: InputOf<'refuse'>): ReconnectStep => ({
  state: { kind: 'refused', connection: state.connection, reason },
  effects: letGo(state),
});

const TRANSITIONS: TransitionTable = {
  stopped: {
    start: (state, _, context) => connect(state.connection, 0, context),
    stop: stay,
    refuse: stay,
    opened: stay,
    message: stay,
    pong: stay,
    closed: stay,
    tick: stay,
  },
  refused: {
    start: stay,
    stop,
    refuse: stay,
    opened: stay,
    message: stay,
    pong: stay,
    closed: stay,
    tick: stay,
  },
  connecting: {
    start: stay,
    stop,
    refuse,
    opened: ({ connection, failures }, _, { nowMs, timing }) => ({
      state: {
        kind: 'open',
        connection,
        failures,
        openedAtMs: nowMs,
        pingAtMs: nowMs + timing.pingIntervalMs,
        pongDueAtMs: null,
        silentAtMs: nowMs + timing.silenceMs,
      },
      effects: [{ kind: 'fill-gap', because: 'connected' }],
    }),
    message: stay,
    pong: stay,
    closed: (state, { reason }, context) => wait(state, state.failures + 1, reason, [], context),
    tick: (state, _, context) =>
      context.nowMs < state.deadlineMs
        ? stay(state)
        : wait(
            state,
            state.failures + 1,
            `no answer within ${context.timing.openTimeoutMs / 1000} s`,
            letGo(state),
            context,
          ),
  },
  open: {
    start: stay,
    stop,
    refuse,
    opened: stay,
    message: (state, _, { nowMs, timing }) =>
      stay({ ...state, pongDueAtMs: null, silentAtMs: nowMs + timing.silenceMs }),
    pong: (state) => stay({ ...state, pongDueAtMs: null }),
    closed: (state, { reason }, context) => wait(state, countFailures(state, context), reason, [], context),
    tick: tickOpen,
  },
  waiting: {
    start: stay,
    stop,
    refuse,
    opened: stay,
    message: stay,
    pong: stay,
    closed: stay,
    tick: (state, _, context) =>
      context.nowMs < state.retryAtMs ? stay(state) : connect(state.connection, state.failures, context),
  },
};

/** The next state and what is to be done. The same arguments give the same step, but for `random`. */
export function stepReconnect(
  state: ReconnectState,
  input: ReconnectInput,
  context: ReconnectContext,
): ReconnectStep {
  if ('connection' in input && input.connection !== state.connection) {
    // An older connection that opens after all must not live beside the present one.
    const late = input.kind === 'opened';
    return { state, effects: late ? [{ kind: 'terminate', connection: input.connection }] : [] };
  }
  const transition = TRANSITIONS[state.kind][input.kind] as (
    state: ReconnectState,
    input: ReconnectInput,
    context: ReconnectContext,
  ) => ReconnectStep;
  return transition(state, input, context);
}

/** When the next `tick` is due, on the clock of `nowMs`; null: never, the state only changes by another's hand. */
export function toWakeAtMs(state: ReconnectState): number | null {
  switch (state.kind) {
    case 'connecting':
      return state.deadlineMs;
    case 'waiting':
      return state.retryAtMs;
    case 'open':
      return Math.min(state.pingAtMs, state.silentAtMs, state.pongDueAtMs ?? Number.POSITIVE_INFINITY);
    default:
      return null;
  }
}

function tickOpen(state: StateOf<'open'>, _: InputOf<'tick'>, context: ReconnectContext): ReconnectStep {
  const { nowMs, timing } = context;
  if (state.pongDueAtMs !== null && nowMs >= state.pongDueAtMs) {
    const reason = `no sign of life for ${timing.pingIntervalMs / 1000} s after a ping`;
    return wait(state, countFailures(state, context), reason, letGo(state), context);
  }
  const effects: ReconnectEffect[] = [];
  let next = state;
  if (nowMs >= state.pingAtMs) {
    effects.push({ kind: 'ping', connection: state.connection });
    next = {
      ...next,
      pingAtMs: nowMs + timing.pingIntervalMs,
      pongDueAtMs: state.pongDueAtMs ?? nowMs + timing.pingIntervalMs,
    };
  }
  if (nowMs >= state.silentAtMs) {
    effects.push({ kind: 'fill-gap', because: 'silence' });
    next = { ...next, silentAtMs: nowMs + timing.silenceMs };
  }
  return { state: next, effects };
}

function connect(connection: number, failures: number, { nowMs, timing }: ReconnectContext): ReconnectStep {
  const next = connection + 1;
  return {
    state: { kind: 'connecting', connection: next, failures, deadlineMs: nowMs + timing.openTimeoutMs },
    effects: [{ kind: 'connect', connection: next }],
  };
}

function wait(
  state: ReconnectState,
  failures: number,
  reason: string,
  effects: readonly ReconnectEffect[],
  { nowMs, random, timing }: ReconnectContext,
): ReconnectStep {
  const retryAtMs = nowMs + toRetryDelayMs(failures, random, timing);
  return { state: { kind: 'waiting', connection: state.connection, failures, retryAtMs, reason }, effects };
}

/** Full jitter: anywhere between the least pause and a ceiling that doubles with each failure, up to the longest. */
function toRetryDelayMs(failures: number, random: () => number, timing: ReconnectTiming): number {
  const { retryDelayMinMs: min, retryDelayMaxMs: max } = timing;
  const ceiling = Math.min(max, min * 2 ** Math.min(failures, 30));
  return min + random() * (ceiling - min);
}

/** The end of a sound session is the first failure of a new row. */
function countFailures(state: StateOf<'open'>, { nowMs, timing }: ReconnectContext): number {
  return nowMs - state.openedAtMs >= timing.sessionSoundMs ? 1 : state.failures + 1;
}

function letGo(state: ReconnectState): readonly ReconnectEffect[] {
  return state.kind === 'connecting' || state.kind === 'open'
    ? [{ kind: 'terminate', connection: state.connection }]
    : [];
}
