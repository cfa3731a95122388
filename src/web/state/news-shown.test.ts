import { expect, test } from 'vitest';
import type { QuakeEvent } from '../../event/types.ts';
import { addNews } from './news-shown.ts';
import { createPresent } from './present.ts';

const MINUTE = 60_000;
const NOW = 1000 * MINUTE;
const present = createPresent(() => NOW);

const quake = (id: string, magnitude: number, minutesAgo: number) =>
  ({
    id,
    magnitude: { value: magnitude, type: 'mw' },
    origin: { originTimeMs: NOW - minutesAgo * MINUTE },
  }) as unknown as QuakeEvent;
const ids = (events: readonly QuakeEvent[]) => events.map(({ id }) => id);

test('a smaller earthquake does not take the place of the great one: it stands below it', () => {
  const great = addNews([], quake('great', 7.8, 12), present);
  const both = addNews(great, quake('aftershock', 6.7, 1), present);
  expect(ids(both)).toEqual(['great', 'aftershock']);
  expect(ids(addNews(both, quake('greater', 7.9, 1), present))).toEqual(['greater', 'great', 'aftershock']);
});

test('the great one goes when it is no news any more', () => {
  expect(ids(addNews([quake('great', 7.8, 61)], quake('later', 6.1, 1), present))).toEqual(['later']);
});

test('one that is told again stands there once, and of too many the smallest go', () => {
  const twice = addNews([quake('one', 6.5, 5)], quake('one', 6.9, 5), present);
  expect(twice.map(({ id, magnitude }) => [id, magnitude!.value])).toEqual([['one', 6.9]]);
  let many: readonly QuakeEvent[] = [quake('great', 8, 30)];
  for (let i = 0; i < 120; i++) many = addNews(many, quake(`after-${i}`, 6 + i / 1000, 1), present);
  expect(many.length).toBe(100);
  expect(ids(many).slice(0, 2)).toEqual(['great', 'after-119']);
});
