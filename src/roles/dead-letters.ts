// `quakewire dead-letters`: what could not be read, on Kafka or in the data directory. A command: it ends by itself.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseAction } from '../dead-letters/action.ts';
import { runDeadLetters } from '../dead-letters/run.ts';
import { QuakewireError } from '../errors.ts';
import { createEmbeddedLog } from '../log/embedded.ts';
import { createKafkaLog } from '../log/kafka.ts';
import type { EventLog } from '../log/log.ts';
import { reparseEmsc } from '../sources/emsc/reparse.ts';
import { type Role, toKafkaSettings } from './setup.ts';

/** By agency code: one line for each agency. */
const PARSERS = new Map([['EMSC', reparseEmsc]]);

export async function runDeadLettersRole(role: Role): Promise<void> {
  const { config, signal, endings } = role;
  const action = parseAction(config.words);
  const log = openLog(role);
  endings.defer(() => log.close());
  // Who reads the list may have seen enough: `quakewire dead-letters | head`.
  const enough = new AbortController();
  process.stdout.on('error', () => enough.abort());
  await runDeadLetters(
    {
      log,
      action,
      parsers: PARSERS,
      sinceMs: config.since,
      countMax: config.limit,
      format: config.format,
      write: (text) => process.stdout.write(text),
    },
    AbortSignal.any([signal, enough.signal]),
  );
}

/** Throws `DATA_DIR_UNUSABLE` while another process uses the data directory: its log has one user at a time. */
function openLog(role: Role): EventLog {
  const { config, clock, logger } = role;
  if (config.kafkaBrokers !== null) return createKafkaLog(toKafkaSettings(role));
  const path = join(config.dataDir, 'log.db');
  if (!existsSync(path)) {
    throw new QuakewireError(
      'DATA_DIR_UNUSABLE',
      `Cannot open log "${path}": it does not exist; name the data directory with --data-dir, or the Kafka cluster with --kafka-brokers`,
    );
  }
  return createEmbeddedLog({ path, clock, logger });
}
