import { expect, test } from 'vitest';
import { CATCH_UP_BYTES, isStalled, QUEUE_BOUNDS } from './client.ts';

/** Whether a reader had to go at each of these heartbeats. */
function beat(heartbeats: readonly { queuedBytes: number; takenBytes: number }[]): boolean[] {
  const client = { queuedBytes: 0, takenBytes: 0, stalledHeartbeats: 0 };
  return heartbeats.map((heartbeat) => isStalled(client, heartbeat, QUEUE_BOUNDS));
}

test('a reader that takes bytes stays, though its queue is as long or longer at each heartbeat', () => {
  const heartbeats = Array.from({ length: 20 }, (_, i) => ({
    queuedBytes: CATCH_UP_BYTES + 100 * i,
    takenBytes: 1 + i,
  }));
  expect(beat(heartbeats)).toEqual(heartbeats.map(() => false));
});

test('a reader that takes no byte of its queue between heartbeats has to go at the third', () => {
  const full = { queuedBytes: 1_000, takenBytes: 500 };
  expect(beat([full, full, full])).toEqual([false, false, true]);
  expect(beat([full, { queuedBytes: 2_000, takenBytes: 500 }, full])).toEqual([false, false, true]);
});

test('a reader with nothing in its queue stays, however long nothing comes', () => {
  const empty = { queuedBytes: 0, takenBytes: 500 };
  expect(beat([empty, empty, empty, empty])).toEqual([false, false, false, false]);
});
