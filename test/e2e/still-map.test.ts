// Without graphics hardware: the drawing that came with the page stays, true to the events, until the reader reaches for
// the map. This Chromium draws in software, so the page decides by itself.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildWeb } from '../../scripts/build-web.ts';
import { DOTS_MAX } from '../../src/web/first/world-dots.ts';
import { PALETTES } from '../../src/web/map/palettes.ts';
import { findViolations, type PageBench, startPageBench, takeWebgl } from '../support/page-bench.ts';
import { hexAt } from '../support/pixels.ts';

const PATIENCE = { timeout: 30_000 };
const HOUR_MS = 3_600_000;
/** Where the bench's window, 1200 × 800 px, shows 0° N 25° E and 20° S 70° E. */
const CONGO = { x: 796, y: 449 };
const INDIAN_OCEAN = { x: 893, y: 493 };
let bench: PageBench;

beforeAll(async () => {
  await buildWeb();
  bench = await startPageBench('auto');
  for (let number = 1; number <= 5; number++)
    await bench.publish(number, number * HOUR_MS, { magnitudeValue: 4 + number / 10 });
}, 90_000);

afterAll(async () => {
  expect(bench.offences).toEqual([]);
  await bench[Symbol.asyncDispose]();
});

async function openStill(path = '/', options: Parameters<PageBench['open']>[1] = {}) {
  const { page, context } = await bench.open(path, options);
  await page.getByTestId('still-map').waitFor(PATIENCE);
  const dots = () => page.locator('#dots g[class^="age-"] circle').count();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  return { page, context, dots, isMapAsked: () => asked.some((url) => /\/quake-map-/.test(url)) };
}

test('the drawing stays and says so; news and filters are drawn into it', async () => {
  // Without motion: axe would measure the contrast of what is just appearing.
  const { page, context, dots, isMapAsked } = await openStill('/', { reducedMotion: 'reduce' });
  await expect.poll(dots, PATIENCE).toBe(5);
  // Seen, not only there: nothing lies on the land and the sea it drew.
  const { land, water } = PALETTES.light;
  expect(await hexAt(page, CONGO)).toBe(land);
  expect(await hexAt(page, INDIAN_OCEAN)).toBe(water);
  await bench.publish(6, 60_000, { magnitudeValue: 6.1 });
  await expect.poll(dots, PATIENCE).toBe(6);
  expect(await page.locator('#dots .age-0 circle').count()).toBe(1);
  await page.locator('.magnitude-filter input').fill('6');
  await expect.poll(dots, PATIENCE).toBe(1);
  expect(isMapAsked()).toBe(false);
  expect(await page.evaluate('quakewire.frames')).toBe(0);
  expect(await findViolations(page)).toEqual([]);
  await context.close();
}, 90_000);

test('where there are more events than the drawing has room for, it says how many it shows', async () => {
  await using full = await startPageBench('auto');
  const { page, context } = await full.open('/?age=all');
  await page.getByTestId('still-map').waitFor(PATIENCE);
  const still = page.getByTestId('still-map');
  expect(await still.innerText()).not.toContain('Drawn');
  for (let number = 1; number <= 460; number++) await full.publish(number, 60_000, { magnitudeValue: 3 });
  await expect
    .poll(() => still.innerText(), PATIENCE)
    .toContain(`the largest and newest ${DOTS_MAX} of 460.`);
  expect(await page.locator('#dots g[class^="age-"] circle').count()).toBe(DOTS_MAX);
  await context.close();
}, 90_000);

