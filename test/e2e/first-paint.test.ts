// What arrives before the app does: the page as the server drew it, for readers with and without script, and the moment
// in which the app takes over.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildWeb } from '../../scripts/build-web.ts';
import type { Replay } from '../../src/replay/replay.ts';
import { DOTS_MAX } from '../../src/web/first/world-dots.ts';
import { ENGLISH } from '../../src/web/text/english.ts';
import { GERMAN } from '../../src/web/text/german.ts';
import { SPANISH } from '../../src/web/text/spanish.ts';
import { startAgency, toAgencyArgs, toFeatureText } from '../support/agency.ts';
import { startBrowser, watchOffences } from '../support/browser.ts';
import { type Quakewire, startQuakewire } from '../support/quakewire.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'quakewire-first-'));
let agency: Replay;
let quakewire: Quakewire;
let browser: Browser;

const toUnid = (number: number) => `20261122_${String(number).padStart(7, '0')}`;
const toId = (number: number) => `emsc-${toUnid(number)}`;
const MARKUP = '<img src=x onerror=alert(1)>"\' $& SEA';
const EVENTS = 30;
/** Places of three events that stand alone, degrees east and north. */
const PLACES: Record<number, [number, number]> = { 1: [0, 0], 2: [-75, 40], 3: [120, -50] };

function publish(number: number, change: { version?: number; magnitude?: number; region?: string } = {}) {
  const { version = 1, ...solution } = change;
  const nowMs = Date.now();
  const [longitudeDeg, latitudeDeg] = PLACES[number] ?? [60 + number, 60];
  const text = toFeatureText({
    ...{ unid: toUnid(number), timeMs: nowMs - number * 60_000, lastUpdateMs: nowMs + version },
    ...{ magnitude: 5, longitudeDeg, latitudeDeg, ...solution },
  });
  agency.control.publish(version === 1 ? 'create' : 'update', text);
}

