// Everything in one process, on the embedded log and database; and the demo, which is the same against a replay.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createBackups } from '../backup/backup.ts';
import { createEmbeddedLog } from '../log/embedded.ts';
import { createSoleLeadership } from '../log/leadership.ts';
import { TOPIC_NAMES } from '../log/topics.ts';
import { startReplay } from '../replay/run.ts';
import { createEmbeddedStore } from '../store/embedded.ts';
import { toBackupDir } from './backup.ts';
import { DEMO_BACKFILL_DAYS, toReplayOptions } from './replay.ts';
import { openAdmin, type Role, startProbing, untilAborted } from './setup.ts';
import {
  createSource,
  startAssociate,
  startGateway,
  startSource,
  startStore,
  toAgencyEnd,
} from './stages.ts';

/** Works until the role's signal fires; what it began ends with the role's endings. */
export async function runEmbedded(role: Role): Promise<void> {
  const { config, clock, logger, signal, endings } = role;
  const isDemo = config.role === 'demo';
  const dataDir = isDemo ? join(config.dataDir, 'demo') : config.dataDir;
  // A demo begins on an empty log: what an earlier one recorded would arrive before its time.
  if (isDemo) rmSync(dataDir, { recursive: true, force: true });
  const replay = isDemo
    ? await startReplay({ ...toReplayOptions(role), host: '127.0.0.1', paused: true })
    : null;
  if (replay) endings.defer(() => replay.stop());

  const log = createEmbeddedLog({ path: join(dataDir, 'log.db'), clock, logger });
  endings.defer(() => log.close());
  startProbing(role, log, TOPIC_NAMES);
  const store = createEmbeddedStore({ path: join(dataDir, 'store.db') });
  endings.defer(() => store.close());
  startAssociate(role, createSoleLeadership(log), null);
  startStore(role, log, store);

  const agency = replay
    ? {
        websocketUrl: replay.websocketUrl,
        fdsnUrl: replay.fdsnUrl,
        backfillDays: Math.min(DEMO_BACKFILL_DAYS, config.emscBackfillDays),
        isReplay: true,
      }
    : toAgencyEnd(role);
  const source = createSource(role, log, log.memory, agency);
  const statuses = { all: () => [source.status()], onChange: source.onStatus };
  const backups = { log, store, clock, folder: toBackupDir(role), keptMax: config.backupsKept };
  // A recording needs none, and would push out those of real data.
  await openAdmin(role, isDemo ? null : createBackups(backups));
  const url = await startGateway(role, log, store, statuses, config.starter && !isDemo);
  if (url === null) return;
  logger.info({ url }, `Quakewire is at ${url}/${isDemo ? ' (a REPLAY of 2023-02-06)' : ''}; Ctrl-C ends it`);

  startSource(role, source);
  replay?.control.resume();
  await untilAborted(signal);
}