test('a linked event is marked in the drawing', async () => {
  const id = await bench.publish(7, 2 * HOUR_MS, { latitudeDeg: 0, longitudeDeg: 25, magnitudeValue: 5 });
  const { page, context, isMapAsked } = await openStill(`/events/${id}`);
  // In one look: one that is just taken away has no place.
  const middleOf = (mark: string) =>
    page.evaluate(`(() => {
      const box = document.querySelector('#dots > ${mark} circle')?.getBoundingClientRect();
      return box === undefined ? null : box.x + box.width / 2;
    })()`);
  const { width } = page.viewportSize()!;
  // 25° east is the middle of what the panel leaves free.
  const middle = 408 + (width - 424) / 2;
  await expect.poll(() => middleOf('.mark'), PATIENCE).toBeCloseTo(middle, 0);
  // And when it is drawn anew.
  await page.evaluate("document.querySelector('#dots > .mark').classList.add('was')");
  await bench.publish(70, HOUR_MS, { magnitudeValue: 5 });
  await expect.poll(() => middleOf('.mark:not(.was)'), PATIENCE).toBeCloseTo(middle, 0);
  expect(isMapAsked()).toBe(false);
  await context.close();
}, 90_000);

const REASONS: readonly [string, (page: Awaited<ReturnType<typeof openStill>>['page']) => Promise<void>][] = [
  ['its button', (page) => page.getByTestId('still-map').getByRole('button').press('Enter')],
  ['a press on it', (page) => page.mouse.click(800, 300)],
  ['a control of the map', (page) => page.locator('.control').first().click()],
  ['what only the map can show', (page) => page.getByTestId('colour-depth').check({ force: true })],
  ['an event opened in the list', (page) => page.locator('.row-button').first().click()],
];

test.each(REASONS)(
  '%s starts the map, which takes the place of the drawing',
  async (_reason, reach) => {
    const { page, context } = await openStill();
    await reach(page);
    await expect.poll(() => page.locator('#world').count(), { timeout: 60_000 }).toBe(0);
    expect(await page.getByTestId('still-map').count()).toBe(0);
    expect(await page.evaluate('quakewire.frames')).toBeGreaterThan(0);
    await context.close();
  },
  90_000,
);

test('a map that could not be loaded says so, may be asked for again, and the drawing stays true meanwhile', async () => {
  const { page, context, dots } = await openStill();
  const still = page.getByTestId('still-map');
  await context.route('**/quake-map-*.js', (route) => route.abort());
  await still.getByRole('button').click();
  await still.filter({ hasText: 'The map could not be loaded.' }).waitFor(PATIENCE);
  const before = await dots();
  await bench.publish(8, 60_000, { magnitudeValue: 6.2 });
  await expect.poll(dots, PATIENCE).toBe(before + 1);
  // The page asks again by itself too: just then, so that it is the reader who asks next.
  await page.waitForEvent('requestfailed', (request) => /\/quake-map-.*\.js$/.test(request.url()));
  await context.unroute('**/quake-map-*.js');
  await still.getByRole('button').click();
  await expect.poll(() => page.locator('#world').count(), { timeout: 60_000 }).toBe(0);
  expect(await still.count()).toBe(0);
  await context.close();
}, 120_000);

test('the notice that the map could not be loaded goes away by itself when the server is back', async () => {
  const { page, context } = await openStill();
  await context.route('**/quake-map-*.js', (route) => route.abort());
  await page.locator('.row-button').first().click();
  await page.getByTestId('still-map').filter({ hasText: 'The map could not be loaded.' }).waitFor(PATIENCE);
  await context.unroute('**/quake-map-*.js');
  await expect.poll(() => page.locator('#world').count(), { timeout: 60_000 }).toBe(0);
  expect(await page.getByTestId('still-map').count()).toBe(0);
  await context.close();
}, 120_000);

test('a map whose style sheet could not be loaded at first has it when it comes', async () => {
  const { page, context } = await openStill();
  await context.route('**/quake-map-*.css', (route) => route.abort());
  await page.getByTestId('still-map').getByRole('button').click();
  await page.getByTestId('still-map').filter({ hasText: 'The map could not be loaded.' }).waitFor(PATIENCE);
  await context.unroute('**/quake-map-*.css');
  await expect.poll(() => page.locator('#world').count(), { timeout: 60_000 }).toBe(0);
  const position = "getComputedStyle(document.querySelector('.map canvas')).position";
  await expect.poll(() => page.evaluate(position), PATIENCE).toBe('absolute');
  await context.close();
}, 90_000);

