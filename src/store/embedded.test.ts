import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { QuakewireError } from '../errors.ts';
import { createEmbeddedStore } from './embedded.ts';
import { STORE_MIGRATIONS } from './migrations/embedded.ts';

let path = '';
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'quakewire-store-')), 'store.db');
});
afterEach(() => rm(join(path, '..'), { recursive: true, force: true }));

const position = { topic: 'quake.events.v1', epoch: 'one', offset: 0 } as const;

test('a store written by a newer Quakewire is refused, and left as it is', async () => {
  await createEmbeddedStore({ path }).close();
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA user_version = ${STORE_MIGRATIONS.length + 1}`);
  expect(() => createEmbeddedStore({ path })).toThrow(
    expect.objectContaining({ code: 'DATABASE_NEWER' } satisfies Partial<QuakewireError>),
  );
  expect(database.prepare('SELECT count(*) AS events FROM events').get()).toMatchObject({ events: 0 });
  database.close();
});

test('a fresh file gets all migrations', async () => {
  await createEmbeddedStore({ path }).close();
  const database = new DatabaseSync(path);
  expect(database.prepare('PRAGMA user_version').get()).toMatchObject({
    user_version: STORE_MIGRATIONS.length,
  });
  database.close();
});

test('while another program writes the file the store is unavailable, afterwards it is not', async () => {
  const store = createEmbeddedStore({ path });
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  await expect(store.applyEvents([], position)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  other.exec('ROLLBACK');
  other.close();
  await store.applyEvents([], position);
  expect(await store.position('quake.events.v1')).toEqual(position);
  await store.close();
});

test('another program may read the file while the store is open', async () => {
  const store = createEmbeddedStore({ path });
  await store.applyEvents([], position);
  const other = new DatabaseSync(path, { readOnly: true });
  expect(other.prepare('SELECT topic, epoch, log_offset FROM positions').all()).toMatchObject([
    { topic: 'quake.events.v1', epoch: 'one', log_offset: 0 },
  ]);
  other.close();
  await store.close();
});
