// The page for everyone, in the states that come seldom: axe-core looks at each, and at what it cannot judge by itself.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCatalogue } from '../../src/catalogue/catalogue.ts';
import { encodeChunk } from '../../src/catalogue/codec.ts';
import type { EventId, QuakeEvent, SolutionReport } from '../../src/event/types.ts';
import { createEmbeddedStore } from '../../src/store/embedded.ts';
import { createEvent } from '../support/gateway.ts';
import {
  createSource,
  findFaults,
  type PageBench,
  type PageOptions,
  startPageBench,
  takeWebgl,
} from '../support/page-bench.ts';

const MINUTE = 60_000;
const PATIENCE = { timeout: 30_000 };
const STARTER_ID = 'usgs-us7000abcd';
const UNKNOWN = '/events/emsc-19990101_0000001';
/** Five reports were taken of it, a sixth was not. */
const TOLD = 50;
const store = createEmbeddedStore({ path: ':memory:' });
let bench: PageBench;
let told: EventId;
let counter = 100;

beforeAll(async () => {
  bench = await startPageBench('always', { store, starter: createStarter() });
  for (let i = 1; i <= 40; i++)
    await bench.publish(i, i * 17 * MINUTE, {
      magnitudeValue: 2.5 + (i % 30) / 10,
      depthKm: [12, 120, 420, 640, null][i % 5]!,
      region: i % 2 === 0 ? 'FIJI REGION' : '12 km SSW of Maria Antonia, Puerto Rico',
      latitudeDeg: -20 + i,
      longitudeDeg: -178 + i,
      state: i === 7 ? 'withdrawn' : 'live',
    });
  told = await tellStory();
}, 60_000);

afterAll(async () => {
  await bench?.[Symbol.asyncDispose]();
  await store.close();
});