test('a place that was searched for has its pin in the drawing, while the map is on its way', async () => {
  const { page, context } = await openStill();
  await context.route('**/quake-map-*.js', (route) => route.abort());
  await page.getByTestId('place-search').fill('Gaziantep');
  await page.getByTestId('place-results').locator('button').first().waitFor(PATIENCE);
  await page.getByTestId('place-search').press('Enter');
  await page
    .locator('#dots > .pin path')
    .first()
    .waitFor({ ...PATIENCE, state: 'attached' });
  // In one look: one that is just drawn anew has no place.
  const { x, y, width, height } = (await page.evaluate(
    "document.querySelector('#dots > .pin path').getBoundingClientRect().toJSON()",
  )) as { x: number; y: number; width: number; height: number };
  // Its tip is at 37.38° E, 37.06° N: of the world's square, 776 px wide, whose middle of view is 25° E, 22° N.
  expect(x + width / 2).toBeCloseTo(408 + 388 + (12.38 / 360) * 776, -1);
  expect(height).toBeGreaterThan(width);
  expect(y + height).toBeGreaterThan(300);
  expect(y + height).toBeLessThan(400);
  await page.getByTestId('place-leave').click();
  await expect.poll(() => page.locator('#dots > .pin').count(), PATIENCE).toBe(0);
  await context.close();
}, 90_000);

test.each([
  ['a phone', { width: 390, height: 844 }],
  ['a narrow phone', { width: 320, height: 640 }],
])(
  'the words on the card have room around them: %s',
  async (_, viewport) => {
    await using full = await startPageBench('auto');
    const { page, context } = await full.open('/?age=all', { viewport, locale: 'es-ES' });
    for (let number = 1; number <= 460; number++) await full.publish(number, 60_000, { magnitudeValue: 3 });
    const still = page.getByTestId('still-map');
    await expect.poll(() => still.innerText(), PATIENCE).toContain(String(DOTS_MAX));
    const [card, words, link] = (await page.evaluate(`(() => {
    const card = document.querySelector('.still');
    const range = document.createRange();
    range.setStart(card.firstChild, 0);
    range.setEndBefore(card.querySelector('button'));
    const link = document.createRange();
    link.selectNodeContents(card.querySelector('button'));
    return [card, range, link].map((one) => { const { top, bottom } = one.getBoundingClientRect(); return { top, bottom }; });
  })()`)) as { top: number; bottom: number }[];
    // Not even a button's lower edge lies below the card.
    const covered = await page.evaluate(`[...document.querySelectorAll('.control')]
      .filter((button) => button.offsetHeight > 0)
      .filter((button) => {
        const { x, width, bottom } = button.getBoundingClientRect();
        return document.elementFromPoint(x + width / 2, bottom - 2)?.closest('.control') !== button;
      }).length`);
    expect(covered).toBe(0);
    const gaps = [words!.top - card!.top, link!.top - words!.bottom, card!.bottom - link!.bottom];
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(5);
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(6);
    await context.close();
  },
  90_000,
);

test('without WebGL 2 the drawing stays, is kept true, and nothing is offered that cannot be', async () => {
  const { page, context } = await bench.open('/', { map: false });
  await takeWebgl(page);
  await bench.go(page, '/');
  const still = page.getByTestId('still-map');
  await still.filter({ hasText: 'no WebGL 2' }).waitFor(PATIENCE);
  expect([await still.getByRole('button').count(), await page.locator('.control').count()]).toEqual([0, 0]);
  const dots = () => page.locator('#dots g[class^="age-"] circle').count();
  const before = await dots();
  await bench.publish(9, 60_000, { magnitudeValue: 6.3 });
  await expect.poll(dots, PATIENCE).toBe(before + 1);
  await context.close();
}, 90_000);

test('a reader who has it always has the map without asking', async () => {
  const { page, context } = await bench.open('/?mapstart=always');
  await expect.poll(() => page.locator('#world').count(), { timeout: 60_000 }).toBe(0);
  expect(await page.evaluate(`localStorage.getItem('quakewire.map')`)).toContain('mapstart=always');
  await context.close();
}, 90_000);
