import { expect, test } from 'vitest';
import { DECK, type FaultKind, planFaults, toLengthMs } from './plan.ts';

const options = { seed: 1, faults: 200, roundLength: 10, lastsMaxMs: 60_000, without: new Set<FaultKind>() };

test('planFaults() deals the same faults for the same seed and others for another', () => {
  expect(planFaults(options)).toEqual(planFaults(options));
  expect(planFaults(options)).not.toEqual(planFaults({ ...options, seed: 2 }));
});

test('planFaults() deals every kind in 200 faults but those that cannot be had', () => {
  const kinds = (without: Set<FaultKind>) =>
    new Set(
      planFaults({ ...options, without })
        .flat()
        .map(({ kind }) => kind),
    );
  expect(kinds(new Set())).toEqual(new Set(Object.keys(DECK)));
  expect(kinds(new Set(['database disk full']))).not.toContain('database disk full');
});

test('toLengthMs() counts each round up to the end of its last fault', () => {
  const fault = { kind: 'kill source', afterMs: 100, lastsMs: 50, draws: [0, 0, 0] } as const;
  expect(toLengthMs([[fault, { ...fault, lastsMs: 10 }], [{ ...fault, lastsMs: 500 }]])).toBe(810);
});
