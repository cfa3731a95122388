// The long fault runs; each prints the table of violated promises and ends with 1 when any is not 0.
//
//   npm run fault -- --kills 1000 --seed 7                      one process, embedded
//   npm run fault -- --distributed --faults 200 --seed 7        on Kafka and PostgreSQL

import { parseArgs } from 'node:util';
import { writeDistributedResult } from './distributed/result.ts';
import { runDistributed } from './distributed/run.ts';
import { runFaults } from './run.ts';

const { values } = parseArgs({
  options: {
    distributed: { type: 'boolean', default: false },
    faults: { type: 'string', default: '200' },
    brokers: { type: 'string', default: '1' },
    gateways: { type: 'string', default: '3' },
    'lasts-max-s': { type: 'string', default: '60' },
    result: { type: 'string' },
    kills: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    readers: { type: 'string' },
    files: { type: 'string', default: 'fixtures/emsc/kahramanmaras-2023-02-06.tsv.gz' },
  },
});
const common = { seed: Number(values.seed), files: values.files.split(','), onProgress: console.log };
const verdict = values.distributed ? await runOnCluster() : await runEmbedded();
console.table(verdict);
process.exit(Object.values(verdict).every((count) => count === 0) ? 0 : 1);

async function runEmbedded() {
  const { verdict, ...facts } = await runFaults({
    ...common,
    kills: Number(values.kills),
    readers: Number(values.readers ?? 3),
  });
  console.table(facts);
  return verdict;
}

async function runOnCluster() {
  const options = {
    ...common,
    faults: Number(values.faults),
    brokers: values.brokers === '3' ? (3 as const) : (1 as const),
    gateways: Number(values.gateways),
    readers: Number(values.readers ?? 6),
    lastsMaxS: Number(values['lasts-max-s']),
  };
  const run = await runDistributed(options);
  writeDistributedResult(options, run, values.result ?? null);
  return run.verdict;
}
