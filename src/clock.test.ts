import { expect, test } from 'vitest';
import { createReplayClock, toRealMs } from './clock.ts';

test('toRealMs() gives the instant at which a replay’s clock showed what it shows', () => {
  const time = { replayedMs: 1_675_646_460_000, anchoredAtMs: 1_795_613_000_000, speed: 60 };
  for (const nowMs of [time.anchoredAtMs, time.anchoredAtMs + 1_500, time.anchoredAtMs - 10]) {
    const replayedMs = createReplayClock(time, { now: () => nowMs }).now();
    expect(toRealMs(time, replayedMs)).toBeCloseTo(nowMs, 3);
  }
});
