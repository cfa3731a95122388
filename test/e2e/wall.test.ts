// The wall display (?wall=1): what a newsroom sees from three metres, with nobody at the keyboard.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSource, type PageBench, startPageBench } from '../support/page-bench.ts';

const MINUTE = 60_000;
const PATIENCE = { timeout: 30_000 };
let bench: PageBench;

beforeAll(async () => {
  bench = await startPageBench();
  for (let i = 1; i <= 30; i++)
    await bench.publish(i, i * 40 * MINUTE, {
      magnitudeValue: 4 + (i % 20) / 10,
      region: i % 2 === 0 ? 'FIJI REGION' : 'NEAR EAST COAST OF HONSHU, JAPAN',
    });
}, 60_000);

afterAll(async () => {
  await bench?.[Symbol.asyncDispose]();
});

const rows = (page: Page) => page.getByTestId('wall-list').locator('li');

/** Notes what the page asks of the screen. */
const WATCH_WAKE_LOCK = `
  globalThis.locks = [];
  navigator.wakeLock.request = async (type) => {
    globalThis.locks.push(type);
    return Object.assign(new EventTarget(), { release: async () => {} });
  };`;

test.each([
  [1920, 1080, 1.6],
  [3840, 2160, 3.2],
] as const)(
  'at %i × %i all is %f times as large, fills the wall, and no row is cut',
  async (width, height, scale) => {
    const { context, page } = await bench.open('/?wall=1', { viewport: { width, height }, map: false });
    await rows(page).first().waitFor();
    const wall = (await page.locator('.page').boundingBox())!;
    expect(Math.abs(wall.width - width)).toBeLessThan(2);
    expect(Math.abs(wall.height - height)).toBeLessThan(2);
    const scaleNow = async () => (await page.getByTestId('wall').boundingBox())!.width / 392;
    await expect.poll(scaleNow).toBeCloseTo(scale, 1);
    const list = (await page.getByTestId('wall-list').boundingBox())!;
    const seen = (await rows(page).all()).map((row) => row.boundingBox());
    const inView = (await Promise.all(seen)).filter((box) => box!.x < list.x + list.width - 1);
    expect(inView.length).toBeGreaterThanOrEqual(5);
    for (const box of inView) expect(box!.y + box!.height).toBeLessThanOrEqual(list.y + list.height + 1);
    // From three metres: the magnitude at least 2 % of the wall's height, its place half as much.
    const fontPx = (selector: string) =>
      page.evaluate(
        `parseFloat(getComputedStyle(document.querySelector('${selector}')).fontSize)`,
      ) as Promise<number>;
    expect((await fontPx('.wall-row .magnitude-value')) * scale).toBeGreaterThan(height * 0.035);
    expect((await fontPx('.wall-row .row-region')) * scale).toBeGreaterThan(height * 0.02);
    await context.close();
  },
  60_000,
);

test('it shows the newest of magnitude 4.5 and larger, with a clock in UTC and in local time, and how live it is', async () => {
  const { context, page } = await bench.open('/?wall=1', { map: false, timezoneId: 'Asia/Tokyo' });
  await rows(page).first().waitFor();
  for (const text of await rows(page).locator('.magnitude-value').allInnerTexts())
    expect(Number(text)).toBeGreaterThanOrEqual(4.5);
  const clock = await page.getByTestId('wall-clock').innerText();
  const [utc, local] = clock.match(/\d{2}:\d{2}:\d{2}/g)!.map((time) => Number(time.slice(0, 2)));
  expect((local! - utc! + 24) % 24).toBe(9);
  await expect.poll(() => page.getByTestId('wall-clock').innerText()).not.toBe(clock);
  expect(await page.getByTestId('status').innerText()).toMatch(/^Live/);
  bench.tellSources([createSource({ state: 'waiting', sinceMs: Date.now() - 600_000 })]);
  await page
    .getByTestId('status')
    .filter({ hasText: /EMSC cannot be reached since/ })
    .waitFor();
  bench.tellSources([createSource()]);
  await page.locator('[data-testid="status"][data-tone="live"]').waitFor();
  // An address that says otherwise is obeyed.
  await page.goto(`${bench.url}/?wall=1&minmag=5.5`);
  await rows(page).first().waitFor();
  for (const text of await rows(page).locator('.magnitude-value').allInnerTexts())
    expect(Number(text)).toBeGreaterThanOrEqual(5.5);
  await context.close();
}, 60_000);

