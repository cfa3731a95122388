// Real Apache Kafka brokers in KRaft mode on this machine, without Docker: for the tests and for `npm run cluster`.
// Each node is broker and controller at once, in a temporary directory, on free ports of the loopback address.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findFreePorts } from './free-port.ts';
import { ensureKafkaJars } from './kafka-jars.ts';

/** A broker takes about 4 s on two quiet cores; a busy machine, many times that. */
const START_TIMEOUT_MS = 120_000;
/** A clean stop hands over leadership and flushes; then the node is killed. */
const STOP_TIMEOUT_MS = 15_000;
const READY_LINE = 'Kafka Server started';
/** Enough for what tests and a demonstration write; the default is 1 GB. */
const JVM_OPTIONS = ['-Xms64m', '-Xmx320m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

export interface KafkaOptions {
  /** Nodes, each broker and controller: 1, or 3 for a replication factor of 3. */
  readonly nodes: 1 | 3;
  /** A user of the SASL/SCRAM listener; left out: that listener has no user. */
  readonly user?: { readonly name: string; readonly password: string };
  /** PEM of a certificate and its key for the TLS listener; left out: there is none. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Lines of server.properties that say otherwise than ours. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

export interface KafkaNode {
  readonly id: number;
  /** `host:port` of the listener without encryption or password. */
  readonly address: string;
  /** Of the running process; undefined while it is down. */
  pid(): number | undefined;
  /** Resolves once the node serves. */
  start(): Promise<void>;
  /** SIGTERM, and SIGKILL after 15 s. */
  stop(): Promise<void>;
  /** Sends a signal: SIGKILL, SIGSTOP, SIGCONT. */
  signal(name: NodeJS.Signals): void;
  /** Resolves when the process has ended. */
  ended(): Promise<void>;
}

export interface KafkaCluster {
  readonly nodes: readonly KafkaNode[];
  /** Bootstrap addresses by listener, `host:port` each. */
  readonly brokers: readonly string[];
  readonly saslBrokers: readonly string[];
  readonly tlsBrokers: readonly string[];
  /** Stops all nodes and removes their directories. */
  stop(): Promise<void>;
}

interface NodePorts {
  readonly id: number;
  readonly plain: number;
  readonly sasl: number;
  readonly tls: number;
  readonly controller: number;
}

/** How to run one node whose directory is made: by `startKafka` or by a supervisor of one's own. */
export interface KafkaNodePlan {
  readonly id: number;
  /** `host:port` of the listener without encryption or password. */
  readonly address: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Working directory; the node's data lie in it. */
  readonly home: string;
}

export interface KafkaPlan {
  readonly folder: string;
  readonly nodes: readonly KafkaNodePlan[];
  /** Bootstrap addresses by listener, `host:port` each. */
  readonly brokers: readonly string[];
  readonly saslBrokers: readonly string[];
  readonly tlsBrokers: readonly string[];
}

/** Makes the nodes' directories and formats them; starts nothing. `parent`: folder that gets the cluster's own. */
export async function prepareKafka(options: KafkaOptions, parent = tmpdir()): Promise<KafkaPlan> {
  const classPath = await ensureKafkaJars();
  const folder = await mkdtemp(join(parent, 'quakewire-kafka-'));
  const clusterId = randomBytes(16).toString('base64url');
  const ports = await findFreePorts(options.nodes * 4);
  const all: NodePorts[] = Array.from({ length: options.nodes }, (_, i) => {
    const [plain, sasl, tls, controller] = ports.slice(i * 4) as [number, number, number, number];
    return { id: i + 1, plain, sasl, tls, controller };
  });
  const nodes = await Promise.all(
    all.map(async (own): Promise<KafkaNodePlan> => {
      const home = join(folder, `${own.id}`);
      await mkdir(home);
      const properties = join(home, 'server.properties');
      await writeFile(properties, toProperties(own, all, home, options));
      await format(classPath, properties, clusterId, options);
      return {
        id: own.id,
        address: `127.0.0.1:${own.plain}`,
        command: 'java',
        args: [...JVM_OPTIONS, ...LOG_OPTIONS, '-cp', classPath, 'kafka.Kafka', properties],
        home,
      };
    }),
  );
  return {
    folder,
    nodes,
    brokers: all.map(({ plain }) => `127.0.0.1:${plain}`),
    saslBrokers: all.map(({ sasl }) => `127.0.0.1:${sasl}`),
    tlsBrokers: options.tls ? all.map(({ tls }) => `127.0.0.1:${tls}`) : [],
  };
}

/** Resolves once all nodes serve. Rejects with the end of a node's output when one does not come up. */
export async function startKafka(options: KafkaOptions): Promise<KafkaCluster> {
  const { folder, nodes: plans, ...addresses } = await prepareKafka(options);
  const nodes = plans.map(createNode);
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all(nodes.map((node) => node.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  return { nodes, ...addresses, stop };
}

/** Small buffers, quick elections, nothing created unasked. */
function toProperties(
  own: NodePorts,
  all: readonly NodePorts[],
  home: string,
  options: KafkaOptions,
): string {
  const listeners = [`PLAINTEXT://127.0.0.1:${own.plain}`, `SASL_PLAINTEXT://127.0.0.1:${own.sasl}`];
  if (options.tls) listeners.push(`SSL://127.0.0.1:${own.tls}`);
  const replicas = all.length;
  const settings: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': own.id,
    'controller.quorum.voters': all.map(({ id, controller }) => `${id}@127.0.0.1:${controller}`).join(','),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map':
      'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,SSL:SSL',
    listeners: [...listeners, `CONTROLLER://127.0.0.1:${own.controller}`].join(','),
    'advertised.listeners': listeners.join(','),
    'log.dirs': join(home, 'data'),
    'auto.create.topics.enable': false,
    'default.replication.factor': replicas,
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': Math.min(2, replicas),
    'transaction.state.log.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1_000,
    'broker.heartbeat.interval.ms': 500,
    'broker.session.timeout.ms': 3_000,
    'num.network.threads': 2,
    'num.io.threads': 2,
    'log.cleaner.backoff.ms': 500,
    'log.cleaner.dedupe.buffer.size': 4 * 1024 ** 2,
    'sasl.enabled.mechanisms': 'SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config': SCRAM_LOGIN,
    'listener.name.sasl_plaintext.scram-sha-512.sasl.jaas.config': SCRAM_LOGIN,
  };
  if (options.tls) {
    settings['ssl.keystore.type'] = 'PEM';
    settings['ssl.keystore.certificate.chain'] = toOneLine(options.tls.certificate);
    settings['ssl.keystore.key'] = toOneLine(options.tls.key);
  }
  return Object.entries({ ...settings, ...options.settings })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

const SCRAM_LOGIN = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
/** A properties file spells a line break as \n. */
const toOneLine = (pem: string): string => pem.trim().replaceAll('\n', '\\n');

async function format(
  classPath: string,
  properties: string,
  clusterId: string,
  { user }: KafkaOptions,
): Promise<void> {
  const args = ['-cp', classPath, ...LOG_OPTIONS, 'kafka.tools.StorageTool'];
  args.push('format', `--cluster-id=${clusterId}`, '-c', properties);
  if (user) {
    for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512']) {
      args.push('--add-scram', `${mechanism}=[name=${user.name},password=${user.password}]`);
    }
  }
  await promisify(execFile)('java', args);
}

const LOG_OPTIONS = [
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info',
];

function createNode({ id, address, command, args, home }: KafkaNodePlan): KafkaNode {
  const logPath = join(home, 'broker.log');
  let child: ChildProcess | undefined;
  let ended: Promise<void> = Promise.resolve();
  // A test run that dies must not leave brokers behind.
  const killWithParent = () => child?.kill('SIGKILL');

  const signal = (name: NodeJS.Signals) => {
    child?.kill(name);
  };
  return {
    id,
    address,
    pid: () => child?.pid,
    ended: () => ended,
    signal,
    start: async () => {
      if (child) return;
      const started = spawn(command, args, { cwd: home, stdio: ['ignore', 'pipe', 'pipe'] });
      child = started;
      process.once('exit', killWithParent);
      const output = createWriteStream(logPath, { flags: 'a' });
      const ready = new Promise<void>((resolve) => {
        for (const stream of [started.stdout, started.stderr]) {
          let tail = '';
          stream.on('data', (chunk: Buffer) => {
            output.write(chunk);
            // The line may come in two parts.
            tail += chunk.toString('latin1');
            if (tail.includes(READY_LINE)) resolve();
            tail = tail.slice(-READY_LINE.length);
          });
        }
      });
      ended = new Promise<void>((resolve) => {
        started.once('close', () => {
          child = undefined;
          process.removeListener('exit', killWithParent);
          output.end(resolve);
        });
      });
      const outcome = await Promise.race([
        ready.then(() => 'ready' as const),
        ended.then(() => 'ended' as const),
        sleep(START_TIMEOUT_MS, 'late' as const, { ref: false }),
      ]);
      if (outcome === 'ready') return;
      started.kill('SIGKILL');
      await ended;
      const tail = readFileSync(logPath, 'utf8').slice(-4_000);
      throw new Error(
        `Kafka node ${id} ${outcome === 'late' ? `is not ready after ${START_TIMEOUT_MS / 1000} s` : 'ended'}:\n${tail}`,
      );
    },
    stop: async () => {
      signal('SIGTERM');
      // A paused process does not see SIGTERM.
      signal('SIGCONT');
      const late = await Promise.race([
        ended.then(() => false),
        sleep(STOP_TIMEOUT_MS, true, { ref: false }),
      ]);
      if (late) signal('SIGKILL');
      await ended;
    },
  };
}
