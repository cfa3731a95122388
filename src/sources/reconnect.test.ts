import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type ReconnectEffect,
  type ReconnectInput,
  type ReconnectState,
  STOPPED,
  stepReconnect,
  RECONNECT_TIMING as TIMING,
  toWakeAtMs,
} from './reconnect.ts';

/** Plays inputs at given instants and keeps everything that came of it. */
function play(steps: readonly (readonly [atMs: number, input: ReconnectInput])[], random = () => 0.5) {
  let state: ReconnectState = STOPPED;
  const effects: ReconnectEffect[] = [];
  for (const [nowMs, input] of steps) {
    const step = stepReconnect(state, input, { nowMs, random, timing: TIMING });
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}

const start = [0, { kind: 'start' }] as const;
const opened = (atMs: number, connection = 1) => [atMs, { kind: 'opened', connection }] as const;
const tick = (atMs: number) => [atMs, { kind: 'tick' }] as const;
const closed = (atMs: number, connection: number) =>
  [atMs, { kind: 'closed', connection, reason: 'cut' }] as const;

test('a start connects, and what was missed is asked for once the connection is open', () => {
  expect(play([start, opened(100)]).effects).toEqual([
    { kind: 'connect', connection: 1 },
    { kind: 'fill-gap', because: 'connected' },
  ]);
});

test('a half-open connection is found within 30 s of its last sign of life', () => {
  const steps = [
    start,
    opened(0),
    [14_999, { kind: 'pong', connection: 1 }],
    tick(15_000),
    tick(30_000),
  ] as const;
  const { state, effects } = play(steps);
  expect(effects.slice(2)).toEqual([
    { kind: 'ping', connection: 1 },
    { kind: 'terminate', connection: 1 },
  ]);
  expect(state).toMatchObject({ kind: 'waiting', reason: 'no sign of life for 15 s after a ping' });
});

test('a connection that answers its pings lives on, and ten minutes without a message fill the gap without a new one', () => {
  const steps: [number, ReconnectInput][] = [[...start], [...opened(0)]];
  for (let ms = 15_000; ms <= 600_000; ms += 15_000)
    steps.push([ms, { kind: 'tick' }], [ms + 50, { kind: 'pong', connection: 1 }]);
  const { state, effects } = play(steps);
  expect(state).toMatchObject({ kind: 'open', connection: 1, silentAtMs: 1_200_000 });
  expect(effects.filter(({ kind }) => kind === 'fill-gap')).toEqual([
    { kind: 'fill-gap', because: 'connected' },
    { kind: 'fill-gap', because: 'silence' },
  ]);
  expect(effects.some(({ kind }) => kind === 'terminate')).toBe(false);
});

test('pauses double up to a minute with failures in a row, and start over after a session of 30 s', () => {
  const delays: number[] = [];
  let state = play([start]).state;
  let nowMs = 0;
  const run = (input: ReconnectInput) => {
    state = stepReconnect(state, input, { nowMs, random: () => 0.999999, timing: TIMING }).state;
  };
  const fail = (sessionMs: number | null) => {
    if (sessionMs !== null) {
      run({ kind: 'opened', connection: state.connection });
      nowMs += sessionMs;
    }
    run({ kind: 'closed', connection: state.connection, reason: 'cut' });
    delays.push(Math.round((toWakeAtMs(state)! - nowMs) / 1000));
    nowMs = toWakeAtMs(state)!;
    run({ kind: 'tick' });
  };
  for (let i = 0; i < 7; i++) fail(null);
  fail(29_999);
  fail(30_000);
  fail(null);
  expect(delays).toEqual([2, 4, 8, 16, 32, 60, 60, 60, 2, 4]);
});

test('a refused connection stays so until it is stopped', () => {
  const { state, effects } = play([
    start,
    opened(1),
    [2, { kind: 'refuse', reason: 'replay' }],
    tick(1e9),
    [1e9, { kind: 'start' }],
  ]);
  expect(state).toEqual({ kind: 'refused', connection: 1, reason: 'replay' });
  expect(effects.at(-1)).toEqual({ kind: 'terminate', connection: 1 });
  expect(toWakeAtMs(state)).toBeNull();
});

test('an older connection that opens late is cut at once', () => {
  const { effects } = play([start, tick(15_000), tick(100_000), opened(100_001, 1)]);
  expect(effects.at(-1)).toEqual({ kind: 'terminate', connection: 1 });
});

const anyInput = (connections: fc.Arbitrary<number>): fc.Arbitrary<ReconnectInput> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<ReconnectInput>({ kind: 'tick' }) },
    fc.constantFrom<ReconnectInput>({ kind: 'start' }, { kind: 'stop' }),
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom('opened', 'message', 'pong'),
        connection: connections,
      }) as fc.Arbitrary<ReconnectInput>,
    },
    fc.record({ kind: fc.constant('closed' as const), connection: connections, reason: fc.constant('cut') }),
  );