test.each([
  ['Atlantic/Reykjavik'], // the same time all the year
  ['UTC'],
])(
  'a wall in %s does not say the clock twice',
  async (timezoneId) => {
    const { context, page } = await bench.open('/?wall=1', { map: false, timezoneId });
    await page.clock.setFixedTime(new Date('2026-01-15T12:00:00Z'));
    await page.reload();
    await rows(page).first().waitFor();
    expect(await page.getByTestId('wall-clock').innerText()).not.toMatch(/Your time/);
    await context.close();
  },
  60_000,
);

/** None of the rows, of which the youngest is 3 h old, is younger than three hours more. */
async function expectOlder(page: Page): Promise<void> {
  const ages = async () => (await rows(page).locator('time').allInnerTexts()).join();
  await expect.poll(ages).toMatch(/^([6-9]|\d\d) h ago/);
  expect(await ages()).not.toMatch(/\b[345] h ago/);
}

test('ages go on while no message comes, and a revision of a row that stays is shown', async () => {
  const { context, page } = await bench.open('/', { map: false });
  await page.clock.install();
  await page.goto(`${bench.url}/?wall=1`);
  await rows(page).nth(3).waitFor();
  const first = rows(page).first();
  expect(await first.innerText()).toMatch(/3 h ago/);
  const number = Number((await first.getAttribute('data-event-id'))!.slice(-4));
  await bench.publish(number, number * 40 * MINUTE, { magnitudeValue: 5.9, revision: 2 });
  await expect.poll(() => first.innerText()).toMatch(/5\.9[\s\S]*revised/);
  await bench.publish(number, number * 40 * MINUTE, { magnitudeValue: 4.5, revision: 3 });
  await expect.poll(() => first.innerText()).toMatch(/4\.5/);
  // Away from the gateway, whose clock is the real one.
  await context.setOffline(true);
  await page.clock.fastForward(3 * 60 * MINUTE);
  await expectOlder(page);
  await context.close();
}, 60_000);

test('ages go on with the replayed clock', async () => {
  const { context, page } = await bench.open('/?wall=1', { map: false });
  await rows(page).nth(3).waitFor();
  // From when it is seen on: 40 s later the rows are a day old.
  const nowMs = Date.now();
  const replay = { replayedMs: nowMs, anchoredAtMs: nowMs, speed: 1800 };
  bench.tellSources([createSource({ replay })]);
  await expectOlder(page);
  expect(await page.getByTestId('replay').isVisible()).toBe(true);
  bench.tellSources([createSource()]);
  await context.close();
}, 60_000);

test('the largest of 24 hours is named above the rows, true to its revisions, and gone when none is left', async () => {
  const { context, page } = await bench.open('/?wall=1', { map: false, locale: 'de-DE' });
  const largest = page.getByTestId('wall-largest');
  const at = 20 * 60 * MINUTE;
  const change = { region: 'CENTRAL TURKEY', latitudeDeg: 37.2 };
  const minutes = [new Date(Date.now() - at).toISOString().slice(11, 16)];
  const id = await bench.publish(500, at, { magnitudeValue: 7.8, ...change });
  // A minute may have turned before it had its time.
  minutes.push(new Date(Date.now() - at).toISOString().slice(11, 16));
  await page.locator(`[data-testid="wall-largest"][data-event-id="${id}"]`).waitFor();
  expect(await largest.innerText()).toMatch(/7,8\s*Mw\s*Central Turkey\s*Größtes in 24 h · \d\d:\d\d UTC/);
  expect(minutes).toContain(/\d\d:\d\d(?= UTC)/.exec(await largest.innerText())?.[0]);
  // Thirty newer ones: it is in no row.
  expect(await page.locator(`li[data-event-id="${id}"]`).count()).toBe(0);
  await bench.publish(500, at, { magnitudeValue: 7.5, revision: 2, ...change });
  await expect.poll(() => largest.innerText()).toMatch(/^7,5/);
  await bench.publish(500, at, { magnitudeValue: 7.5, revision: 3, state: 'withdrawn', ...change });
  await expect.poll(() => largest.getAttribute('data-event-id')).not.toBe(id);
  await context.close();
}, 60_000);

