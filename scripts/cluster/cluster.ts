// The supervisor: the real parts of a distributed Quakewire on this machine, each a process of its own on ports of its
// own, their files under one temporary directory. For `npm run cluster` and for tests that kill parts.
//
//   const cluster = await startCluster({ gateways: 2 });
//   await cluster.untilReady(60_000);
//   await cluster.part('gateway-1').kill();
//   cluster.part('gateway-1').revive();
//   await cluster.stop();

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type HaproxyInput, toHaproxyConfig } from '../../deploy/haproxy/config.ts';
import { findFreePorts } from '../../test/support/free-port.ts';
import { prepareKafka } from '../../test/support/kafka-broker.ts';
import { ensurePostgres, preparePostgres } from '../../test/support/postgres-server.ts';
import { createGuard, type Guard } from './guard.ts';
import { readLastWords } from './last-words.ts';
import { createPart, type Part, type PartKind, type PartPlan } from './part.ts';
import { planBalancer, planKafka, planPostgres, planRole, roleCommand } from './plans.ts';
import { ask } from './scrape.ts';

export interface ClusterOptions {
  /** Kafka nodes: 1, or 3 with three copies of every record. Default 1. */
  readonly brokers?: 1 | 3;
  /** Default 2. */
  readonly gateways?: number;
  /** Default 2: one works, the other stands by. */
  readonly associates?: number;
  /**
   * Whom the source asks. `replay` (default): a recorded day in a process of the cluster; `emsc`: EMSC itself;
   * or addresses of an agency that the caller runs.
   */
  readonly agency?: 'replay' | 'emsc' | { readonly websocketUrl: string; readonly fdsnUrl: string };
  /** HAProxy before the gateways where it is installed. Default true. */
  readonly balancer?: boolean;
  /** Port of the balancer; a free one when left out. */
  readonly port?: number;
  /** What its configuration says otherwise than usual: bounds per address, times. */
  readonly haproxy?: Partial<HaproxyInput>;
  /** How long a part killed on purpose stays dead; null (default): until `revive`. */
  readonly reviveAfterMs?: number | null;
  /** More flags for all processes of a role; later ones win. */
  readonly roleArgs?: Partial<
    Record<'agency' | 'source' | 'associate' | 'store' | 'gateway', readonly string[]>
  >;
  /** More variables for the processes of all roles. */
  readonly roleEnvironment?: Readonly<Record<string, string>>;
  /** Folder that gets PostgreSQL's files, such as a small disk of their own; the cluster's when left out. */
  readonly postgresParent?: string;
  /** Lines of postgresql.conf. */
  readonly postgresSettings?: Readonly<Record<string, string>>;
  /** Called after every change of a part's state. */
  readonly onChange?: (part: Part) => void;
  /** Called with a line worth telling while it starts and stops. */
  readonly onWord?: (line: string) => void;
}

export interface Cluster {
  /** Everything is in here: logs in `logs/`, data of Kafka and PostgreSQL. Removed by `stop`. */
  readonly folder: string;
  readonly parts: readonly Part[];
  /** Throws RangeError for a name that no part has. */
  part(name: string): Part;
  of(kind: PartKind): readonly Part[];
  /** Bootstrap addresses, `host:port`. */
  readonly brokers: readonly string[];
  readonly postgresUrl: string;
  readonly gatewayUrls: readonly string[];
  /** The address to open: the balancer's, or the first gateway's when it is left out. */
  readonly url: string;
  /** Why there is no balancer; null when there is one. */
  readonly balancerLeftOut: string | null;
  /** Resolves once every part that is not dead on purpose is ready; rejects after the time with who waits for what. */
  untilReady(timeoutMs: number): Promise<void>;
  /** Ends all parts at once and removes the folder. Safe to call twice. */
  stop(): Promise<void>;
}

/** The recorded day of the demo, from a moment before EMSC's first report of the great earthquake. */
const REPLAY_ARGS = ['--replay-start', '2023-02-06T01:21:00Z'];
const REPLAY_BACKFILL_DAYS = '2';
const TOPICS_TIMEOUT_MS = 120_000;
const READY_POLL_MS = 200;
/** HAProxy looks once a second; a busy machine may take it some more. */
const TAKEN_IN_TRIES = 50;
/** Until the agency speaks: gateways that load an empty log take seconds, on a busy machine many. */
const GATEWAYS_TIMEOUT_MS = 120_000;

