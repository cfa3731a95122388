// Makes deploy/terraform/schema/aws.json: the schema of those types of the AWS provider that deploy/terraform uses, out of
// the bindings that CDK Terrain generated from the provider. Run again after a new type is used:
// node scripts/terraform/make-schema.ts

import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseBindings, parseProviderBindings } from './parse-bindings.ts';
import type { Block, NestedBlock, ProviderSchema } from './schema.ts';
import { findUsedTypes } from './used-types.ts';

const PACKAGE = '@cdktn/provider-aws@25.7.0';
const TARGET = 'deploy/terraform/schema/aws.json';
const MOCKS = 'deploy/terraform/mocks';

/** The bindings do not say what is sensitive. These are, as the provider's documentation says. */
const SENSITIVE: Readonly<Record<string, readonly string[]>> = {
  aws_secretsmanager_random_password: ['random_password'],
  aws_secretsmanager_secret_version: ['secret_string', 'secret_string_wo', 'secret_binary'],
};

/**
 * A rule of a web ACL holds statements in statements, which the bindings leave open ("any"). Of those, as the provider's
 * documentation has them, these that are used here.
 */
const WAF_STATEMENT: NestedBlock = {
  nesting_mode: 'list',
  min_items: 1,
  max_items: 1,
  block: {
    attributes: {},
    block_types: {
      managed_rule_group_statement: {
        nesting_mode: 'list',
        max_items: 1,
        block: {
          attributes: {
            name: { type: 'string', required: true },
            vendor_name: { type: 'string', required: true },
            version: { type: 'string', optional: true },
          },
          block_types: {},
        },
      },
      rate_based_statement: {
        nesting_mode: 'list',
        max_items: 1,
        block: {
          attributes: {
            aggregate_key_type: { type: 'string', optional: true },
            evaluation_window_sec: { type: 'number', optional: true },
            limit: { type: 'number', required: true },
          },
          block_types: {},
        },
      },
    },
  },
};

function complete(type: string, block: Block): Block {
  if (type !== 'aws_wafv2_web_acl') return block;
  const { rule, ...others } = block.block_types;
  const { statement, ...attributes } = rule!.block.attributes;
  if (statement?.type !== 'dynamic')
    throw new Error('Cannot complete aws_wafv2_web_acl: its statement is not open any more');
  const block_types = { ...rule!.block.block_types, statement: WAF_STATEMENT };
  return {
    ...block,
    block_types: { ...others, rule: { ...rule!, block: { attributes, block_types } } },
  };
}

const used = findUsedTypes(
  globSync('deploy/terraform/{modules,live}/**/*.tf').map((path) => readFileSync(path, 'utf8')),
);
const folder = mkdtempSync(join(tmpdir(), 'quakewire-schema-'));
try {
  execFileSync('npm', ['pack', PACKAGE, '--silent', '--pack-destination', folder], { stdio: 'inherit' });
  const [archive] = readdirSync(folder);
  execFileSync('tar', ['xzf', archive!, 'package/lib', 'package/LICENSE'], { cwd: folder });
  const read = (name: string) => readFileSync(join(folder, 'package/lib', name, 'index.js'), 'utf8');
  const version = read('provider').match(/providerVersion: '([\d.]+)'/)![1]!;
  const toSchemas = (types: readonly string[], prefix: string): Record<string, Block> =>
    Object.fromEntries(
      types.map((type) => [
        type,
        complete(
          type,
          parseBindings(
            read(prefix + type.replace(/^aws_/, '').replaceAll('_', '-')),
            new Set(SENSITIVE[type] ?? []),
          ),
        ),
      ]),
    );
  const schema: ProviderSchema = {
    provenance: {
      of: `hashicorp/aws ${version} (MPL-2.0)`,
      from: `npm ${PACKAGE} (MPL-2.0, Copyright 2026 HashiCorp, Inc.), its generated bindings`,
      by: 'scripts/terraform/make-schema.ts',
      licence: 'MPL-2.0, https://mozilla.org/MPL/2.0/',
      limits:
        'Only the types that deploy/terraform uses. Names, types, required, optional, computed, write-only and the nesting of blocks are the ' +
        "provider's; of the least and most blocks only one and any number are known; rules that the provider keeps in code are not here.",
    },
    provider: parseProviderBindings(read('provider')),
    resource_schemas: toSchemas(used.resource, ''),
    data_source_schemas: toSchemas(used.data, 'data-aws-'),
    ephemeral_resource_schemas: toSchemas(used.ephemeral, 'ephemeral-aws-'),
  };
  writeFileSync(TARGET, format(schema));
  writeFileSync(`${MOCKS}/types.tfmock.hcl`, toMocks(used.resource));
  console.log(
    `${TARGET}: hashicorp/aws ${version}, ${used.resource.length} resources, ${used.data.length} data sources, ${used.ephemeral.length} ephemeral`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** What is named is made up while planning, so that tests need apply nothing, and with that destroy nothing. */
function toMocks(types: readonly string[]): string {
  const told = readFileSync(`${MOCKS}/aws.tfmock.hcl`, 'utf8');
  const mocks = types
    .filter((type) => !told.includes(`mock_resource "${type}"`))
    .map((type) => `mock_resource "${type}" {\n  defaults = {}\n}\n`);
  return `# Each type that is used and not in aws.tfmock.hcl: all it computes is made up. Made by scripts/terraform/make-schema.ts.\n\n${mocks.join('\n')}`;
}

/** A line for each type: small, and a change shows which. */
function format({ provenance, provider, ...kinds }: ProviderSchema): string {
  const lines = Object.entries(kinds).map(([kind, schemas]) => {
    const types = Object.entries(schemas).map(([name, block]) => `    "${name}": ${JSON.stringify(block)}`);
    return `  "${kind}": {${types.length === 0 ? '' : `\n${types.join(',\n')}\n  `}}`;
  });
  const head = [`  "provenance": ${JSON.stringify(provenance)}`, `  "provider": ${JSON.stringify(provider)}`];
  return `{\n${[...head, ...lines].join(',\n')}\n}\n`;
}
