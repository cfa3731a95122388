// The AWS provider's schema, served to Terraform: a go-plugin server that Terraform finds through TF_REATTACH_PROVIDERS, so
// that `validate` and mocked `test` run without the registry and without an account. It knows what may be written, and
// nothing of AWS: the rules that a provider keeps in code (of values, of arguments that exclude each other) are not here.

import { readFileSync } from 'node:fs';
import {
  type handleUnaryCall,
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { decode, ExtensionCodec } from '@msgpack/msgpack';
import type { Block, ProviderSchema } from './schema.ts';
import { findUnconfigurable } from './unconfigurable.ts';

export const SCHEMA_PATH = 'deploy/terraform/schema/aws.json';
const ADDRESS = 'registry.terraform.io/hashicorp/aws';
const PROTOCOL_VERSION = 6;

export interface ServedProvider {
  /** What Terraform's environment needs to find it. */
  readonly environment: { readonly TF_REATTACH_PROVIDERS: string };
  close(): void;
}

/** A schema as it is committed. */
export const readSchema = (path: string): ProviderSchema =>
  JSON.parse(readFileSync(path, 'utf8')) as ProviderSchema;

/** Serves on a free port of the loopback until `close()`; any number of Terraforms may use it at once. */
export async function serveProvider(schema: ProviderSchema): Promise<ServedProvider> {
  const definition = loadSync(new URL('./provider.proto', import.meta.url).pathname, {
    keepCase: true,
    longs: Number,
    defaults: true,
  });
  const { tfplugin6 } = loadPackageDefinition(definition) as unknown as {
    tfplugin6: { Provider: { service: ServiceDefinition } };
  };
  const server = new Server({ 'grpc.max_send_message_length': 64 * 1024 ** 2 });
  server.addService(tfplugin6.Provider.service, createCalls(schema));
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  const reattach = {
    [ADDRESS]: {
      Protocol: 'grpc',
      ProtocolVersion: PROTOCOL_VERSION,
      Pid: process.pid,
      // Terraform leaves the process alone when it ends.
      Test: true,
      Addr: { Network: 'tcp', String: `127.0.0.1:${port}` },
    },
  };
  return {
    environment: { TF_REATTACH_PROVIDERS: JSON.stringify(reattach) },
    close: () => server.forceShutdown(),
  };
}

type Call = handleUnaryCall<{ type_name: string; config: { msgpack: Uint8Array } }, object>;

function createCalls(schema: ProviderSchema): Record<string, Call> {
  const answer =
    (response: object): Call =>
    (_, reply) =>
      reply(null, response);
  const capabilities = { get_provider_schema_optional: true };
  const names = (schemas: Readonly<Record<string, Block>>) =>
    Object.keys(schemas).map((type_name) => ({ type_name }));
  const valid = answer({ diagnostics: [] });
  return {
    GetMetadata: answer({
      server_capabilities: capabilities,
      resources: names(schema.resource_schemas),
      data_sources: names(schema.data_source_schemas),
      ephemeral_resources: names(schema.ephemeral_resource_schemas),
    }),
    GetProviderSchema: answer({
      provider: { block: toBlock(schema.provider) },
      resource_schemas: toSchemas(schema.resource_schemas),
      data_source_schemas: toSchemas(schema.data_source_schemas),
      ephemeral_resource_schemas: toSchemas(schema.ephemeral_resource_schemas),
      server_capabilities: capabilities,
    }),
    // Terraform itself has held a configuration to the schema before it asks.
    ValidateProviderConfig: valid,
    ValidateResourceConfig: validate(schema.resource_schemas),
    ValidateDataResourceConfig: validate(schema.data_source_schemas),
    ValidateEphemeralResourceConfig: validate(schema.ephemeral_resource_schemas),
    ConfigureProvider: valid,
    // Terraform's mocks have no ephemeral resources yet: this one is opened here, as a text for whatever it computes.
    OpenEphemeralResource: ({ request }, reply) => {
      const config = decodeConfig(request.config.msgpack);
      const { attributes } = schema.ephemeral_resource_schemas[request.type_name]!;
      const made = Object.entries(attributes)
        .filter(
          ([name, { type, computed }]) => config[name] === null && computed === true && type === 'string',
        )
        .map(([name]) => [name, `made-up-${name}`]);
      const result = { ...config, ...Object.fromEntries(made) };
      reply(null, { result: { json: Buffer.from(JSON.stringify(result)) } });
    },
    CloseEphemeralResource: valid,
    StopProvider: answer({ error: '' }),
  };
}

const validate =
  (schemas: Readonly<Record<string, Block>>): Call =>
  ({ request }, reply) => {
    const found = findUnconfigurable(schemas[request.type_name]!, decodeConfig(request.config.msgpack));
    const diagnostics = found.map((steps) => ({
      severity: 'ERROR',
      summary: 'Value for unconfigurable attribute',
      detail: `In ${request.type_name} this is decided by AWS and may not be set`,
      attribute: { steps },
    }));
    reply(null, { diagnostics });
  };

/** What Terraform does not know yet is an extension of MessagePack's; here it is a word for itself. */
const UNKNOWN = 'unknown';
const extensionCodec = new ExtensionCodec();
for (const type of [0, 12]) extensionCodec.register({ type, encode: () => null, decode: () => UNKNOWN });
const decodeConfig = (bytes: Uint8Array) => decode(bytes, { extensionCodec }) as Record<string, unknown>;

const toSchemas = (schemas: Readonly<Record<string, Block>>) =>
  Object.fromEntries(Object.entries(schemas).map(([name, block]) => [name, { block: toBlock(block) }]));

function toBlock({ attributes, block_types }: Block): object {
  return {
    attributes: Object.entries(attributes).map(([name, attribute]) => ({
      name,
      ...attribute,
      type: Buffer.from(JSON.stringify(attribute.type)),
    })),
    block_types: Object.entries(block_types).map(
      ([type_name, { nesting_mode, min_items, max_items, block }]) => ({
        type_name,
        nesting: nesting_mode.toUpperCase(),
        min_items: min_items ?? 0,
        max_items: max_items ?? 0,
        block: toBlock(block),
      }),
    ),
  };
}