/** Resolves once every process is started, with all gateways ready; rejects, everything ended, when that cannot be. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const word = options.onWord ?? (() => {});
  const folder = mkdtempSync(join(tmpdir(), 'quakewire-cluster-'));
  // PostgreSQL may run as another user, who has to come through here.
  chmodSync(folder, 0o711);
  const guard = createGuard(folder);
  const parts: Part[] = [];
  let stopping: Promise<void> | null = null;

  async function stopAll(): Promise<void> {
    await Promise.all(parts.map((part) => part.retire()));
    await guard.close();
  }
  const stop = () => {
    stopping ??= stopAll();
    return stopping;
  };

  try {
    return await build();
  } catch (error) {
    await stop();
    throw error;
  }

  function add(plan: PartPlan): Part {
    const part = createPart(plan, {
      guard,
      reviveAfterMs: options.reviveAfterMs ?? null,
      onChange: (changed) => {
        if (!stopping) options.onChange?.(changed);
      },
    });
    parts.push(part);
    return part;
  }

  async function build(): Promise<Cluster> {
    const logFolder = join(folder, 'logs');
    mkdirSync(logFolder);
    const nodes = options.brokers ?? 1;
    word('Preparing PostgreSQL and Kafka');
    const bin = ensurePostgres();
    const [kafka, postgres] = await Promise.all([
      prepareKafka({ nodes }, folder),
      preparePostgres({
        bin,
        parent: options.postgresParent ?? folder,
        settings: options.postgresSettings ?? {},
      }),
    ]);
    const wiring = [...['--kafka-brokers', kafka.brokers.join(',')], ...['--log-format', 'json']];
    const database = ['--postgres-url', postgres.url];
    const args = options.roleArgs ?? {};
    // Beside a recorded day, the years after it would only confuse.
    const starter = options.agency === 'emsc' ? [] : ['--starter', 'false'];
    const environment = options.roleEnvironment ?? {};

    for (const plan of planKafka(kafka, logFolder)) add(plan).start();
    add(planPostgres(postgres, logFolder)).start();

    const associates = await addRoles('associate', options.associates ?? 2, wiring);
    const stores = await addRoles('store', 1, [...wiring, ...database]);
    const gateways = await addGateways(options.gateways ?? 2, [...wiring, ...database]);
    const gatewayUrls = gateways.map(({ plan }) => `http://127.0.0.1:${plan.ports['http']}`);
    const balancer = await addBalancer(gateways, logFolder);
    const agency = await addAgency(logFolder);
    const source = await addRoles('source', 1, [...wiring, ...agency.args]);

    word(`Creating the topics once Kafka answers at ${kafka.brokers.join(', ')}`);
    await runStep(guard, logFolder, 'topics', [...wiring, '--kafka-replicas', `${nodes}`]);
    word('Starting associate, store and gateways');
    for (const part of [...associates, ...stores, ...gateways]) part.start();
    balancer.part?.start();
    await untilReady(gateways, GATEWAYS_TIMEOUT_MS);
    if (balancer.part) await untilTakenIn(balancer.part.plan.ports['stats']!, gateways.length);
    // The recording runs from its start on: nobody should miss its beginning.
    word('Starting agency and source');
    for (const part of [...agency.parts, ...source]) part.start();

    return {
      folder,
      parts,
      part: (name) => {
        const found = parts.find((part) => part.name === name);
        if (!found)
          throw new RangeError(`No part is named "${name}": ${parts.map((part) => part.name).join(', ')}`);
        return found;
      },
      of: (kind) => parts.filter((part) => part.kind === kind),
      brokers: kafka.brokers,
      postgresUrl: postgres.url,
      gatewayUrls,
      url: balancer.url ?? gatewayUrls[0]!,
      balancerLeftOut: balancer.leftOut,
      untilReady: (timeoutMs) => untilReady(parts, timeoutMs),
      stop,
    };

    async function addRoles(kind: 'source' | 'associate' | 'store', count: number, own: readonly string[]) {
      const ports = await findFreePorts(count);
      return ports.map((adminPort, i) =>
        add(
          planRole({
            name: count === 1 ? kind : `${kind}-${i + 1}`,
            ...{ kind, role: kind, adminPort, port: null, logFolder, environment },
            args: [...own, ...(args[kind] ?? [])],
          }),
        ),
      );
    }

    async function addGateways(count: number, own: readonly string[]) {
      const ports = await findFreePorts(2 * count);
      return Array.from({ length: count }, (_, i) => {
        const [port, adminPort] = ports.slice(2 * i) as [number, number];
        return add(
          planRole({
            name: `gateway-${i + 1}`,
            ...{ kind: 'gateway', role: 'gateway', adminPort, port, logFolder, environment },
            args: [...own, '--port', `${port}`, ...starter, ...(args.gateway ?? [])],
          }),
        );
      });
    }

    async function addBalancer(members: readonly Part[], logs: string) {
      if (options.balancer === false)
        return { part: null, url: null, leftOut: 'the balancer is left out as asked' };
      const binary = findHaproxy();
      if (!binary) return { part: null, url: null, leftOut: HAPROXY_MISSING };
      const [free, statsPort] = (await findFreePorts(2)) as [number, number];
      const port = options.port ?? free;
      const configPath = join(folder, 'haproxy.cfg');
      const config = toHaproxyConfig({
        bindHost: '127.0.0.1',
        bindPort: port,
        statsPort,
        gateways: members.map(({ name, plan }) => ({
          name,
          host: '127.0.0.1',
          port: plan.ports['http']!,
          checkPort: plan.ports['http']!,
        })),
        ...options.haproxy,
      });
      writeFileSync(configPath, config);
      const part = add(planBalancer(binary, configPath, port, { http: port, stats: statsPort }, logs));
      return { part, url: `http://127.0.0.1:${port}`, leftOut: null };
    }

    async function addAgency(logs: string): Promise<{ parts: Part[]; args: string[] }> {
      const agency = options.agency ?? 'replay';
      if (agency === 'emsc') return { parts: [], args: [] };
      if (agency !== 'replay') {
        const { websocketUrl, fdsnUrl } = agency;
        return { parts: [], args: ['--emsc-websocket-url', websocketUrl, '--emsc-fdsn-url', fdsnUrl] };
      }
      const [port] = (await findFreePorts(1)) as [number];
      const part = add(
        planRole({
          name: 'agency',
          ...{ kind: 'agency', role: 'replay', adminPort: null, port, logFolder: logs, environment },
          args: [...REPLAY_ARGS, '--replay-port', `${port}`, '--log-format', 'json', ...(args.agency ?? [])],
        }),
      );
      return {
        parts: [part],
        args: [
          ...['--emsc-websocket-url', `ws://127.0.0.1:${port}/standing_order/websocket`],
          ...['--emsc-fdsn-url', `http://127.0.0.1:${port}/fdsnws/event/1/`],
          ...['--emsc-fdsn-interval-s', '0', '--emsc-backfill-days', REPLAY_BACKFILL_DAYS],
        ],
      };
    }
  }
}

const HAPROXY_MISSING =
  'HAProxy is not installed (Debian: apt install haproxy), so the balancer is left out; open a gateway itself';

/** Of Debian's package, which lies outside an ordinary user's PATH, or of the PATH; null when there is none. */
export function findHaproxy(): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, 'haproxy')).find((path) => existsSync(path)) ?? null;
}

