// How logs and metrics are collected: the configurations of Loki, Alloy, Prometheus and of the proxy before Docker's API. HAProxy
// and promtool judge their own. Loki and Alloy are no packages of Debian or npm, so theirs are judged here: the keys by their
// documentation, references and labels by what the files themselves say.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { findFreePort } from '../support/free-port.ts';
import { describeOnHaproxy, judgeConfig } from '../support/haproxy.ts';
import { describeUnless } from '../support/obstacle.ts';
import { findDangling, parseAlloy } from './alloy.ts';

/** What may be a label in Loki: each of few values. */
const LABELS = ['level', 'project', 'service'];

describe('deploy/loki/loki-config.yaml', () => {
  const config = parse(readFileSync('deploy/loki/loki-config.yaml', 'utf8')) as Record<
    string,
    Record<string, unknown>
  >;

  test('has keys that the reference of Loki 3.7 knows, and no other', () => {
    const KNOWN: Readonly<Record<string, readonly string[]>> = {
      server: ['http_listen_port', 'log_format', 'log_level'],
      common: ['path_prefix', 'replication_factor', 'ring', 'storage'],
      schema_config: ['configs'],
      compactor: [
        'working_directory',
        'compaction_interval',
        'retention_enabled',
        'retention_delete_delay',
        'delete_request_store',
      ],
      limits_config: [
        ...['retention_period', 'ingestion_rate_mb', 'ingestion_burst_size_mb', 'per_stream_rate_limit'],
        ...[
          'per_stream_rate_limit_burst',
          'max_line_size',
          'max_line_size_truncate',
          'max_label_names_per_series',
        ],
        ...[
          'max_global_streams_per_user',
          'reject_old_samples',
          'reject_old_samples_max_age',
          'volume_enabled',
        ],
      ],
      analytics: ['reporting_enabled'],
    };
    const { auth_enabled, ...sections } = config;
    expect(auth_enabled).toBe(false);
    expect(Object.keys(sections).sort()).toEqual(Object.keys(KNOWN).sort());
    for (const [section, values] of Object.entries(sections))
      for (const key of Object.keys(values)) expect(KNOWN[section], `${section}.${key}`).toContain(key);
  });

  test('keeps an index in TSDB of schema v13 in files, and deletes what is old', () => {
    const [schema] = config['schema_config']!['configs'] as Record<string, unknown>[];
    expect(schema).toMatchObject({
      store: 'tsdb',
      schema: 'v13',
      object_store: 'filesystem',
      index: { period: '24h' },
    });
    expect(config['compactor']).toMatchObject({
      retention_enabled: true,
      delete_request_store: 'filesystem',
    });
    // A retention is a multiple of the index period, or Loki does not start.
    expect(Number.parseInt(config['limits_config']!['retention_period'] as string, 10) % 24).toBe(0);
  });

  test('takes as many labels as there are, and little more', () => {
    const bound = config['limits_config']!['max_label_names_per_series'] as number;
    expect(bound).toBeGreaterThan(LABELS.length);
    expect(bound).toBeLessThanOrEqual(2 * LABELS.length);
  });
});

