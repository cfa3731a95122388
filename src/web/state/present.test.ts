import { expect, test } from 'vitest';
import { createPresent } from './present.ts';

const REPLAY = { replayedMs: 1_000_000, anchoredAtMs: 50_000, speed: 60, endMs: 1_600_000 };

function start() {
  let browserMs = 49_000;
  const present = createPresent(() => browserMs);
  present.set({ nowMs: 50_000, clock: REPLAY });
  const pass = (ms: number) => {
    browserMs += ms;
  };
  return { present, pass };
}

test('a replayed present runs at its speed and stands still at the end of the recording', () => {
  const { present, pass } = start();
  expect([present.nowMs(), present.ended]).toEqual([1_000_000, false]);
  pass(5_000);
  expect([present.nowMs(), present.ended]).toEqual([1_300_000, false]);
  pass(60_000);
  expect([present.nowMs(), present.ended]).toEqual([1_600_000, true]);
});

test('it stands still while the gateway that tells it is away, from the moment it went', () => {
  const { present, pass } = start();
  pass(4_000);
  present.hold(51_000);
  expect([present.nowMs(), present.held]).toEqual([1_120_000, true]);
  pass(1_000);
  expect(present.nowMs()).toBe(1_120_000);
  present.hold(null);
  expect([present.nowMs(), present.held]).toEqual([1_300_000, false]);
});

test('a live present does not stand still: earthquakes grow older whoever tells of them', () => {
  let browserMs = 1_000;
  const present = createPresent(() => browserMs);
  present.set({ nowMs: 2_000, clock: null });
  present.hold(1_000);
  browserMs += 500;
  expect([present.nowMs(), present.held, present.ended]).toEqual([2_500, false, false]);
});
