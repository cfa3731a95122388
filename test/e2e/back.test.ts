// The browser's way back and the page's own: both lead from what lies over the list to the same list, in its place.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PageBench, startPageBench } from '../support/page-bench.ts';

const MINUTE = 60_000;
const PATIENCE = { timeout: 30_000 };
let bench: PageBench;

beforeAll(async () => {
  bench = await startPageBench();
  for (let i = 1; i <= 40; i++)
    await bench.publish(i, i * 20 * MINUTE, { magnitudeValue: 3 + (i % 20) / 10 });
}, 60_000);

afterAll(async () => {
  await bench?.[Symbol.asyncDispose]();
});

const DESKTOP = { width: 1200, height: 800 };
const PHONE = { width: 390, height: 844 };

const listTop = (page: Page) => page.getByTestId('list').evaluate((list) => list.scrollTop);
const count = (page: Page) => page.getByTestId('count').getAttribute('data-count');
const detail = (page: Page) => page.getByTestId('detail');
const path = (page: Page) => new URL(page.url()).pathname + new URL(page.url()).search;

/** A page that came from another one, with a filter chosen, scrolled down the list. */
async function openScrolled(viewport: { width: number; height: number }) {
  const { context, page } = await bench.open('/?minmag=3.5', { viewport, map: false });
  await page.locator('.row-button').first().waitFor();
  await page.getByTestId('list').evaluate((list) => list.scrollTo(0, 600));
  await expect.poll(() => listTop(page)).toBe(600);
  const row = page.locator('[data-index="12"]');
  await row.waitFor();
  return { context, page, row };
}

test.each([
  ['a desk', DESKTOP],
  ['a phone', PHONE],
])(
  'Back leads from an event to the list as it was, Forward to the event again: %s',
  async (_, viewport) => {
    const { context, page, row } = await openScrolled(viewport);
    const [id, shown] = [await row.getAttribute('data-event-id'), await count(page)];
    await row.click();
    await detail(page).waitFor();
    expect(path(page)).toBe(`/events/${id}?minmag=3.5`);
    const top = await listTop(page);
    expect(top).toBeGreaterThanOrEqual(600);
    await page.goBack();
    await detail(page).waitFor({ state: 'detached' });
    expect([path(page), await listTop(page), await count(page)]).toEqual(['/?minmag=3.5', top, shown]);
    await page.goForward();
    await expect.poll(() => detail(page).getAttribute('data-event-id')).toBe(id);
    expect(path(page)).toBe(`/events/${id}?minmag=3.5`);
    await page.goBack();
    await detail(page).waitFor({ state: 'detached' });
    await context.close();
  },
  60_000,
);

test('the page’s own way back is the browser’s: what was closed does not come back with Back', async () => {
  const { context, page, row } = await openScrolled(DESKTOP);
  const length = () => page.evaluate('history.length') as Promise<number>;
  await row.click();
  await detail(page).waitFor();
  const opened = await length();
  for (const close of [() => page.getByTestId('close').click(), () => page.keyboard.press('Escape')]) {
    await close();
    await detail(page).waitFor({ state: 'detached' });
    await expect.poll(() => path(page)).toBe('/?minmag=3.5');
    expect(await listTop(page)).toBe(600);
    await row.click();
    await detail(page).waitFor();
    expect(await length()).toBe(opened);
  }
  await context.close();
}, 60_000);

test('from event to event is no further way back, nor from an event to how live it all is', async () => {
  const { context, page, row } = await openScrolled(DESKTOP);
  await row.click();
  await detail(page).waitFor();
  const first = await detail(page).getAttribute('data-event-id');
  await page.keyboard.press('j');
  await page.getByTestId('next').click();
  await expect.poll(() => detail(page).getAttribute('data-event-id')).not.toBe(first);
  await page.getByTestId('status').click();
  await page.getByTestId('trust').waitFor();
  await page.goBack();
  await page.getByTestId('trust').waitFor({ state: 'detached' });
  expect(await detail(page).count()).toBe(0);
  expect(path(page)).toBe('/?minmag=3.5');
  await context.close();
}, 60_000);

