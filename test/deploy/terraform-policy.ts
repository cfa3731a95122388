// Rules that hold for whatever is planned, whichever module planned it. Pure: a plan in, breaches out, each a sentence.

import type { PlannedResource } from '../../scripts/terraform/check.ts';

type Fields = Readonly<Record<string, unknown>>;
type Rule = (fields: Fields, address: string) => string | false | undefined;

/** What the whole world may reach: the site, and the port that sends it there. */
const WORLD_PORTS: ReadonlySet<string> = new Set(['tcp 443', 'udp 443', 'tcp 80']);
const WORLD: ReadonlySet<unknown> = new Set(['0.0.0.0/0', '::/0']);

/** A policy that bounds and gives nothing. */
const BOUNDARY = 'aws_iam_policy.boundary';
/** Written by others, and made to write to their own root; Grafana's has SSM's agent in it. */
const WRITES_TO_ROOT: ReadonlySet<unknown> = new Set(['logs', 'metrics', 'grafana', 'sign']);

const first = (fields: Fields, name: string): Fields =>
  ((fields[name] as Fields[] | undefined) ?? [])[0] ?? {};

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Fields;
}

/** Rights for everything, without a condition, that can be given in no other way. */
const UNBOUNDED_ACTIONS: ReadonlySet<string> = new Set([
  // A token for the registry, which by itself opens nothing.
  'ecr:GetAuthorizationToken',
  // A task's own channel to SSM has no name beforehand.
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
  // To look is not to touch.
  'iam:Get*',
  'iam:List*',
]);

function judgePolicy(text: unknown, address: string): string | false {
  if (address.endsWith(BOUNDARY)) return false;
  const { Statement } = JSON.parse(String(text)) as { Statement: readonly Statement[] };
  for (const { Effect, Action, Resource, Condition } of Statement) {
    if (Effect !== 'Allow' || !Resource) continue;
    const actions = [Action].flat();
    const wide = actions.find((action) => action === '*' || action.endsWith(':*'));
    if (wide) return `allows ${wide}`;
    if (![Resource].flat().includes('*') || Condition) continue;
    const unbounded = actions.find((action) => !UNBOUNDED_ACTIONS.has(action));
    if (unbounded) return `allows ${unbounded} on everything`;
  }
  return false;
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly privileged?: boolean;
  readonly readonlyRootFilesystem?: boolean;
}

function judgeContainers(text: unknown): string | false {
  for (const { name, image, privileged, readonlyRootFilesystem } of JSON.parse(String(text)) as Container[]) {
    if (privileged) return `container ${name} is privileged`;
    if (!/:[\w][\w.-]*$|@sha256:[0-9a-f]{64}$/.test(image) || image.endsWith(':latest'))
      return `container ${name} runs ${image}, which is no version`;
    if (!readonlyRootFilesystem && !WRITES_TO_ROOT.has(name)) return `container ${name} writes to its root`;
  }
  return false;
}

const hasKey =
  (name: string): Rule =>
  (fields) =>
    !fields[name] && `has no ${name}`;

/** By type of resource; false or undefined: nothing to say. */
const RULES: Readonly<Record<string, readonly Rule[]>> = {
  aws_vpc_security_group_ingress_rule: [
    ({ cidr_ipv4, cidr_ipv6, from_port, to_port, ip_protocol }) =>
      (WORLD.has(cidr_ipv4) || WORLD.has(cidr_ipv6)) &&
      !(from_port === to_port && WORLD_PORTS.has(`${ip_protocol} ${from_port}`)) &&
      `lets the world in at ${from_port}–${to_port}`,
  ],
  aws_iam_role: [
    hasKey('permissions_boundary'),
    ({ name }) => !String(name).startsWith('quakewire-') && 'has a name that CI may not make',
  ],
  aws_iam_role_policy: [({ policy }, address) => judgePolicy(policy, address)],
  aws_iam_policy: [({ policy }, address) => judgePolicy(policy, address)],
  aws_cloudwatch_log_group: [hasKey('kms_key_id'), hasKey('retention_in_days')],
  aws_secretsmanager_secret: [hasKey('kms_key_id')],
  aws_secretsmanager_secret_version: [
    ({ secret_string_wo_version }) => !secret_string_wo_version && 'is in the state',
  ],
  aws_sns_topic: [hasKey('kms_master_key_id')],
  aws_prometheus_workspace: [hasKey('kms_key_arn')],
  aws_ebs_volume: [hasKey('encrypted'), hasKey('kms_key_id')],
  aws_db_instance: [
    hasKey('storage_encrypted'),
    hasKey('deletion_protection'),
    ({ publicly_accessible }) => publicly_accessible === true && 'has a public address',
  ],
  aws_ecr_repository: [
    (fields) =>
      first(fields, 'encryption_configuration')['encryption_type'] !== 'KMS' &&
      'is not encrypted with a key of its own',
  ],
  aws_instance: [
    (fields) => first(fields, 'metadata_options')['http_tokens'] !== 'required' && 'takes IMDSv1',
    (fields) =>
      first(fields, 'root_block_device')['encrypted'] !== true && 'has a disk that is not encrypted',
  ],
  aws_lb: [({ internal }) => internal !== true && 'has a public address'],
  aws_ecs_service: [
    (fields) =>
      first(fields, 'network_configuration')['assign_public_ip'] !== false && 'has a public address',
  ],
  aws_ecs_task_definition: [({ container_definitions }) => judgeContainers(container_definitions)],
};

/** What every bucket has beside it. */
const BESIDE_BUCKETS = [
  'aws_s3_bucket_policy',
  'aws_s3_bucket_public_access_block',
  'aws_s3_bucket_server_side_encryption_configuration',
  'aws_s3_bucket_versioning',
];

/** Empty where the plan keeps every rule. */
export function findBreaches(plan: readonly PlannedResource[]): readonly string[] {
  const managed = plan.filter(({ mode, change }) => mode === 'managed' && change.after !== null);
  const breaches = managed.flatMap(({ address, type, change }) =>
    (RULES[type] ?? []).flatMap((rule) => {
      const breach = rule(change.after!, address);
      return breach ? [`${address} ${breach}`] : [];
    }),
  );
  const addresses = new Set(managed.map(({ address }) => address));
  const bare = managed
    .filter(({ type }) => type === 'aws_s3_bucket')
    .flatMap(({ address }) =>
      BESIDE_BUCKETS.map((type) => address.replace(/aws_s3_bucket(?=\.\w+$)/, type)).filter(
        (beside) => !addresses.has(beside),
      ),
    )
    .map((missing) => `${missing} is missing`);
  return [...breaches, ...bare];
}
