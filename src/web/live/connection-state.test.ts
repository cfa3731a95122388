import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ANSWER_MAX_MS,
  activityOf,
  type ConnectionInput,
  type ConnectionState,
  createConnectionState,
  isFlowing,
  POLL_MIN_MS,
  POLL_SPREAD_MS,
  RETRY_AFTER_MAX_MS,
  RETRY_DELAY_MAX_MS,
  RETRY_DELAY_MIN_MS,
  retryDelayMs,
  SILENCE_MAX_MS,
  STREAM_RETRY_MAX_MS,
  transition,
} from './connection-state.ts';

/** Runs inputs one second apart from a fresh state. */
function run(inputs: readonly ConnectionInput[], random = 0.5): ConnectionState {
  let state = createConnectionState(0, true);
  inputs.forEach((input, i) => {
    state = transition(state, input, { nowMs: (i + 1) * 1000, random });
  });
  return state;
}

const snapshot: ConnectionInput = { type: 'snapshot', cursor: 'e:5' };
const opened: ConnectionInput = { type: 'opened' };
const networkFault: ConnectionInput = { type: 'failed', fault: { kind: 'network' } };
const ended: ConnectionInput = { type: 'ended', retryAfterMs: null };
const full: ConnectionInput = { type: 'refused', status: 503, retryAfterMs: 10_000 };
const polled: ConnectionInput = { type: 'polled', cursor: 'e:7' };
const deadline: ConnectionInput = { type: 'deadline' };
const LIVE = [snapshot, opened];

const anyInput: fc.Arbitrary<ConnectionInput> = fc.oneof(
  fc.record({ type: fc.constant('snapshot' as const), cursor: fc.constantFrom('e:1', 'e:2') }),
  fc.record({ type: fc.constant('bytes' as const), cursor: fc.constantFrom(null, 'e:3', 'e:4') }),
  fc.record({
    type: fc.constant('refused' as const),
    status: fc.constantFrom(409, 429, 500, 503),
    retryAfterMs: fc.constantFrom(null, 0, 5000, 9_000_000),
  }),
  fc.record({ type: fc.constant('polled' as const), cursor: fc.constantFrom('e:5', 'e:6') }),
  fc.record({ type: fc.constant('ended' as const), retryAfterMs: fc.constantFrom(null, 0, 700, 9_000_000) }),
  fc.constant(networkFault),
  fc
    .constantFrom('opened', 'reset', 'deadline', 'offline', 'online', 'woke', 'tryNow')
    .map((type) => ({ type }) as ConnectionInput),
);