const readJson = async (path: string) =>
  (await fetch(quakewire.url + path, { headers: { accept: 'application/json' } })).json() as Promise<{
    event: { revision: number; state: string };
  }>;

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadlineMs) throw new Error(`Waited in vain for ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

beforeAll(async () => {
  await buildWeb();
  agency = await startAgency();
  quakewire = await startQuakewire({
    args: [...toAgencyArgs(agency), '--data-dir', dataDir, '--starter', 'false'],
  });
  await until(async () => JSON.stringify(await readJson('/status')).includes('"state":"live"'));
  for (let number = 1; number <= EVENTS; number++) publish(number, number === 4 ? { region: MARKUP } : {});
  await until(async () => (await readJson(`/events/${toId(EVENTS)}`)).event?.revision === 1);
  publish(1, { version: 2, magnitude: 5.8 });
  agency.control.remove(toUnid(5));
  await until(async () => (await readJson(`/events/${toId(1)}`)).event?.revision === 2);
  await until(async () => (await readJson(`/events/${toId(5)}`)).event?.state === 'withdrawn');
  browser = await startBrowser();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await quakewire?.stop();
  await agency?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Opens a page that notes what it must not do: shift, break the policy, ask others, throw. */
async function open(
  path: string,
  options: {
    script?: boolean;
    width?: number;
    height?: number;
    block?: string;
    until?: Promise<void>;
    origin?: string;
    /** Its time is the test's to set forward. */
    clock?: boolean;
  } = {},
): Promise<{ page: Page; offences: string[]; close: () => Promise<void> }> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1200, height: options.height ?? 800 },
    javaScriptEnabled: options.script ?? true,
  });
  const page = await context.newPage();
  const offences: string[] = [];
  const origin = options.origin ?? quakewire.url;
  watchOffences(page, origin, offences);
  await page.addInitScript(`
    globalThis.shifts = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) globalThis.shifts.push(entry.value);
    }).observe({ type: 'layout-shift', buffered: true });`);
  // The snapshot comes when the test says so.
  if (options.until)
    await page.route('**/catalogue/manifest*', async (route) => {
      await options.until;
      await route.continue();
    });
  if (options.block) await page.route(options.block, (route) => route.abort());
  if (options.clock) await page.clock.install();
  await page.goto(origin + path);
  return { page, offences, close: () => context.close() };
}

test('the HTML has the events as a list of links, the world, and nothing that the policy forbids', async () => {
  const response = await fetch(`${quakewire.url}/`);
  const html = await response.text();
  for (let number = 1; number <= EVENTS; number++) expect(html).toContain(`href="/events/${toId(number)}"`);
  expect(html).toMatch(/<svg class="world-dots"/);
  expect(html).not.toContain(' style="');
  expect(html).not.toContain('<img src=x');
  expect(html).toContain('&lt;img src=x onerror=alert(1)>&quot;');
  expect(response.headers.get('content-security-policy')).not.toMatch(/unsafe|nonce|https?:|\*/);
});

test('without script the page can be read: events, times in UTC, and no control that does nothing', async () => {
  const { page, offences, close } = await open('/', { script: false });
  const first = page.locator(`.row-button[href="/events/${toId(1)}"]`);
  expect(await first.innerText()).toContain('5.8');
  const time = await first.locator('time').getAttribute('title');
  expect(time).toMatch(/ UTC$/);
  expect(await page.locator('.as-of').innerText()).toContain('UTC');
  // What must not be missed is named above the list, the largest first.
  const notice = page.locator('.as-of');
  expect(await notice.innerText()).toMatch(/Largest in 24 hours: ML 5\.8 /);
  expect(await notice.locator('a').count()).toBe(3);
  for (const control of await page.locator('button, input, select').all())
    expect(await control.isVisible()).toBe(false);
  await first.click();
  await page.waitForURL(`**/events/${toId(1)}`);
  const text = await page.locator('#app').innerText();
  expect(text).toContain('5.8');
  expect(text).toMatch(/Reports 2/);
  // The figures of the drawing are no larger than the text around them.
  const drawn = await page.locator('.timeline svg').boundingBox();
  expect(drawn!.width).toBeLessThanOrEqual(352);
  expect(text).toContain('UTC');
  expect(await page.title()).toContain('5.8');
  expect(await page.locator('a[href*="seismicportal.eu/eventdetails"]').count()).toBe(1);
  expect(offences).toEqual([]);
  await close();
});

test.each([
  [
    'de-AT,de;q=0.9,en;q=0.8',
    'de',
    'Information, keine Frühwarnung.',
    /Die stärksten in 24 Stunden: ML 5,8 /,
  ],
  ['es-MX', 'es', 'Información, no una alerta temprana.', /Los mayores en 24 horas: ML 5,8 /],
  ['fr', 'en', 'Information, not an early warning.', /Largest in 24 hours: ML 5\.8 /],
])(
  'who reads %s is served a page in %s: list, notice, title',
  async (acceptLanguage, language, notice, largest) => {
    const context = await browser.newContext({
      javaScriptEnabled: false,
      extraHTTPHeaders: { 'accept-language': acceptLanguage },
    });
    const page = await context.newPage();
    const answer = (await page.goto(quakewire.url))!;
    expect(answer.headers()['vary']).toContain('accept-language');
    expect(await page.locator('html').getAttribute('lang')).toBe(language);
    // Its words come beside the app, from a file that is there.
    const words = { de: 'german', es: 'spanish', en: null }[language];
    const preloaded = page.locator(
      'link[rel="modulepreload"][href*="german"], link[rel="modulepreload"][href*="spanish"]',
    );
    expect(await preloaded.count()).toBe(words === null ? 0 : 1);
    if (words !== null) {
      const path = (await preloaded.getAttribute('href'))!;
      expect(path).toContain(`/assets/${words}-`);
      expect((await fetch(quakewire.url + path)).status).toBe(200);
    }
    expect(await page.locator('.foot-notice').innerText()).toBe(notice);
    expect(await page.locator('.as-of').innerText()).toMatch(largest);
    const { pageTitle } = { de: GERMAN, es: SPANISH, en: ENGLISH }[language]!;
    expect(await page.title()).toBe(pageTitle);
    await context.close();
  },
);

test('who reads German sees no English first: the words of the served list are the app’s', async () => {
  const context = await browser.newContext({ locale: 'de-DE' });
  const page = await context.newPage();
  const words = () => page.locator('.foot-notice, .disclosure, .wordmark').allInnerTexts();
  const gate = Promise.withResolvers<void>();
  await page.route('**/catalogue/manifest*', async (route) => {
    await gate.promise;
    await route.continue();
  });
  await page.goto(quakewire.url);
  expect(await page.locator('#app.served').count()).toBe(1);
  const served = await words();
  expect(served.join()).toContain('Frühwarnung');
  gate.resolve();
  await page.locator('#app:not(.served)').waitFor();
  expect(await words()).toEqual(served);
  await context.close();
}, 60_000);

test('without script an event’s page says whose data it is, and that it is no warning', async () => {
  const { page, close } = await open(`/events/${toId(2)}`, { script: false });
  const notice = page.locator('.as-of');
  expect(await notice.innerText()).toContain('Information, not an early warning.');
  for (const name of ['EMSC-CSEM', 'USGS', 'Map: Natural Earth', 'Cities: GeoNames'])
    expect(await notice.getByRole('link', { name }).isVisible(), name).toBe(true);
  await close();
});

test('without script an event’s page shows its surroundings, low, with a ring around it, and the rest above the fold', async () => {
  const { page, close } = await open(`/events/${toId(2)}`, { script: false, width: 1280, height: 800 });
  const world = await page.locator('#world').boundingBox();
  expect(world!.height).toBeLessThan(320);
  const ring = (await page.evaluate(
    "getComputedStyle(document.querySelector('#world'), '::after').borderTopWidth",
  )) as string;
  expect(ring).toBe('2px');
  // The event's dot is in the middle, and its neighbours are not as close as on the whole world.
  const dots = (await page.evaluate(`[...document.querySelectorAll('#dots circle')].map((dot) => {
    const { x, y, width, height } = dot.getBoundingClientRect();
    return [x + width / 2, y + height / 2];
  })`)) as [number, number][];
  const apart = dots.map(([x, y]) => Math.hypot(x - world!.width / 2, y - world!.height / 2));
  expect(Math.min(...apart)).toBeLessThan(2);
  expect((await page.locator('.detail-name').boundingBox())!.y).toBeLessThan(600);
  await close();
});

test('the page of an event names it for previews of links; unknown and withdrawn ones say so', async () => {
  const read = (id: string) => fetch(`${quakewire.url}/events/${id}`, { headers: { accept: 'text/html' } });
  const html = await (await read(toId(1))).text();
  expect(html).toMatch(/<meta property="og:title" content="M[A-Za-z]* 5\.8, /);
  expect(html).toContain(`<link rel="canonical" href="${quakewire.url}/events/${toId(1)}" />`);
  expect(html).toContain(`content="${quakewire.url}/events/${toId(1)}/card.png"`);
  const card = await fetch(`${quakewire.url}/events/${toId(1)}/card.png`);
  expect([card.status, card.headers.get('content-type')]).toEqual([200, 'image/png']);
  const withdrawn = await read(toId(5));
  expect(withdrawn.status).toBe(200);
  expect(await withdrawn.text()).toMatch(/<title>Withdrawn: /);
  const unknown = await read('emsc-never');
  expect(unknown.status).toBe(404);
  expect(await unknown.text()).toContain('This event is not known here.');
});

test('an unknown event says why that may be, and leads to all earthquakes, with script and without', async () => {
  for (const script of [true, false]) {
    const { page, close } = await open('/events/emsc-never', { script });
    const unknown = page.locator('.unknown');
    await unknown.getByRole('heading', { name: 'This event is not known here.' }).waitFor();
    expect(await unknown.innerText()).toContain('older than what is stored here');
    await unknown.getByRole('link', { name: 'All earthquakes' }).click();
    await page.waitForURL(`${quakewire.url}/`);
    await page.locator('.row-button').first().waitFor();
    await close();
  }
});

test('without script on a phone all text begins at one edge', async () => {
  const { page, close } = await open(`/events/${toId(2)}`, { script: false, width: 390, height: 844 });
  const lefts = (await page.evaluate(`['.as-of', '.facts', '.reports'].map((selector) => {
    const element = document.querySelector(selector);
    return element.getBoundingClientRect().left + parseFloat(getComputedStyle(element).paddingLeft);
  })`)) as number[];
  expect(lefts).toEqual([16, 16, 16]);
  await close();
});

test('the page of an event brings only the first rows of the list that it covers', async () => {
  const countRows = async (path: string) => {
    const response = await fetch(quakewire.url + path, { headers: { accept: 'text/html' } });
    return (await response.text()).match(/class="row-button"/g)!.length;
  };
  expect(await countRows('/')).toBeGreaterThan(20);
  expect(await countRows(`/events/${toId(1)}`)).toBeLessThan(10);
});

test('the rows that come later under an open event are not painted, and are there when it is closed', async () => {
  const context = await browser.newContext({
    viewport: { width: 412, height: 823 },
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(`${quakewire.url}/events/${toId(2)}`);
  await page.locator(`[data-testid="detail"][data-event-id="${toId(2)}"]`).waitFor();
  const row = page.locator('a.row-button').nth(6);
  await row.waitFor({ state: 'attached' });
  expect(await row.isVisible()).toBe(false);
  await page.keyboard.press('Escape');
  await row.waitFor();
  await context.close();
}, 60_000);

test('the app takes over in place: no shift, no breach of the policy, no other host', async () => {
  for (const path of ['/', `/events/${toId(1)}`])
    for (const [width, height] of [
      [1200, 800],
      [390, 844],
    ]) {
      const { page, offences, close } = await open(path, { width: width!, height: height! });
      // The map is there when the drawing in its place is gone.
      await expect.poll(() => page.locator('#world').count(), { timeout: 60_000 }).toBe(0);
      expect(await page.locator('#app.served').count()).toBe(0);
      const shifts = (await page.evaluate('globalThis.shifts')) as number[];
      expect(shifts.reduce((sum, value) => sum + value, 0)).toBeLessThanOrEqual(0.02);
      expect(offences).toEqual([]);
      await close();
    }
}, 180_000);

test('where the agency cannot be reached the served page says so, and the app that takes over moves nothing', async () => {
  await using full = await startFull();
  const readHtml = async () => (await fetch(full.url, { headers: { accept: 'text/html' } })).text();
  await expect.poll(readHtml, { timeout: 45_000 }).toContain('Showing what is stored');
  for (const [width, height] of [
    [1200, 800],
    [390, 844],
  ]) {
    const gate = Promise.withResolvers<void>();
    const { page, close } = await open('/', {
      ...{ width: width!, height: height!, origin: full.url, until: gate.promise },
    });
    const topOfFilters = () =>
      page.evaluate("document.querySelector('.filters').getBoundingClientRect().top");
    await expect.poll(() => page.evaluate('globalThis.quakewire !== undefined')).toBe(true);
    expect(await page.locator('#app.served').count()).toBe(1);
    const before = await topOfFilters();
    gate.resolve();
    await page.locator('#app.served').waitFor({ state: 'detached' });
    await page.getByTestId('status-detail').filter({ hasText: 'Showing what is stored' }).waitFor();
    expect(await topOfFilters()).toBe(before);
    await close();
  }
}, 180_000);

test('on a phone the words of the pill move nothing', async () => {
  const { page, close } = await open('/', { width: 390, height: 844 });
  await page.getByTestId('status').waitFor();
  const heights =
    await page.evaluate(`['Loading', 'Live · 2 s ago', 'EMSC cannot be reached since 23:01'].map((words) => {
    document.querySelector('.status').lastChild.textContent = words;
    return document.querySelector('.head').offsetHeight;
  })`);
  expect(new Set(heights as number[]).size).toBe(1);
  await close();
}, 60_000);

test.each([
  ['a disclosure', '.disclosure', '.disclosure[aria-expanded="true"]'],
  ['a popover', '[popovertarget="settings"]', '#settings:popover-open select'],
])(
  '%s that is pressed a moment before the app takes over opens then',
  async (_, button, opened) => {
    const gate = Promise.withResolvers<void>();
    const { page, close } = await open('/', { until: gate.promise, clock: true });
    // The script that takes note of it has come.
    await expect.poll(() => page.evaluate('globalThis.quakewire !== undefined')).toBe(true);
    // A moment, however long this machine takes for it.
    await page.clock.pauseAt(Date.now() + 5000);
    await page.locator(`#app.served ${button}`).click();
    gate.resolve();
    await page.locator('#app.served').waitFor({ state: 'detached' });
    await page.clock.resume();
    await page.locator(opened).first().waitFor();
    await close();
  },
  60_000,
);

