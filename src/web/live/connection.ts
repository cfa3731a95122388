// Makes the connection do what its state says (./connection-state.ts): loads the snapshot, streams `/live` from the
// cursor with fetch (an EventSource can neither set Last-Event-ID at first nor see a 503), keeps the one timer.

import {
  activityOf,
  type ConnectionInput,
  type ConnectionState,
  createConnectionState,
  transition,
} from './connection-state.ts';
import { judgeRecent, parseRecent, toGatewayNowMs } from './recent.ts';
import { createSseParser, type SseMessage } from './sse-parse.ts';

export interface ConnectionOptions {
  readonly fetch: typeof fetch;
  /** The browser's clock, ms since the epoch: it goes on during sleep, as a monotonic one may not. */
  readonly now: () => number;
  readonly random: () => number;
  readonly browserOnline: boolean;
  /** Loads everything the first view needs and gives the cursor it is true at. Rejects with HttpRefusal or any error. */
  readonly loadSnapshot: (signal: AbortSignal, onBytes: () => void) => Promise<string>;
  /** Takes each message in order, before its id counts as seen. */
  readonly onMessage: (message: SseMessage) => void;
  readonly onState: (state: ConnectionState) => void;
}

export interface Connection {
  readonly state: ConnectionState;
  tell(input: ConnectionInput): void;
}

/** An answer that is no success. */
export class HttpRefusal extends Error {
  readonly status: number;
  /** What the gateway asked for; null: nothing. */
  readonly retryAfterMs: number | null;

  constructor(response: Response) {
    super(`${new URL(response.url).pathname} answered ${response.status}`);
    this.name = 'HttpRefusal';
    this.status = response.status;
    this.retryAfterMs = parseRetryAfter(response.headers.get('Retry-After'));
  }
}

/** Milliseconds of a `Retry-After` in seconds; null when absent or a date (a gateway of ours sends seconds). */
export function parseRetryAfter(value: string | null): number | null {
  return value !== null && /^\d{1,6}$/.test(value.trim()) ? Number(value) * 1000 : null;
}

/** Starts at once; ends with the input `stop`. */
export function startConnection(options: ConnectionOptions): Connection {
  let state = createConnectionState(options.now(), options.browserOnline);
  let running = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  begin();
  options.onState(state);
  return {
    get state() {
      return state;
    },
    tell,
  };

  function tell(input: ConnectionInput): void {
    const before = state;
    state = transition(before, input, { nowMs: options.now(), random: options.random() });
    if (state === before) return;
    if (state.attempt !== before.attempt) {
      running.abort();
      begin();
    } else if (state.deadlineMs !== before.deadlineMs) setTimer();
    options.onState(state);
  }

  function begin(): void {
    running = new AbortController();
    setTimer();
    const { attempt } = state;
    const { signal } = running;
    const tellOfThis = (input: ConnectionInput) => {
      if (state.attempt === attempt) tell(input);
    };
    const activity = activityOf(state);
    if (activity === null) return;
    const run = { snapshot: runSnapshot, stream: runStream, poll: runPoll }[activity];
    run(signal, tellOfThis).catch((error: unknown) => tellOfThis(toInput(error)));
  }

  /** One timer, set anew as the deadline moves; a deadline that passed during sleep is told on waking. */
  function setTimer(): void {
    clearTimeout(timer);
    if (state.deadlineMs === null) return;
    timer = setTimeout(() => tell({ type: 'deadline' }), Math.max(0, state.deadlineMs - options.now()));
  }

  async function runSnapshot(
    signal: AbortSignal,
    tellOfThis: (input: ConnectionInput) => void,
  ): Promise<void> {
    const cursor = await options.loadSnapshot(signal, () => tellOfThis({ type: 'bytes', cursor: null }));
    tellOfThis({ type: 'snapshot', cursor });
  }

  /** One poll: its events come as a stream's would, with the ids that a stream would give them. */
  async function runPoll(signal: AbortSignal, tellOfThis: (input: ConnectionInput) => void): Promise<void> {
    // Never out of the browser's own cache unasked: it could be a poll old already.
    const response = await options.fetch('/live/recent.json', { cache: 'no-cache', signal });
    if (!response.ok) throw new HttpRefusal(response);
    const document = parseRecent(await response.text());
    if (signal.aborted || state.cursor === null) return;
    const verdict = judgeRecent(document, state.cursor);
    if (verdict.kind === 'reset') {
      tellOfThis({ type: 'reset' });
      return;
    }
    const { mode, clock, sources } = document;
    const gateway = { mode, clock, sources, nowMs: toGatewayNowMs(response.headers, document) };
    options.onMessage({ event: 'sources', id: null, data: JSON.stringify(gateway) });
    for (const message of verdict.messages) options.onMessage(message);
    if (state.poll?.answeredAtMs === null) {
      const data = JSON.stringify({ cursor: verdict.cursor, changes: verdict.messages.length });
      options.onMessage({ event: 'caught-up', id: verdict.cursor, data });
    }
    tellOfThis({ type: 'polled', cursor: verdict.cursor });
  }

  async function runStream(signal: AbortSignal, tellOfThis: (input: ConnectionInput) => void): Promise<void> {
    const headers: Record<string, string> = { Accept: 'text/event-stream' };
    if (state.cursor !== null) headers['Last-Event-ID'] = state.cursor;
    const response = await options.fetch('/live', { headers, cache: 'no-store', signal });
    if (!response.ok || response.body === null) throw new HttpRefusal(response);
    tellOfThis({ type: 'opened' });
    let newestId: string | null = null;
    let resetSeen = false;
    let retryAfterMs: number | null = null;
    const parser = createSseParser({
      onMessage: (message) => {
        options.onMessage(message);
        resetSeen ||= message.event === 'reset';
      },
      onId: (id) => {
        newestId = id;
      },
      onRetry: (delayMs) => {
        retryAfterMs = delayMs;
      },
    });
    const reader = response.body.getReader();
    for (;;) {
      const { done, value: bytes } = await reader.read().catch(toEnd);
      if (signal.aborted) return;
      if (done) break;
      parser.push(bytes);
      // After a reset the stream's ids speak of a place that the catalogue is not at: the snapshot's cursor decides.
      if (resetSeen) {
        tellOfThis({ type: 'reset' });
        return;
      }
      tellOfThis({ type: 'bytes', cursor: newestId });
      newestId = null;
    }
    tellOfThis({ type: 'ended', retryAfterMs });
  }
}

/** A body that breaks off is a stream that ended: the gateway was there a moment ago. */
function toEnd(error: unknown): { done: true; value: undefined } {
  if (error instanceof TypeError) return { done: true, value: undefined };
  throw error;
}

/** fetch rejects with TypeError when the network fails. */
function toInput(error: unknown): ConnectionInput {
  if (error instanceof HttpRefusal)
    return { type: 'refused', status: error.status, retryAfterMs: error.retryAfterMs };
  if (error instanceof TypeError) return { type: 'failed', fault: { kind: 'network' } };
  const detail = error instanceof Error ? error.message : String(error);
  return { type: 'failed', fault: { kind: 'unreadable', detail } };
}
