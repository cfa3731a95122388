import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/clock.ts';
import { createEmbeddedLog } from '../../src/log/embedded.ts';
import { describeEventLog } from './event-log.ts';

describeEventLog('embedded, in a file', {
  persistent: true,
  numRuns: 30,
  create: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'quakewire-log-'));
    return {
      open: async () => createEmbeddedLog({ path: join(folder, 'log.db'), clock: systemClock }),
      remove: () => rm(folder, { recursive: true, force: true }),
    };
  },
});

describeEventLog('embedded, in memory', {
  persistent: false,
  numRuns: 100,
  create: async () => ({
    open: async () => createEmbeddedLog({ path: ':memory:', clock: systemClock }),
    remove: async () => {},
  }),
});
