// The page for everyone: axe-core in every state, and a walk through it with the keyboard alone.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventId } from '../../src/event/types.ts';
import { createSource, findViolations, type PageBench, startPageBench } from '../support/page-bench.ts';

const MINUTE = 60_000;
let bench: PageBench;
let great: EventId;

beforeAll(async () => {
  bench = await startPageBench();
  for (let i = 1; i <= 40; i++)
    await bench.publish(i, i * 17 * MINUTE, {
      magnitudeValue: 2.5 + (i % 30) / 10,
      depthKm: i % 3 === 0 ? 420 : 12,
      region: i % 2 === 0 ? 'FIJI REGION' : '12 km SSW of Maria Antonia, Puerto Rico',
      latitudeDeg: -20 + i,
      longitudeDeg: -178 + i,
    });
  await bench.publish(41, 3 * MINUTE, { state: 'withdrawn', revision: 2, magnitudeValue: 4.1 });
  great = await bench.publish(42, 400 * MINUTE, { magnitudeValue: 7.8, region: 'CENTRAL TURKEY' });
}, 60_000);

afterAll(async () => {
  await bench?.[Symbol.asyncDispose]();
});

const focused = (page: Page) =>
  page.evaluate(`(() => {
    const element = document.activeElement;
    return element.dataset.testid ?? element.dataset.eventId ?? element.className ?? element.tagName;
  })()`);

/** Presses a key until the focus is where it should be; fails when it goes round without coming there. */
async function press(page: Page, key: string, until: string, most = 40): Promise<void> {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press(key);
    if ((await focused(page)) === until) return;
  }
  throw new Error(`${key} did not lead to ${until}, but to ${await focused(page)}`);
}

const DESK = { viewport: { width: 1200, height: 800 } } as const;
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;

test.each([
  ['light, with the map', { ...DESK, colorScheme: 'light', map: true }],
  ['dark', { ...DESK, colorScheme: 'dark' }],
  ['forced colours', { ...DESK, forcedColors: 'active' }],
  ['German', { ...DESK, locale: 'de-DE' }],
  ['Spanish', { ...DESK, locale: 'es-ES' }],
  ['a phone', { ...PHONE, colorScheme: 'light' }],
  ['a phone in the dark', { ...PHONE, colorScheme: 'dark' }],
] as const)(
  'axe-core finds nothing wrong in any state: %s',
  async (_, options) => {
    const { context, page } = await bench.open('/', { map: false, reducedMotion: 'reduce', ...options });
    const check = async (state: string) => expect([state, await findViolations(page)]).toEqual([state, []]);
    await page.locator('.row-button').first().waitFor();
    await check('list, with a ghost in it');
    await page.getByTestId('more-filters').click();
    await check('filters');
    await page.getByTestId('filter-kind-other').check({ force: true });
    await page.getByTestId('empty').waitFor();
    await check('empty');
    await page.getByTestId('show-everything').click();
    await page.getByTestId('order').selectOption('largest');
    await page.locator(`[data-event-id="${great}"]`).first().click();
    await page.getByTestId('cities').locator('li').first().waitFor();
    await check('detail');
    await page.keyboard.press('Escape');
    await page.getByTestId('order').selectOption('newest');
    await page.getByTestId('more-filters').click();
    await page.locator('[data-state="withdrawn"]').first().click();
    await page.getByTestId('withdrawn-note').waitFor();
    await check('ghost');
    await page.keyboard.press('Escape');
    await page.getByTestId('status').click();
    await page.getByTestId('trust').waitFor();
    await check('trust');
    await page.keyboard.press('Escape');
    await page.getByTestId('settings-open').click();
    await page.getByTestId('setting-scheme').waitFor();
    await check('settings');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByTestId('keys-close').waitFor();
    await check('keys');
    await page.keyboard.press('Escape');
    const replay = { replayedMs: Date.now() - 60_000, anchoredAtMs: Date.now(), speed: 60 };
    bench.tellSources([createSource({ replay })]);
    await page.getByTestId('replay').waitFor();
    await check('replay');
    bench.tellSources([createSource()]);
    await page.getByTestId('replay').waitFor({ state: 'detached' });
    await context.setOffline(true);
    await page.locator('[data-testid="status"][data-tone="down"]').waitFor();
    await check('offline');
    await context.close();
  },
  180_000,
);

test('axe-core finds nothing wrong with a wall display', async () => {
  const { context, page } = await bench.open('/?wall=1', { map: false });
  await page.getByTestId('wall-list').locator('li').first().waitFor();
  expect(await findViolations(page)).toEqual([]);
  await context.close();
}, 60_000);

