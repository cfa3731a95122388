import { expect, test } from 'vitest';
import { describeOnKafka } from '../support/kafka-suite.ts';
import { PROMISES } from './distributed/checker.ts';
import { runDistributed } from './distributed/run.ts';

describeOnKafka('twenty faults on Kafka and PostgreSQL', () => {
  test('no acknowledged report is lost, no reader misses, doubles or unlearns a revision, database and readers equal the log', {
    timeout: 300_000,
  }, async () => {
    const run = await runDistributed({
      seed: 20230206,
      faults: 20,
      ...{ brokers: 1, gateways: 2, readers: 3, lastsMaxS: 8 },
      files: ['fixtures/emsc/kahramanmaras-2023-02-06.tsv.gz'],
      onProgress: console.log,
    });
    expect(run.ends).toEqual([]);
    expect(run.verdict).toEqual(Object.fromEntries(Object.keys(PROMISES).map((name) => [name, 0])));
    expect(Object.values(run.struck).reduce((sum, times) => sum + times, 0)).toBe(20);
    expect(run.acknowledged).toBeGreaterThan(500);
    expect(run.revisions).toBeGreaterThan(500);
  });
});
