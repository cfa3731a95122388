// What the build left: index.html with its style sheet, and the components that draw the first paint. Read again when
// they were built anew.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FirstPaintModule } from '../../page/first-paint.ts';
import { findStylesheet, type Shell } from './compose.ts';

export interface BuiltPage {
  /** The page as the build left it, without events: what is served when no first paint can be made. */
  readonly html: string;
  /** Null when the build has no style sheet, no manifest or no components. */
  readonly parts: BuiltParts | null;
}

export interface BuiltParts {
  readonly front: Shell;
  /** With the style of what the front page loads later, and an event's page begins with. */
  readonly event: Shell;
  readonly module: FirstPaintModule;
}

interface BuiltManifest {
  readonly [source: string]: { readonly file?: string; readonly css?: readonly string[] } | undefined;
}

/** Vite's list of what was built from what. */
const MANIFEST = '.vite/manifest.json';
const DETAIL = 'panel/event-detail.tsx';
const WORDS = { de: 'text/german.ts', es: 'text/spanish.ts' } as const;

/** `webRoot` is dist/web; the components lie beside it, in dist/page. */
export function createBuiltPage(webRoot: string): () => Promise<BuiltPage> {
  let known: { readonly mtimeMs: number; readonly built: Promise<BuiltPage> } | null = null;
  const indexPath = join(webRoot, 'index.html');
  return () => {
    const { mtimeMs } = statSync(indexPath);
    if (known?.mtimeMs !== mtimeMs) known = { mtimeMs, built: readBuiltPage(webRoot, mtimeMs) };
    return known.built;
  };
}

async function readBuiltPage(webRoot: string, mtimeMs: number): Promise<BuiltPage> {
  const html = readFileSync(join(webRoot, 'index.html'), 'utf8');
  const stylesheet = findStylesheet(html);
  const modulePath = join(webRoot, '..', 'page', 'render.js');
  const manifestPath = join(webRoot, MANIFEST);
  if (stylesheet === null || ![modulePath, manifestPath].every((path) => existsSync(path)))
    return { html, parts: null };
  const manifest = JSON.parse(readFileSync(manifestPath, 'utf8')) as BuiltManifest;
  const [css, detailCss] = [[stylesheet], manifest[DETAIL]?.css ?? []].map((paths) =>
    paths.map((path) => readFileSync(join(webRoot, path), 'utf8').trim()).join(''),
  );
  const module: FirstPaintModule = await import(`${pathToFileURL(modulePath).href}?built=${mtimeMs}`);
  const words = Object.fromEntries(
    Object.entries(WORDS).flatMap(([language, source]) => {
      const file = manifest[source]?.file;
      return file === undefined ? [] : [[language, `/${file}`]];
    }),
  );
  return {
    html,
    parts: {
      front: { html, css: css!, words },
      event: { html, css: css! + detailCss!, words },
      module,
    },
  };
}
