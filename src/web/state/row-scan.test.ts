import { expect, test } from 'vitest';
import { createEvent } from '../../../test/support/gateway.ts';
import { createRowScan } from './row-scan.ts';
import { createSharedCatalogue } from './shared-catalogue.ts';
import { NO_BOUNDS } from './visibility.ts';

/** Eight events of magnitude 2, one a second, and what finds them in blocks of two. */
function createScanned() {
  const shared = createSharedCatalogue((callback) => callback());
  const scan = createRowScan(2);
  let revision = 0;
  const apply = (number: number, value: number) => {
    const base = createEvent(number, { revision: ++revision });
    const originTimeMs = Date.UTC(2023, 1, 6) + 1000 * number;
    const origin = { ...base.origin, originTimeMs };
    shared.applyEvent({ ...base, origin, magnitude: { value, type: 'mw' } }, revision);
  };
  for (let number = 0; number < 8; number++) apply(number, 2);
  const find = (magnitude: number) => {
    const bounds = { ...NO_BOUNDS, minMagnitudeE2: magnitude * 100 };
    const seen = { catalogue: shared.current, version: shared.version.peek(), change: shared.lastChange };
    return [...scan({ ...seen, bounds, limit: 100, box: null }).rows];
  };
  return { apply, find };
}

test('an event whose magnitude grows is found in a block that had none so large', () => {
  const { apply, find } = createScanned();
  expect(find(5)).toEqual([]);
  apply(3, 6);
  expect(find(5)).toEqual([3]);
  apply(3, 2);
  expect(find(5)).toEqual([]);
});

test('changes that were not followed one by one are not missed', () => {
  const { apply, find } = createScanned();
  expect(find(5)).toEqual([]);
  apply(3, 6);
  apply(6, 6);
  expect(find(5)).toEqual([6, 3]);
});
