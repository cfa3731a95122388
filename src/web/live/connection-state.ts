// The life of the page's one connection to the gateway, as a pure state machine. Pure, browser-safe.
// A state says what should be running (`activity`); the effect file ./connection.ts makes it so.
//
//                        snapshot            opened
//   start ──▶ loading ─────────▶ connecting ───────▶ live ──┐ bytes
//               ▲  │ fault         ▲  │ fault         │ ▲───┘
//               │  ▼               │  ▼               │ ended, failed, silent
//               └── waiting / offline ◀───────────────┘        reset: live ──▶ loading
//                  deadline, online, woke: again, from the cursor when there is one

export type ConnectionName = 'loading' | 'connecting' | 'live' | 'waiting' | 'offline' | 'stopped';

/** Why the last try ended. */
export type Fault =
  | { readonly kind: 'network' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'unreadable'; readonly detail: string };

export interface ConnectionState {
  readonly name: ConnectionName;
  /** Counts activities; what an earlier one still says is not listened to. */
  readonly attempt: number;
  /** Everything up to here is in the catalogue; null: the snapshot must be loaded first. */
  readonly cursor: string | null;
  /** Tries that failed since it last was live for LIVE_STABLE_MS. */
  readonly failures: number;
  /** When the input `deadline` is due, ms since the epoch on the browser's clock; null: never. */
  readonly deadlineMs: number | null;
  /** When it became live; null when it is not. */
  readonly liveSinceMs: number | null;
  /** Since when nothing arrives; null while it does, and before the first try has failed. */
  readonly downSinceMs: number | null;
  readonly fault: Fault | null;
  /** The browser's own word. A hint: it is tried at once, and a machine without network reaches itself. */
  readonly browserOnline: boolean;
}

export type ConnectionInput =
  | { readonly type: 'snapshot'; readonly cursor: string }
  | { readonly type: 'opened' }
  | { readonly type: 'bytes'; readonly cursor: string | null }
  | { readonly type: 'reset' }
  | { readonly type: 'ended' }
  | { readonly type: 'failed'; readonly fault: Fault }
  | { readonly type: 'refused'; readonly status: number; readonly retryAfterMs: number | null }
  | { readonly type: 'deadline' }
  | { readonly type: 'offline' }
  | { readonly type: 'online' }
  | { readonly type: 'woke' }
  | { readonly type: 'stop' };

export interface TransitionContext {
  readonly nowMs: number;
  /** At least 0, below 1. */
  readonly random: number;
}

/** The gateway's heartbeat comes every 15 s; two missed ones and some slack. */
export const SILENCE_MAX_MS = 35_000;
/** A request that shows no byte for so long is given up. */
export const ANSWER_MAX_MS = 20_000;
/** A connection that lasted so long was a good one: the next failure counts as the first. */
export const LIVE_STABLE_MS = 10_000;
export const RETRY_DELAY_MIN_MS = 500;
export const RETRY_DELAY_MAX_MS = 30_000;
/** A gateway that asks for more patience than this is asked again anyway. */
export const RETRY_AFTER_MAX_MS = 300_000;

export function createConnectionState(nowMs: number, browserOnline: boolean): ConnectionState {
  return {
    name: 'loading',
    attempt: 1,
    cursor: null,
    failures: 0,
    deadlineMs: nowMs + ANSWER_MAX_MS,
    liveSinceMs: null,
    downSinceMs: null,
    fault: null,
    browserOnline,
  };
}

/** What should be running in this state. */
export function activityOf(state: ConnectionState): 'snapshot' | 'stream' | null {
  if (state.name === 'loading') return 'snapshot';
  return state.name === 'connecting' || state.name === 'live' ? 'stream' : null;
}

/** The state after an input; the same object when nothing changes. */
export function transition(
  state: ConnectionState,
  input: ConnectionInput,
  context: TransitionContext,
): ConnectionState {
  const cell = TABLE[state.name][input.type] as Cell<typeof input>;
  return cell(state, input, context);
}

/**
 * Wait before try number `failures` + 1, ms: doubles from about a second up to RETRY_DELAY_MAX_MS, spread over its
 * upper half so that the readers of a restarted gateway do not come back together.
 */
export function retryDelayMs(failures: number, random: number): number {
  const ceilingMs = Math.min(RETRY_DELAY_MAX_MS, 2 * RETRY_DELAY_MIN_MS * 2 ** Math.min(failures, 16));
  return Math.round(Math.max(RETRY_DELAY_MIN_MS, ceilingMs * (0.5 + random / 2)));
}

type Input<T extends ConnectionInput['type']> = Extract<ConnectionInput, { type: T }>;
type Cell<I> = (state: ConnectionState, input: I, context: TransitionContext) => ConnectionState;
type Row = { readonly [T in ConnectionInput['type']]: Cell<Input<T>> };

const stay = (state: ConnectionState): ConnectionState => state;

const stop = (state: ConnectionState): ConnectionState => ({
  ...state,
  name: 'stopped',
  attempt: state.attempt + 1,
  deadlineMs: null,
});

/** A new try: from the cursor when there is one, from the snapshot otherwise. */
const again = (state: ConnectionState, _input: unknown, { nowMs }: TransitionContext): ConnectionState => ({
  ...state,
  name: state.cursor === null ? 'loading' : 'connecting',
  attempt: state.attempt + 1,
  deadlineMs: nowMs + ANSWER_MAX_MS,
  liveSinceMs: null,
});

