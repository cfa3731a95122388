// What every role writes while it runs: one JSON object a line, and nothing else, with what a log collector and an operator
// need in each. Started as containers start them, on a real Kafka broker and a real PostgreSQL.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROLES, type Role } from '../../src/config.ts';
import { LOG_LEVELS } from '../../src/telemetry/logger.ts';
import { startAgency, toAgencyArgs, toFeatureText } from '../support/agency.ts';
import { findFreePort } from '../support/free-port.ts';
import { type KafkaCluster, startKafka } from '../support/kafka-broker.ts';
import { describeOnKafka } from '../support/kafka-suite.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';

interface Line {
  readonly level: string;
  readonly time: string;
  readonly role: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

interface Process {
  readonly child: ChildProcess;
  /** Everything on stdout and stderr so far, in lines; never parsed here. */
  readonly lines: readonly string[];
  readonly ended: Promise<number | null>;
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function start(role: string, args: readonly string[]): Process {
  const words = ['bin/quakewire.mjs', ...(role === '' ? [] : role.split(' ')), ...args];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let partial = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      const parts = (partial + text).split('\n');
      partial = parts.pop()!;
      lines.push(...parts);
    });
  }
  return { child, lines, ended: new Promise((resolve) => child.once('close', resolve)) };
}

/** Why a line is none that a collector can take; null when it is one. */
function findFault(text: string, role: string, secret: string): string | null {
  let line: Partial<Line>;
  try {
    line = JSON.parse(text) as Partial<Line>;
  } catch {
    return `not JSON: ${text}`;
  }
  if (!(LOG_LEVELS as readonly unknown[]).includes(line.level)) return `level ${line.level}: ${text}`;
  if (!ISO.test(line.time ?? '')) return `time ${line.time}: ${text}`;
  if (line.role !== role) return `role ${line.role}: ${text}`;
  if (typeof line.message !== 'string' || line.message === '') return `no message: ${text}`;
  if (text.includes(secret)) return `a secret: ${text}`;
  return null;
}

test('a line that a collector could not take is found', () => {
  const line = { level: 'info', time: '2026-01-01T00:00:00.000Z', role: 'store', message: 'Here' };
  const judge = (changed: object) => findFault(JSON.stringify({ ...line, ...changed }), 'store', 'geheim');
  expect(judge({})).toBeNull();
  expect(findFault('Listening on 8080', 'store', 'geheim')).toMatch(/not JSON/);
  for (const broken of [{ level: 30 }, { time: 1 }, { role: 'all' }, { message: '' }, { url: 'x:geheim@y' }])
    expect(judge(broken)).not.toBeNull();
});

