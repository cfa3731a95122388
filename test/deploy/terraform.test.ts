// deploy/terraform, offline: every module and root validates and passes its tests against the provider's schema, and what is wrong is
// found. What only a real `plan` can show is in deploy/terraform/README.md.

import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  checkFolder,
  checkFormat,
  findFolders,
  type PlannedResource,
} from '../../scripts/terraform/check.ts';
import {
  readSchema,
  SCHEMA_PATH,
  type ServedProvider,
  serveProvider,
} from '../../scripts/terraform/provider.ts';
import { findTerraform, withTerraform } from '../../scripts/terraform/terraform.ts';
import { findUsedTypes } from '../../scripts/terraform/used-types.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { HTTP_BOUNDS } from '../../src/gateway/bounds/http.ts';
import { describeUnless } from '../support/obstacle.ts';
import { type ComposeFile, findBreaches as findContainerBreaches, mergeFiles } from './policy.ts';
import { findBreaches } from './terraform-policy.ts';

interface ContainerDefinition {
  readonly name: string;
  readonly command: readonly string[];
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly secrets: readonly { readonly name: string }[];
  readonly stopTimeout: number;
}

/** What ECS puts in the place of a secret's address. */
const SECRET_EXAMPLES: Readonly<Record<string, string>> = {
  QUAKEWIRE_KAFKA_USERNAME: 'gateway',
  QUAKEWIRE_KAFKA_PASSWORD: 'a-password',
  QUAKEWIRE_POSTGRES_URL: 'postgres://quakewire:a-password@database:5432/quakewire?sslmode=verify-full',
};

/** It takes seconds on a machine at rest; others may be at work on it. */
const PLANNING_MAX_MS = 300_000;

const terraform = findTerraform();