test('what is typed and chosen before the app takes over stays, and does what it is for', async () => {
  const gate = Promise.withResolvers<void>();
  const { page, close } = await open('/', { until: gate.promise, block: '**/quake-map-*.js' });
  // The script that keeps Enter from loading the page anew has come.
  await expect.poll(() => page.evaluate('globalThis.quakewire !== undefined')).toBe(true);
  await page.locator('.filters [value="month"]').check({ force: true });
  await page.locator('.order select').selectOption('largest');
  await page.locator('.slider input').fill('5.5');
  const field = page.locator('.place-field');
  await field.pressSequentially('tnga');
  for (const key of ['Home', 'ArrowRight', 'o', 'Enter']) await field.press(key);
  expect(await page.locator('#app.served').count()).toBe(1);
  gate.resolve();
  await page.locator('#app.served').waitFor({ state: 'detached' });
  await page
    .getByTestId('place-results')
    .filter({ hasText: /^Tonga/ })
    .waitFor();
  const fields = await page.evaluate(`(() => {
    const { value, selectionStart, selectionEnd, className } = document.activeElement;
    return [className, value, selectionStart, selectionEnd];
  })()`);
  expect(fields).toEqual(['place-field', 'tonga', 2, 2]);
  await expect.poll(() => page.url()).toMatch(/minmag=5\.5&age=month&sort=largest/);
  await expect.poll(() => page.getByTestId('count').getAttribute('data-count')).toBe('1');
  expect(await page.getByTestId('filter-age-month').isChecked()).toBe(true);
  expect(await page.getByTestId('order').inputValue()).toBe('largest');
  await close();
}, 60_000);

