import { setImmediate as turn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { toBatches } from './batches.ts';

const BOUNDS = { countMax: 4, durationMaxMs: 1_000 };

/** Numbers from 0; a pause of one or more turns before those in `pauses`. */
async function* count(end: number, pauses: readonly number[]): AsyncGenerator<number> {
  for (let i = 0; i < end; i++) {
    if (pauses.includes(i)) for (let turns = 0; turns < 3; turns++) await turn();
    yield i;
  }
}

async function collect<T>(batches: AsyncIterable<readonly T[]>): Promise<(readonly T[])[]> {
  const all: (readonly T[])[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}

test('toBatches() gives every record once, in order, in batches within the bound', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(30), fc.array(fc.nat(30)), async (end, pauses) => {
      const batches = await collect(toBatches(count(end, pauses), BOUNDS));
      expect(batches.flat()).toEqual(Array.from({ length: end }, (_, i) => i));
      for (const batch of batches) {
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(BOUNDS.countMax);
      }
    }),
  );
});

test('toBatches() takes all that is there, and waits for nothing that is not', async () => {
  expect(await collect(toBatches(count(7, [6]), BOUNDS))).toEqual([[0, 1, 2, 3], [4, 5], [6]]);
});

test('toBatches() gives what came before a failure, then rejects with it', async () => {
  async function* failing(): AsyncGenerator<number> {
    yield* count(3, []);
    throw new Error('the log is gone');
  }
  const batches: (readonly number[])[] = [];
  const reading = (async () => {
    for await (const batch of toBatches(failing(), BOUNDS)) batches.push(batch);
  })();
  await expect(reading).rejects.toThrow('the log is gone');
  expect(batches).toEqual([[0, 1, 2]]);
});
