import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FirstPaint } from '../../page/first-paint.ts';
import { composePage, escapeHtml, findStylesheet } from './compose.ts';

const HTML = [
  '<!doctype html><html lang="en"><head><!--meta--><title>Old</title><!--/meta-->',
  '<link rel="stylesheet" crossorigin href="/assets/index-Ab12_cd3.css">',
  '<noscript><link rel="stylesheet" href="/noscript.css"></noscript></head>',
  '<body><!--world--><div id="app"></div></body></html>',
].join('');
const PAINT: FirstPaint = {
  ...{ language: 'en', title: 'T', description: 'D', world: '<svg></svg>', app: '<p>rows</p>' },
  ...{ notice: '<p>as of</p>', style: '.b{}' },
};
const ADDRESS = { origin: 'http://here', path: '/', cardPath: '/card.png', indexed: true };
const WORDS = { de: '/assets/german-1.js' };
const compose = (over: Partial<FirstPaint> = {}) =>
  composePage({ html: HTML, css: '.a{}', words: WORDS }, { ...PAINT, ...over }, ADDRESS);

test('composePage() puts the style sheet into the page and its hash into the policy', () => {
  expect(findStylesheet(HTML)).toBe('/assets/index-Ab12_cd3.css');
  const { html, contentSecurityPolicy } = compose();
  const style = /<style>([^<]*)<\/style>/.exec(html)![1]!;
  expect(style).toBe('.a{}.b{}');
  const hash = createHash('sha256').update(style).digest('base64');
  expect(contentSecurityPolicy).toContain(`; style-src 'self' 'sha256-${hash}'`);
  expect(contentSecurityPolicy).not.toContain('unsafe');
  expect(html).not.toContain('/assets/index-Ab12_cd3.css');
  expect(html).toContain('<noscript><link rel="stylesheet" href="/noscript.css"></noscript>');
});

test('composePage() takes what it is given as it is, also signs that a replacement would read', () => {
  const { html } = compose({ app: "<p>$& $' $1</p>", title: '$`$&' });
  expect(html).toContain("<p>$& $' $1</p>");
  expect(html).toContain('<title>$`$&amp;</title>');
});

test('the words of the page’s language are asked for beside the app', () => {
  const { html } = compose({ language: 'de' });
  expect(html).toMatch(/<link rel="modulepreload"[^>]* href="\/assets\/german-1\.js" \/>/);
  expect(compose().html).not.toContain('modulepreload');
});

test('title and description are text, whatever an agency wrote', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { html } = compose({ title: `${text}"><script>`, description: `${text}'><img onerror=1>` });
      expect(html).not.toMatch(/<script|<img/);
    }),
  );
  expect(escapeHtml('<a href="x">&\'\u0007')).toBe('&lt;a href=&quot;x&quot;&gt;&amp;&#39; ');
});
