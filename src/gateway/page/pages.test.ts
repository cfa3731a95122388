// The pages over real HTTP, with components of a few lines in the place of the built ones; test/e2e/first-paint.test.ts
// has the real ones.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEvent, startGateway } from '../../../test/support/gateway.ts';

let folder: string;
let webRoot: string;
/** Stands still unless a test lets a second pass: a page is made anew by the clock. */
let nowMs: number;
const clock = { now: () => nowMs };

const MODULE = `let made = 0;
export const chooseLanguage = (header) => (header.startsWith('de') ? 'de' : 'en');
export function renderFirstPaint({ catalogue, selected, query, language }) {
  if (query === '?fail') throw new Error('no paint today');
  const app = 'made ' + ++made + ', ' + catalogue.count + ' events' + query + (selected ? ' ' + selected.id + ' ' + (selected.answer?.reports.length ?? 'none') : '');
  return { language, title: 'T', description: 'D', world: '', app, notice: '', style: '' };
}`;

beforeEach(() => {
  nowMs = Date.UTC(2026, 10, 25);
  folder = mkdtempSync(join(tmpdir(), 'quakewire-pages-'));
  webRoot = join(folder, 'web');
  mkdirSync(join(webRoot, 'assets'), { recursive: true });
  mkdirSync(join(folder, 'page'));
  writeFileSync(
    join(webRoot, 'index.html'),
    '<!doctype html><html lang="en"><!--meta--><!--/meta--><link rel="stylesheet" href="/assets/a-12345678.css"><!--world--><div id="app"></div></html>',
  );
  writeFileSync(join(webRoot, 'assets', 'a-12345678.css'), '.a{}');
  writeFileSync(join(webRoot, 'assets', 'detail-12345678.css'), '.detail{}');
  mkdirSync(join(webRoot, '.vite'));
  writeFileSync(
    join(webRoot, '.vite', 'manifest.json'),
    JSON.stringify({ 'panel/event-detail.tsx': { css: ['assets/detail-12345678.css'] } }),
  );
  writeFileSync(join(folder, 'page', 'render.js'), MODULE);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const waitForLog = (url: string, count: number) =>
  expect
    .poll(
      async () => ((await (await fetch(`${url}/status`)).json()) as { events: { log: number } }).events.log,
    )
    .toBe(count);

const readApp = async (url: string, headers: Record<string, string> = {}) => {
  const response = await fetch(url, { headers: { accept: 'text/html', ...headers } });
  const html = await response.text();
  return { response, html, app: /<div id="app"[^>]*>([^<]*)/.exec(html)?.[1] ?? '' };
};

test('a page is made once for a language, and a cache between is told that it depends on it', async () => {
  await using running = await startGateway({ webRoot, clock });
  const german = { 'accept-language': 'de-AT,de;q=0.8' };
  const pages = [
    await readApp(`${running.url}/`, german),
    await readApp(`${running.url}/`, { 'accept-language': 'en' }),
    await readApp(`${running.url}/`, { 'accept-language': 'de' }),
  ];
  expect(pages.map(({ app }) => app)).toEqual(['made 1, 0 events', 'made 2, 0 events', 'made 1, 0 events']);
  expect(pages.map(({ html }) => /<html lang="(.*?)"/.exec(html)?.[1])).toEqual(['de', 'en', 'de']);
  expect(pages[0]!.response.headers.get('vary')).toContain('accept-language');
});

test('the front page is made once for all who ask within a second, and may be kept for a second', async () => {
  await using running = await startGateway({ webRoot, clock });
  const [first, second] = await Promise.all([readApp(`${running.url}/`), readApp(`${running.url}/`)]);
  expect(first.app).toBe('made 1, 0 events');
  expect(second.app).toBe('made 1, 0 events');
  expect(first.html).toContain('<style>.a{}');
  expect(first.html).not.toContain('.detail{}');
  expect(first.response.headers.get('cache-control')).toContain('s-maxage=1');
  expect(first.response.headers.get('content-security-policy')).toMatch(/style-src 'self' 'sha256-/);
  const etag = first.response.headers.get('etag')!;
  const again = await fetch(`${running.url}/`, { headers: { 'if-none-match': etag } });
  expect(again.status).toBe(304);
  expect(again.headers.get('content-security-policy')).toBe(
    first.response.headers.get('content-security-policy'),
  );
  await running.publish(createEvent(1));
  await waitForLog(running.url, 1);
  expect((await readApp(`${running.url}/`)).app).toBe('made 1, 0 events');
  nowMs += 1_000;
  expect((await readApp(`${running.url}/`)).app).toBe('made 2, 1 events');
});

test('the page of an event has its reports; of an unknown id it is a 404 that is not indexed', async () => {
  await using running = await startGateway({ webRoot, clock });
  const event = createEvent(7);
  await running.publish(event);
  await waitForLog(running.url, 1);
  expect((await readApp(`${running.url}/events/${event.id}`)).response.status).toBe(200);
  const unknown = await readApp(`${running.url}/events/emsc-%3Cscript%3E`);
  expect(unknown.response.status).toBe(404);
  expect(unknown.html).toContain('content="noindex"');
  expect(unknown.html).toContain('<style>.a{}.detail{}');
  expect(unknown.html.split('<style>')[0]).not.toContain('<script>');
  const json = await fetch(`${running.url}/events/nobody-1`, { headers: { accept: 'application/json' } });
  expect(json.headers.get('content-type')).toContain('problem+json');
});

test('when the components fail, or more pages are asked for than are made in a second, the bare page is served', async () => {
  await using running = await startGateway({ webRoot, clock });
  const failed = await readApp(`${running.url}/?fail`);
  expect(failed.response.status).toBe(200);
  expect(failed.html).toContain('<div id="app"></div>');
  expect(failed.response.headers.get('content-security-policy')).not.toContain('sha256');
  const many = await Promise.all(Array.from({ length: 60 }, (_, i) => readApp(`${running.url}/?n=${i}`)));
  const bare = many.filter(({ app }) => app === '').length;
  expect(many.every(({ response }) => response.status === 200)).toBe(true);
  // The one that failed was made too.
  expect(bare).toBe(60 - 19);
});

test('a Host header that is none does not get into the page', async () => {
  await using running = await startGateway({ webRoot, clock });
  const { html } = await readApp(`${running.url}/`);
  expect(html).toContain(`<link rel="canonical" href="${running.url}/" />`);
  const reply = await running.gateway.app.inject({ url: '/', headers: { host: '"><script>x' } });
  expect(reply.body).not.toContain('<script>x');
});

test('a card is a PNG, made once for a revision; whoever asks for too many at once is told to wait', async () => {
  await using running = await startGateway({ webRoot, clock });
  for (let number = 0; number < 30; number++) await running.publish(createEvent(number));
  const { id } = createEvent(29);
  const read = (path: string) => fetch(running.url + path);
  await expect.poll(async () => (await read(`/events/${id}/card.png`)).status).toBe(200);
  const card = await read(`/events/${id}/card.png`);
  expect(card.headers.get('content-type')).toBe('image/png');
  expect(
    Buffer.from(await card.arrayBuffer())
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG');
  const again = await fetch(`${running.url}/events/${id}/card.png`, {
    headers: { 'if-none-match': card.headers.get('etag')! },
  });
  expect(again.status).toBe(304);
  expect((await read('/events/emsc-never/card.png')).status).toBe(404);
  const statuses = await Promise.all(
    Array.from({ length: 29 }, async (_, i) => (await read(`/events/${createEvent(i).id}/card.png`)).status),
  );
  expect(new Set(statuses)).toEqual(new Set([200, 503]));
});
