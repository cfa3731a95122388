// Builds the web app into dist/web when its sources changed since the last build (--force: always).
// What counts as changed: the content of every file the bundle is made from, by one hash in dist/web.sha256.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { InlineConfig } from 'vite';

const SOURCES = [
  'src/web',
  'src/event',
  'src/catalogue',
  'src/page',
  'src/clock.ts',
  'assets/labels.json',
  'assets/plates.json',
  'src/errors.ts',
  'vite.config.ts',
  'package-lock.json',
];
const STAMP = 'dist/web.sha256';
/** Source maps are large, and few ask for them. */
const QUALITY_MAP = 5;

/** The components as the gateway runs them for the first paint: one module with all it needs, without the map. */
const FIRST_PAINT: InlineConfig = {
  configFile: false,
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
  ssr: { noExternal: true },
  build: {
    ssr: 'src/web/first/render.tsx',
    outDir: 'dist/page',
    emptyOutDir: true,
    target: 'node20',
    // In one piece: the gateway imports it anew after each build, and two builds must not share half of their modules.
    rolldownOptions: {
      external: (id) => id.endsWith('/quake-map.ts'),
      output: { codeSplitting: false },
    },
  },
};

/** Builds if stale; says whether it did. */
export async function buildWeb(options: { force?: boolean } = {}): Promise<boolean> {
  const hash = hashSources();
  const fresh =
    existsSync('dist/web/index.html') &&
    existsSync('dist/page/render.js') &&
    existsSync(STAMP) &&
    readFileSync(STAMP, 'utf8') === hash;
  if (fresh && !options.force) return false;
  const { build } = await import('vite');
  await build({ logLevel: 'warn' });
  await build({ ...FIRST_PAINT, logLevel: 'warn' });
  compress('dist/web');
  writeFileSync(STAMP, hash);
  return true;
}

/** Writes `<file>.br` beside what compresses, so that the gateway never compresses a file while somebody waits. */
function compress(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(js|css|html|json|svg|map)$/.test(name)) continue;
    const bytes = readFileSync(join(folder, name));
    if (bytes.length < 1024) continue;
    const quality = name.endsWith('.map') ? QUALITY_MAP : constants.BROTLI_MAX_QUALITY;
    const params = { [constants.BROTLI_PARAM_QUALITY]: quality };
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(bytes, { params }));
  }
}

function hashSources(): string {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    const names = statSync(source).isDirectory()
      ? readdirSync(source, { recursive: true, encoding: 'utf8' })
          .filter((name) => !name.includes('.test.'))
          .sort()
          .map((name) => join(source, name))
      : [source];
    for (const name of names) if (statSync(name).isFile()) hash.update(name).update(readFileSync(name));
  }
  return hash.digest('hex');
}

if (import.meta.main) {
  const built = await buildWeb({ force: process.argv.includes('--force') });
  if (built) console.log('Web app built into dist/web');
}
