// `npm run bench`: every bench in turn, or those named (`npm run bench -- latency`). One question a file.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

/** Shared modules and peers that a bench starts itself; all other files are benches. */
const NOT_A_BENCH = /^(run|report)\.ts$|\.(peer|child|support)\.ts$/;

const wanted = process.argv.slice(2);
const benches = readdirSync('bench').filter((file) => file.endsWith('.ts') && !NOT_A_BENCH.test(file));
const chosen = benches.filter((file) => wanted.length === 0 || wanted.includes(file.replace(/\.ts$/, '')));
if (chosen.length === 0) {
  console.error(`No such bench; there are ${benches.map((file) => file.replace(/\.ts$/, '')).join(', ')}`);
  process.exit(2);
}
let failed = 0;
for (const file of chosen) {
  console.log(`\n── ${file}`);
  const { status } = spawnSync(process.execPath, [`bench/${file}`], { stdio: 'inherit' });
  if (status !== 0) failed++;
}
process.exit(failed === 0 ? 0 : 1);