test('axe-core finds nothing wrong with a withdrawn event and an agency out of reach', async () => {
  const reason = 'The connection was refused';
  bench.tellSources([createSource({ state: 'waiting', reason, sinceMs: Date.now() - 600_000 })]);
  const { context, page } = await bench.open('/', { map: false });
  await page.locator('[data-state="withdrawn"]').first().click();
  await page.getByTestId('withdrawn-note').waitFor();
  expect(await findViolations(page)).toEqual([]);
  bench.tellSources([createSource()]);
  await context.close();
}, 60_000);

test('the keyboard alone leads through the whole page', async () => {
  const { context, page } = await bench.open();
  await page.locator('.row-button').first().waitFor();
  const rows = await page
    .locator('.row-button')
    .evaluateAll((all) =>
      all.map((row) => (row as unknown as { dataset: { eventId: string } }).dataset.eventId),
    );
  // Tab goes through the head and the filters to one row of the list; the arrows go on from there.
  await press(page, 'Tab', 'status');
  await press(page, 'Tab', 'filter-magnitude');
  await press(page, 'Tab', 'order');
  await press(page, 'Tab', rows[0]!);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => focused(page)).toBe(rows[2]);
  await page.keyboard.press('End');
  await expect.poll(() => page.evaluate('document.activeElement.parentElement.ariaPosInSet')).toBe('42');
  await page.keyboard.press('Home');
  await expect.poll(() => focused(page)).toBe(rows[0]);
  await page.keyboard.press('PageDown');
  await expect.poll(() => focused(page)).not.toBe(rows[0]);
  await page.keyboard.press('Home');
  // Enter opens, the focus goes to the heading; J goes on to the next; Escape comes back to its row.
  await page.keyboard.press('Enter');
  await expect.poll(() => focused(page)).toBe('detail-name');
  await page.keyboard.press('j');
  await page.locator(`[data-testid="detail"][data-event-id="${rows[1]}"]`).waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => focused(page)).toBe(rows[1]);
  // Letters jump: filters, list, how live it is, the keys.
  await page.keyboard.press('/');
  await expect.poll(() => focused(page)).toBe('filter-magnitude');
  await page.keyboard.press('End');
  await page.getByTestId('empty').waitFor();
  await page.keyboard.press('Home');
  await page.keyboard.press('l');
  await expect.poll(() => focused(page)).toBe(rows[1]);
  await page.keyboard.press('s');
  await expect.poll(() => focused(page)).toBe('sheet-title');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.getByTestId('keys-close').waitFor();
  await page.keyboard.press('Escape');
  expect(await page.getByTestId('keys').isVisible()).toBe(false);
  // The map takes the keyboard as well.
  await page.locator('.map canvas').waitFor();
  await page.keyboard.press('m');
  await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('CANVAS');
  await context.close();
}, 60_000);

test('a letter whose code comes when the reader has gone on does nothing', async () => {
  const { context, page } = await bench.open('/', { map: false });
  const [asked, gate] = [Promise.withResolvers<string>(), Promise.withResolvers<void>()];
  await page.route('**/key-actions-*.js', async (route) => {
    asked.resolve(route.request().url());
    await gate.promise;
    await route.continue();
  });
  // Anew: the code comes by itself some seconds after the page has.
  await bench.go(page, '/');
  await page.keyboard.press('/');
  const url = await asked.promise;
  await page.getByTestId('place-search').click();
  await page.keyboard.type('ton');
  gate.resolve();
  // The page has it, and has had the frame in which the focus would go.
  await page.evaluate(`import(${JSON.stringify(url)}).then(() => new Promise((done) =>
    requestAnimationFrame(() => requestAnimationFrame(() => done()))))`);
  expect(await focused(page)).toBe('place-search');
  await page.getByTestId('place-search').fill('');
  await page.locator('.row-button').first().focus();
  await page.keyboard.press('/');
  await expect.poll(() => focused(page)).toBe('filter-magnitude');
  await context.close();
}, 60_000);

test('single keys can be switched off, for who speaks to the computer', async () => {
  const { context, page } = await bench.open('/', { map: false });
  // What the key opens has been loaded: if it did anything then, it would be at once.
  await page.keyboard.press('s');
  await page.getByTestId('trust').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('trust').waitFor({ state: 'detached' });
  await page.getByTestId('settings-open').click();
  await page.getByTestId('setting-keys').selectOption('off');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.keyboard.press('s');
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  expect(await page.getByTestId('keys').isVisible()).toBe(false);
  expect(await page.getByTestId('trust').count()).toBe(0);
  await context.close();
}, 60_000);

test('all the while no page asked another host, broke the policy or threw', () => {
  expect(bench.offences).toEqual([]);
});
