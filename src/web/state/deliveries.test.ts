import { expect, test } from 'vitest';
import { type Delivery, summariseDelays } from './deliveries.ts';

const MINUTE = 60_000;
const delivery = (fields: Partial<Delivery> = {}): Delivery => ({
  ...{ revision: 1, originTimeMs: 0, updatedAtMs: 4 * MINUTE, receivedAtMs: 4 * MINUTE + 700 },
  hereAtMs: 4 * MINUTE + 750,
  ...fields,
});

test('summariseDelays() gives the middle one and the longest of each hop', () => {
  const delays = summariseDelays([
    delivery(),
    delivery({ updatedAtMs: 6 * MINUTE, receivedAtMs: 6 * MINUTE + 900, hereAtMs: 6 * MINUTE + 960 }),
    delivery({ revision: 2, updatedAtMs: 30 * MINUTE, receivedAtMs: 30 * MINUTE + 400, hereAtMs: null }),
  ]);
  expect(delays.toAgency).toEqual({ medianMs: 4 * MINUTE, longestMs: 6 * MINUTE, count: 2 });
  expect(delays.toGateway).toEqual({ medianMs: 700, longestMs: 900, count: 3 });
  expect(delays.toHere).toEqual({ medianMs: 50, longestMs: 60, count: 2 });
  expect(delays.late).toBe(0);
});

test('summariseDelays() counts apart what was fetched long after the agency had it', () => {
  const delays = summariseDelays([delivery({ receivedAtMs: 600 * MINUTE, hereAtMs: null })]);
  expect(delays).toEqual({ toAgency: null, toGateway: null, toHere: null, late: 1 });
});

test('an event filled in twenty minutes later does not make its agency slow', () => {
  const filled = delivery({ updatedAtMs: 26 * MINUTE, receivedAtMs: 46 * MINUTE, hereAtMs: null });
  const delays = summariseDelays([delivery(), filled]);
  expect(delays.toAgency).toEqual({ medianMs: 4 * MINUTE, longestMs: 4 * MINUTE, count: 1 });
  expect(delays.late).toBe(1);
});

test('summariseDelays() takes a clock that is a little ahead for no delay', () => {
  expect(summariseDelays([delivery({ hereAtMs: 4 * MINUTE + 600 })]).toHere!.medianMs).toBe(0);
});

test('summariseDelays() of a replay counts what the recording tells as it was, and the rest in real time', () => {
  const one = delivery({ receivedAtMs: 4 * MINUTE + 6000, hereAtMs: 4 * MINUTE + 9000 });
  const delays = summariseDelays([one], 60);
  expect(delays.toAgency!.medianMs).toBe(4 * MINUTE);
  expect(delays.toGateway!.medianMs).toBe(100);
  expect(delays.toHere!.medianMs).toBe(50);
});
