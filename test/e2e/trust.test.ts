// How live the page is, said truly: live, quiet, broken, caught up, and how long news takes.

import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSource, type PageBench, startPageBench } from '../support/page-bench.ts';

const MINUTE = 60_000;
let bench: PageBench;
let context: BrowserContext;
let page: Page;
let publishedAtMs: number;

beforeAll(async () => {
  bench = await startPageBench();
  publishedAtMs = Date.now();
  await bench.publish(1, 12 * MINUTE, { magnitudeValue: 4 });
  ({ context, page } = await bench.open('/', { map: false }));
  await page.getByTestId('status').click();
}, 60_000);

afterAll(async () => {
  await bench?.[Symbol.asyncDispose]();
});

const state = () => page.getByTestId('trust-state').innerText();

test('quiet is told apart from broken: nothing has happened, and the wire would have told', async () => {
  const sentence =
    /The latest earthquake of magnitude 2\.5 or larger reported so far was (\d+)\smin(?: \d+\ss)? ago\./;
  const minutesAtStart = async () =>
    Number(sentence.exec(await state())?.[1]) - Math.floor((Date.now() - publishedAtMs) / MINUTE);
  await expect.poll(minutesAtStart).toBe(12);
  bench.tellSources([createSource()]);
  await expect.poll(state).toMatch(/The wire is live: last sign of life \d+\ss ago/);
});

test('each source is told with its last message, its state and its counts', async () => {
  bench.tellSources([
    createSource({ counts: { reports: 431, deadLetters: 2, unknownActions: 0, reconnects: 3 } }),
  ]);
  const source = page.getByTestId('source-EMSC');
  await expect.poll(() => source.innerText()).toMatch(/Reports since the start\s+431/);
  expect(await source.innerText()).toMatch(/live since/);
  expect(await source.innerText()).toMatch(/Unreadable messages\s+2/);
});

test('delays are of what came, with how many', async () => {
  const delays = page.getByTestId('delays');
  // The event of before the page: a minute from the origin to the agency, a second to the gateway.
  await expect.poll(() => delays.innerText()).toMatch(/first report seen here\s+usually 1\smin/);
  await bench.publish(2, 3 * MINUTE, { receivedAtMs: Date.now() });
  await expect.poll(() => delays.innerText()).toMatch(/From the last 2 messages/);
  expect(await delays.innerText()).toMatch(/This server to this page\s+usually \d/);
});

test('an agency out of reach is said so, with its reason', async () => {
  const reason = 'The agency answered 503';
  bench.tellSources([createSource({ state: 'waiting', reason, sinceMs: Date.now() - 20 * MINUTE })]);
  await page.locator('[data-testid="status"][data-tone="down"]').waitFor();
  await expect.poll(() => page.getByTestId('source-EMSC').innerText()).toContain(reason);
  bench.tellSources([createSource()]);
  await page.locator('[data-testid="status"][data-tone="live"]').waitFor();
});

test('a page that is offline says of a source what it last knew, as such, and not in the colour of what is live', async () => {
  const source = page.getByTestId('source-EMSC');
  const ofState = source.locator('.source-state');
  const colourOf = (selector: string) =>
    page.evaluate(`getComputedStyle(document.querySelector('${selector}')).color`);
  await expect.poll(() => ofState.innerText()).toMatch(/^live since /);
  const live = await colourOf('.source-state');
  await context.setOffline(true);
  await page.locator('[data-testid="status"][data-tone="down"]').waitFor();
  await expect.poll(() => ofState.innerText()).toMatch(/^last known: live since /);
  expect(await colourOf('.source-state')).not.toBe(live);
  expect(await colourOf('.source-state')).toBe(await colourOf('.figures dt'));
  await context.setOffline(false);
  await expect.poll(() => ofState.innerText(), { timeout: 30_000 }).toMatch(/^live since /);
});

test('a pill that is longer than the place beside the name has the line below for itself: a time keeps its zone', async () => {
  // Of today: a date before the time would take a second line.
  const todayMs = new Date().setUTCHours(0, 0, 0, 0);
  bench.tellSources([
    createSource({ state: 'waiting', sinceMs: Math.max(todayMs, Date.now() - 20 * MINUTE) }),
  ]);
  const pill = page.getByTestId('status');
  await expect.poll(() => pill.innerText()).toMatch(/^EMSC cannot be reached since .*\d\d\u00a0UTC/);
  const [box, tools] = [await pill.boundingBox(), await page.getByTestId('keys-open').boundingBox()];
  expect(box!.height).toBeLessThan(30);
  expect(box!.y).toBeGreaterThanOrEqual(tools!.y + tools!.height);
  bench.tellSources([createSource()]);
  await page.locator('[data-testid="status"][data-tone="live"]').waitFor();
});

test('a page without network says that the wire is broken, and afterwards what it caught up with', async () => {
  await context.setOffline(true);
  await page.locator('[data-testid="status"][data-tone="down"]').waitFor();
  await expect.poll(state).toContain('The wire is broken');
  for (let number = 10; number < 17; number++) await bench.publish(number, MINUTE, { magnitudeValue: 3 });
  await context.setOffline(false);
  await expect.poll(state, { timeout: 30_000 }).toMatch(/7 changes, none lost/);
});

test('it is said that this is no early warning', async () => {
  expect(await page.getByTestId('trust').innerText()).toContain('information, not an early warning');
});

test('its code, when it comes late, does not take the keyboard out of the settings opened meanwhile', async () => {
  const { context: own, page: slow } = await bench.open('/', { map: false });
  const gate = Promise.withResolvers<void>();
  await slow.route('**/trust-*.js', async (route) => {
    await gate.promise;
    await route.continue();
  });
  await slow.getByTestId('status').click();
  await slow.getByTestId('settings-open').click();
  await slow.getByTestId('setting-scheme').focus();
  gate.resolve();
  await slow.getByTestId('trust-state').waitFor();
  expect(await slow.evaluate('document.activeElement.dataset.testid')).toBe('setting-scheme');
  await own.close();
});

test('all the while the page asked no other host, broke no policy and threw nothing', () => {
  expect(bench.offences).toEqual([]);
});
