// Checks the walls of src/: which folder may import from which, and that browser-safe folders stay so.
// The rules are those of ARCHITECTURE.md, "Directions".

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';

/** Folders (and root files) whose runtime code a folder may import besides its own. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  event: [],
  catalogue: ['event', 'errors.ts'],
  page: ['event', 'catalogue', 'clock.ts'],
  web: ['event', 'catalogue', 'page', 'errors.ts', 'clock.ts'],
  telemetry: ['errors.ts'],
  sources: ['event', 'telemetry', 'errors.ts', 'clock.ts'],
  sqlite: ['errors.ts'],
  log: ['event', 'sqlite', 'telemetry', 'errors.ts', 'clock.ts'],
  'dead-letters': ['event', 'telemetry', 'errors.ts'],
  associate: ['event', 'dead-letters', 'telemetry', 'errors.ts', 'clock.ts'],
  store: ['event', 'dead-letters', 'sqlite', 'telemetry', 'errors.ts', 'clock.ts'],
  backup: ['event', 'log', 'store', 'sqlite', 'errors.ts', 'clock.ts'],
  gateway: ['event', 'catalogue', 'page', 'telemetry', 'errors.ts', 'clock.ts'],
  replay: ['event', 'telemetry', 'errors.ts', 'clock.ts'],
};
/** Ports: from these a stage may take types of another stage; from tables also the values. */
const PORTS = new Set(['log/log.ts', 'store/store.ts', 'sources/source.ts']);
const TABLES = new Set(['log/topics.ts']);
const BROWSER_SAFE = new Set(['event', 'catalogue', 'page', 'web']);
/** Packages that the browser bundle may contain. */
const BROWSER_PACKAGES = [
  'preact',
  '@preact/signals',
  'maplibre-gl',
  '@maplibre/geojson-vt',
  '@maplibre/vt-pbf',
  'topojson-client',
  'world-atlas',
  '@photostructure/tz-lookup',
  // In the first paint's bundle alone (src/web/first/), which the gateway runs.
  'preact-render-to-string',
];
/** Written at development time alone, never reached by the browser (types are erased). */
const SERVER_ONLY = new Set(['event/schema.ts', 'event/encode.ts']);

interface Import {
  readonly typeOnly: boolean;
  readonly from: string;
}

/** All static and dynamic imports of a module's text. */
export function readImports(source: string): Import[] {
  const found: Import[] = [];
  const statement = /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
  for (const match of source.matchAll(statement))
    found.push({ typeOnly: Boolean(match[1]), from: match[2]! });
  for (const match of source.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g))
    found.push({ typeOnly: false, from: match[1]! });
  return found;
}

/** What is wrong with one import of the module at `path` (relative to src/), or null. */
export function judgeImport(path: string, { typeOnly, from }: Import): string | null {
  const folder = path.split('/')[0]!;
  const allowed = MAY_IMPORT[folder];
  if (!allowed) return null; // main.ts, config.ts: the composition root
  if (!from.startsWith('.')) {
    if (typeOnly || !BROWSER_SAFE.has(folder) || SERVER_ONLY.has(path)) return null;
    if (from.startsWith('node:')) return `${folder} is browser-safe and cannot import ${from}`;
    const known = BROWSER_PACKAGES.some((name) => from === name || from.startsWith(`${name}/`));
    return known ? null : `${folder} is browser-safe and cannot import the package ${from}`;
  }
  const target = normalize(join(dirname(path), from.replace(/\?.*$/, '')))
    .split(sep)
    .join('/');
  const targetFolder = target.split('/')[0]!;
  if (target.startsWith('..') || targetFolder === folder) return null;
  if (TABLES.has(target) || (typeOnly && PORTS.has(target))) return null;
  if (typeOnly && (targetFolder === 'event' || target === 'clock.ts')) return null;
  if (BROWSER_SAFE.has(folder) && SERVER_ONLY.has(target))
    return `${folder} cannot import ${target}: it is the server's`;
  if (
    typeOnly &&
    (targetFolder === 'sources' || targetFolder === 'store' || targetFolder === 'log') &&
    folder === 'web'
  ) {
    return `web cannot import ${target}`;
  }
  return allowed.includes(targetFolder)
    ? null
    : `${folder} cannot import ${target}${typeOnly ? ', which is no port' : ''}`;
}

if (import.meta.main) {
  const problems: string[] = [];
  const entries = readdirSync('src', { recursive: true, encoding: 'utf8' });
  for (const entry of entries.map((name) => name.split(sep).join('/'))) {
    if (!/\.tsx?$/.test(entry) || /\.test\.tsx?$/.test(entry)) continue;
    for (const one of readImports(readFileSync(join('src', entry), 'utf8'))) {
      const problem = judgeImport(entry, one);
      if (problem) problems.push(`src/${entry}: ${problem}`);
    }
  }
  for (const problem of problems) console.error(problem);
  console.log(
    problems.length === 0 ? 'imports: every direction kept' : `imports: ${problems.length} against the rules`,
  );
  process.exit(problems.length === 0 ? 0 : 1);
}