/** The end of a try; the next one comes after `delayMs`, or the back-off's own delay. */
function fail(
  state: ConnectionState,
  fault: Fault,
  { nowMs, random }: TransitionContext,
  delayMs?: number,
): ConnectionState {
  const wasStable = state.liveSinceMs !== null && nowMs - state.liveSinceMs >= LIVE_STABLE_MS;
  const failures = wasStable ? 0 : state.failures;
  return {
    ...state,
    name: state.browserOnline ? 'waiting' : 'offline',
    attempt: state.attempt + 1,
    failures: failures + 1,
    deadlineMs: nowMs + (delayMs ?? retryDelayMs(failures, random)),
    liveSinceMs: null,
    downSinceMs: state.downSinceMs ?? nowMs,
    fault,
  };
}

const ended: Cell<unknown> = (state, _input, context) => fail(state, { kind: 'ended' }, context);
const silent: Cell<unknown> = (state, _input, context) => fail(state, { kind: 'silent' }, context);
const failed: Cell<Input<'failed'>> = (state, input, context) => fail(state, input.fault, context);

const refused: Cell<Input<'refused'>> = (state, input, context) => {
  const fault: Fault = { kind: 'refused', status: input.status };
  // 409: the snapshot's generation was replaced while it was read. The next one is there already.
  if (input.status === 409 && state.name === 'loading' && state.failures < 3)
    return { ...again(state, input, context), failures: state.failures + 1, fault };
  if (input.retryAfterMs === null) return fail(state, fault, context);
  const askedMs = Math.min(RETRY_AFTER_MAX_MS, Math.max(RETRY_DELAY_MIN_MS, input.retryAfterMs));
  return fail(state, fault, context, Math.round(askedMs * (1 + context.random / 4)));
};

const moveDeadline =
  (patienceMs: number): Cell<unknown> =>
  (state, _input, { nowMs }) => ({ ...state, deadlineMs: nowMs + patienceMs });

const offlineHint: Cell<unknown> = (state) => ({ ...state, browserOnline: false });
const onlineHint: Cell<unknown> = (state) => ({ ...state, browserOnline: true });
/** The browser says that the network went: find out with a new try, which resumes without loss if it was wrong. */
const tryOffline: Cell<unknown> = (state, input, context) =>
  again({ ...state, browserOnline: false }, input, context);
const tryOnline: Cell<unknown> = (state, input, context) =>
  again({ ...state, browserOnline: true, failures: 0 }, input, context);

const TABLE: Readonly<Record<ConnectionName, Row>> = {
  loading: {
    snapshot: (state, { cursor }, { nowMs }) => ({
      ...state,
      name: 'connecting',
      attempt: state.attempt + 1,
      cursor,
      deadlineMs: nowMs + ANSWER_MAX_MS,
    }),
    opened: stay,
    bytes: moveDeadline(ANSWER_MAX_MS),
    reset: stay,
    ended,
    failed,
    refused,
    deadline: silent,
    offline: offlineHint,
    online: onlineHint,
    woke: stay,
    stop,
  },
  connecting: {
    snapshot: stay,
    opened: (state, _input, { nowMs }) => ({
      ...state,
      name: 'live',
      deadlineMs: nowMs + SILENCE_MAX_MS,
      liveSinceMs: nowMs,
      downSinceMs: null,
      fault: null,
    }),
    bytes: stay,
    reset: stay,
    ended,
    failed,
    refused,
    deadline: silent,
    offline: offlineHint,
    online: onlineHint,
    woke: stay,
    stop,
  },
  live: {
    snapshot: stay,
    opened: stay,
    bytes: (state, { cursor }, { nowMs }) => ({
      ...state,
      cursor: cursor ?? state.cursor,
      deadlineMs: nowMs + SILENCE_MAX_MS,
    }),
    reset: (state, input, context) => again({ ...state, cursor: null }, input, context),
    ended,
    failed,
    refused,
    deadline: silent,
    offline: tryOffline,
    online: onlineHint,
    // After a sleep the timers are late: a connection that should have been given up is given up now.
    woke: (state, input, context) =>
      state.deadlineMs !== null && context.nowMs >= state.deadlineMs ? again(state, input, context) : state,
    stop,
  },
  waiting: {
    snapshot: stay,
    opened: stay,
    bytes: stay,
    reset: stay,
    ended: stay,
    failed: stay,
    refused: stay,
    deadline: again,
    offline: (state) => ({ ...state, name: 'offline', browserOnline: false }),
    online: tryOnline,
    // A gateway that asked to wait is not asked early by everyone who looks at the page.
    woke: (state, input, context) => (state.fault?.kind === 'refused' ? state : again(state, input, context)),
    stop,
  },
  offline: {
    snapshot: stay,
    opened: stay,
    bytes: stay,
    reset: stay,
    ended: stay,
    failed: stay,
    refused: stay,
    deadline: again,
    offline: stay,
    online: tryOnline,
    woke: again,
    stop,
  },
  stopped: {
    snapshot: stay,
    opened: stay,
    bytes: stay,
    reset: stay,
    ended: stay,
    failed: stay,
    refused: stay,
    deadline: stay,
    offline: stay,
    online: stay,
    woke: stay,
    stop: stay,
  },
};
