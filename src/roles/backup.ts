// `quakewire backup` and `quakewire restore FOLDER`: commands, they end by themselves. The embedded log has one user at a time, so a
// running Quakewire makes its backup itself, asked over its admin port; where none runs the command does.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { askForBackup } from '../backup/ask.ts';
import { type Backup, createBackups, LOG_FILE, STORE_FILE } from '../backup/backup.ts';
import { restore } from '../backup/restore.ts';
import { QuakewireError } from '../errors.ts';
import { createEmbeddedLog } from '../log/embedded.ts';
import { findDamage } from '../sqlite/copy.ts';
import { createEmbeddedStore } from '../store/embedded.ts';
import type { Role } from './setup.ts';

/** Where backups go; absolute, since whoever asks for one may stand elsewhere. */
export const toBackupDir = ({ config }: Role): string =>
  resolve(config.backupDir ?? join(config.dataDir, 'backups'));

export async function runBackup(role: Role): Promise<void> {
  const { config, signal } = role;
  if (config.kafkaBrokers !== null)
    throw new QuakewireError(
      'CONFIG_INVALID',
      'Cannot make a backup: the log is on Kafka; docs/operations/backup.md says how that is kept',
    );
  const { adminHost: host, adminPort: port } = config;
  const running = await askForBackup({ host, port, dataDir: resolve(config.dataDir), signal });
  const backup = running ?? (await makeHere(role));
  for (const file of [LOG_FILE, STORE_FILE]) {
    const damage = findDamage(join(backup.folder, file));
    if (damage === null) continue;
    throw new QuakewireError('BACKUP_FAILED', `The backup is damaged: ${file}: ${damage}`);
  }
  const { folder, cursor, events, reports, bytes } = backup;
  const text = `${folder}: ${events} events, ${reports} reports, everything up to ${cursor}, ${bytes} bytes\n`;
  process.stdout.write(config.format === 'json' ? `${JSON.stringify(backup)}\n` : text);
}

/** Throws `DATA_DIR_UNUSABLE` when there is no log, or when a process uses it whose admin port is elsewhere. */
async function makeHere(role: Role): Promise<Backup> {
  const { config, clock, logger, endings } = role;
  const path = join(config.dataDir, LOG_FILE);
  if (!existsSync(path))
    throw new QuakewireError(
      'DATA_DIR_UNUSABLE',
      `Cannot make a backup: there is no log "${path}"; name the data directory with --data-dir`,
    );
  const log = createEmbeddedLog({ path, clock, logger });
  endings.defer(() => log.close());
  const store = createEmbeddedStore({ path: join(config.dataDir, STORE_FILE) });
  endings.defer(() => store.close());
  return createBackups({ log, store, clock, folder: toBackupDir(role), keptMax: config.backupsKept }).make();
}

export async function runRestore({ config }: Role): Promise<void> {
  const [folder, ...more] = config.words;
  if (folder === undefined || more.length > 0)
    throw new QuakewireError('CONFIG_INVALID', 'Cannot start: expected restore FOLDER, one backup');
  const { from, to, end, hasStore } = restore(folder, config.dataDir);
  const store = hasStore ? '' : '; there was no store beside the log, it is made anew from the log';
  process.stdout.write(
    `Restored into ${config.dataDir}: quake.events.v1 up to ${end - 1}. Its epoch was ${from} and is ${to}: readers load the snapshot anew${store}\n`,
  );
}
