import { expect, test } from 'vitest';
import { judgeImport, readImports } from './check-imports.ts';

test('readImports() sees type, side-effect, re-export and dynamic imports over several lines', () => {
  const source = `import type { A } from './a.ts';\nimport {\n  b,\n} from '../b.ts';\nimport './c.css';\nexport { d } from './d.ts';\nconst e = await import('./e.ts');`;
  expect(readImports(source)).toEqual([
    { typeOnly: true, from: './a.ts' },
    { typeOnly: false, from: '../b.ts' },
    { typeOnly: false, from: './c.css' },
    { typeOnly: false, from: './d.ts' },
    { typeOnly: false, from: './e.ts' },
  ]);
});

test.each([
  ['catalogue/codec.ts', '../store/store.ts', false, 'catalogue cannot import store/store.ts'],
  ['catalogue/codec.ts', 'node:zlib', false, 'cannot import node:zlib'],
  ['web/main.tsx', 'fastify', false, 'cannot import the package fastify'],
  ['web/main.tsx', '../event/encode.ts', false, "it is the server's"],
  ['gateway/app.ts', '../store/embedded.ts', false, 'gateway cannot import store/embedded.ts'],
  ['gateway/app.ts', '../store/embedded.ts', true, 'which is no port'],
])('judgeImport() refuses %s → %s', (path, from, typeOnly, problem) => {
  expect(judgeImport(path, { typeOnly, from })).toContain(problem);
});

test.each([
  ['gateway/app.ts', '../store/store.ts', true],
  ['gateway/app.ts', '../log/topics.ts', false],
  ['web/main.tsx', '../catalogue/filter.ts', false],
  ['main.ts', './store/embedded.ts', false],
])('judgeImport() allows %s → %s', (path, from, typeOnly) => {
  expect(judgeImport(path, { typeOnly, from })).toBeNull();
});
