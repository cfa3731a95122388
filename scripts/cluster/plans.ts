// How each part of the cluster is run: commands, flags, ports, and how to tell that it is ready.

import { join } from 'node:path';
import type { KafkaPlan } from '../../test/support/kafka-broker.ts';
import type { PostgresPlan } from '../../test/support/postgres-server.ts';
import type { PartKind, PartPlan } from './part.ts';
import { askPort, askReady } from './scrape.ts';

export const ROOT = join(import.meta.dirname, '../..');
/** As `npm start` runs it. */
const NODE_ARGS = ['--max-semi-space-size=2', join(ROOT, 'bin/quakewire.mjs')];
/** A gateway sends its readers away over its `--drain-s` first; the others only finish what is under way. */
const STOP_TIMEOUT_MS = 15_000;

export function planKafka({ nodes }: KafkaPlan, logFolder: string): PartPlan[] {
  return nodes.map(({ id, address, command, args, home }) => {
    const port = Number(address.split(':')[1]);
    const name = `kafka-${id}`;
    return {
      name,
      kind: 'kafka',
      ...{ command, args, cwd: home },
      ports: { plain: port },
      adminUrl: null,
      logPath: join(logFolder, `${name}.log`),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: STOP_TIMEOUT_MS,
      probe: () => askPort(port),
    };
  });
}

export function planPostgres({ port, command, args, spawn }: PostgresPlan, logFolder: string): PartPlan {
  return {
    name: 'postgres',
    kind: 'postgres',
    ...{ command, args, ...spawn },
    ports: { plain: port },
    adminUrl: null,
    logPath: join(logFolder, 'postgres.log'),
    // Fast shutdown: whoever is connected is cut off.
    stopSignal: 'SIGINT',
    stopTimeoutMs: STOP_TIMEOUT_MS,
    probe: () => askPort(port),
  };
}

export function planBalancer(
  binary: string,
  configPath: string,
  port: number,
  ports: Readonly<Record<string, number>>,
  logFolder: string,
): PartPlan {
  return {
    name: 'haproxy',
    kind: 'balancer',
    command: binary,
    args: ['-db', '-f', configPath],
    cwd: ROOT,
    ports,
    adminUrl: null,
    logPath: join(logFolder, 'haproxy.log'),
    // SIGUSR1 waits for every stream to end; SIGTERM does not.
    stopSignal: 'SIGTERM',
    stopTimeoutMs: 2_000,
    probe: () => askPort(port),
  };
}

export interface RolePlanOptions {
  readonly name: string;
  readonly kind: PartKind;
  readonly role: string;
  /** Admin port; null: the role has none (replay). */
  readonly adminPort: number | null;
  /** The port it serves others on, of a gateway or an agency; null: none. */
  readonly port: number | null;
  readonly args: readonly string[];
  readonly logFolder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A process of `quakewire ROLE`. Only its flags count: none of our own QUAKEWIRE_… variables reaches it. */
export function planRole(options: RolePlanOptions): PartPlan {
  const { name, kind, role, adminPort, port, args, logFolder, environment } = options;
  const adminUrl = adminPort === null ? null : `http://127.0.0.1:${adminPort}`;
  return {
    name,
    kind,
    command: process.execPath,
    args: [...NODE_ARGS, role, ...args, ...(adminPort === null ? [] : ['--admin-port', `${adminPort}`])],
    cwd: ROOT,
    env: { ...bareEnvironment(), ...environment },
    ports: { ...(port === null ? {} : { http: port }), ...(adminPort === null ? {} : { admin: adminPort }) },
    adminUrl,
    logPath: join(logFolder, `${name}.log`),
    stopSignal: 'SIGTERM',
    stopTimeoutMs: STOP_TIMEOUT_MS,
    probe: adminUrl === null ? () => askPort(port!) : () => askReady(adminUrl),
  };
}

/** The command line of a step that ends by itself, such as `topics`. */
export const roleCommand = (role: string, args: readonly string[]) => ({
  command: process.execPath,
  args: [...NODE_ARGS, role, ...args],
  cwd: ROOT,
  env: bareEnvironment(),
});

function bareEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('QUAKEWIRE_')));
}
