// Puts a backup, or any copy of a data directory that was made while nobody wrote to it (a snapshot of the disk, say), into a
// data directory that has none. The log becomes another incarnation: ../log/embedded-copy.ts says why it must.

import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { QuakewireError, toMessage } from '../errors.ts';
import { type Renewal, renewEpoch } from '../log/embedded-copy.ts';
import { findDamage, syncFolder } from '../sqlite/copy.ts';
import { adoptEpoch } from '../store/embedded-copy.ts';
import { LOG_FILE, STORE_FILE } from './backup.ts';

/** What SQLite takes for a part of the database that it stands beside, whosever it was. */
const COMPANIONS = ['-wal', '-shm', '-journal'];

export interface Restored extends Renewal {
  /** False: there was no store beside the log; it is made anew from the log. */
  readonly hasStore: boolean;
}

/** Throws `DATA_DIR_UNUSABLE` when the data directory has a log, a store or what belongs to one already, or when the copy is missing or damaged. */
export function restore(from: string, dataDir: string): Restored {
  const refuse = (why: string, cause?: unknown) =>
    new QuakewireError('DATA_DIR_UNUSABLE', `Cannot restore "${from}" into "${dataDir}": ${why}`, { cause });
  const standing = [LOG_FILE, STORE_FILE]
    .flatMap((file) => [file, ...COMPANIONS.map((companion) => file + companion)])
    .filter((file) => existsSync(join(dataDir, file)));
  if (standing.length > 0)
    throw refuse(
      `there is ${standing.join(', ')} in it already; move all of that away, or name another --data-dir`,
    );
  if (!existsSync(join(from, LOG_FILE))) throw refuse(`there is no ${LOG_FILE} in what to restore`);
  const hasStore = existsSync(join(from, STORE_FILE));
  const place = join(dataDir, '.restoring');
  try {
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place, { recursive: true });
    for (const file of hasStore ? [LOG_FILE, STORE_FILE] : [LOG_FILE]) {
      copyFileSync(join(from, file), join(place, file));
      // What stands there alone is part of the database.
      const ahead = join(from, `${file}-wal`);
      if (existsSync(ahead)) copyFileSync(ahead, join(place, `${file}-wal`));
    }
    const renewal = renewEpoch(join(place, LOG_FILE));
    if (hasStore) adoptEpoch(join(place, STORE_FILE), renewal);
    for (const file of hasStore ? [LOG_FILE, STORE_FILE] : [LOG_FILE]) {
      const damage = findDamage(join(place, file));
      if (damage !== null) throw new Error(`${file} is damaged: ${damage}`);
    }
    // The log last: where it stands, all stands.
    if (hasStore) renameSync(join(place, STORE_FILE), join(dataDir, STORE_FILE));
    renameSync(join(place, LOG_FILE), join(dataDir, LOG_FILE));
    syncFolder(dataDir);
    return { ...renewal, hasStore };
  } catch (error) {
    throw refuse(toMessage(error), error);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