test('the served list stands as long as nothing is known to be wrong: a slow snapshot does not empty it', async () => {
  const gate = Promise.withResolvers<void>();
  const { page, close } = await open('/', { until: gate.promise, block: '**/quake-map-*.js', clock: true });
  await expect.poll(() => page.evaluate('globalThis.quakewire !== undefined')).toBe(true);
  await page.locator('.list').evaluate((list) => list.scrollTo(0, 700));
  await page.clock.runFor(6500);
  expect(await page.locator('#app.served .row-button').count()).toBe(EVENTS);
  expect(await page.locator('.list').evaluate((list) => list.scrollTop)).toBe(700);
  // What does not come at all is trouble, and told.
  await page.clock.runFor(15_000);
  await page.locator('#app.served').waitFor({ state: 'detached' });
  await page.getByTestId('status-detail').filter({ hasText: 'The server has gone silent' }).waitFor();
  gate.resolve();
  await close();
}, 60_000);

test('the reader’s place in the list and the focus outlast the moment in which the app takes over', async () => {
  const gate = Promise.withResolvers<void>();
  const { page, close } = await open('/', { until: gate.promise });
  const link = page.locator(`a[href="/events/${toId(20)}"]`);
  await link.focus();
  const list = page.locator('.list');
  const before = await list.evaluate((element) => element.scrollTop);
  expect(before).toBeGreaterThan(0);
  gate.resolve();
  await expect.poll(() => page.locator('#app.served').count(), { timeout: 60_000 }).toBe(0);
  await expect
    .poll(() => page.evaluate('document.activeElement.getAttribute("href")'), { timeout: 20_000 })
    .toBe(`/events/${toId(20)}`);
  expect(await list.evaluate((element) => element.scrollTop)).toBe(before);
  await close();
}, 120_000);

