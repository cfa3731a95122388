import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyId } from '../../test/support/arbitrary-entries.ts';
import { createEventIds, isIdNumber, isIdPrefix, joinId, splitId } from './event-ids.ts';

describe('splitId()', () => {
  it.each([
    ['emsc-20230206_0000008', 'emsc-20230206_', 10, 7, 8],
    ['usgs-us7000pv32', 'usgs-us70', 36, 6, Number.parseInt('00pv32', 36)],
    ['usgs-nc75186041', 'usgs-nc', 10, 8, 75_186_041],
    [
      'usgs-official20110311054624120_30',
      'usgs-official20110311054624120_',
      36,
      2,
      Number.parseInt('30', 36),
    ],
    ['x1234567890', 'x1', 10, 9, 234_567_890],
    ['Ünïcode→', 'Ünïcode→', 36, 0, 0],
    ['', '', 36, 0, 0],
  ] as const)('splits "%s"', (id, text, radix, width, number) => {
    expect(splitId(id)).toEqual({ text, radix, width, number });
  });

  it('is undone by joinId() for any id, and gives only codes that are taken for proper', () => {
    fc.assert(
      fc.property(fc.oneof(anyId, fc.stringMatching(/^[0-9a-z]{0,14}$/)), (id) => {
        const split = splitId(id);
        expect(joinId(split, split.number)).toBe(id);
        expect(isIdPrefix(split) && isIdNumber(split, split.number)).toBe(true);
      }),
    );
  });
});

describe('isIdNumber()', () => {
  it('refuses every second way to write an id', () => {
    const prefix = fc.record({
      text: fc.constantFrom('', 'a', 'a-', 'a1', '9'),
      radix: fc.constantFrom(10 as const, 36 as const),
      width: fc.integer({ min: -1, max: 10 }),
    });
    fc.assert(
      fc.property(prefix, fc.integer({ min: -5, max: 2 ** 32 }), (one, number) => {
        fc.pre(isIdPrefix(one) && isIdNumber(one, number));
        expect(splitId(joinId(one, number))).toEqual({ ...one, number });
      }),
      { numRuns: 1000 },
    );
  });
});

describe('createEventIds()', () => {
  it('finds each of many ids at its row, and no others', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyId, { maxLength: 100 }), anyId, (all, other) => {
        const ids = createEventIds(0);
        for (const id of all) {
          const split = splitId(id);
          ids.add(ids.internPrefix(split), split.number);
        }
        expect(all.map((id) => ids.rowOf(id))).toEqual(all.map((_, row) => row));
        expect(ids.rowOf(other)).toBe(all.indexOf(other));
      }),
    );
  });
});
