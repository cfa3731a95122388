// The life of the page's one connection to the gateway, as a pure state machine. Pure, browser-safe.
// A state says what should be running (`activity`); the effect file ./connection.ts makes it so.
//
//                        snapshot            opened
//   start ──▶ loading ─────────▶ connecting ───────▶ live ──┐ bytes
//               ▲  │ fault         ▲  │ fault         │ ▲───┘
//               │  ▼               │  ▼               │ ended, failed, silent
//               └── waiting / offline ◀───────────────┘        reset: live, polling ──▶ loading
//          deadline, online, woke, tryNow: again, from the cursor when there is one
//
//   While every stream is taken, the poll stands in for it:
//
//   connecting ──▶ polling ◀────▶ polled ──▶ connecting, when it is time to ask for a stream again
//          refused: full      deadline

export type ConnectionName =
  | 'loading'
  | 'connecting'
  | 'live'
  | 'polling'
  | 'polled'
  | 'waiting'
  | 'offline'
  | 'stopped';

/** Why the last try ended. */
export type Fault =
  | { readonly kind: 'network' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'unreadable'; readonly detail: string };

/** The poll that stands in for a stream. */
export interface Poll {
  /** When an answer last came, ms since the epoch on the browser's clock; null: none yet. */
  readonly answeredAtMs: number | null;
  /** When a stream is asked for again. */
  readonly streamAtMs: number;
  /** Streams refused in a row: each makes the next wait longer. */
  readonly refusals: number;
}

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
  /** Non-null from the refusal of a stream until one opens. */
  readonly poll: Poll | null;
  /** The browser's own word. A hint: it is tried at once, and a machine without network reaches itself. */
  readonly browserOnline: boolean;
}

export type ConnectionInput =
  | { readonly type: 'snapshot'; readonly cursor: string }
  | { readonly type: 'opened' }
  | { readonly type: 'bytes'; readonly cursor: string | null }
  | { readonly type: 'reset' }
  | { readonly type: 'polled'; readonly cursor: string }
  /** `retryAfterMs`: the pause that the gateway asked for when it ended the stream itself; null: none. */
  | { readonly type: 'ended'; readonly retryAfterMs: number | null }
  | { readonly type: 'failed'; readonly fault: Fault }
  | { readonly type: 'refused'; readonly status: number; readonly retryAfterMs: number | null }
  | { readonly type: 'deadline' }
  | { readonly type: 'offline' }
  | { readonly type: 'online' }
  | { readonly type: 'woke' }
  /** The reader does not want to wait for the next try. */
  | { readonly type: 'tryNow' }
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

/** Pause between two polls, milliseconds, from the first number by up to the second at random. */
export const POLL_MIN_MS = 600;
export const POLL_SPREAD_MS = 400;
/** What a poll shows is at most about so old, seconds: the longest pause twice, two seconds in a cache that counts whole ones. */
export const POLL_LATE_MAX_S = 4;
/** A full gateway that names no time is asked for a stream again after this; each refusal doubles the wait up to the bound. */
export const STREAM_RETRY_MS = 10_000;
export const STREAM_RETRY_MAX_MS = 120_000;
/** Statuses that say: no room for a stream now. */
const FULL = new Set([429, 503]);

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
    poll: null,
    browserOnline,
  };
}

/** What should be running in this state. */
export function activityOf(state: ConnectionState): 'snapshot' | 'stream' | 'poll' | null {
  if (state.name === 'loading') return 'snapshot';
  if (state.name === 'polling') return 'poll';
  return state.name === 'connecting' || state.name === 'live' ? 'stream' : null;
}

