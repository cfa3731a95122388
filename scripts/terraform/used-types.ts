// Which types of the AWS provider a configuration uses. Pure.

export type TypeKind = 'resource' | 'data' | 'ephemeral';

/** The types by kind, each once, sorted. */
export function findUsedTypes(
  configurations: readonly string[],
): Readonly<Record<TypeKind, readonly string[]>> {
  const found = { resource: new Set<string>(), data: new Set<string>(), ephemeral: new Set<string>() };
  for (const text of configurations) {
    for (const [, kind, type] of text.matchAll(/^(resource|data|ephemeral) "(aws_\w+)"/gm))
      found[kind as TypeKind].add(type!);
  }
  return {
    resource: [...found.resource].sort(),
    data: [...found.data].sort(),
    ephemeral: [...found.ephemeral].sort(),
  };
}
