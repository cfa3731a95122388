import { effect } from '@preact/signals';
import { expect, test } from 'vitest';
import { createEvent } from '../../../test/support/gateway.ts';
import { createCatalogue } from '../../catalogue/catalogue.ts';
import { type CatalogueChange, createSharedCatalogue } from './shared-catalogue.ts';

/** With the frames that are due, in order. */
function createShared() {
  const frames: (() => void)[] = [];
  const shared = createSharedCatalogue((callback) => frames.push(callback));
  const told: CatalogueChange[] = [];
  shared.onChange((change) => told.push(change));
  return { shared, told, drawFrames: () => frames.splice(0).forEach((frame) => void frame()) };
}

test('a burst of events is told once, with the next frame', () => {
  const { shared, told, drawFrames } = createShared();
  for (let number = 0; number < 3; number++) shared.applyEvent(createEvent(number), number);
  expect([shared.version.value, told.length]).toEqual([0, 0]);
  drawFrames();
  expect(shared.version.value).toBe(1);
  expect(told.map(({ rows, replaced }) => ({ rows, replaced }))).toEqual([
    { rows: [0, 1, 2], replaced: false },
  ]);
});

test('another catalogue is told at once: at no moment does its reader have the rows of the one before', () => {
  const { shared, told, drawFrames } = createShared();
  const seen: number[] = [];
  effect(() => {
    shared.version.value;
    seen.push(shared.current.count);
  });
  shared.applyEvent(createEvent(1), 1);
  const fresh = createCatalogue();
  for (const number of [2, 3]) fresh.upsert(createEvent(number), number);
  shared.replace(fresh);
  expect(seen).toEqual([0, 2]);
  expect(told).toEqual([{ rows: null, orderFromMs: Number.NEGATIVE_INFINITY, replaced: true }]);
  // The frame that the event before it asked for has nothing left to tell.
  drawFrames();
  expect([shared.version.value, told.length]).toEqual([1, 1]);
});

test('what comes after another catalogue is told for itself', () => {
  const { shared, told, drawFrames } = createShared();
  shared.applyEvent(createEvent(1), 1);
  shared.replace(createCatalogue());
  shared.applyEvent(createEvent(2), 2);
  drawFrames();
  expect(told.map(({ rows, replaced }) => ({ rows, replaced }))).toEqual([
    { rows: null, replaced: true },
    { rows: [0], replaced: false },
  ]);
});