const history = fc.array(
  fc.tuple(
    fc.integer({ min: 0, max: 100_000 }),
    anyInput(fc.integer({ min: 0, max: 6 })),
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  ),
  { maxLength: 80 },
);

test('whatever happens: never two connections, always a bounded next step unless stopped', () => {
  fc.assert(
    fc.property(history, (steps) => {
      let state: ReconnectState = STOPPED;
      let nowMs = 0;
      const alive = new Set<number>();
      for (const [passedMs, input, draw] of steps) {
        nowMs += passedMs;
        // What the world itself does: a connection that closed is gone; an old one that opens late is there.
        if (input.kind === 'closed') alive.delete(input.connection);
        if (input.kind === 'opened' && input.connection !== state.connection) alive.add(input.connection);
        const step = stepReconnect(state, input, { nowMs, random: () => draw, timing: TIMING });
        for (const effect of step.effects) {
          if (effect.kind === 'connect') alive.add(effect.connection);
          if (effect.kind === 'terminate') alive.delete(effect.connection);
          if (effect.kind === 'ping') expect(alive).toContain(effect.connection);
        }
        const enteredWaiting = step.state.kind === 'waiting' && state.kind !== 'waiting';
        state = step.state;
        expect(alive.size).toBeLessThanOrEqual(1);
        if (state.kind === 'stopped' || state.kind === 'waiting') expect(alive.size).toBe(0);
        const wakeAtMs = toWakeAtMs(state);
        expect(wakeAtMs === null).toBe(state.kind === 'stopped' || state.kind === 'refused');
        if (enteredWaiting) expect(wakeAtMs! - nowMs).toBeGreaterThanOrEqual(1000);
        if (wakeAtMs !== null) expect(wakeAtMs - nowMs).toBeLessThanOrEqual(60_000);
      }
    }),
  );
});

test('whatever happened: following its own clock with a silent world, a machine connects again and again', () => {
  fc.assert(
    fc.property(history, (steps) => {
      let nowMs = steps.reduce((sum, [passedMs]) => sum + passedMs, 0);
      let state = play([...steps.map(([, input], i) => [i, input] as const)]).state;
      if (state.kind === 'stopped') return;
      let connects = 0;
      for (let i = 0; i < 40; i++) {
        nowMs = Math.max(nowMs, toWakeAtMs(state)!);
        const step = stepReconnect(state, { kind: 'tick' }, { nowMs, random: () => 0.5, timing: TIMING });
        state = step.state;
        connects += step.effects.filter(({ kind }) => kind === 'connect').length;
      }
      expect(connects).toBeGreaterThan(3);
    }),
  );
});

test('closing twice changes nothing', () => {
  const once = play([start, opened(1), closed(5, 1)]);
  expect(play([start, opened(1), closed(5, 1), closed(6, 1)])).toEqual(once);
});
