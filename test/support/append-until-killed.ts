// A process that appends to an embedded log as fast as it can, 16 at once, and prints each acknowledged offset with
// the number of its record, until somebody kills it. Its output is a file: written at once, nothing left in a pipe.
// Arguments: file of the log, first number.

import { createEmbeddedLog } from '../../src/log/embedded.ts';

const [path, first] = process.argv.slice(2);
const log = createEmbeddedLog({ path: path!, clock: { now: () => Date.now() } });
let number = Number(first);

async function append(): Promise<never> {
  while (true) {
    const mine = number++;
    const offset = await log.append(
      'quake.reports.v1',
      `${mine}`,
      new TextEncoder().encode('v'.repeat(mine % 700)),
    );
    process.stdout.write(`${offset} ${mine}\n`);
  }
}

await Promise.all(Array.from({ length: 16 }, append));
