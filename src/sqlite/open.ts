// Opening an SQLite file: its folder, its lock, its durability, its migrations; and what went wrong, in words
// for the person who has to do something about it. Used by the embedded log and the embedded store.

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { QuakewireError, toMessage } from '../errors.ts';

/** SQLite's own wait for another program's lock. It holds the event loop, so it is short; stages retry anyway. */
const BUSY_WAIT_MS = 20;

/** One step of a database's shape; its number is its place in the list, counting from 1. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

export interface DatabaseOptions {
  /** File name, or `:memory:` for one that is gone when closed. */
  readonly path: string;
  /** What it is, for error texts: `log`. */
  readonly noun: string;
  readonly migrations: readonly Migration[];
  /**
   * `FULL`: a committed transaction survives a power loss. `NORMAL`: it survives a kill -9; a power loss may
   * take the last ones, never the database's consistency.
   */
  readonly synchronous: 'FULL' | 'NORMAL';
  /** True: this process alone may open the file. The lock is the system's: a kill -9 releases it. */
  readonly exclusive: boolean;
}

/**
 * Opens or creates a database and brings it to the newest shape, each migration in one transaction.
 * Throws `DATA_DIR_UNUSABLE` (not writable, not a database, in use by another process) or `DATABASE_NEWER`.
 */
export function openDatabase(options: DatabaseOptions): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    if (options.path !== ':memory:') mkdirSync(dirname(options.path), { recursive: true });
    database = new DatabaseSync(options.path, { timeout: options.exclusive ? 0 : BUSY_WAIT_MS });
    database.exec(`
      PRAGMA locking_mode = ${options.exclusive ? 'EXCLUSIVE' : 'NORMAL'};
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${options.synchronous};
    `);
    migrate(database, options);
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof QuakewireError) throw error;
    throw new QuakewireError(
      'DATA_DIR_UNUSABLE',
      `Cannot open ${options.noun} "${options.path}": ${toAdvice(error)}`,
      { cause: error, facts: { path: options.path } },
    );
  }
}

function migrate(database: DatabaseSync, { migrations, noun, path }: DatabaseOptions): void {
  // A write lock even when nothing is to be done: a file that cannot be written is found now, not at the first quake.
  database.exec('BEGIN IMMEDIATE');
  const version = Number(database.prepare('PRAGMA user_version').get()!['user_version']);
  if (version > migrations.length) {
    throw new QuakewireError(
      'DATABASE_NEWER',
      `Cannot open ${noun} "${path}": it has version ${version}, this Quakewire knows up to ${migrations.length}; run the newer Quakewire or choose another --data-dir`,
      { facts: { path, version, versionMax: migrations.length } },
    );
  }
  for (let next = version + 1; next <= migrations.length; next++) {
    database.exec(`${migrations[next - 1]!.sql}; PRAGMA user_version = ${next}; COMMIT; BEGIN IMMEDIATE`);
  }
  database.exec('COMMIT');
}

/** SQLite's primary result codes that we tell apart (sqlite.org/rescode.html). */
export const SQLITE = { BUSY: 5, CORRUPT: 11, FULL: 13, CONSTRAINT: 19, NOTADB: 26 } as const;

/** Primary result code of an error of `node:sqlite`; null for any other error. */
export function toSqliteCode(error: unknown): number | null {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : null;
}

function toAdvice(error: unknown): string {
  switch (toSqliteCode(error)) {
    case SQLITE.BUSY:
      return 'another Quakewire process uses it; stop that one or choose another --data-dir';
    case SQLITE.FULL:
      return 'the disk is full; make room and start again';
    case SQLITE.CORRUPT:
    case SQLITE.NOTADB:
      return 'it is damaged or not a database of Quakewire; move it away and start again';
    default:
      return `${toMessage(error)}; make the folder writable for this user or choose another --data-dir`;
  }
}
