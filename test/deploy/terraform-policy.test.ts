import { expect, test } from 'vitest';
import type { PlannedResource } from '../../scripts/terraform/check.ts';
import { findBreaches } from './terraform-policy.ts';

const planned = (type: string, after: Record<string, unknown>, name = 'this'): PlannedResource => ({
  address: `${type}.${name}`,
  mode: 'managed',
  type,
  change: { after },
});

const policy = (statement: object) => JSON.stringify({ Statement: [{ Effect: 'Allow', ...statement }] });

test.for([
  [
    '443 for the world',
    'aws_vpc_security_group_ingress_rule',
    { cidr_ipv4: '0.0.0.0/0', from_port: 443, to_port: 443, ip_protocol: 'tcp' },
    [],
  ],
  [
    'ssh for the world',
    'aws_vpc_security_group_ingress_rule',
    { cidr_ipv4: '0.0.0.0/0', from_port: 22, to_port: 22, ip_protocol: 'tcp' },
    ['lets the world in at 22–22'],
  ],
  [
    'a range for the world',
    'aws_vpc_security_group_ingress_rule',
    { cidr_ipv6: '::/0', from_port: 80, to_port: 443, ip_protocol: 'tcp' },
    ['lets the world in at 80–443'],
  ],
  [
    'ssh for one address',
    'aws_vpc_security_group_ingress_rule',
    { cidr_ipv4: '203.0.113.7/32', from_port: 22, to_port: 22, ip_protocol: 'tcp' },
    [],
  ],
  [
    'every action',
    'aws_iam_role_policy',
    { policy: policy({ Action: 's3:*', Resource: 'arn:aws:s3:::x' }) },
    ['allows s3:*'],
  ],
  [
    'one action on everything',
    'aws_iam_role_policy',
    { policy: policy({ Action: ['s3:GetObject'], Resource: '*' }) },
    ['allows s3:GetObject on everything'],
  ],
  [
    'one action on everything, with a condition',
    'aws_iam_role_policy',
    { policy: policy({ Action: 's3:GetObject', Resource: '*', Condition: {} }) },
    [],
  ],
  [
    'a role without a bound',
    'aws_iam_role',
    { name: 'quakewire-x', permissions_boundary: null },
    ['has no permissions_boundary'],
  ],
  [
    'a disk that is not encrypted',
    'aws_ebs_volume',
    { encrypted: false, kms_key_id: 'key' },
    ['has no encrypted'],
  ],
  [
    'the old metadata service',
    'aws_instance',
    { metadata_options: [{ http_tokens: 'optional' }], root_block_device: [{ encrypted: true }] },
    ['takes IMDSv1'],
  ],
  [
    'a password in the state',
    'aws_secretsmanager_secret_version',
    { secret_string: 'x' },
    ['is in the state'],
  ],
  [
    'an image without a version',
    'aws_ecs_task_definition',
    { container_definitions: '[{"name": "x", "image": "x/y:latest", "readonlyRootFilesystem": true}]' },
    ['container x runs x/y:latest, which is no version'],
  ],
  [
    'a container that writes to its root',
    'aws_ecs_task_definition',
    { container_definitions: '[{"name": "quakewire", "image": "x/y:1"}]' },
    ['container quakewire writes to its root'],
  ],
  ['a public load balancer', 'aws_lb', { internal: false }, ['has a public address']],
] as const)('findBreaches() judges %s', ([, type, after, found]) => {
  expect(findBreaches([planned(type, after)])).toEqual(found.map((breach) => `${type}.this ${breach}`));
});

test('findBreaches() misses what every bucket has beside it', () => {
  const bucket = planned('aws_s3_bucket', {});
  expect(findBreaches([bucket])).toHaveLength(4);
  const beside = ['policy', 'public_access_block', 'server_side_encryption_configuration', 'versioning'];
  expect(findBreaches([bucket, ...beside.map((it) => planned(`aws_s3_bucket_${it}`, {}))])).toEqual([]);
});