/** True while events reach the page as they happen, by stream or by poll. */
export function isFlowing({ name, poll }: ConnectionState): boolean {
  return name === 'live' || (poll !== null && poll.answeredAtMs !== null);
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

/** A new try: from the cursor when there is one, from the snapshot otherwise; by poll until it is time for a stream. */
const again = (state: ConnectionState, _input: unknown, { nowMs }: TransitionContext): ConnectionState => ({
  ...state,
  name:
    state.cursor === null
      ? 'loading'
      : state.poll !== null && nowMs < state.poll.streamAtMs
        ? 'polling'
        : 'connecting',
  attempt: state.attempt + 1,
  deadlineMs: nowMs + ANSWER_MAX_MS,
  liveSinceMs: null,
});

/** Everything is to be loaded anew. */
const startOver: Cell<unknown> = (state, input, context) =>
  again({ ...state, cursor: null, poll: null }, input, context);

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

const ended: Cell<Input<'ended'>> = (state, { retryAfterMs }, context) =>
  fail(
    state,
    { kind: 'ended' },
    context,
    retryAfterMs === null ? undefined : Math.min(retryAfterMs, RETRY_DELAY_MAX_MS),
  );
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

/** No room for a stream: poll at once, and ask again when the gateway wants, later each time. */
const pollInstead: Cell<Input<'refused'>> = (state, input, context) => {
  const { status, retryAfterMs } = input;
  if (!FULL.has(status)) return refused(state, input, context);
  const refusals = (state.poll?.refusals ?? 0) + 1;
  const askedMs = Math.min(RETRY_AFTER_MAX_MS, retryAfterMs ?? STREAM_RETRY_MS);
  const grownMs = Math.min(
    STREAM_RETRY_MAX_MS,
    Math.max(RETRY_DELAY_MIN_MS, askedMs) * 2 ** Math.min(refusals - 1, 8),
  );
  const waitMs = Math.max(askedMs, grownMs) * (1 + context.random / 4);
  const streamAtMs = context.nowMs + Math.round(waitMs);
  const answeredAtMs = state.poll?.answeredAtMs ?? null;
  return again(
    { ...state, poll: { answeredAtMs, streamAtMs, refusals }, fault: { kind: 'refused', status } },
    input,
    context,
  );
};

const polled: Cell<Input<'polled'>> = (state, { cursor }, { nowMs, random }) => ({
  ...state,
  name: 'polled',
  attempt: state.attempt + 1,
  cursor,
  failures: 0,
  deadlineMs: nowMs + Math.round(POLL_MIN_MS + random * POLL_SPREAD_MS),
  downSinceMs: null,
  poll: state.poll && { ...state.poll, answeredAtMs: nowMs },
});

/** After a sleep the timers are late: what should have happened by now happens now. */
const wakeLate: Cell<unknown> = (state, input, context) =>
  state.deadlineMs !== null && context.nowMs >= state.deadlineMs ? again(state, input, context) : state;

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

/** One reader's own wish, unlike `woke`, which comes of everyone who looks: heard after a refusal too. It makes no later wait longer. */
const tryNow: Cell<unknown> = (state, input, context) =>
  again({ ...state, failures: Math.max(0, state.failures - 1) }, input, context);

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
    polled: stay,
    ended,
    failed,
    refused,
    deadline: silent,
    offline: offlineHint,
    online: onlineHint,
    woke: stay,
    tryNow: stay,
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
      poll: null,
    }),
    bytes: stay,
    reset: stay,
    polled: stay,
    ended,
    failed,
    refused: pollInstead,
    deadline: silent,
    offline: offlineHint,
    online: onlineHint,
    woke: stay,
    tryNow: stay,
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
    reset: startOver,
    polled: stay,
    ended,
    failed,
    refused,
    deadline: silent,
    offline: tryOffline,
    online: onlineHint,
    woke: wakeLate,
    tryNow: stay,
    stop,
  },
  polling: {
    snapshot: stay,
    opened: stay,
    bytes: stay,
    reset: startOver,
    polled,
    ended,
    failed,
    refused,
    deadline: silent,
    offline: offlineHint,
    online: onlineHint,
    woke: stay,
    tryNow: stay,
    stop,
  },
  polled: {
    snapshot: stay,
    opened: stay,
    bytes: stay,
    reset: stay,
    polled: stay,
    ended: stay,
    failed: stay,
    refused: stay,
    deadline: again,
    offline: tryOffline,
    online: onlineHint,
    woke: wakeLate,
    tryNow: stay,
    stop,
  },
  waiting: {
    snapshot: stay,
    opened: stay,
    bytes: stay,
    reset: stay,
    polled: stay,
    ended: stay,
    failed: stay,
    refused: stay,
    deadline: again,
    offline: (state) => ({ ...state, name: 'offline', browserOnline: false }),
    online: tryOnline,
    // A gateway that asked to wait is not asked early by everyone who looks at the page.
    woke: (state, input, context) => (state.fault?.kind === 'refused' ? state : again(state, input, context)),
    tryNow,
    stop,
  },
  offline: {
    snapshot: stay,
    opened: stay,
    bytes: stay,
    reset: stay,
    polled: stay,
    ended: stay,
    failed: stay,
    refused: stay,
    deadline: again,
    offline: stay,
    online: tryOnline,
    woke: again,
    tryNow,
    stop,
  },
  stopped: {
    snapshot: stay,
    opened: stay,
    bytes: stay,
    reset: stay,
    polled: stay,
    ended: stay,
    failed: stay,
    refused: stay,
    deadline: stay,
    offline: stay,
    online: stay,
    woke: stay,
    tryNow: stay,
    stop: stay,
  },
};
