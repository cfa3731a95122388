// Starts the role that the command line names, and turns signals and failures into words and exit codes.

import { systemClock } from './clock.ts';
import { type Config, describeConfig, readConfig } from './config.ts';
import { QuakewireError } from './errors.ts';
import { runBackup, runRestore } from './roles/backup.ts';
import { runDeadLettersRole } from './roles/dead-letters.ts';
import {
  type RunRole,
  runAssociation,
  runGateway,
  runSource,
  runStorage,
  runTogether,
} from './roles/distributed.ts';
import { runEmbedded } from './roles/embedded.ts';
import { runReplayRole } from './roles/replay.ts';
import { createRole } from './roles/setup.ts';
import { runTopics } from './roles/topics.ts';
import { createLogger, toNextLevel } from './telemetry/logger.ts';
import { createMetrics } from './telemetry/metrics.ts';

const RUN: Readonly<Record<Config['role'], RunRole>> = {
  '': (role) =>
    role.config.kafkaBrokers === null && role.config.postgresUrl === null
      ? runEmbedded(role)
      : runTogether(role),
  demo: runEmbedded,
  replay: runReplayRole,
  topics: runTopics,
  source: runSource,
  associate: runAssociation,
  store: runStorage,
  gateway: runGateway,
  'dead-letters': runDeadLettersRole,
  backup: runBackup,
  restore: runRestore,
};

/** Roles whose output is what was asked for: their log goes to stderr. */
const ANSWERING: ReadonlySet<Config['role']> = new Set(['dead-letters', 'backup', 'restore']);

async function main(): Promise<void> {
  const config = readConfig(process.argv.slice(2), process.env);
  if (config === 'help') {
    process.stdout.write(describeConfig());
    return;
  }
  const format = config.logFormat === 'auto' ? (process.stdout.isTTY ? 'text' : 'json') : config.logFormat;
  const metrics = createMetrics({ process: true });
  // What counts from 0 shows its first one, too.
  for (const level of ['info', 'warn', 'error', 'fatal']) metrics.logLines.inc({ level }, 0);
  const logger = createLogger({
    role: config.role || 'all',
    level: config.logLevel,
    format,
    onLine: (level) => metrics.logLines.inc({ level }),
    ...(ANSWERING.has(config.role) && { stream: process.stderr }),
  });
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      logger.info(`Stopping on ${name}`);
      stop.abort();
    });
  }
  process.on('SIGUSR2', () => {
    logger.level = toNextLevel(logger.level);
    logger.warn(`Log level is ${logger.level} now`);
  });
  const role = createRole({ config, clock: systemClock, logger, metrics, signal: stop.signal });
  try {
    const running = RUN[config.role](role);
    running.catch(() => {}); // when a part of it failed first, that is what is told
    await Promise.race([running, role.failed]);
  } finally {
    // Why it ends is told already; what goes wrong on the way out is told beside it.
    await role.endings.disposeAsync().catch((err: unknown) => logger.error({ err }, 'Ended untidily'));
  }
}

try {
  await main();
} catch (error) {
  // What was foreseen is said in one sentence; a programmer's mistake shows where it happened.
  const text = error instanceof QuakewireError ? error.message : String((error as Error).stack ?? error);
  process.stderr.write(`${text}\n`);
  process.exitCode = error instanceof QuakewireError && error.code === 'CONFIG_INVALID' ? 2 : 1;
}
