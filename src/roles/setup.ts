// What every role is given, and the parts that several roles share: which log, which database, the admin port.

import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import packageJson from '../../package.json' with { type: 'json' };
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { QuakewireError, toMessage } from '../errors.ts';
import { type AdminOptions, createAdmin } from '../gateway/admin.ts';
import { createKafkaLog, type KafkaSettings } from '../log/kafka.ts';
import type { EventLog } from '../log/log.ts';
import { probeLog } from '../log/probe.ts';
import type { Topic } from '../log/topics.ts';
import { createPostgresStore } from '../store/postgres.ts';
import type { Store } from '../store/store.ts';
import { createHealth, type Health, type HealthPart, UNHEARD } from '../telemetry/health.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** For what is under way when a role ends; with what log and leadership take, below the 10 s that a container is given. */
const GRACE_MS = 2_000;

/** A role's process: its settings, its voice, and what ends when it ends (last begun, first ended). */
export interface Role {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  /** Fires when the process is to stop. */
  readonly signal: AbortSignal;
  readonly endings: AsyncDisposableStack;
  /** Asked for as the role ends: resolves a while after it was first asked, for all who ask. */
  readonly grace: () => Promise<void>;
  /** A part met what no retry heals: better to stop whole and say so. */
  readonly fail: (error: unknown) => void;
  /** Rejects with the first failure. */
  readonly failed: Promise<never>;
}

export function createRole(given: Pick<Role, 'config' | 'clock' | 'logger' | 'metrics' | 'signal'>): Role {
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => {}); // heard by whoever runs the role
  let grace: Promise<void> | null = null;
  return {
    ...given,
    health: createHealth(),
    endings: new AsyncDisposableStack(),
    grace: () => {
      grace ??= sleep(GRACE_MS, undefined, { ref: false });
      return grace;
    },
    fail: failure.reject,
    failed: failure.promise,
  };
}

/** How to reach the Kafka cluster. Throws `CONFIG_INVALID` without `--kafka-brokers`. */
export function toKafkaSettings({ config, logger }: Role): KafkaSettings {
  const { kafkaBrokers, kafkaUsername, kafkaPassword, kafkaTlsCa } = config;
  if (kafkaBrokers === null) throw toMissing(config, '--kafka-brokers');
  if ((kafkaUsername === null) !== (kafkaPassword === null)) {
    throw new QuakewireError(
      'CONFIG_INVALID',
      'Cannot start: --kafka-username and --kafka-password are given together or not at all',
    );
  }
  return {
    brokers: kafkaBrokers.split(','),
    clientId: `quakewire-${config.role || 'all'}`,
    topicPrefix: config.kafkaTopicPrefix,
    logger,
    ...(kafkaUsername !== null &&
      kafkaPassword !== null && {
        sasl: { mechanism: config.kafkaSaslMechanism, username: kafkaUsername, password: kafkaPassword },
      }),
    ...((config.kafkaTls || kafkaTlsCa !== null) && {
      tls: kafkaTlsCa === null ? {} : { ca: readCertificate(kafkaTlsCa) },
    }),
  };
}

function readCertificate(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new QuakewireError('CONFIG_INVALID', `Cannot read --kafka-tls-ca: ${toMessage(cause)}`, { cause });
  }
}

/** The log on Kafka; its ends are probed for `topics`, and where `isVital` the process is not ready without it. */
export function openKafkaLog(role: Role, topics: readonly Topic[], isVital: boolean): EventLog {
  const log = createKafkaLog(toKafkaSettings(role));
  role.endings.defer(() => log.close());
  startProbing(role, log, topics, isVital ? role.health.part('the log') : UNHEARD);
  return log;
}

/** Looks at the ends of these topics as long as the role works. */
export function startProbing(
  role: Role,
  log: EventLog,
  topics: readonly Topic[],
  health: HealthPart = UNHEARD,
): void {
  work(role, (signal) => probeLog({ log, topics, metrics: role.metrics, health }, signal));
}

/** The database. Throws `CONFIG_INVALID` without `--postgres-url`. */
export function openPostgresStore({ config, logger, endings }: Role): Store {
  if (config.postgresUrl === null) throw toMissing(config, '--postgres-url');
  const store = createPostgresStore({ url: config.postgresUrl, schema: config.postgresSchema, logger });
  endings.defer(() => store.close());
  return store;
}

const toMissing = ({ role }: Config, flag: string): QuakewireError =>
  new QuakewireError('CONFIG_INVALID', `Cannot start: the role ${role || 'all'} on Kafka needs ${flag}`);

/**
 * Begins something that works until its signal fires, which is when the role ends. The role fails when it rejects. What
 * then still waits for a log or a database that is away is waited for no longer than the grace: it ends when those are
 * let go of.
 */
export function work({ endings, fail, grace }: Role, begin: (signal: AbortSignal) => Promise<void>): void {
  const stop = new AbortController();
  const working = begin(stop.signal).catch(fail);
  endings.defer(async () => {
    stop.abort();
    await Promise.race([working, grace()]);
  });
}

/** Opens the admin port; `backups` where the process makes some of a log of its own. */
export async function openAdmin(
  { config, logger, metrics, health, endings }: Role,
  backups: AdminOptions['backups'] = null,
): Promise<void> {
  metrics.buildInfo.set({ version: packageJson.version, node: process.versions.node }, 1);
  const admin = createAdmin({ logger, metrics, waitsFor: health.waitsFor, dataDir: config.dataDir, backups });
  endings.defer(() => admin.close());
  const url = await listen(admin, config.adminHost, config.adminPort, '--admin-port');
  const { address } = admin.server.address() as AddressInfo;
  if (!isLoopback(address)) {
    logger.warn(
      { url },
      `The admin port listens on ${address}: whoever reaches it reads the metrics and sets the log level; keep it in a network without strangers (--admin-host)`,
    );
  }
  logger.debug({ url }, `The admin port is ${url}`);
}

const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.');

/** Listens; gives the address as a URL. Rejects with `PORT_TAKEN` naming the flag to change. */
export async function listen(
  app: FastifyInstance,
  host: string,
  port: number,
  flag: string,
): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') throw cause;
    const why =
      code === 'EADDRINUSE' ? 'it is taken' : code === 'EACCES' ? 'not allowed' : 'no such address here';
    throw new QuakewireError(
      'PORT_TAKEN',
      `Cannot listen on ${host}:${port}: ${why}; choose another with ${flag}`,
      { cause },
    );
  }
}

export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
