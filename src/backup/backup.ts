// A backup of the embedded log and store while they are used: a folder with both files, each whole and for itself, and what they hold.
// The store is copied first, so that it is never ahead of the log beside it. Put back as they are, or by ./restore.ts.

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { QuakewireError, toMessage } from '../errors.ts';
import { toCursor } from '../event/identity.ts';
import { renewEpoch } from '../log/embedded-copy.ts';
import type { EventLog } from '../log/log.ts';
import { syncFolder } from '../sqlite/copy.ts';
import { adoptEpoch } from '../store/embedded-copy.ts';
import type { Store } from '../store/store.ts';

interface Copied {
  copyTo(path: string): Promise<void>;
}

export interface BackupParts {
  readonly log: EventLog & Copied;
  readonly store: Store & Copied;
  readonly clock: Clock;
  /** Folder that holds the backups, one folder each; made when missing. */
  readonly folder: string;
  /** Backups kept at most; the oldest go when a new one is whole. */
  readonly keptMax: number;
}

/** What a backup holds; stands in it as `backup.json`. */
export interface Backup {
  readonly folder: string;
  readonly madeAtMs: number;
  /** Everything up to here is in it, by the cursors of the log that was copied. */
  readonly cursor: string;
  /** The epoch that the log has once this is put back. */
  readonly epoch: string;
  readonly events: number;
  readonly reports: number;
  readonly bytes: number;
}

export const LOG_FILE = 'log.db';
export const STORE_FILE = 'store.db';
const ABOUT_FILE = 'backup.json';
/** `2026-11-25T13-33-20.123Z`: sorts by time, and every file system takes it. */
const NAME = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z$/;
const UNFINISHED = '.unfinished';

export interface Backups {
  /** Makes one; who asks while one is made is given that one. Rejects with `BACKUP_FAILED`. */
  make(): Promise<Backup>;
  /** When the newest whole backup in the folder was begun, whoever made it; null: there is none. */
  newestAtMs(): number | null;
}

export function createBackups(parts: BackupParts): Backups {
  let making: Promise<Backup> | null = null;
  return {
    make() {
      making ??= make(parts).finally(() => {
        making = null;
      });
      return making;
    },
    newestAtMs: () => findNewestAtMs(parts.folder),
  };
}

async function make({ log, store, clock, folder, keptMax }: BackupParts): Promise<Backup> {
  const madeAtMs = clock.now();
  const place = join(folder, new Date(madeAtMs).toISOString().replaceAll(':', '-'));
  const unfinished = join(folder, UNFINISHED);
  try {
    // What a killed process left behind, too.
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    const head = (await log.end('quake.events.v1')) - 1;
    const cursor = toCursor(await log.epoch('quake.events.v1'), head);
    const { events, reports } = await store.counts();
    const logPath = join(unfinished, LOG_FILE);
    const storePath = join(unfinished, STORE_FILE);
    await store.copyTo(storePath);
    await log.copyTo(logPath);
    const renewal = renewEpoch(logPath);
    adoptEpoch(storePath, renewal);
    const bytes = statSync(logPath).size + statSync(storePath).size;
    const backup: Backup = {
      ...{ folder: place, madeAtMs, cursor, epoch: renewal.to },
      ...{ events, reports, bytes },
    };
    writeFileSync(join(unfinished, ABOUT_FILE), `${JSON.stringify(backup, null, 2)}\n`, { flush: true });
    syncFolder(unfinished);
    renameSync(unfinished, place);
    // Before older ones go.
    syncFolder(folder);
    for (const name of listBackups(folder).slice(0, -keptMax))
      rmSync(join(folder, name), { recursive: true });
    return backup;
  } catch (cause) {
    throw new QuakewireError('BACKUP_FAILED', `Cannot make a backup in "${folder}": ${toMessage(cause)}`, {
      cause,
    });
  }
}

/** When the newest whole backup in a folder was begun; null: there is none, or no folder. */
export function findNewestAtMs(folder: string): number | null {
  const newest = existsSync(folder) ? listBackups(folder).at(-1) : undefined;
  return newest === undefined ? null : Date.parse(newest.replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:'));
}

/** The names of whole backups in a folder, oldest first. */
export function listBackups(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => NAME.test(name) && existsSync(join(folder, name, ABOUT_FILE)))
    .sort();
}
