import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmbeddedStore } from '../../src/store/embedded.ts';
import { describeStore } from './store.ts';

describeStore('embedded, in a file', {
  persistent: true,
  numRuns: 15,
  create: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'quakewire-store-'));
    return {
      open: async () => createEmbeddedStore({ path: join(folder, 'store.db') }),
      remove: () => rm(folder, { recursive: true, force: true }),
    };
  },
});

describeStore('embedded, in memory', {
  persistent: false,
  numRuns: 60,
  create: async () => ({
    open: async () => createEmbeddedStore({ path: ':memory:' }),
    remove: async () => {},
  }),
});
