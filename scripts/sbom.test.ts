import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findBundled, findRoots, keepShipped } from './sbom.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quakewire-sbom-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const tool = [{ name: 'cdx:npm:package:development', value: 'true' }];
const BOM = {
  metadata: { component: { name: 'app' } },
  components: [
    { 'bom-ref': 'fastify@1', name: 'fastify' },
    { 'bom-ref': 'find-my-way@2', name: 'find-my-way' },
    { 'bom-ref': 'preact@3', name: 'preact', properties: tool },
    { 'bom-ref': 'vitest@4', name: 'vitest', properties: tool },
  ],
  dependencies: [
    { ref: 'quakewire@0', dependsOn: ['fastify@1', 'preact@3', 'vitest@4'] },
    { ref: 'fastify@1', dependsOn: ['find-my-way@2'] },
    { ref: 'vitest@4', dependsOn: ['preact@3'] },
  ],
};

test('the bill names what runs, what the web app bundles and Node, and no tool', () => {
  const bom = keepShipped(BOM, findRoots(BOM, ['preact']), 'v26.10.0');
  expect(bom.components.map((one) => one['bom-ref'])).toEqual([
    'fastify@1',
    'find-my-way@2',
    'preact@3',
    'node@26.10.0',
  ]);
  expect(bom.dependencies).toEqual([
    { ref: 'quakewire@0', dependsOn: ['fastify@1', 'preact@3'] },
    { ref: 'fastify@1', dependsOn: ['find-my-way@2'] },
  ]);
});

test('an import that the lock file does not have is an error, never a gap in the bill', () => {
  expect(() => findRoots(BOM, ['left-pad'])).toThrow(/"left-pad"/);
});

test('imports are found by package; types, tests, relative and Node modules are none', () => {
  mkdirSync(join(folder, 'map'));
  writeFileSync(
    join(folder, 'map/a.ts'),
    "import { readFileSync } from 'node:fs';\nimport type { Feature } from 'geojson';\nimport {\n  useState,\n} from 'preact/hooks';\nimport '@scope/name/style.css';\nimport { b } from './b.ts';\n",
  );
  writeFileSync(join(folder, 'a.test.ts'), "import { test } from 'vitest';\n");
  expect([...findBundled([folder])]).toEqual(['preact', '@scope/name']);
});
