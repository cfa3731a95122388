// The policy on dependencies (SECURITY.md) held against package.json, the lock file and what is installed.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
}

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const lock = readJson('package-lock.json') as { lockfileVersion: number; packages: Record<string, Locked> };
const manifest = readJson('package.json') as Record<string, Record<string, string>>;
const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
const runtime = packages.filter(([, { dev }]) => !dev);

/** Licences that ask for no more than their notice. */
const LICENCES = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'Unlicense',
  '0BSD',
]);
/** Install scripts of development that were read: this one warns of how a dependant writes its version, and does nothing else. */
const LOOKED_AT = ['protobufjs 7.6.6'];
/** So many packages run in production; more is a decision, not an accident. */
const RUNTIME_PACKAGES_MAX = 125;

const toName = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

test('every package that runs in production has a licence of the allow list, in the lock file and as installed', () => {
  for (const [path, { license, optional }] of runtime) {
    expect(LICENCES, `${path}: ${license}`).toContain(license);
    const installed = join(path, 'package.json');
    // Another platform's Node is in the lock file and not on the disk.
    if (optional && !existsSync(installed)) continue;
    expect(readJson(installed).license, path).toBe(license);
  }
  expect(runtime.length).toBeGreaterThan(50);
  expect(runtime.length).toBeLessThanOrEqual(RUNTIME_PACKAGES_MAX);
});

test('every version is exact, and every package in the lock file has the hash of its content', () => {
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    for (const [name, version] of Object.entries(manifest[kind] ?? {}))
      expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  }
  for (const [path, { integrity }] of packages) expect(integrity, path).toMatch(/^sha512-/);
  expect(lock.lockfileVersion).toBe(3);
});

test('the lock file names no place to load from: whoever installs chooses the registry', () => {
  expect(packages.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
});

test('no package that runs in production runs anything when it is installed, and of the others those alone that were looked at', () => {
  const scripts = packages.filter(([, { hasInstallScript }]) => hasInstallScript);
  expect(scripts.filter(([, { dev }]) => !dev)).toEqual([]);
  expect(scripts.map(([path, { version }]) => `${toName(path)} ${version}`)).toEqual(LOOKED_AT);
  for (const [path] of runtime) {
    const installed = join(path, 'package.json');
    if (!existsSync(installed)) continue;
    const { scripts: own = {} } = readJson(installed) as { scripts?: Record<string, string> };
    for (const when of ['preinstall', 'install', 'postinstall'])
      expect(own[when], `${path} ${when}`).toBeUndefined();
  }
});

test('what is installed is what the lock file says', () => {
  for (const [path, { version, optional }] of packages) {
    const installed = join(path, 'package.json');
    if (optional && !existsSync(installed)) continue;
    // One writes its own with a v in front.
    expect(readJson(installed).version.replace(/^v/, ''), path).toBe(version);
  }
});
