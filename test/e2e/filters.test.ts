// The filters: what they show, say and put into the address; the way back to everything.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type PageBench, startPageBench } from '../support/page-bench.ts';
import { hexAt } from '../support/pixels.ts';

const HOUR = 3_600_000;
const PATIENCE = { timeout: 30_000 };
let bench: PageBench;
let page: Page;

beforeAll(async () => {
  bench = await startPageBench();
  const at = (
    number: number,
    ageH: number,
    magnitudeValue: number,
    depthKm: number | null,
    longitudeDeg: number,
  ) => bench.publish(number, ageH * HOUR, { magnitudeValue, depthKm, latitudeDeg: -18, longitudeDeg });
  await at(1, 1, 5.5, 560, -178); // deep, near Tonga
  await at(2, 2, 4.5, 120, -178);
  await at(3, 3, 3.1, 10, 37);
  await at(4, 4, 1.2, 5, 37); // below the first view
  await at(5, 240, 5.1, null, 37); // older than a week
  await bench.publish(7, 6 * HOUR, { magnitudeValue: 4.4, state: 'withdrawn', revision: 2 });
  await bench.publish(6, 5 * HOUR, { magnitudeValue: 2.9, eventType: 'quarry blast' });
  ({ page } = await bench.open());
}, 60_000);