describeUnless('obstacle' in terraform ? terraform.obstacle : null, 'deploy/terraform', () => {
  const command = 'command' in terraform ? terraform.command : '';
  let provider: ServedProvider;
  beforeAll(async () => {
    provider = await serveProvider(readSchema(SCHEMA_PATH));
  });
  afterAll(() => provider.close());

  test('is formatted', async () => {
    const { passed, output } = await checkFormat(command);
    expect(passed, output).toBe(true);
  });

  test.for(findFolders())(
    '%s validates and passes its tests',
    { concurrent: true, timeout: PLANNING_MAX_MS },
    async (folder, { expect }) => {
      const { passed, output, plans } = await checkFolder(command, folder, provider.environment);
      expect(passed, output).toBe(true);
      // A module stands in a root, with the root's bound; the rules are for the whole.
      if (!folder.includes('/live/')) return;
      expect(plans.length).toBeGreaterThan(0);
      for (const plan of plans) expect(findBreaches(plan)).toEqual([]);
      for (const plan of plans) judgeRoles(plan);
      // A test that expects a refusal plans a part.
      const whole = plans.filter((plan) => plan.some(({ type }) => type === 'aws_instance'));
      for (const plan of whole) judgeFiles(plan);
      if (folder.endsWith('/hobby')) expect(whole.length).toBeGreaterThan(0);
    },
  );

  /** What the compose files name is taken along, and no secret is. */
  function judgeFiles(plan: readonly PlannedResource[]): void {
    const taken = plan
      .filter(({ type }) => type === 'aws_s3_object')
      .map(({ change }) => String(change.after!['key']));
    expect(taken).toContain('up.sh');
    expect(taken.filter((path) => path.includes('secret') && !path.endsWith('/make-secrets.sh'))).toEqual([]);
    for (const file of ['compose.hobby.yaml', 'compose.observability.yaml']) {
      expect(taken).toContain(file);
      const text = readFileSync(file, 'utf8');
      const named = [...text.matchAll(/(?:- \.\/|env_file: )(deploy\/[^:\s]+)/g)].map(([, path]) => path!);
      expect(named.length, file).toBeGreaterThan(0);
      for (const path of named)
        expect(
          taken.some((it) => it === path || it.startsWith(`${path}/`)),
          `${file} names ${path}`,
        ).toBe(true);
    }
  }

  /** Each role is given settings that it takes, and time to leave. */
  function judgeRoles(plan: readonly PlannedResource[]): void {
    for (const { type, change } of plan) {
      if (type !== 'aws_ecs_task_definition') continue;
      const containers = JSON.parse(String(change.after!['container_definitions'])) as ContainerDefinition[];
      const role = containers.find(({ name }) => name === 'quakewire');
      if (!role) continue;
      const settings = Object.fromEntries([
        ...role.environment.map(({ name, value }) => [name, value] as const),
        ...role.secrets.map(({ name }) => [name, SECRET_EXAMPLES[name]] as const),
      ]);
      const config = readConfig(role.command, settings) as Config;
      expect(config).toMatchObject({
        kafkaTls: true,
        kafkaSaslMechanism: 'SCRAM-SHA-512',
        adminHost: '127.0.0.1',
      });
      expect(config.role).toBe(role.command[0]);
      if (config.role === 'topics') expect(config.kafkaReplicas).toBe(3);
      if (config.role !== 'gateway') continue;
      expect(role.stopTimeout).toBeGreaterThanOrEqual(config.drainNoticeS + config.drainS + 5);
      expect(config).toMatchObject({ host: '0.0.0.0', port: 8080, trustedProxies: ['10.20.0.0/16'] });
    }
  }

  /** Validates a copy of deploy/terraform in which one file is changed. */
  async function validateChanged(folder: string, file: string, from: string, to: string): Promise<string> {
    const copy = mkdtempSync(join(tmpdir(), 'quakewire-changed-'));
    try {
      cpSync('deploy/terraform', copy, { recursive: true });
      const path = join(copy, file);
      const text = readFileSync(path, 'utf8');
      expect(text.split(from), `${file} has "${from}" once`).toHaveLength(2);
      writeFileSync(path, text.replace(from, to));
      return await withTerraform(command, join(copy, folder), provider.environment, async (run) => {
        expect((await run('init', '-backend=false', '-no-color')).status).toBe(0);
        const { status, output } = await run('validate', '-no-color');
        expect(status, output).not.toBe(0);
        return output;
      });
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  }

  test.for([
    [
      'an argument that does not exist',
      'multi_az       = true',
      'multi_azz = true',
      'An argument named "multi_azz" is not expected here',
    ],
    [
      'a required argument that is missing',
      '  instance_class = var.instance_class',
      '',
      'The argument "instance_class" is required',
    ],
    ['an argument of the wrong type', 'multi_az       = true', 'multi_az = "two"', 'a bool is required'],
    [
      'an argument that only AWS can set',
      'multi_az       = true',
      'arn = "x"',
      'Value for unconfigurable attribute',
    ],
    [
      'a block that does not exist',
      'rds.force_ssl"\n    value = "1"\n  }',
      'rds.force_ssl"\n    value = "1"\n  }\n  paramter {}',
      'Blocks of type "paramter" are not expected here',
    ],
    [
      'a required argument that is missing in a block',
      'name  = "rds.force_ssl"',
      '',
      'The argument "name" is required',
    ],
    [
      'an attribute that nothing has',
      'aws_db_instance.this.endpoint',
      'aws_db_instance.this.endpint',
      'This object has no argument, nested block, or exported attribute named "endpint"',
    ],
    [
      'a type of resource that does not exist',
      'resource "aws_db_subnet_group" "this"',
      'resource "aws_db_subnet_groop" "this"',
      'does not support resource type',
    ],
    [
      'an ephemeral value where the state would keep it',
      'password_wo         = var.password',
      'password = var.password',
      'Ephemeral values are not valid',
    ],
  ] as const)('%s fails', async ([, from, to, said]) => {
    const output = await validateChanged('modules/database', 'modules/database/main.tf', from, to);
    expect(output.replaceAll(/\s*│\s*|\s+/g, ' ')).toContain(said);
  });

  test('a second block where one is the most fails', async () => {
    const block = '  network_configuration {\n    subnets          = var.subnet_ids';
    const output = await validateChanged(
      'modules/service',
      'modules/service/main.tf',
      block,
      `  network_configuration {\n    subnets = []\n  }\n${block}`,
    );
    expect(output).toContain('No more than 1 "network_configuration" blocks are allowed');
  });

  test('a missing block where one is the least fails', async () => {
    const output = await validateChanged(
      'modules/bucket',
      'modules/bucket/main.tf',
      '  versioning_configuration {\n    status = "Enabled"\n  }\n',
      '',
    );
    expect(output).toContain('At least 1 "versioning_configuration" blocks are required');
  });

  test('a wrong argument of a module fails in the root', async () => {
    const output = await validateChanged(
      'live/production',
      'live/production/main.tf',
      'backup_days               = var.database_backup_days',
      'backup_dayz               = var.database_backup_days',
    );
    expect(output).toContain('An argument named "backup_dayz" is not expected here');
  });

  test('a broken promise fails its test', async () => {
    const copy = mkdtempSync(join(tmpdir(), 'quakewire-changed-'));
    try {
      cpSync('deploy/terraform', copy, { recursive: true });
      const path = join(copy, 'modules/database/main.tf');
      writeFileSync(
        path,
        readFileSync(path, 'utf8').replace('storage_encrypted     = true', 'storage_encrypted     = false'),
      );
      const { passed, output } = await checkFolder(
        command,
        join(copy, 'modules/database'),
        provider.environment,
      );
      expect(passed).toBe(false);
      expect(output).toContain('encrypted with the key that was given');
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });
});

const configurations = globSync('deploy/terraform/{modules,live}/**/*.tf').map((path) => ({
  path,
  text: readFileSync(path, 'utf8'),
}));

test('the schema has the types that are used, and no others', () => {
  const schema = readSchema(SCHEMA_PATH);
  const used = findUsedTypes(configurations.map(({ text }) => text));
  const again = 'node scripts/terraform/make-schema.ts';
  expect(Object.keys(schema.resource_schemas), again).toEqual(used.resource);
  expect(Object.keys(schema.data_source_schemas), again).toEqual(used.data);
  expect(Object.keys(schema.ephemeral_resource_schemas), again).toEqual(used.ephemeral);
});

test('the schema says where it comes from and on what terms', () => {
  const { provenance } = readSchema(SCHEMA_PATH);
  expect(provenance['from']).toMatch(/^npm @cdktn\/provider-aws@\d+\.\d+\.\d+ /);
  expect(provenance['licence']).toContain('MPL-2.0');
  const version = provenance['of']!.match(/hashicorp\/aws (\d+\.\d+)\./)![1];
  for (const { path, text } of configurations)
    for (const [, wanted] of text.matchAll(/source {2}= "hashicorp\/aws"\n\s+version = "~> ([\d.]+)"/g))
      expect(wanted, path).toBe(version);
});

/** Blocks `<kind> "<name>" { … }` of a file, with their text. */
function findBlocks(text: string, kind: string): readonly (readonly [name: string, body: string])[] {
  return [...text.matchAll(new RegExp(`^${kind} "(\\w+)" \\{\\n([\\s\\S]*?)^\\}`, 'gm'))].map(
    ([, name, body]) => [name!, body!] as const,
  );
}

/** What another resource makes, or a test makes up: Terraform says when it is wrong. */
const MADE_ELSEWHERE = /(_arns?|_ids?|_host|_url|_name|_image|passwords?|_groups?)$/;

test.for(globSync('deploy/terraform/{modules,live}/*').sort())(
  '%s: what goes in is typed, described and judged; what comes out is described',
  (folder) => {
    const variables = findBlocks(readFileSync(join(folder, 'variables.tf'), 'utf8'), 'variable');
    const outputs = findBlocks(readFileSync(join(folder, 'outputs.tf'), 'utf8'), 'output');
    expect(variables.length * outputs.length).toBeGreaterThan(0);
    for (const [name, body] of variables) {
      expect(body, name).toMatch(/^ {2}description = "/m);
      expect(body, name).toMatch(/^ {2}type {1,8}= /m);
      if (!MADE_ELSEWHERE.test(name) && !/type {1,8}= bool/.test(body))
        expect(body, name).toContain('validation {');
    }
    for (const [name, body] of outputs) expect(body, name).toMatch(/^ {2}description = "/m);
  },
);

test.for(globSync('deploy/terraform/live/*').sort())(
  '%s tags all that it makes and works in one account alone',
  (folder) => {
    const text = readFileSync(join(folder, 'versions.tf'), 'utf8');
    expect(text).toContain('default_tags');
    expect(text).toContain('allowed_account_ids');
    expect(text).toContain('required_version = ">= 1.11"');
    if (!folder.endsWith('bootstrap')) expect(text).toMatch(/encrypt {6}= true\n {4}use_lockfile = true/);
  },
);

test('the machine keeps the rules of containers, but that Caddy has what its file asks for, its network and its certificates on its disk', () => {
  const files = [
    'compose.observability.yaml',
    'compose.hobby.yaml',
    'deploy/terraform/live/hobby/files/compose.host.yaml',
  ].map((path) => parse(readFileSync(path, 'utf8'), { merge: true }) as ComposeFile);
  const whole = mergeFiles(files);
  expect(findContainerBreaches(whole)).toEqual([
    'caddy: no capability, no privilege, nothing of the host: cap_add NET_BIND_SERVICE; shares "host"',
    'caddy: what it mounts of the machine is read-only, and data are on named volumes: /data/caddy/data:/data is no named volume',
    'caddy: it joins named networks alone, and those with a way out are few: the default network',
  ]);
  // What compose puts in the place of a variable.
  const settings = Object.entries(whole.services['quakewire']!.environment!).map(([name, value]) => [
    name,
    value.replace(/\$\{QUAKEWIRE_DOMAIN:\?\}/, 'quakes.example.org').replace(/^\$\{\w+:-(.*)\}$/, '$1'),
  ]);
  expect(readConfig([], Object.fromEntries(settings))).toMatchObject({
    publicUrl: 'https://quakes.example.org',
    hstsMaxAgeS: 31_536_000,
    trustedProxies: ['172.16.0.0/12', '192.168.0.0/16'],
  });
});

test('a security group has its rules beside it, so that each can be judged', () => {
  for (const { path, text } of configurations)
    expect(text, path).not.toMatch(/^resource "aws_security_group" [^}]*?\n {2}(ingress|egress) (\{|=)/m);
});

test('the table of time limits says what is planned, and the load balancer lets go before the gateway does', () => {
  const table = readFileSync('docs/operations/production.md', 'utf8');
  const defaults = readFileSync('deploy/terraform/modules/front/variables.tf', 'utf8');
  const limits = [...defaults.matchAll(/^ {4}(\w+_s) += optional\(number, (\d+)\)/gm)];
  expect(limits).toHaveLength(6);
  for (const [, name, seconds] of limits)
    expect(table).toMatch(new RegExp(`^\\| [^|]+ \\| \`${name}\`[^|]*\\| ${seconds} \\|`, 'm'));
  expect(defaults).toContain(`var.timeouts.balancer_idle_s < ${HTTP_BOUNDS.silenceMs / 1000}`);
});

test.for([
  'deploy/terraform/live/hobby/files/up.sh',
  'deploy/terraform/modules/host/files/first-boot.sh.tftpl',
])('%s is a script that bash can read', (path) => {
  // Terraform puts what is in ${…} in its place, and makes $${ into ${.
  const text = readFileSync(path, 'utf8')
    .replaceAll(/(?<!\$)\$\{\w+\}/g, 'x')
    .replaceAll('$${', '${');
  const { status, stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
});

test('up.sh restarts what reads a mounted file when one is another, and only then', () => {
  const root = mkdtempSync(join(tmpdir(), 'quakewire-up-'));
  try {
    const [machine, data, bin, calls] = ['opt', 'data', 'bin', 'calls'].map((name) => join(root, name));
    for (const folder of [
      'deploy/compose',
      'deploy/loki',
      'deploy/grafana/dashboards',
      'deploy/grafana/provisioning',
    ])
      cpSync(folder, join(machine!, folder), { recursive: true });
    rmSync(join(machine!, 'deploy/compose/secrets'), { recursive: true, force: true });
    writeFileSync(
      join(machine!, '.env'),
      "AWS_REGION=eu-central-1\nQUAKEWIRE_REGISTRY=registry.example\nLOG_LEVELS_DROPPED='trace|debug'\n",
    );
    for (const folder of [data!, bin!]) mkdirSync(folder);
    writeFileSync(
      join(bin!, 'docker'),
      `#!/bin/bash\n[ "$*" = 'compose config --services' ] && printf '%s\\n' alloy caddy loki quakewire && exit\necho "$*" >> ${calls}\n`,
      { mode: 0o755 },
    );
    for (const name of ['aws', 'install', 'systemctl'])
      writeFileSync(join(bin!, name), '#!/bin/sh\n', { mode: 0o755 });
    mkdirSync(join(data!, 'secrets'));
    const script = readFileSync('deploy/terraform/live/hobby/files/up.sh', 'utf8')
      .replaceAll('/opt/quakewire', machine!)
      .replaceAll('/data/', `${data}/`);
    const restarted = (): boolean => {
      writeFileSync(calls!, '');
      const { status, stderr } = spawnSync('bash', ['-c', script], {
        encoding: 'utf8',
        env: { ...process.env, PATH: `${bin}:${process.env['PATH']}` },
      });
      expect(status, stderr).toBe(0);
      const lines = readFileSync(calls!, 'utf8').split('\n');
      expect(lines).toContain('compose up --no-build --detach --remove-orphans --wait --wait-timeout 300');
      return lines.includes('compose restart alloy loki');
    };
    const change = (path: string): void => appendFileSync(join(machine!, path), '\n# other\n');

    expect(restarted()).toBe(true);
    expect(restarted()).toBe(false);
    change('deploy/loki/loki-config.yaml');
    expect(restarted()).toBe(true);
    change('deploy/grafana/dashboards/pipeline.json');
    change('deploy/compose/hobby.env');
    expect(restarted()).toBe(false);
    mkdirSync(join(machine!, 'own'));
    writeFileSync(join(machine!, 'own/alertmanager.yml'), 'route: {}\n');
    expect(restarted()).toBe(true);
    expect(restarted()).toBe(false);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

/** As the provider's documentation and `terraform providers schema` have them. */
test.for([
  ['aws_s3_bucket_versioning', 'versioning_configuration', 'list', 1, 1],
  ['aws_msk_cluster', 'broker_node_group_info', 'list', 1, 1],
  ['aws_cloudfront_distribution', 'origin', 'set', 1, undefined],
  ['aws_cloudfront_distribution', 'default_cache_behavior', 'list', 1, 1],
  ['aws_cloudfront_distribution', 'ordered_cache_behavior', 'list', undefined, undefined],
  ['aws_ecs_service', 'load_balancer', 'set', undefined, undefined],
  ['aws_ecs_service', 'network_configuration', 'list', undefined, 1],
  ['aws_instance', 'metadata_options', 'list', undefined, 1],
  ['aws_db_instance', 'timeouts', 'single', undefined, undefined],
  ['aws_lb_target_group', 'health_check', 'list', undefined, 1],
] as const)('the schema has %s.%s as it is: %s, %s to %s', ([type, name, mode, least, most]) => {
  const block = readSchema(SCHEMA_PATH).resource_schemas[type]!.block_types[name]!;
  expect([block.nesting_mode, block.min_items, block.max_items]).toEqual([mode, least, most]);
});

test.for([
  [
    'aws_secretsmanager_secret_version',
    'secret_string_wo',
    { type: 'string', optional: true, sensitive: true, write_only: true },
  ],
  ['aws_db_instance', 'instance_class', { type: 'string', required: true }],
  ['aws_db_instance', 'endpoint', { type: 'string', computed: true }],
  ['aws_lb', 'subnets', { type: ['set', 'string'], optional: true, computed: true }],
  ['aws_security_group', 'vpc_id', { type: 'string', optional: true, computed: true }],
  ['aws_kms_key', 'enable_key_rotation', { type: 'bool', optional: true }],
] as const)('the schema has %s.%s as it is', ([type, name, attribute]) => {
  expect(readSchema(SCHEMA_PATH).resource_schemas[type]!.attributes[name]).toEqual(attribute);
});
