// Copying an SQLite file while it is written to, and changing a copy before anyone uses it. Used by the embedded log and store.

import { closeSync, fsyncSync, openSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

/** Pages copied in one step, during which nothing else happens on the database: about 1 ms. */
const PAGES_PER_STEP = 64;

/** While a transaction is open no copy begins: tried again after a moment, and given up after some seconds of nothing else. */
const BEGIN_TRIES_MAX = 1_000;
const BEGIN_PAUSE_MS = 5;

/**
 * A copy of an open database as it stands at one moment not before the call, in a new file. What the same connection
 * writes meanwhile goes into the copy too; it may be written to all the while. Nothing uncommitted gets into it: SQLite makes no
 * step inside a transaction.
 */
export async function copyDatabase(database: DatabaseSync, path: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await backup(database, path, { rate: PAGES_PER_STEP });
      return;
    } catch (error) {
      // Node tries every step again that finds a transaction open, but for the first: then it rejects with SQLite's OK.
      const isBusy = (error as { errcode?: unknown }).errcode === 0;
      if (!isBusy || tries === BEGIN_TRIES_MAX) throw error;
      await sleep(BEGIN_PAUSE_MS);
    }
  }
}

/**
 * Opens a copy that nobody uses, changes it in one transaction, and leaves one file that is whole on the disk. Throws SQLite's
 * error when the file is damaged, no database, or in use.
 */
export function changeCopy<T>(path: string, change: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // One file without companions; whoever opens it for use turns that back (./open.ts).
    database.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; BEGIN EXCLUSIVE');
    const result = change(database);
    database.exec('COMMIT');
    return result;
  } finally {
    database.close();
  }
}

/** Puts on the disk which files a folder has: without it a power loss may take back a rename. Windows has no such call. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** What `PRAGMA quick_check` finds wrong with a copy; null: nothing. Takes a second for each gigabyte or so. */
export function findDamage(path: string): string | null {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const found = database
      .prepare('PRAGMA quick_check(1)')
      .all()
      .map((row) => String(row['quick_check']));
    return found.length === 1 && found[0] === 'ok' ? null : found.join('; ');
  } finally {
    database.close();
  }
}