afterAll(async () => {
  await bench?.[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await bench.go(page, '/');
  await page.locator('.row-button').first().waitFor();
}, 60_000);

const count = () => page.getByTestId('count').getAttribute('data-count');
const countIn = (shown: Page, choice: string) =>
  shown.locator(`label:has([data-testid="${choice}"]) .choice-count`).innerText();
const countOf = (choice: string) => countIn(page, choice);

test('the first view is the last seven days from magnitude 2.5 on', async () => {
  await expect.poll(count).toBe('5');
  expect(new URL(page.url()).search).toBe('');
});

test('each choice says how many it would show, and shows so many', async () => {
  await page.getByTestId('more-filters').click();
  for (const choice of ['filter-age-month', 'filter-depth-deep', 'filter-depth-any', 'filter-kind-other']) {
    const promised = await countOf(choice);
    await page.getByTestId(choice).check({ force: true });
    await expect.poll(count).toBe(promised);
  }
});

test('only the deep ones near Tonga: two choices, and a link that shows the same', async () => {
  await page.getByTestId('more-filters').click();
  await page.getByTestId('filter-depth-deep').check({ force: true });
  await expect.poll(count).toBe('1');
  expect(new URL(page.url()).search).toBe('?depth=deep');
  await bench.go(page, '/?depth=intermediate&minmag=4&age=day');
  await expect.poll(count).toBe('1');
  expect(await page.locator('.row-button').innerText()).toContain('120 km deep');
});

test('what was withdrawn can be asked for, with its number, and a link shows the same', async () => {
  await page.getByTestId('more-filters').click();
  expect(await countOf('filter-kind-withdrawn')).toBe('1');
  await page.getByTestId('filter-kind-withdrawn').check({ force: true });
  await expect.poll(count).toBe('1');
  expect(new URL(page.url()).search).toBe('?type=withdrawn');
  await bench.go(page, '/?type=withdrawn');
  await expect.poll(count).toBe('1');
  expect(await page.locator('.row-button').getAttribute('data-state')).toBe('withdrawn');
  expect(await page.getByTestId('more-filters').innerText()).toBe('More filters (1)');
});

test('the two ways back are two links, not one word', async () => {
  await bench.go(page, '/?depth=deep');
  const [everything, reset] = [page.getByTestId('everything'), page.getByTestId('usual-view')];
  await reset.waitFor();
  const [left, right] = [await everything.boundingBox(), await reset.boundingBox()];
  expect(right!.x - (left!.x + left!.width)).toBeGreaterThanOrEqual(8);
  expect(await reset.innerText()).toBe('Reset filters');
});

test('the slider is dark where events are shown: right of its thumb', async () => {
  await page.getByTestId('filter-magnitude').fill('4');
  const slider = await page.getByTestId('filter-magnitude').boundingBox();
  const lightness = async (share: number) => {
    const hex = await hexAt(page, {
      x: slider!.x + slider!.width * share,
      y: slider!.y + slider!.height / 2,
    });
    return Number.parseInt(hex.slice(1, 3), 16);
  };
  expect(await lightness(0.2)).toBeGreaterThan((await lightness(0.8)) + 100);
});

test('only what the map shows follows the map', async () => {
  await expect.poll(() => page.evaluate('quakewire.frames'), PATIENCE).toBeGreaterThan(0);
  await page.evaluate(`quakewire.jumpTo(37, -18, 5)`);
  await page.getByTestId('more-filters').click();
  await page.getByTestId('filter-inview').check();
  await expect.poll(count).toBe('1');
  await page.evaluate(`quakewire.jumpTo(-178, -18, 5)`);
  await expect.poll(count).toBe('2');
}, 90_000);

test('a place is found by its name: the map goes there, and the list shows what is in view', async () => {
  await expect.poll(() => page.evaluate('quakewire.frames'), PATIENCE).toBeGreaterThan(0);
  await page.getByTestId('place-search').fill('tonga');
  const results = page.getByTestId('place-results');
  await results.locator('button').first().waitFor();
  expect(await results.innerText()).toMatch(/^Tonga/);
  await page.getByTestId('place-search').press('Enter');
  await expect.poll(count).toBe('2');
  expect(page.url()).toContain('inview=1');
  await expect.poll(() => results.count()).toBe(0);
}, 90_000);

test.each([
  ['a desk', { width: 1200, height: 800 }],
  ['a phone', { width: 390, height: 844 }],
])(
  'a place is shown with all that is around it, named on the map, until Back takes it away: %s',
  async (_, viewport) => {
    const { context, page: one } = await bench.open('/?depth=deep', { viewport, reducedMotion: 'reduce' });
    const shown = () => one.getByTestId('count').getAttribute('data-count');
    const names = () => one.evaluate('quakewire.names') as Promise<string[]>;
    await expect.poll(() => one.evaluate('quakewire.frames'), PATIENCE).toBeGreaterThan(0);
    const length = () => one.evaluate('history.length') as Promise<number>;
    const start = await length();
    if (viewport.width < 720) await one.getByTestId('search-open').click();
    await one.getByTestId('place-search').fill('tonga');
    await one.getByTestId('place-results').locator('button').first().waitFor();
    await one.getByTestId('place-search').press('Enter');
    await expect.poll(() => one.url(), PATIENCE).toMatch(/inview=1&at=-2\d\.\d+,-17/);
    // 300 km off, in a region named after Fiji.
    await expect.poll(shown).toBe('1');
    await expect.poll(names, PATIENCE).toContain('Tonga');
    expect(await length()).toBe(start + 1);
    await one.goBack();
    await expect.poll(() => new URL(one.url()).search).toBe('?depth=deep');
    await expect.poll(names, PATIENCE).not.toContain('Tonga');
    await one.goForward();
    await expect.poll(names, PATIENCE).toContain('Tonga');
    await expect.poll(() => one.url()).toContain('inview=1');
    // Taken off by hand it is no step of its own either.
    await one.getByTestId('usual-view').click();
    await expect.poll(() => new URL(one.url()).search).toBe('');
    expect(await one.evaluate('history.state.goTo')).toBeNull();
    expect(await length()).toBe(start + 1);
    await context.close();
  },
  120_000,
);

test('the line under what the legend’s colours show is as wide as the word, on a phone too', async () => {
  const { context, page: phone } = await bench.open('/', {
    viewport: { width: 390, height: 844 },
    map: false,
  });
  await phone.locator('.legend-mode').first().waitFor();
  const [word, line] = (await phone.evaluate(`(() => {
    const span = document.querySelector('.legend-mode span');
    const range = document.createRange();
    range.selectNodeContents(span);
    return [range, span].map((one) => one.getBoundingClientRect().width);
  })()`)) as [number, number];
  expect(line).toBeCloseTo(word, 0);
  await context.close();
}, 60_000);

test('"Nearest to me" shows where the reader is, with what is around', async () => {
  const { context, page: one } = await bench.open('/', {
    ...{
      geolocation: { latitude: -18, longitude: 37 },
      permissions: ['geolocation'],
      reducedMotion: 'reduce',
    },
  });
  await expect.poll(() => one.evaluate('quakewire.frames'), PATIENCE).toBeGreaterThan(0);
  await one.getByTestId('order').selectOption('nearest');
  await expect.poll(() => one.evaluate('quakewire.names'), PATIENCE).toContain('You are here');
  await one.getByTestId('more-filters').click();
  // Of the five that the filter shows, the one that is there.
  await expect.poll(() => countIn(one, 'filter-inview')).toBe('1');
  await one.getByTestId('order').selectOption('newest');
  await expect.poll(() => one.evaluate('quakewire.names'), PATIENCE).not.toContain('You are here');
  await context.close();
}, 120_000);

test('"Only what the map shows" can be chosen while the map stands still, and starts it', async () => {
  const { context, page: still } = await bench.open('/');
  await still.evaluate("localStorage.setItem('quakewire.map', 'mapstart=asked')");
  await bench.go(still, '/?at=-18,-178,5');
  await still.getByTestId('more-filters').click();
  await still.getByTestId('filter-inview').check();
  await expect.poll(() => still.evaluate('quakewire.frames'), PATIENCE).toBeGreaterThan(0);
  await expect.poll(() => still.getByTestId('count').getAttribute('data-count')).toBe('2');
  await context.close();
}, 120_000);

test('a phone has the search and the help at hand, and sees the map behind an open legend', async () => {
  const { context, page: phone } = await bench.open('/', { viewport: { width: 390, height: 844 } });
  for (const id of ['search-open', 'keys-open']) {
    const box = (await phone.getByTestId(id).boundingBox())!;
    expect([box.width, box.height]).toEqual([44, 44]);
  }
  await phone.getByTestId('legend-unfold').click();
  // The sheet leaves 405 px of the screen.
  const legend = (await phone.getByTestId('legend').boundingBox())!;
  expect(legend.height).toBeLessThan(405 / 2);
  expect(await phone.getByTestId('legend-sizes').isVisible()).toBe(true);
  await phone.getByTestId('keys-open').click();
  const help = phone.getByTestId('keys');
  await help.getByText('Magnitude types').waitFor();
  expect(await help.locator('kbd').first().isVisible()).toBe(false);
  await phone.getByTestId('keys-close').click();
  await phone.getByTestId('search-open').click();
  await expect.poll(() => phone.evaluate('document.activeElement.dataset.testid')).toBe('place-search');
  expect(await phone.getByTestId('search-open').isVisible()).toBe(false);
  await context.close();
}, 120_000);

test('on a phone 320 px wide the drawing keeps off the search, and a way back that wraps begins where its line does', async () => {
  const { context, page: phone } = await bench.open('/?depth=deep', {
    viewport: { width: 320, height: 640 },
    locale: 'es-ES',
  });
  await phone.getByTestId('search-open').click();
  // In one look: the sheet slides up.
  const measure = () =>
    phone.evaluate(`(() => {
      const boxOf = (selector) => document.querySelector(selector).getBoundingClientRect();
      const [field, line, reset] = [boxOf('.place-field'), boxOf('.count'), boxOf('[data-testid="usual-view"]')];
      return {
        width: field.width,
        gap: boxOf('.histogram').top - field.bottom,
        down: reset.top - line.top,
        right: reset.left - line.left,
      };
    })()`) as Promise<{ width: number; gap: number; down: number; right: number }>;
  await expect.poll(async () => (await measure()).width).toBeGreaterThan(200);
  const { gap, down, right } = await measure();
  expect(gap).toBeGreaterThanOrEqual(6);
  expect(down).toBeGreaterThan(20);
  expect(right).toBe(0);
  await context.close();
});

test('an empty result says why and leads back, by one choice or to everything', async () => {
  await bench.go(page, '/?minmag=7&depth=shallow');
  const empty = page.getByTestId('empty');
  await empty.waitFor();
  for (const why of ['Magnitude 7.0 and larger', 'Depth: Shallow', 'In the last 7 days'])
    expect(await empty.innerText()).toContain(why);
  await page.getByRole('button', { name: 'Take away: Magnitude 7.0 and larger' }).click();
  await expect.poll(count).toBe('4');
  await page.getByTestId('everything').click();
  await expect.poll(count).toBe('7');
  await page.getByTestId('usual-view').click();
  await expect.poll(count).toBe('5');
});

test('what everything would show keeps up with what arrives while the list is empty', async () => {
  await bench.go(page, '/?minmag=8');
  const everything = page.getByTestId('show-everything');
  const before = Number(/\d+/.exec(await everything.innerText())![0]);
  await bench.publish(9, 200 * HOUR, { magnitudeValue: 1.1 });
  await expect.poll(() => everything.innerText()).toBe(`Show all ${before + 1} events`);
});

test('the slider filters list and map, and its leftmost place is everything', async () => {
  const slider = page.getByTestId('filter-magnitude');
  await slider.fill('5');
  await expect.poll(count).toBe('1');
  expect(await slider.getAttribute('aria-valuetext')).toBe('5.0 and larger');
  await slider.fill('0');
  await expect.poll(count).toBe('6');
  await expect.poll(() => new URL(page.url()).search).toBe('?minmag=all');
});

test('all the while the page asked no other host, broke no policy and threw nothing', () => {
  expect(bench.offences).toEqual([]);
});
