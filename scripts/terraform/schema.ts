// The shape of deploy/terraform/schema/aws.json: what `terraform providers schema -json` prints of a provider
// (its format 1.0), as far as validation needs it.

/** A type in Terraform's JSON notation: "string", ["list", "string"], ["object", { name: "string" }]. */
export type Type = string | readonly [string, Type | { readonly [attribute: string]: Type }];

export interface Attribute {
  readonly type: Type;
  readonly required?: true;
  readonly optional?: true;
  /** Known after apply where the configuration leaves it out. */
  readonly computed?: true;
  /** Hidden in plans; an output that has it must be sensitive too. */
  readonly sensitive?: true;
  /** Takes an ephemeral value, and is never in the state. */
  readonly write_only?: true;
}

export interface Block {
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly block_types: Readonly<Record<string, NestedBlock>>;
}

export interface NestedBlock {
  readonly nesting_mode: 'single' | 'list' | 'set' | 'map';
  readonly min_items?: 1;
  readonly max_items?: 1;
  readonly block: Block;
}

export interface ProviderSchema {
  /** Where it comes from, with what licence, and what it cannot say. */
  readonly provenance: Readonly<Record<string, string>>;
  readonly provider: Block;
  readonly resource_schemas: Readonly<Record<string, Block>>;
  readonly data_source_schemas: Readonly<Record<string, Block>>;
  readonly ephemeral_resource_schemas: Readonly<Record<string, Block>>;
}
