// `npm run fault -- --kills 1000 --seed 7`: the long fault run; prints the table of violated promises, ends with 1 when any is not 0.

import { parseArgs } from 'node:util';
import { runFaults } from './run.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    readers: { type: 'string', default: '3' },
    files: { type: 'string', default: 'fixtures/emsc/kahramanmaras-2023-02-06.tsv.gz' },
  },
});
const run = await runFaults({
  kills: Number(values.kills),
  seed: Number(values.seed),
  readers: Number(values.readers),
  files: values.files.split(','),
  onProgress: console.log,
});
const { verdict, ...facts } = run;
console.table(facts);
console.table(verdict);
process.exit(Object.values(verdict).every((count) => count === 0) ? 0 : 1);
