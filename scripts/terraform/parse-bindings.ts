// The schema of one type out of the code that CDK Terrain generated from it (`lib/<type>/index.js` of @cdktn/provider-aws).
// Pure. That code says of each attribute what it is called, whether it is required, optional or computed, and of what type;
// of each nested block whether it is a list, a set or a single one, and whether one is the most it may have.

import type { Attribute, Block, NestedBlock, Type } from './schema.ts';

/** `// name - computed: false, optional: true, required: false`, above each attribute of a class. */
const MEMBER = /^ {4}\/\/ (\w+) - computed: (true|false), optional: (true|false), required: (true|false)\n/gm;
/** `name: { value: …, isBlock: false, type: "list", storageClassType: "stringList" }`, for what can be set. */
const WRITTEN =
  /^ +(\w+): \{\n +value: (.*),\n +isBlock: (true|false),\n +type: "(\w+)",\n +storageClassType: "(\w+)",/gm;
const PRIMITIVES: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  boolean: 'bool',
  any: 'dynamic',
};

/** What the getter of an attribute calls, for what is computed alone. */
const GETTERS: readonly (readonly [RegExp, Type])[] = [
  [/Token\.asNumberList\(cdktn\.Fn\.tolist\(/, ['set', 'number']],
  [/Fn\.tolist\(this\.getListAttribute\(/, ['set', 'string']],
  [/this\.getNumberListAttribute\(/, ['list', 'number']],
  [/this\.getListAttribute\(/, ['list', 'string']],
  [/this\.getStringMapAttribute\(|new cdktn\.StringMap\(/, ['map', 'string']],
  [/this\.getNumberMapAttribute\(|new cdktn\.NumberMap\(/, ['map', 'number']],
  [/this\.getBooleanMapAttribute\(|new cdktn\.BooleanMap\(/, ['map', 'bool']],
  [/this\.getStringAttribute\(/, 'string'],
  [/this\.getNumberAttribute\(/, 'number'],
  [/this\.getBooleanAttribute\(/, 'bool'],
  [/this\.interpolationForAttribute\(/, 'dynamic'],
];

interface Written {
  readonly value: string;
  readonly isBlock: boolean;
  readonly kind: string;
  readonly storage: string;
}

/**
 * The block of a resource, data source or ephemeral resource. Throws where the code holds something it does not know, so
 * that nothing is guessed.
 */
export function parseBindings(code: string, sensitive: ReadonlySet<string> = new Set()): Block {
  const main = [
    ...code.matchAll(/^class (\w+) extends cdktn\.Terraform(?:Ephemeral|Data)?(?:Resource|Source) /gm),
  ][0];
  if (main === undefined) throw new Error('Cannot read bindings: there is no resource class');
  return toBlock(code, main[1]!, sensitive);
}

function toBlock(code: string, className: string, sensitive: ReadonlySet<string>): Block {
  const body = bodyOf(code, className);
  const written = writtenOf(code, className, body);
  const members = [...body.matchAll(MEMBER)];
  const attributes: Record<string, Attribute> = {};
  const blocks: Record<string, NestedBlock> = {};
  for (const [i, member] of members.entries()) {
    const [comment, name, computed, optional, required] = member;
    const text = body.slice(
      member.index + comment.length,
      members[i + 1]?.index ?? endOf(body, member.index),
    );
    const how = written.get(name!);
    if (how === undefined && computed !== 'true')
      throw new Error(`Cannot read bindings: ${className}.${name} is neither written nor computed`);
    const nested = text.match(/ = new (\w+?)(List|Map|OutputReference)\(this, "\w+"(?:, (true|false))?\);/);
    if (nested !== null && computed !== 'true') {
      blocks[name!] = toNestedBlock(code, nested[1]!, nested[2]!, how!, required === 'true');
      continue;
    }
    attributes[name!] = {
      type:
        nested === null
          ? how === undefined
            ? readType(text, `${className}.${name}`)
            : writtenType(how, `${className}.${name}`)
          : objectType(code, nested[1]!, nested[2]!, nested[3] === 'true'),
      ...(required === 'true' && { required: true }),
      ...(optional === 'true' && { optional: true }),
      ...(computed === 'true' && { computed: true }),
      ...(sensitive.has(name!) && { sensitive: true }),
      ...(how?.value.startsWith('this.markWriteOnlyAttribute(') && { write_only: true }),
    };
  }
  return { attributes, block_types: blocks };
}

function toNestedBlock(
  code: string,
  element: string,
  holder: string,
  how: Written,
  isRequired: boolean,
): NestedBlock {
  if (!how.isBlock) throw new Error(`Cannot read bindings: ${element} is nested and no block`);
  const mode = how.kind === 'struct' ? 'single' : how.kind;
  if (mode !== 'single' && mode !== 'list' && mode !== 'set' && mode !== 'map')
    throw new Error(`Cannot read bindings: ${element} is nested as "${how.kind}"`);
  return {
    nesting_mode: mode,
    ...(isRequired && { min_items: 1 }),
    ...(holder === 'OutputReference' && mode !== 'single' && { max_items: 1 }),
    block: toBlock(code, `${element}OutputReference`, new Set()),
  };
}

/** A computed list, set or map of objects is an attribute, not a block: blocks are never computed. */
function objectType(code: string, element: string, holder: string, isSet: boolean): Type {
  const { attributes, block_types } = toBlock(code, `${element}OutputReference`, new Set());
  const fields = Object.fromEntries([
    ...Object.entries(attributes).map(([name, { type }]) => [name, type] as const),
    ...Object.entries(block_types).map(
      ([name, { nesting_mode, block }]) => [name, blockType(nesting_mode, block)] as const,
    ),
  ]);
  if (holder === 'OutputReference') return ['object', fields];
  return [holder === 'Map' ? 'map' : isSet ? 'set' : 'list', ['object', fields]];
}

function blockType(mode: NestedBlock['nesting_mode'], block: Block): Type {
  const fields = Object.fromEntries([
    ...Object.entries(block.attributes).map(([name, { type }]) => [name, type] as const),
    ...Object.entries(block.block_types).map(
      ([name, it]) => [name, blockType(it.nesting_mode, it.block)] as const,
    ),
  ]);
  return mode === 'single' ? ['object', fields] : [mode, ['object', fields]];
}

function writtenType({ isBlock, kind, storage }: Written, where: string): Type {
  if (isBlock) throw new Error(`Cannot read bindings: ${where} is a block and not nested`);
  const primitive = PRIMITIVES[storage];
  if (kind === 'simple' && primitive !== undefined) return primitive;
  // stringList, numberList, stringListList, stringMap, stringMapMap, stringListMap, stringMapList
  const parts = storage.match(/^(string|number|boolean)((?:List|Map)*)(List|Map)$/);
  if (parts === null || (kind !== 'list' && kind !== 'set' && kind !== 'map'))
    throw new Error(`Cannot read bindings: ${where} is "${kind}" of "${storage}"`);
  const inner = [...parts[2]!.matchAll(/List|Map/g)].reduce<Type>(
    (type, [it]) => [it === 'List' ? 'list' : 'map', type],
    PRIMITIVES[parts[1]!]!,
  );
  return [kind, inner];
}

function readType(text: string, where: string): Type {
  for (const [pattern, type] of GETTERS) if (pattern.test(text)) return type;
  throw new Error(`Cannot read bindings: the type of ${where} is not known`);
}

function bodyOf(code: string, className: string): string {
  const start = code.indexOf(`\nclass ${className} extends `);
  if (start < 0) throw new Error(`Cannot read bindings: there is no class ${className}`);
  return code.slice(start, code.indexOf('\n}\n', start));
}

/** Where the attributes of a class end: at its part "SYNTHESIS", or with it. */
function endOf(body: string, from: number): number {
  const synthesis = body.indexOf('// SYNTHESIS', from);
  return synthesis < 0 ? body.length : synthesis;
}

/** What can be set: in the class itself where it is a resource, else in the function that writes its element. */
function writtenOf(code: string, className: string, body: string): ReadonlyMap<string, Written> {
  let text = body;
  if (className.endsWith('OutputReference')) {
    const element = className.slice(0, -'OutputReference'.length);
    const start = code.indexOf(`\nfunction ${element[0]!.toLowerCase()}${element.slice(1)}ToHclTerraform(`);
    text = start < 0 ? '' : code.slice(start, code.indexOf('\n}\n', start));
  }
  return new Map(
    [...text.matchAll(WRITTEN)].map(([, name, value, isBlock, kind, storage]) => [
      name!,
      { value: value!, isBlock: isBlock === 'true', kind: kind!, storage: storage! },
    ]),
  );
}

/**
 * The provider's own block. Its bindings say of nested blocks what can be written and nothing of what is required: here
 * everything in them is optional.
 */
export function parseProviderBindings(code: string): Block {
  const main = code.match(/^class (\w+) extends cdktn\.TerraformProvider /m);
  if (main === null) throw new Error('Cannot read bindings: there is no provider class');
  return toLooseBlock(code, bodyOf(code, main[1]!));
}

function toLooseBlock(code: string, text: string): Block {
  const attributes: Record<string, Attribute> = {};
  const blocks: Record<string, NestedBlock> = {};
  for (const [, name, value, isBlock, kind, storage] of text.matchAll(WRITTEN)) {
    const how = { value: value!, isBlock: isBlock === 'true', kind: kind!, storage: storage! };
    if (!how.isBlock) {
      attributes[name!] = { type: writtenType(how, name!), optional: true };
      continue;
    }
    const writer = how.value.match(/(\w+ToHclTerraform)/)![1]!;
    const start = code.indexOf(`\nfunction ${writer}(`);
    blocks[name!] = {
      nesting_mode: how.kind === 'set' ? 'set' : 'list',
      block: toLooseBlock(code, code.slice(start, code.indexOf('\n}\n', start))),
    };
  }
  return { attributes, block_types: blocks };
}
