// Puts the first paint into the built index.html: words about the page into its head, the style sheet in the place of the
// link to it (one request less before anything is seen), world and page into its body. Pure.

import { createHash } from 'node:crypto';
import type { FirstPaint } from '../../page/first-paint.ts';
import { SECURITY_HEADERS } from '../headers.ts';

export interface Shell {
  /** Text of dist/web/index.html. */
  readonly html: string;
  /** Text of the style sheet that it links to. */
  readonly css: string;
  /** By a language that the app loads the words of: the path of the script with them. */
  readonly words: Readonly<Record<string, string>>;
}

export interface PageAddress {
  /** `https://quakes.example`, for what must be an absolute address. */
  readonly origin: string;
  readonly path: string;
  /** Path of the picture for previews of links. */
  readonly cardPath: string;
  /** False: not for search engines. */
  readonly indexed: boolean;
}

export interface ComposedPage {
  readonly html: string;
  /** The policy of all answers, and in it the hash of the one inline style sheet. */
  readonly contentSecurityPolicy: string;
}

const META = /<!--meta-->[\s\S]*<!--\/meta-->/;
const STYLESHEET = /<link rel="stylesheet"[^>]*href="(\/assets\/[\w.-]+\.css)"[^>]*>/;
const WORLD = '<!--world-->';
const APP = '<div id="app"></div>';

/** The path of the style sheet in a built index.html; null: there is none. */
export function findStylesheet(html: string): string | null {
  return STYLESHEET.exec(html)?.[1] ?? null;
}

export function composePage(shell: Shell, paint: FirstPaint, address: PageAddress): ComposedPage {
  const style = shell.css + paint.style;
  const hash = createHash('sha256').update(style).digest('base64');
  // Functions, not texts: what came from agencies may have the signs that a replacement text gives a meaning to.
  const html = shell.html
    .replace('<html lang="en">', () => `<html lang="${escapeHtml(paint.language)}">`)
    .replace(META, () => describePage(paint, address, shell.words[paint.language]))
    .replace(STYLESHEET, () => `<style>${style}</style>`)
    .replace(
      WORLD,
      () => `<div id="world" class="world">${paint.world}</div><noscript>${paint.notice}</noscript>`,
    )
    .replace(APP, () => `<div id="app" class="served">${paint.app}</div>`);
  const policy = SECURITY_HEADERS['content-security-policy'];
  return { html, contentSecurityPolicy: `${policy}; style-src 'self' 'sha256-${hash}'` };
}

function describePage(
  { title, description }: FirstPaint,
  { origin, path, cardPath, indexed }: PageAddress,
  wordsPath: string | undefined,
): string {
  const meta = (name: string, content: string) =>
    `<meta ${name.includes(':') && !name.startsWith('twitter') ? 'property' : 'name'}="${name}" content="${escapeHtml(content)}" />`;
  return [
    `<title>${escapeHtml(title)}</title>`,
    meta('description', description),
    `<link rel="canonical" href="${escapeHtml(origin + path)}" />`,
    meta('og:title', title),
    meta('og:description', description),
    meta('og:type', 'website'),
    meta('og:site_name', 'Quakewire'),
    meta('og:url', origin + path),
    meta('og:image', origin + cardPath),
    meta('og:image:type', 'image/png'),
    meta('og:image:width', '1200'),
    meta('og:image:height', '630'),
    meta('twitter:card', 'summary_large_image'),
    // The app asks for them before it takes over: they come beside it.
    ...(wordsPath === undefined
      ? []
      : [`<link rel="modulepreload" crossorigin fetchpriority="low" href="${escapeHtml(wordsPath)}" />`]),
    ...(indexed ? [] : [meta('robots', 'noindex')]),
  ].join('\n    ');
}

/** Text made harmless in markup and in attributes; control characters go. */
export function escapeHtml(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