describe('deploy/alloy/config.alloy', () => {
  const text = readFileSync('deploy/alloy/config.alloy', 'utf8');
  const blocks = parseAlloy(text);

  test('is well formed, and refers to components that are in it', () => {
    expect(blocks.map(({ name }) => name)).toEqual([
      ...[
        'logging',
        'discovery.docker',
        'discovery.relabel',
        'loki.source.docker',
        'loki.process',
        'loki.write',
      ],
    ]);
    expect(findDangling(blocks)).toEqual([]);
  });

  test.each([
    [
      'a bracket too few',
      (good: string) => good.replace('expressions = { level = "level" }', 'expressions = { level = "level"'),
      /expected/,
    ],
    ['an attribute without a value', (good: string) => good.replace('targets = []', 'targets ='), /expected/],
    [
      'a component that is not there',
      (good: string) => good.replace('[loki.write.loki.receiver]', '[loki.write.lokki.receiver]'),
      /loki\.write\.lokki/,
    ],
  ])('%s is found', (_name, breakIt, why) => {
    const broken = breakIt(text);
    expect(broken).not.toBe(text);
    expect(() => {
      const dangling = findDangling(parseAlloy(broken));
      if (dangling.length > 0) throw new Error(dangling.join());
    }).toThrow(why);
  });

  test('makes labels of few values alone', () => {
    const process = blocks.find(({ name }) => name === 'loki.process')!;
    const made = process.blocks.flatMap(({ name, attributes }) =>
      name === 'stage.labels'
        ? [...attributes['values']!.matchAll(/(\w+)\s*=/g)].map(([, label]) => label!)
        : [],
    );
    const relabelled = blocks
      .find(({ name }) => name === 'discovery.relabel')!
      .blocks.map(({ attributes }) => JSON.parse(attributes['target_label']!) as string);
    expect([...new Set([...made, ...relabelled])].sort()).toEqual(LABELS);
    expect(blocks.find(({ name }) => name === 'loki.source.docker')!.attributes['labels']).toBe('{}');
  });

  test('reads what is dropped from the one variable that compose sets', () => {
    expect([...text.matchAll(/sys\.env\("(\w+)"\)/g)].map(([, name]) => name)).toEqual([
      'LOG_LEVELS_DROPPED',
    ]);
    const { services } = parse(readFileSync('compose.observability.yaml', 'utf8'), { merge: true }) as {
      services: { alloy: { environment: object } };
    };
    expect(Object.keys(services.alloy.environment)).toEqual(['LOG_LEVELS_DROPPED']);
  });

  test('finds the level in lines of PostgreSQL, Kafka and HAProxy', () => {
    const stage = blocks
      .find(({ name }) => name === 'loki.process')!
      .blocks.find(({ name }) => name === 'stage.match')!;
    const pattern = new RegExp(
      (JSON.parse(stage.blocks[0]!.attributes['expression']!) as string).replace('(?P<', '(?<'),
    );
    const levelOf = (line: string) => pattern.exec(line)?.groups?.['level'];
    expect(levelOf('2026-11-25 14:04:23.682 UTC [1] FATAL:  could not create lock file')).toBe('FATAL');
    expect(levelOf('[2026-11-25 14:04:23,682] WARN [Controller id=1] Performing activation')).toBe('WARN');
    expect(levelOf('[NOTICE]   (1) : New worker (7) forked')).toBe('NOTICE');
    expect(levelOf('Server live/gateway1 is DOWN')).toBeUndefined();
  });
});

describe('deploy/prometheus', () => {
  const [large, hobby] = ['prometheus.yml', 'prometheus.hobby.yml'].map(
    (name) => parse(readFileSync(join('deploy/prometheus', name), 'utf8')) as PrometheusConfig,
  ) as [PrometheusConfig, PrometheusConfig];

  test('asks the services that compose has, by name, and labels each with its role', () => {
    const job = large.scrape_configs.find(({ job_name }) => job_name === 'quakewire')!;
    expect(job.dns_sd_configs![0]!.names.toSorted()).toEqual(['associate', 'gateway', 'source', 'store']);
    expect(job.relabel_configs).toEqual([{ source_labels: ['__meta_dns_name'], target_label: 'role' }]);
    const { services } = parse(readFileSync('compose.yaml', 'utf8'), { merge: true }) as {
      services: Record<string, unknown>;
    };
    for (const name of [...job.dns_sd_configs![0]!.names, 'haproxy']) expect(services).toHaveProperty(name);
  });

  test('is the same for the hobby set-up, but for whom it asks', () => {
    expect(hobby.global).toEqual(large.global);
    expect(hobby.rule_files).toEqual(large.rule_files);
    expect(hobby.scrape_configs.map(({ job_name }) => job_name)).toEqual(['quakewire', 'prometheus']);
  });

  const noPromtool = spawnSync('promtool', ['--version']).error
    ? 'promtool is not installed (Debian: apt-get install prometheus)'
    : null;
  describeUnless(noPromtool, 'promtool', () => {
    const judge = (text: string) => {
      const folder = mkdtempSync(join(tmpdir(), 'quakewire-prometheus-'));
      writeFileSync(join(folder, 'prometheus.yml'), text);
      const { status } = spawnSync('promtool', ['check', 'config', join(folder, 'prometheus.yml')]);
      rmSync(folder, { recursive: true });
      return status;
    };
    test.each(['prometheus.yml', 'prometheus.hobby.yml'])('takes %s, and not a broken one', (name) => {
      const text = readFileSync(join('deploy/prometheus', name), 'utf8');
      expect(judge(text)).toBe(0);
      expect(judge(text.replace('dns_sd_configs', 'dns_sd_config'))).not.toBe(0);
    });
  });
});

