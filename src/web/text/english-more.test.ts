import { expect, test } from 'vitest';
import { keepUnits } from './english-more.ts';

test('no unit stands alone on a line', () => {
  expect(keepUnits('usually 18 min, at most 6 min 20 s')).toBe(
    'usually 18\u00a0min, at most 6\u00a0min 20\u00a0s',
  );
  expect(keepUnits('magnitude 2.5 or larger, 7 changes')).toBe('magnitude 2.5 or larger, 7 changes');
});
