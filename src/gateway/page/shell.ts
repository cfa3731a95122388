// What the build left: index.html with its style sheet, and the components that draw the first paint. Read again when
// they were built anew.

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FirstPaintModule } from '../../page/first-paint.ts';
import { findStylesheet, type Shell } from './compose.ts';

export interface BuiltPage {
  /** The page as the build left it, without events: what is served when no first paint can be made. */
  readonly html: string;
  /** Null when the build has no style sheet or no components. */
  readonly parts: { readonly shell: Shell; readonly module: FirstPaintModule } | null;
}

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
  if (stylesheet === null || statSync(modulePath, { throwIfNoEntry: false }) === undefined)
    return { html, parts: null };
  const css = readFileSync(join(webRoot, stylesheet), 'utf8').trim();
  const module: FirstPaintModule = await import(`${pathToFileURL(modulePath).href}?built=${mtimeMs}`);
  return { html, parts: { shell: { html, css }, module } };
}