async function untilReady(parts: readonly Part[], timeoutMs: number): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const asked = parts.filter(({ state }) => state !== 'dead');
    const waits = await Promise.all(asked.map(async (part) => ({ part, words: await part.waitsFor() })));
    const waiting = waits.filter(({ words }) => words !== null);
    if (waiting.length === 0) return;
    if (performance.now() > deadlineMs) {
      const who = waiting.map(({ part, words }) => {
        const said = readLastWords(part.plan.logPath);
        return `${part.name}: ${words}${said ? ` (its last words: ${said})` : ''}`;
      });
      throw new Error(`Not ready after ${Math.round(timeoutMs / 1000)} s:\n${who.join('\n')}`);
    }
    await sleep(READY_POLL_MS);
  }
}

/** Waits until the balancer sends streams to all gateways, so that the first readers spread over them. Gives up in silence. */
async function untilTakenIn(statsPort: number, count: number): Promise<void> {
  for (let tries = 0; tries < TAKEN_IN_TRIES; tries++) {
    const csv = await ask(`http://127.0.0.1:${statsPort}/;csv`);
    const up = csv?.body.split('\n').filter((line) => /^live,gateway-/.test(line) && line.includes(',UP,'));
    if (up && up.length >= count) return;
    await sleep(READY_POLL_MS);
  }
}

/** Runs a step that ends by itself. Rejects with its last words when it fails or takes too long. */
async function runStep(guard: Guard, logFolder: string, role: string, args: readonly string[]) {
  const logPath = join(logFolder, `${role}.log`);
  const output = openSync(logPath, 'a');
  // Any free admin port: a Quakewire that runs beside the cluster has the usual one.
  const { command, args: all, ...where } = roleCommand(role, ['--admin-port', '0', ...args]);
  const child = spawn(command, all, { ...where, detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  guard.watch(child.pid!);
  const late = setTimeout(() => child.kill('SIGKILL'), TOPICS_TIMEOUT_MS);
  const [code] = (await once(child, 'exit')) as [number | null];
  clearTimeout(late);
  guard.release(child.pid!);
  if (code !== 0) throw new Error(`quakewire ${role} failed: ${readLastWords(logPath) ?? 'without a word'}`);
}