test('the plates are on a wall when its address asks for them, with whose they are; a visitor’s own choice stays his', async () => {
  const { context, page } = await bench.open('/', { map: false });
  await page.evaluate("localStorage.setItem('quakewire.map', 'plates=1')");
  await page.goto(`${bench.url}/?wall=1`);
  await rows(page).first().waitFor();
  await page.getByTestId('legend').waitFor();
  expect(await page.getByTestId('plates').isChecked()).toBe(false);
  expect(await page.getByTestId('plates').isVisible()).toBe(false);
  expect(new URL(page.url()).search).toBe('?wall=1&minmag=4.5');
  expect(await page.evaluate("localStorage.getItem('quakewire.map')")).toBe('plates=1');
  await page.goto(`${bench.url}/?wall=1&plates=1`);
  await page.getByTestId('plates-credit').waitFor();
  expect(await page.getByTestId('plates-credit').innerText()).toContain('ODC-By');
  expect(await page.getByTestId('legend-plates').isVisible()).toBe(true);
  await context.close();
}, 60_000);

test('the screen is kept on, and asked for again when the page comes back into view', async () => {
  const { context, page } = await bench.open('/', { map: false });
  await page.addInitScript(WATCH_WAKE_LOCK);
  await page.goto(bench.url);
  await page.locator('.row-button').first().waitFor();
  const locks = () => page.evaluate('globalThis.locks');
  expect(await locks()).toEqual([]);
  await page.goto(`${bench.url}/?wall=1`);
  await rows(page).first().waitFor();
  await expect.poll(locks).toEqual(['screen']);
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
  await expect.poll(locks).toEqual(['screen', 'screen']);
  await context.close();
}, 60_000);

test('a large new earthquake is shown in the middle for a minute, then the world again; a small or an old one is not', async () => {
  const { context, page } = await bench.open('/', {
    viewport: { width: 1920, height: 1080 },
    reducedMotion: 'reduce',
  });
  await page.clock.install();
  await page.goto(`${bench.url}/?wall=1`);
  await rows(page).first().waitFor();
  await expect.poll(() => page.evaluate('quakewire.frames'), PATIENCE).toBeGreaterThan(0);
  // What fills a gap: new to this catalogue, and no news.
  const old = await bench.publish(103, 5 * 24 * 60 * MINUTE, { magnitudeValue: 6.8, latitudeDeg: 10 });
  const small = await bench.publish(101, MINUTE, {
    magnitudeValue: 4.9,
    latitudeDeg: -20,
    longitudeDeg: 170,
  });
  await page.locator(`[data-event-id="${small}"]`).waitFor();
  expect(await page.evaluate(`quakewire.entry('${old}')`)).toMatchObject({ revision: 1 });
  expect(await page.locator('.wall-row.is-selected').count()).toBe(0);
  const place = { latitudeDeg: -33, longitudeDeg: -72 };
  const great = await bench.publish(102, MINUTE / 2, { magnitudeValue: 7.4, ...place });
  await page.locator(`.wall-row.is-selected[data-event-id="${great}"]`).waitFor();
  const project = () => page.evaluate(`quakewire.project('${great}')`) as Promise<{ x: number; y: number }>;
  // The middle of what the panel leaves of a layout of 1200 × 675.
  await expect
    .poll(async () => Math.abs((await project()).x - (408 + (1200 - 16 - 408) / 2)), PATIENCE)
    .toBeLessThan(6);
  await page.clock.runFor(61_000);
  await expect.poll(() => page.locator('.wall-row.is-selected').count()).toBe(0);
  await expect
    .poll(async () => Math.abs((await project()).x - (408 + (1200 - 16 - 408) / 2)), PATIENCE)
    .toBeGreaterThan(100);
  await context.close();
}, 120_000);

test('all the while no page asked another host, broke the policy or threw', () => {
  expect(bench.offences).toEqual([]);
});