test('Back closes how live it all is, Forward opens it, and a reload leaves it open', async () => {
  const { context, page } = await openScrolled(PHONE);
  await page.getByTestId('status').click();
  await page.getByTestId('trust').waitFor();
  await page.goBack();
  await page.getByTestId('trust').waitFor({ state: 'detached' });
  await page.goForward();
  await page.getByTestId('trust').waitFor();
  await page.reload();
  await page.getByTestId('trust').waitFor();
  await page.goBack();
  await page.getByTestId('trust').waitFor({ state: 'detached' });
  expect(path(page)).toBe('/?minmag=3.5');
  await context.close();
}, 60_000);

test.each([
  ['a desk', DESKTOP],
  ['a phone', PHONE],
])(
  'who comes by a link to an event finds the list behind "All earthquakes", and the event again with Back: %s',
  async (_, viewport) => {
    const id = await bench.publish(1000, 5 * MINUTE, { magnitudeValue: 4 });
    const { context, page } = await bench.open(`/events/${id}`, { viewport, map: false });
    await detail(page).waitFor();
    await page.getByTestId('close').click();
    await detail(page).waitFor({ state: 'detached' });
    await expect.poll(() => path(page)).toBe('/');
    await page.locator('[data-index="3"]').click();
    await detail(page).waitFor();
    await page.goBack();
    await detail(page).waitFor({ state: 'detached' });
    expect(path(page)).toBe('/');
    await page.goBack();
    await expect.poll(() => detail(page).getAttribute('data-event-id')).toBe(id);
    expect(path(page)).toBe(`/events/${id}`);
    await context.close();
  },
  60_000,
);

test('what was chosen meanwhile stands in the address after Back', async () => {
  const { context, page, row } = await openScrolled(DESKTOP);
  await row.click();
  await detail(page).waitFor();
  await page.getByTestId('colour-depth').check({ force: true });
  await expect.poll(() => page.url()).toContain('colour=depth');
  await page.goBack();
  await expect.poll(() => new URL(page.url()).pathname).toBe('/');
  await expect.poll(() => page.url()).toMatch(/colour=depth/);
  expect(page.url()).toMatch(/minmag=3\.5/);
  await context.close();
}, 60_000);

test('an event opened from a list of what the map shows takes the map away, and Back, Escape and the page’s own way bring it back', async () => {
  const { context, page } = await bench.open('/?minmag=3.5&inview=1&at=37.2,37,6', {
    reducedMotion: 'reduce',
  });
  await page.locator('.row-button').first().waitFor();
  await expect.poll(() => page.evaluate('quakewire.frames'), PATIENCE).toBeGreaterThan(0);
  await expect.poll(() => page.url(), PATIENCE).toMatch(/at=37\.200,37\.000,6/);
  const shown = await count(page);
  const row = page.locator('[data-index="2"]');
  const id = await row.getAttribute('data-event-id');
  const project = () => page.evaluate(`quakewire.project('${id}')`) as Promise<{ x: number; y: number }>;
  const before = await project();
  // Away from the middle, or nothing would move.
  await page.evaluate('quakewire.jumpTo(38, 36.6, 6)');
  await expect.poll(async () => (await project()).x).not.toBe(before.x);
  const there = await project();
  const address = () => new URL(page.url()).search;
  await expect.poll(address).toMatch(/at=36\.600,38\.000/);
  const search = address();
  for (const close of [
    () => page.goBack(),
    () => page.keyboard.press('Escape'),
    () => page.getByTestId('close').click(),
  ]) {
    await row.click();
    await detail(page).waitFor();
    await expect.poll(async () => Math.abs((await project()).x - there.x), PATIENCE).toBeGreaterThan(20);
    await close();
    await detail(page).waitFor({ state: 'detached' });
    await expect.poll(project, PATIENCE).toEqual(there);
    expect([await count(page), address()]).toEqual([shown, search]);
  }
  await context.close();
}, 120_000);

test('all the while no page asked another host, broke the policy or threw', () => {
  expect(bench.offences).toEqual([]);
});
