// A supervisor to be killed: watches one process over a folder (argument 1), says its pid, and waits for its own end.

import { spawn } from 'node:child_process';
import { createGuard } from '../../scripts/cluster/guard.ts';

const guard = createGuard(process.argv[2]!);
// Deaf to SIGINT and SIGTERM, as a part that hangs.
const child = spawn('sh', ['-c', "trap '' INT TERM; echo deaf; while true; do sleep 0.1; done"], {
  detached: true,
  stdio: ['ignore', 'pipe', 'ignore'],
});
guard.watch(child.pid!);
child.stdout.once('data', () => process.stdout.write(`${child.pid}\n`));
setInterval(() => {}, 60_000);
