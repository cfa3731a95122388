import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Tail } from './tail.ts';

const BOUNDS = { countMax: 5, bytesMax: 40 };

test('Tail keeps the newest records within its bounds and gives each by its offset', () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('push' as const), size: fc.nat(20) }) },
    fc.record({ kind: fc.constant('truncate' as const), by: fc.nat(4) }),
    fc.record({ kind: fc.constant('dropBefore' as const), by: fc.nat(4) }),
  );
  fc.assert(
    fc.property(fc.nat(9), fc.array(step, { maxLength: 60 }), (start, steps) => {
      const tail = new Tail(start, BOUNDS);
      let end = start;
      let model: { offset: number; size: number }[] = [];
      for (const each of steps) {
        if (each.kind === 'push') {
          const value = new Uint8Array(each.size);
          tail.push({ offset: end, key: 'k', value, appendedAtMs: 0 });
          model.push({ offset: end, size: each.size });
          end += 1;
          const sum = () => model.reduce((bytes, { size }) => bytes + size, 0);
          while (model.length > BOUNDS.countMax || sum() > BOUNDS.bytesMax) model.shift();
        } else if (each.kind === 'truncate') {
          end = Math.max(start, end - each.by);
          model = model.filter(({ offset }) => offset < end);
        } else {
          tail.dropBefore(end - each.by);
          model = model.filter(({ offset }) => offset >= end - each.by);
        }
        if (each.kind === 'truncate') tail.truncate(end);
        expect(tail.first).toBe(model[0]?.offset ?? end);
        for (let offset = 0; offset < end + 3; offset++) {
          expect(tail.get(offset)?.offset).toBe(model.find((record) => record.offset === offset)?.offset);
        }
      }
    }),
  );
});