test.each(['src/store/x.ts', 'src/web/x.ts'])(
  'the linter, as it is set up here, refuses console in %s',
  (path) => {
    const folder = mkdtempSync(join(tmpdir(), 'quakewire-lint-'));
    const biome = resolve('node_modules/@biomejs/biome/bin/biome');
    const lint = (text: string) => {
      writeFileSync(join(folder, path), text);
      return spawnSync(process.execPath, [biome, 'lint', '--vcs-enabled=false', '.'], { cwd: folder });
    };
    try {
      cpSync('biome.json', join(folder, 'biome.json'));
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      expect(lint('export const here = 1;\n').status).toBe(0);
      const { status, stderr } = lint("console.log('Here');\n");
      expect(status).toBe(1);
      expect(stderr.toString()).toContain('lint/suspicious/noConsole');
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

describeOnKafka('The log lines of every role', () => {
  let kafka: KafkaCluster;
  let postgres: PostgresServer;
  let folder: string;
  const running: Process[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'quakewire-logs-'));
    [kafka, postgres] = await Promise.all([startKafka({ nodes: 1 }), startPostgres()]);
  }, 180_000);
  afterAll(async () => {
    for (const { child } of running) child.kill('SIGKILL');
    await Promise.all(running.map(({ ended }) => ended));
    await kafka?.stop();
    await postgres?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('are JSON with level, time, role and message, carry ids, hold no secret, and turn their level while they run', async () => {
    const agency = await startAgency();
    const name = randomBytes(4).toString('hex');
    const wiring = ['--kafka-brokers', kafka.brokers.join(','), '--kafka-topic-prefix', `${name}.`];
    const { password } = new URL(postgres.url);
    const database = ['--postgres-url', postgres.url, '--postgres-schema', `q_${name}`];
    const common = ['--log-level', 'debug', '--log-format', 'json', '--drain-s', '0', '--starter', 'false'];
    const gatewayPort = await findFreePort();
    const processes = new Map<string, Process>();
    const begin = (key: string, args: readonly string[], role: string = key): Process => {
      const process = start(role, [...args, ...common, '--admin-port', '0']);
      running.push(process);
      processes.set(key, process);
      return process;
    };

    const topics = begin('topics', wiring);
    expect(await topics.ended).toBe(0);
    const free = ['--port', '0'];
    begin('source', [...wiring, ...toAgencyArgs(agency)]);
    begin('associate', wiring);
    begin('store', [...wiring, ...database]);
    begin('gateway', [...wiring, ...database, '--port', `${gatewayPort}`]);
    begin('replay', free);
    begin('demo', [...free, '--data-dir', join(folder, 'demo')]);
    const nowhere = ['--emsc-websocket-url', 'ws://127.0.0.1:9/', '--emsc-fdsn-url', 'http://127.0.0.1:9/'];
    begin('embedded', [...free, ...nowhere, '--data-dir', join(folder, 'embedded')], '');

    const timeMs = Date.now() - 600_000;
    agency.control.publish(
      'create',
      toFeatureText({ unid: '20260101_0000001', timeMs, lastUpdateMs: timeMs }),
    );
    const readLines = (key: string) => processes.get(key)!.lines.map((text) => JSON.parse(text) as Line);
    await expect
      .poll(
        async () =>
          (await fetch(`http://127.0.0.1:${gatewayPort}/events/emsc-20260101_0000001`).catch(() => null))
            ?.status,
        { timeout: 60_000 },
      )
      .toBe(200);
    const refused = await fetch(`http://127.0.0.1:${gatewayPort}/nowhere`);
    const requestId = refused.headers.get('x-request-id');
    await expect
      .poll(() => readLines('gateway').filter((line) => line['requestId'] === requestId))
      .toMatchObject([{ role: 'gateway', path: '/nowhere', status: 404, message: 'Answered' }]);
    // What another process says may be read later than what came of it.
    await expect
      .poll(() => readLines('associate'))
      .toContainEqual(
        expect.objectContaining({
          event: expect.objectContaining({ id: 'emsc-20260101_0000001', revision: 1 }),
        }),
      );

    // Asked for JSON, it answers in JSON, and here with nothing: no letter is there.
    const letters = begin('dead-letters', [...wiring, '--format', 'json'], 'dead-letters list');
    expect(await letters.ended).toBe(0);

    const lasting = [...processes.values()].filter(({ child }) => child.exitCode === null);
    expect(lasting).toHaveLength(7);
    for (const process of lasting) {
      // Before its first line a signal that it does not hear yet would end it.
      await expect.poll(() => process.lines.length).toBeGreaterThan(0);
      process.child.kill('SIGUSR2');
      await expect
        .poll(() => process.lines.some((line) => line.includes('Log level is trace now')))
        .toBe(true);
    }
    for (const { child } of lasting) child.kill('SIGTERM');
    expect(await Promise.all(lasting.map(({ ended }) => ended))).toEqual(lasting.map(() => 0));
    await agency.stop();

    const told = new Set<Role>();
    for (const [key, { lines }] of processes) {
      const role = key === 'embedded' ? '' : (key as Role);
      expect(lines.map((text) => findFault(text, role || 'all', password)).filter(Boolean)).toEqual([]);
      if (role !== 'dead-letters') expect(lines.length).toBeGreaterThan(0);
      told.add(role);
    }
    // A new role comes with its line here. Commands are none: what they print is their answer to who typed them.
    const logging = Object.keys(ROLES).filter((role) => !['backup', 'restore'].includes(role));
    expect([...told].sort()).toEqual(logging.sort());
  }, 240_000);
});