test.each([
  [1440, 900],
  [390, 844],
  [1920, 1080],
])(
  'the drawing and the map show an event at the same place (%i × %i)',
  async (width, height) => {
    const served = await open('/', { width, height, block: '**/assets/*.js' });
    const places = await served.page.evaluate(`[...document.querySelectorAll('#dots circle')].map((dot) => {
    const { x, y, width, height } = dot.getBoundingClientRect();
    return [x + width / 2, y + height / 2];
  })`);
    await served.close();
    const { page, close } = await open('/', { width, height });
    await expect.poll(() => page.locator('#world').count(), { timeout: 60_000 }).toBe(0);
    for (const number of [1, 2, 3]) {
      const { x, y } = (await page.evaluate(`globalThis.quakewire.project('${toId(number)}')`)) as {
        x: number;
        y: number;
      };
      const nearest = Math.min(
        ...(places as number[][]).map(([dotX, dotY]) => Math.hypot(dotX! - x, dotY! - y)),
      );
      expect(nearest).toBeLessThan(2);
    }
    await close();
  },
  120_000,
);

test('all that comes before the list is usable is no more than 60 kB as it is sent, on a page full of events', async () => {
  await using full = await startFull();
  const sent = async (path: string) => {
    const { body, encoding } = await receive(full.url + path);
    expect(encoding).toBe('br');
    return body;
  };
  const html = await sent('/');
  const text = brotliDecompressSync(html).toString();
  expect(text.split('<circle cx').length - 1).toBeGreaterThanOrEqual(DOTS_MAX);
  const scripts = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+\.(?:js|css))"/g)].map(
    ([, path]) => path!,
  );
  expect(scripts.length).toBeGreaterThan(0);
  expect(readdirSync('dist/web/assets').length).toBeGreaterThan(scripts.length);
  let bytes = html.length;
  for (const path of scripts) bytes += (await sent(path)).length;
  // No tag names the worker that the script sends ahead.
  const scout = readdirSync('dist/web/assets').filter((name) => /^scout-worker-.*\.js$/.test(name));
  expect(scout.length).toBe(1);
  bytes += (await receive(`${full.url}/assets/${scout[0]}`)).body.length;
  expect(bytes).toBeLessThanOrEqual(60_000);
}, 60_000);

/** The starter catalogue, more events than the first page draws, and an agency that cannot be reached, so that they stay alone. */
async function startFull(): Promise<Quakewire & AsyncDisposable> {
  const folder = mkdtempSync(join(tmpdir(), 'quakewire-full-'));
  const away = ['--emsc-websocket-url', 'ws://127.0.0.1:9/', '--emsc-fdsn-url', 'http://127.0.0.1:9/'];
  const full = await startQuakewire({ args: [...away, '--data-dir', folder] });
  return {
    ...full,
    async [Symbol.asyncDispose]() {
      await full.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** As it comes over the wire: fetch() would decompress. */
function receive(url: string): Promise<{ body: Buffer; encoding: string | undefined }> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'br' } }, async (response) => {
      const chunks = await response.toArray();
      resolve({ body: Buffer.concat(chunks), encoding: response.headers['content-encoding'] });
    }).on('error', reject);
  });
}
