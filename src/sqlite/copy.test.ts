import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { changeCopy, copyDatabase, findDamage } from './copy.ts';
import { openDatabase } from './open.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'quakewire-copy-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const open = () =>
  openDatabase({
    ...{ path: join(directory, 'log.db'), noun: 'log', synchronous: 'FULL', exclusive: true },
    migrations: [{ name: 'pairs', sql: 'CREATE TABLE pairs (a INTEGER PRIMARY KEY, half TEXT) STRICT' }],
  });

test('copies of a database in which transactions are open most of the time are whole, and hold whole transactions', async () => {
  const database = open();
  const insert = database.prepare('INSERT INTO pairs (half) VALUES (?)');
  let ended = false;
  const writing = (async () => {
    for (let i = 0; !ended; i++) {
      database.exec('BEGIN IMMEDIATE');
      insert.run('x'.repeat(500));
      await turn(); // as the log's group commit stays open over a turn of the event loop
      insert.run('y'.repeat(500));
      database.exec(i % 5 === 0 ? 'ROLLBACK' : 'COMMIT');
      await turn();
    }
  })();
  for (let i = 0; i < 20; i++) {
    const path = join(directory, `copy-${i}.db`);
    await copyDatabase(database, path);
    expect(findDamage(path)).toBeNull();
    const rows = changeCopy(path, (copy) =>
      Number(copy.prepare('SELECT count(*) AS n FROM pairs').get()!['n']),
    );
    expect(rows % 2).toBe(0);
  }
  ended = true;
  await writing;
  database.close();
}, 60_000);

test('a change of a copy is whole or not at all', async () => {
  const database = open();
  database.exec("INSERT INTO pairs VALUES (1, 'as it was')");
  const path = join(directory, 'copy.db');
  await copyDatabase(database, path);
  database.close();
  expect(() =>
    changeCopy(path, (copy) => {
      copy.exec("UPDATE pairs SET half = 'changed'");
      throw new Error('in the middle');
    }),
  ).toThrow('in the middle');
  expect(changeCopy(path, (copy) => copy.prepare('SELECT half FROM pairs').get())).toEqual({
    half: 'as it was',
  });
});
