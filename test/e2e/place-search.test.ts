// What a search for a place leaves on the page: what each result is, the place that was chosen beside the search, and how
// far off the listed events are.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PageBench, startPageBench, untilConnected } from '../support/page-bench.ts';

const PATIENCE = { timeout: 30_000 };
let bench: PageBench;

beforeAll(async () => {
  bench = await startPageBench();
  await bench.publish(1, 60_000, { latitudeDeg: 37.3, longitudeDeg: 37.3, magnitudeValue: 4.2 });
  await bench.publish(2, 60_000, {
    ...{ latitudeDeg: -20, longitudeDeg: -174, magnitudeValue: 4.4, region: 'TONGA' },
  });
}, 60_000);

afterAll(async () => {
  expect(bench.offences).toEqual([]);
  await bench[Symbol.asyncDispose]();
});

test('a place that was searched for stays named beside the search until it is taken away, and rows say how far off they are', async () => {
  for (const [language, label, remove] of [
    ['en', 'Near Gaziantep', 'Take away: Near Gaziantep'],
    ['de', 'Nahe Gaziantep', 'Wegnehmen: Nahe Gaziantep'],
    ['es', 'Cerca de Gaziantep', 'Quitar: Cerca de Gaziantep'],
  ] as const) {
    const { context, page: one } = await bench.open('/', { locale: language, reducedMotion: 'reduce' });
    await expect.poll(() => one.evaluate('quakewire.frames'), PATIENCE).toBeGreaterThan(0);
    await one.getByTestId('place-search').fill('gaziantep');
    await one.getByTestId('place-results').locator('button').first().waitFor();
    await one.getByTestId('place-search').press('Enter');
    const chip = one.getByTestId('place-chip');
    await chip.waitFor(PATIENCE);
    expect(await chip.innerText()).toContain(label);
    await expect.poll(() => one.url(), PATIENCE).toContain('inview=1');
    await expect.poll(() => one.locator('.row-marks').first().innerText(), PATIENCE).toMatch(/\b2\d km/);
    // The map goes elsewhere by hand: what it shows is near something else.
    await expect.poll(() => one.url(), PATIENCE).toContain('at=37');
    await one.evaluate('quakewire.jumpTo(0, 0, 5)');
    await expect.poll(() => chip.count(), PATIENCE).toBe(0);
    await one.evaluate('quakewire.jumpTo(37.38, 37, 5)');
    const leave = one.getByRole('button', { name: remove });
    await leave.waitFor(PATIENCE);
    await leave.focus();
    await one.keyboard.press('Enter');
    await expect.poll(() => chip.count()).toBe(0);
    await expect.poll(() => new URL(one.url()).search, PATIENCE).toBe('');
    expect(await one.evaluate('document.activeElement.dataset.testid')).toBe('place-search');
    await context.close();
  }
}, 180_000);

test('Enter before the places have come goes to the first of them when they have, unless other letters follow or the reader leaves', async () => {
  const { context, page: one } = await bench.open('/', { map: false });
  const field = one.getByTestId('place-search');
  const found = one.getByTestId('place-results').locator('button');
  const address = () => new URL(one.url()).search;
  for (const then of ['types', 'leaves', 'stays'] as const) {
    const gate = Promise.withResolvers<void>();
    await one.route('**/{labels,cities}-*.json', async (route) => {
      await gate.promise;
      await route.continue();
    });
    await one.reload();
    await untilConnected(one);
    await field.fill('tonga');
    await field.press('Enter');
    if (then === 'types') await field.fill('gaziantep');
    if (then === 'leaves') await one.getByTestId('order').focus();
    gate.resolve();
    if (then === 'stays') await one.getByTestId('place-chip').waitFor();
    else await found.first().waitFor();
    // Choosing follows the results by a frame.
    await one.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))');
    expect(address()).toBe(then === 'stays' ? '?inview=1' : '');
    await one.unroute('**/{labels,cities}-*.json');
  }
  await context.close();
}, 60_000);

test('of two places of one name the search says which is the country and which the region', async () => {
  for (const [locale, country, region] of [
    ['en', 'Tonga · country', 'Tonga · region'],
    ['de', 'Tonga · Land', 'Tonga · Region'],
    ['es', 'Tonga · país', 'Tonga · región'],
  ] as const) {
    const { context, page: one } = await bench.open('/', { locale, map: false });
    await one.getByTestId('place-search').fill('tonga');
    const found = one.getByTestId('place-results').locator('button');
    await found.nth(1).waitFor();
    const words = await found.allInnerTexts();
    expect(words.some((text) => text.startsWith(country))).toBe(true);
    expect(words.some((text) => text.startsWith(region))).toBe(true);
    await context.close();
  }
}, 60_000);
