import { expect, test } from 'vitest';
import { runFaults } from './run.ts';

test('no acknowledged report is lost, no event doubled, no reader sees a revision backwards or twice, over kills and faults', {
  timeout: 420_000,
}, async () => {
  const run = await runFaults({
    kills: 12,
    seed: 20230206,
    readers: 2,
    files: ['fixtures/emsc/kahramanmaras-2023-02-06.tsv.gz'],
  });
  expect(run.acknowledged).toBeGreaterThan(500);
  // Four lives of the twelve serve for certain.
  expect(run.resumes).toBeGreaterThan(1);
  expect(run.verdict).toEqual(Object.fromEntries(Object.keys(run.verdict).map((promise) => [promise, 0])));
});