interface PrometheusConfig {
  readonly global: object;
  readonly rule_files: readonly string[];
  readonly scrape_configs: readonly {
    readonly job_name: string;
    readonly dns_sd_configs?: readonly { readonly names: readonly string[] }[];
    readonly relabel_configs?: readonly object[];
  }[];
}

describeOnHaproxy('deploy/haproxy/docker-api.cfg', () => {
  const text = readFileSync('deploy/haproxy/docker-api.cfg', 'utf8');

  test('is taken by HAProxy without a warning', () => {
    expect(judgeConfig(text)).toBeNull();
  });

  test('lets through what a log collector reads, and nothing else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'quakewire-docker-api-'));
    const socket = join(folder, 'api.sock');
    const asked: string[] = [];
    const engine = createServer((incoming, answer) => {
      asked.push(`${incoming.method} ${incoming.url}`);
      answer.end('{}');
    }).listen(join(folder, 'engine.sock'));
    await once(engine, 'listening');
    const own = text
      .replace('/run/docker-api/docker.sock', socket)
      .replace('127.0.0.1:2375', `127.0.0.1:${await findFreePort()}`)
      .replace('/var/run/docker.sock', join(folder, 'engine.sock'));
    writeFileSync(join(folder, 'haproxy.cfg'), own);
    const haproxy = spawn('haproxy', ['-db', '-f', join(folder, 'haproxy.cfg')], { stdio: 'ignore' });
    const ask = (method: string, path: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        request({ socketPath: socket, method, path }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        })
          .on('error', reject)
          .end();
      });
    try {
      await expect.poll(() => ask('GET', '/_ping').catch(() => null)).toBe(200);
      asked.length = 0;
      const READS = [
        '/_ping',
        '/version',
        '/v1.47/networks',
        '/v1.47/containers/json?all=1',
        '/containers/0a_b-c.d/json',
        '/v1.47/containers/0a/logs?follow=1',
      ];
      for (const path of READS) expect(await ask('GET', path), path).toBe(200);
      expect(asked).toEqual(READS.map((path) => `GET ${path}`));
      for (const [method, path] of [
        ['POST', '/v1.47/containers/create'],
        ['POST', '/v1.47/containers/0a/json'],
        ['DELETE', '/v1.47/containers/json'],
        ['PUT', '/v1.47/containers/0a/logs'],
        ['GET', '/v1.47/containers/0a/export'],
        ['GET', '/v1.47/containers/0a/archive?path=/run/secrets'],
        ['GET', '/v1.47/containers/a/../../images/json'],
        ['GET', '/v1.47/containers/a%2f..%2f..%2fimages/json'],
        ['GET', '/v1.47/images/json'],
        ['GET', '/v1.47/secrets'],
        ['GET', '/v1.47/containers/json/'],
        ['GET', '//containers/json'],
      ])
        expect(await ask(method!, path!), `${method} ${path}`).toBe(403);
      expect(asked).toHaveLength(READS.length);
    } finally {
      haproxy.kill('SIGKILL');
      engine.close();
      rmSync(folder, { recursive: true });
    }
  });
});