const DESK = { viewport: { width: 1200, height: 800 }, colorScheme: 'light' } as const;
const PHONE = {
  ...{ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  colorScheme: 'dark',
} as const;
const SCREENS = [
  ['a desk', DESK],
  ['a phone in the dark', PHONE],
] as const;

/** What just appears or goes would be measured half-way. */
const open = (path: string, options: PageOptions) =>
  bench.open(path, { map: false, reducedMotion: 'reduce', ...options });

/** One state's faults do not keep the others from being looked at. */
async function check(page: Page, state: string): Promise<void> {
  expect.soft([state, await findFaults(page)]).toEqual([state, []]);
}

/** Where the drawing stands above the text, axe-core takes what its frame cuts off for the ground of the lines below. */
const hideWorld = (page: Page) =>
  page.locator('#world').evaluate((world) => world.style.setProperty('visibility', 'hidden'));

const frames = (page: Page) => page.evaluate('quakewire.frames');
const arrive = (magnitudeValue: number, region = 'TONGA') =>
  bench.publish(++counter, MINUTE, { magnitudeValue, region });

test.each(SCREENS)(
  'axe-core finds nothing wrong with a search for a place, its results and the place chosen: %s',
  async (_, screen) => {
    const { context, page } = await open('/', screen);
    const opener = page.getByTestId('search-open');
    if (await opener.isVisible()) await opener.click();
    await page.getByTestId('place-search').fill('tonga');
    await page.getByTestId('place-results').locator('button').first().waitFor();
    await check(page, 'results');
    await page.getByTestId('place-search').fill('zzzz');
    await page.getByTestId('place-results').locator('button').first().waitFor({ state: 'detached' });
    await check(page, 'no result');
    await page.getByTestId('place-search').fill('gaziantep');
    await page.getByTestId('place-results').locator('button').first().waitFor();
    await page.getByTestId('place-search').press('Enter');
    await page.getByTestId('place-chip').waitFor(PATIENCE);
    await check(page, 'chip');
    await context.close();
  },
  60_000,
);

test.each(SCREENS)(
  'axe-core finds nothing wrong with the legend open, colours of depth, plates, and a replay at its end: %s',
  async (_, screen) => {
    const { context, page } = await open('/', screen);
    await page.getByTestId('legend').waitFor();
    const unfold = page.getByTestId('legend-unfold');
    if (await unfold.isVisible()) {
      await unfold.click();
      await check(page, 'open, colours of age');
    }
    await page.getByTestId('colour-depth').check({ force: true });
    await page.getByTestId('plates').check();
    await page.getByTestId('plates-credit').waitFor();
    await check(page, 'open, colours of depth, plates');
    const endMs = Date.now() - MINUTE;
    const replay = { replayedMs: endMs, anchoredAtMs: Date.now(), speed: 600, endMs };
    bench.tellSources([createSource({ replay })]);
    await page.getByTestId('replay').filter({ hasText: 'The recording has ended.' }).waitFor();
    await check(page, 'a replay at its end');
    bench.tellSources([createSource()]);
    await context.close();
  },
  60_000,
);

test('axe-core finds nothing wrong with the sheet of a phone: low, half and full', async () => {
  const { context, page } = await open('/', PHONE);
  await page.locator('.row-button').first().waitFor();
  for (const detent of ['full', 'low', 'half']) {
    await page.locator('.handle').press('Enter');
    await page.locator(`.panel[data-detent="${detent}"]`).waitFor();
    await check(page, detent);
  }
  await context.close();
}, 60_000);

test.each(SCREENS)(
  'axe-core finds nothing wrong with news: above the list, on the map, and caught up with: %s',
  async (_, screen) => {
    const { context, page } = await open('/', screen);
    if (screen === PHONE) await page.locator('.handle').press('Enter');
    await page.getByTestId('list').evaluate((list) => list.scrollTo(0, 900));
    await page.locator('[data-index="16"]').waitFor();
    for (let i = 0; i < 3; i++) await arrive(4);
    await page.getByTestId('new-above').filter({ hasText: '3 new above' }).waitFor();
    await check(page, '3 new above');
    for (const magnitude of [6.1, 6.7, 7.8]) await arrive(magnitude);
    // The map is out of sight behind a sheet of full height.
    if (screen === PHONE) for (let i = 0; i < 2; i++) await page.locator('.handle').press('Enter');
    await page.getByTestId('big-news').filter({ hasText: 'and 1 more' }).waitFor();
    await check(page, 'big news');
    await context.setOffline(true);
    await page.locator('[data-testid="status"][data-tone="down"]').waitFor();
    await arrive(4);
    await context.setOffline(false);
    await page.getByTestId('status').filter({ hasText: 'Caught up' }).waitFor(PATIENCE);
    await check(page, 'caught up');
    await context.close();
  },
  90_000,
);

test.each(SCREENS)(
  'axe-core finds nothing wrong with an event of five reports and one not taken, an unknown one and a starter’s: %s',
  async (_, screen) => {
    const { context, page } = await open(`/events/${told}`, screen);
    await expect.poll(() => page.getByTestId('report').count()).toBe(6);
    await page.getByTestId('timeline').waitFor();
    await page.getByTestId('cities').locator('li').first().waitFor();
    expect(await page.locator('.report.is-foreign').count()).toBe(1);
    await check(page, 'reports');
    await bench.go(page, UNKNOWN);
    await page.locator('.unknown').waitFor();
    await check(page, 'unknown');
    await bench.go(page, '/?age=all&sort=largest&minmag=5.5');
    const starter = page.locator(`.row-button[data-event-id="${STARTER_ID}"]`);
    await starter.waitFor();
    await check(page, 'starter row');
    await starter.click();
    await page.getByTestId('detail').filter({ hasText: 'starter catalogue' }).waitFor();
    await page.getByTestId('cities').locator('li').first().waitFor();
    await check(page, 'starter event');
    await context.close();
  },
  60_000,
);

test('axe-core finds nothing wrong with a wall display in the dark, in German, during a replay', async () => {
  const { context, page } = await open('/', {
    ...{ viewport: { width: 1920, height: 1080 }, colorScheme: 'dark', locale: 'de-DE' },
    timezoneId: 'Asia/Tokyo',
  });
  await bench.go(page, '/?wall=1&plates=1');
  await page.getByTestId('wall-list').locator('li').first().waitFor();
  await page.getByTestId('plates-credit').waitFor();
  const nowMs = Date.now();
  bench.tellSources([createSource({ replay: { replayedMs: nowMs, anchoredAtMs: nowMs, speed: 60 } })]);
  await page.getByTestId('replay').waitFor();
  await check(page, 'wall');
  bench.tellSources([createSource()]);
  await context.close();
}, 60_000);

test('axe-core finds nothing wrong with the map: the words at the pointer, the globe, depth and plates', async () => {
  const { context, page } = await open('/', { ...DESK, map: true });
  await expect.poll(() => frames(page), PATIENCE).toBeGreaterThan(0);
  await page.locator('#world').waitFor({ state: 'detached', ...PATIENCE });
  await page.evaluate('quakewire.jumpTo(37.03, 37.17, 4)');
  await page.evaluate('quakewire.nextFrame()');
  const { x, y } = (await page.evaluate(`quakewire.project('${told}')`)) as { x: number; y: number };
  await page.mouse.move(x, y);
  await page.getByTestId('map-tip').locator('p').waitFor(PATIENCE);
  await check(page, 'words at the pointer');
  await page.mouse.move(5, 5);
  await page.getByTestId('projection').click();
  await page.getByTestId('colour-depth').check({ force: true });
  await page.getByTestId('legend-unfold').click();
  await page.getByTestId('plates').check();
  await page.getByTestId('plates-credit').waitFor();
  await check(page, 'globe, colours of depth, plates');
  await context.close();
}, 90_000);

test('axe-core finds nothing wrong with a page whose map could not start', async () => {
  const { context, page } = await open('/', { ...DESK, colorScheme: 'dark' });
  await takeWebgl(page);
  await bench.go(page, '/');
  await page.getByTestId('still-map').filter({ hasText: 'no WebGL 2' }).waitFor(PATIENCE);
  await check(page, 'no WebGL 2');
  await context.close();
}, 60_000);

test.each(SCREENS)(
  'axe-core finds nothing wrong with the page as it is served, before its script: %s',
  async (_, screen) => {
    const { context, page } = await open('/', screen);
    await page.route('**/assets/*.js', (route) => route.abort());
    for (const path of listServed()) {
      await page.goto(bench.url + path);
      await page.locator('#app.served').waitFor();
      await check(page, path);
    }
    await context.close();
  },
  60_000,
);

test.each(SCREENS)(
  'axe-core finds nothing wrong with the page without script: %s',
  async (_, screen) => {
    const { context, page } = await open('/', screen);
    const devtools = await context.newCDPSession(page);
    const setScript = (on: boolean) => devtools.send('Emulation.setScriptExecutionDisabled', { value: !on });
    for (const path of listServed()) {
      await setScript(false);
      await page.goto(bench.url + path);
      expect(await page.locator('.as-of').isVisible()).toBe(true);
      // axe-core needs script, with which what stands in <noscript> would go.
      await page.evaluate(
        "document.body.querySelectorAll('noscript').forEach((one) => one.replaceWith(...one.childNodes))",
      );
      await setScript(true);
      expect(await page.locator('.as-of').isVisible()).toBe(true);
      await hideWorld(page);
      await check(page, path);
    }
    await context.close();
  },
  60_000,
);

test('axe-core finds nothing wrong with the page on paper: the list and an event', async () => {
  const { context, page } = await open('/', DESK);
  // Chosen dark: paper is white all the same.
  await page.getByTestId('settings-open').click();
  await page.getByTestId('setting-scheme').selectOption('dark');
  await page.keyboard.press('Escape');
  await page.locator('.legend-colors').waitFor();
  for (const state of ['list', 'event']) {
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    await page.emulateMedia({ media: 'print' });
    await hideWorld(page);
    await check(page, `on paper: ${state}`);
    await page.emulateMedia({ media: null });
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    if (state === 'event') break;
    await bench.go(page, `/events/${told}`);
    await page.getByTestId('cities').locator('li').first().waitFor();
    await expect.poll(() => page.getByTestId('report').count()).toBe(6);
  }
  await context.close();
}, 60_000);

test('all the while no page asked another host, broke the policy or threw', () => {
  expect(bench.offences).toEqual([]);
});

/** The list, an event and one that is not known. */
const listServed = () => ['/', `/events/${told}`, UNKNOWN];

/** One event that no agency reports any more. */
function createStarter(): Uint8Array {
  const catalogue = createCatalogue();
  catalogue.upsertEntry({
    ...{ id: STARTER_ID as EventId, revision: 1, state: 'live', starter: true },
    ...{ originTimeMs: Date.UTC(2022, 5, 1), latitudeDeg: 10, longitudeDeg: 20, depthKm: null },
    ...{ magnitude: { value: 8.1, type: 'mww' }, region: 'Somewhere', eventType: 'earthquake' },
    ...{ agency: 'USGS', author: 'us', offset: -1 },
  });
  return encodeChunk(catalogue, catalogue.timeOrder, { cursor: 'starter:-1' });
}

/** An event with its story: five reports, and then one of another earthquake, which was not taken. */
async function tellStory(): Promise<EventId> {
  const originTimeMs = Date.now() - 300 * MINUTE;
  const base = createEvent(TOLD);
  const { agencyEventId } = base.reports[0]!;
  const toReport = (
    minutes: number,
    value: number,
    latitudeDeg: number,
    shiftMs: number,
  ): SolutionReport => ({
    ...{ schemaVersion: 1, kind: 'solution', agency: 'EMSC', agencyEventId, author: 'EMSC' },
    ...{ updatedAtMs: originTimeMs + minutes * MINUTE, receivedAtMs: originTimeMs + minutes * MINUTE + 1000 },
    origin: { ...base.origin, originTimeMs: originTimeMs + shiftMs, latitudeDeg },
    ...{ magnitude: { value, type: 'mw' }, region: base.region, eventType: null, typeCertainty: null },
  });
  const reports = [
    toReport(3, 7.4, 37, 0),
    toReport(6, 7.8, 37.1, 1300),
    toReport(9, 7.7, 37.17, 1300),
    toReport(20, 7.7, 37.17, -200),
    toReport(60, 7.8, 37.2, 0),
    toReport(90, 4.2, 38, 30 * MINUTE),
  ];
  const event: QuakeEvent = { ...base, revision: 5, updatedAtMs: originTimeMs + 60 * MINUTE };
  await store.applyReports(reports, { topic: 'quake.reports.v1', epoch: 'e', offset: 5 });
  await store.applyEvents([{ event: { ...event, origin: { ...base.origin, originTimeMs } }, offset: 4 }], {
    topic: 'quake.events.v1',
    epoch: 'e',
    offset: 4,
  });
  return bench.publish(TOLD, 300 * MINUTE, { magnitudeValue: 7.8, latitudeDeg: 37.2, revision: 5 });
}