describe('transition()', () => {
  test('goes from the snapshot to the stream at its cursor', () => {
    const state = run(LIVE);
    expect(state).toMatchObject({ name: 'live', cursor: 'e:5', downSinceMs: null, fault: null });
    expect(activityOf(state)).toBe('stream');
  });

  test('keeps the newest cursor and resumes from it after the stream ended', () => {
    const bytes: ConnectionInput = { type: 'bytes', cursor: 'e:9' };
    const state = run([...LIVE, bytes, { type: 'bytes', cursor: null }, ended, { type: 'deadline' }]);
    expect(state).toMatchObject({ name: 'connecting', cursor: 'e:9', downSinceMs: 5000 });
  });

  test('gives a stream up when the heartbeat has been missing for more than 35 s', () => {
    const live = run(LIVE);
    expect(live.deadlineMs! - live.liveSinceMs!).toBe(SILENCE_MAX_MS);
    expect(run([...LIVE, { type: 'deadline' }])).toMatchObject({
      name: 'waiting',
      fault: { kind: 'silent' },
    });
  });

  test('loads a new snapshot after a reset', () => {
    const state = run([...LIVE, { type: 'reset' }]);
    expect(state).toMatchObject({ name: 'loading', cursor: null });
  });

  test('asks a full gateway for a stream when Retry-After says, a little spread, within a bound', () => {
    const wait = (retryAfterMs: number | null, random: number) =>
      run([snapshot, { type: 'refused', status: 503, retryAfterMs }], random).poll!.streamAtMs - 2000;
    expect(wait(10_000, 0)).toBe(10_000);
    expect(wait(10_000, 0.999)).toBeLessThanOrEqual(12_500);
    expect(wait(86_400_000, 0)).toBe(RETRY_AFTER_MAX_MS);
    expect(wait(null, 0)).toBeGreaterThan(0);
  });

  test('waits as long as Retry-After says before it loads the snapshot again', () => {
    const wait = (random: number) => run([full], random).deadlineMs! - 1000;
    expect(run([full]).name).toBe('waiting');
    expect([wait(0), wait(0.5)]).toEqual([10_000, 11_250]);
  });

  test('polls at once when every stream is taken, and again every second', () => {
    const polling = run([snapshot, full]);
    expect(polling).toMatchObject({ name: 'polling', cursor: 'e:5', downSinceMs: null });
    expect([activityOf(polling), isFlowing(polling)]).toEqual(['poll', false]);
    const between = run([snapshot, full, polled]);
    expect(between).toMatchObject({ name: 'polled', cursor: 'e:7', downSinceMs: null });
    expect([activityOf(between), isFlowing(between)]).toEqual([null, true]);
    const pause = (random: number) => run([snapshot, full, polled], random).deadlineMs! - 3000;
    expect([pause(0), pause(0.5)]).toEqual([POLL_MIN_MS, POLL_MIN_MS + POLL_SPREAD_MS / 2]);
    expect(run([snapshot, full, polled, deadline])).toMatchObject({ name: 'polling', cursor: 'e:7' });
  });

  test('goes back to the stream from the poll’s cursor when it is time, later each time it is refused', () => {
    let state = run([snapshot, full, polled]);
    const waits: number[] = [];
    let nowMs = 3000;
    for (let refusals = 1; refusals <= 6; refusals++) {
      const { streamAtMs } = state.poll!;
      waits.push(streamAtMs - nowMs);
      nowMs = streamAtMs;
      state = transition(state, deadline, { nowMs, random: 0 });
      expect(state).toMatchObject({ name: 'connecting', cursor: 'e:7' });
      // Events go on to be shown as flowing: the next poll follows a refusal at once.
      expect(isFlowing(state)).toBe(true);
      state = transition(state, full, { nowMs, random: 0 });
      expect(state.name).toBe('polling');
      state = transition(state, polled, { nowMs, random: 0 });
    }
    expect(waits.slice(1)).toEqual([20_000, 40_000, 80_000, STREAM_RETRY_MAX_MS, STREAM_RETRY_MAX_MS]);
    state = transition(state, deadline, { nowMs: state.poll!.streamAtMs, random: 0 });
    state = transition(state, opened, { nowMs, random: 0 });
    expect(state).toMatchObject({ name: 'live', cursor: 'e:7', poll: null, fault: null });
  });

  test('loads the snapshot again when the poll does not reach back far enough', () => {
    expect(run([snapshot, full, { type: 'reset' }])).toMatchObject({
      name: 'loading',
      cursor: null,
      poll: null,
    });
  });

  test('waits when the poll fails too, then polls again until it is time for a stream', () => {
    const down = run([snapshot, full, polled, deadline, networkFault]);
    expect(down).toMatchObject({ name: 'waiting', downSinceMs: 5000, fault: { kind: 'network' } });
    expect(run([snapshot, full, polled, deadline, networkFault, deadline])).toMatchObject({
      name: 'polling',
      cursor: 'e:7',
    });
  });

  test('takes the pause that a gateway asks for when it ends the stream itself', () => {
    const wait = (retryAfterMs: number) => run([...LIVE, { type: 'ended', retryAfterMs }]).deadlineMs! - 3000;
    expect([wait(300), wait(2500), wait(9_000_000)]).toEqual([300, 2500, RETRY_DELAY_MAX_MS]);
  });

  test('reads the manifest again at once when its generation is gone, three times at most', () => {
    const gone: ConnectionInput = { type: 'refused', status: 409, retryAfterMs: null };
    expect(run([gone])).toMatchObject({ name: 'loading', attempt: 2 });
    expect(run([gone, gone, gone, gone]).name).toBe('waiting');
  });

  test('tries at once when the browser says the network went, and is offline only when that fails', () => {
    const hinted = run([...LIVE, { type: 'offline' }]);
    expect(hinted).toMatchObject({ name: 'connecting', cursor: 'e:5' });
    expect(run([...LIVE, { type: 'offline' }, opened]).name).toBe('live');
    expect(run([...LIVE, { type: 'offline' }, networkFault])).toMatchObject({
      name: 'offline',
      downSinceMs: 4000,
    });
  });

  test('remembers since when it is offline over failed tries', () => {
    const offline: ConnectionInput[] = [...LIVE, { type: 'offline' }, networkFault];
    expect(run([...offline, { type: 'deadline' }, networkFault]).downSinceMs).toBe(4000);
    expect(run([...offline, { type: 'online' }, opened]).downSinceMs).toBeNull();
  });

  test('reconnects on waking when the deadline passed in the sleep, and not otherwise', () => {
    const live = run(LIVE);
    const wake = (nowMs: number) => transition(live, { type: 'woke' }, { nowMs, random: 0 });
    expect(wake(live.deadlineMs! - 1)).toBe(live);
    expect(wake(live.deadlineMs! + 600_000)).toMatchObject({ name: 'connecting', cursor: 'e:5' });
  });

  test('lets no look at the page shorten the wait that a full gateway asked for', () => {
    const loading = run([{ type: 'refused', status: 503, retryAfterMs: 60_000 }]);
    const between = run([snapshot, full, polled]);
    for (const state of [loading, between])
      expect(transition(state, { type: 'woke' }, { nowMs: 3100, random: 0 })).toBe(state);
  });

  test('tries at once when the reader wants it, after a refusal too, and leaves alone a try that is on its way', () => {
    const now = (state: ConnectionState) => transition(state, { type: 'tryNow' }, { nowMs: 5000, random: 0 });
    for (const inputs of [
      [full],
      [...LIVE, networkFault],
      [...LIVE, { type: 'offline' as const }, networkFault],
    ]) {
      const waiting = run(inputs);
      expect(activityOf(waiting)).toBeNull();
      expect(activityOf(now(waiting))).toBe(waiting.cursor === null ? 'snapshot' : 'stream');
    }
    const away = run([...LIVE, networkFault]);
    const again = transition(now(away), networkFault, { nowMs: 5100, random: 0.5 });
    expect([away.failures, again.failures]).toEqual([1, 1]);
    for (const inputs of [[], [snapshot], LIVE, [snapshot, full], [snapshot, full, polled]])
      expect(now(run(inputs)).attempt).toBe(run(inputs).attempt);
  });

  test('stays stopped whatever comes', () => {
    fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 20 }), (inputs) => {
        expect(run([{ type: 'stop' }, ...inputs])).toMatchObject({ name: 'stopped', deadlineMs: null });
      }),
    );
  });

  test('always has a bounded deadline, and never loses a cursor except by a reset', () => {
    fc.assert(
      fc.property(
        fc.array(anyInput, { maxLength: 60 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (inputs, random) => {
          let state = createConnectionState(0, true);
          let nowMs = 0;
          for (const input of inputs) {
            nowMs += 1000;
            const next = transition(state, input, { nowMs, random });
            expect(next.deadlineMs).not.toBeNull();
            expect(next.deadlineMs! - nowMs).toBeLessThanOrEqual(RETRY_AFTER_MAX_MS * 1.25);
            if (state.cursor !== null && next.cursor === null) expect(input.type).toBe('reset');
            if (next.name === 'live') expect(next.cursor).not.toBeNull();
            if (activityOf(next) !== activityOf(state)) expect(next.attempt).toBeGreaterThan(state.attempt);
            state = next;
          }
        },
      ),
    );
  });

  test('pushes the deadline of a slow snapshot with every byte', () => {
    const state = run([{ type: 'bytes', cursor: null }]);
    expect(state).toMatchObject({ name: 'loading', deadlineMs: 1000 + ANSWER_MAX_MS });
  });
});

describe('retryDelayMs()', () => {
  test('grows, is spread, and keeps its bounds', () => {
    for (const failures of [0, 1, 2, 5, 50]) {
      for (const random of [0, 0.5, 0.999]) {
        const delayMs = retryDelayMs(failures, random);
        expect(delayMs).toBeGreaterThanOrEqual(RETRY_DELAY_MIN_MS);
        expect(delayMs).toBeLessThanOrEqual(RETRY_DELAY_MAX_MS);
      }
    }
    expect(retryDelayMs(4, 0)).toBeGreaterThan(retryDelayMs(1, 0.999));
  });
});
