import { expect, test } from 'vitest';
import { parseBindings } from './parse-bindings.ts';
import { findUnconfigurable } from './unconfigurable.ts';
import { findUsedTypes } from './used-types.ts';

const written = (name: string, value: string, isBlock: boolean, type: string, storage: string) =>
  `            ${name}: {\n                value: ${value},\n                isBlock: ${isBlock},\n                type: "${type}",\n                storageClassType: "${storage}",\n            },\n`;
const member = (name: string, flags: 'required' | 'optional' | 'computed' | 'either', text: string) => {
  const computed = flags === 'computed' || flags === 'either';
  const optional = flags === 'optional' || flags === 'either';
  return `    // ${name} - computed: ${computed}, optional: ${optional}, required: ${flags === 'required'}\n    ${text}\n`;
};

/** Code in the shape of the bindings: a resource with a list, a set, a single block, and what the cloud alone computes. */
const CODE = `
function thingPartToHclTerraform(struct) {
    const attrs = {
${written('size', 'cdktn.numberToHclTerraform(struct.size)', false, 'simple', 'number')}    };
}
class ThingPartOutputReference extends cdktn.ComplexObject {
${member('size', 'required', "return this.getNumberAttribute('size');")}${member('state', 'computed', "return this.getStringAttribute('state');")}}
class ThingSeenOutputReference extends cdktn.ComplexObject {
${member('at', 'computed', "return this.getStringAttribute('at');")}${member('by', 'computed', "return cdktn.Fn.tolist(this.getListAttribute('by'));")}}
class Thing extends cdktn.TerraformResource {
    // ATTRIBUTES
${member('name', 'required', "return this.getStringAttribute('name');")}${member('tags', 'optional', "return this.getStringMapAttribute('tags');")}${member('word_wo', 'optional', "return this.getStringAttribute('word_wo');")}${member('zones', 'either', "return cdktn.Fn.tolist(this.getListAttribute('zones'));")}${member('seen', 'computed', '_seen = new ThingSeenList(this, "seen", false);')}${member('only', 'required', '_only = new ThingPartOutputReference(this, "only");')}${member('many', 'optional', '_many = new ThingPartList(this, "many", true);')}${member('timeouts', 'optional', '_timeouts = new ThingPartOutputReference(this, "timeouts");')}    // SYNTHESIS
    synthesizeHclAttributes() {
        const attrs = {
${written('name', 'cdktn.stringToHclTerraform(this._name)', false, 'simple', 'string')}${written('tags', 'x', false, 'map', 'stringMap')}${written('word_wo', 'this.markWriteOnlyAttribute(x)', false, 'simple', 'string')}${written('zones', 'x', false, 'set', 'stringList')}${written('only', 'x', true, 'list', 'ThingPartList')}${written('many', 'x', true, 'set', 'ThingPartList')}${written('timeouts', 'x', true, 'struct', 'ThingPart')}        };
    }
}
`;

test('parseBindings() gives types, who may set what, and how blocks are nested', () => {
  const part = {
    attributes: { size: { type: 'number', required: true }, state: { type: 'string', computed: true } },
    block_types: {},
  };
  expect(parseBindings(CODE, new Set(['word_wo']))).toEqual({
    attributes: {
      name: { type: 'string', required: true },
      tags: { type: ['map', 'string'], optional: true },
      word_wo: { type: 'string', optional: true, sensitive: true, write_only: true },
      zones: { type: ['set', 'string'], optional: true, computed: true },
      seen: { type: ['list', ['object', { at: 'string', by: ['set', 'string'] }]], computed: true },
    },
    block_types: {
      only: { nesting_mode: 'list', min_items: 1, max_items: 1, block: part },
      many: { nesting_mode: 'set', block: part },
      timeouts: { nesting_mode: 'single', block: part },
    },
  });
});

test('parseBindings() guesses nothing', () => {
  expect(() => parseBindings(CODE.replace("this.getStringAttribute('at')", 'this.getOdd()'))).toThrow(
    'the type of ThingSeenOutputReference.at is not known',
  );
  expect(() => parseBindings('class Other {}')).toThrow('there is no resource class');
});

test('findUnconfigurable() finds what the cloud alone decides, at any depth', () => {
  const block = parseBindings(CODE);
  const config = {
    name: 'x',
    zones: ['a'],
    seen: null,
    only: [{ size: 1, state: null }],
    many: [
      { size: 1, state: null },
      { size: 2, state: 'up' },
    ],
    timeouts: { size: 1, state: 'unknown' },
  };
  expect(findUnconfigurable(block, config)).toEqual([
    [{ attribute_name: 'many' }, { element_key_int: 1 }, { attribute_name: 'state' }],
    [{ attribute_name: 'timeouts' }, { attribute_name: 'state' }],
  ]);
});

test('findUsedTypes() names each type once, by kind', () => {
  const text =
    'resource "aws_b" "x" {\n}\ndata "aws_c" "y" {\n}\nresource "aws_a" "z" {\n}\nephemeral "aws_e" "w" {\n}\n';
  expect(findUsedTypes([text, text])).toEqual({
    resource: ['aws_a', 'aws_b'],
    data: ['aws_c'],
    ephemeral: ['aws_e'],
  });
});
