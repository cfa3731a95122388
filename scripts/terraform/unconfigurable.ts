// What a configuration sets and may not: attributes that AWS alone decides. Of all that a schema says this is the one thing
// that Terraform leaves to the provider. Pure.

import type { Block } from './schema.ts';

export type Step = { readonly attribute_name: string } | { readonly element_key_int: number };

/** `value`: an object of the configuration with null for what it leaves out; what is not known yet is not null. */
export function findUnconfigurable(
  { attributes, block_types }: Block,
  value: Readonly<Record<string, unknown>>,
  at: readonly Step[] = [],
): readonly (readonly Step[])[] {
  const set = Object.entries(attributes)
    .filter(([name, { optional, required }]) => !optional && !required && (value[name] ?? null) !== null)
    .map(([attribute_name]) => [...at, { attribute_name }]);
  const nested = Object.entries(block_types).flatMap(([attribute_name, { block }]) => {
    const held = value[attribute_name];
    const path = [...at, { attribute_name }];
    if (Array.isArray(held))
      return held.flatMap((it, element_key_int) =>
        isObject(it) ? findUnconfigurable(block, it, [...path, { element_key_int }]) : [],
      );
    return isObject(held) ? findUnconfigurable(block, held, path) : [];
  });
  return [...set, ...nested];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
