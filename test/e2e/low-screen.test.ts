// A window of 1280 × 800 enlarged to 200 % and more leaves 640 × 400 pixels, half of them the sheet's: what lies on the map
// lies on nothing else there, and leaves room for the event that is looked at.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildWeb } from '../../scripts/build-web.ts';
import { createSource, type PageBench, startPageBench } from '../support/page-bench.ts';

const PATIENCE = { timeout: 30_000 };
const HOUR_MS = 3_600_000;
/** What lies on the map. */
const CARDS = ['.replay', '.still', '.scale', '.legend', '.controls', '.panel'];
/** From the middle of a usual event's sight to its outer end. */
const SIGHT_PX = 22;
let bench: PageBench;
let id: string;

beforeAll(async () => {
  await buildWeb();
  bench = await startPageBench('auto');
  id = await bench.publish(1, HOUR_MS, { latitudeDeg: 37.3, longitudeDeg: 36.9, magnitudeValue: 4.1 });
  await bench.publish(2, HOUR_MS, { latitudeDeg: -21, longitudeDeg: -175, magnitudeValue: 5.1 });
  const nowMs = Date.now();
  bench.tellSources([
    createSource({ replay: { replayedMs: nowMs, anchoredAtMs: nowMs, speed: 150, ended: false } as never }),
  ]);
}, 90_000);

afterAll(async () => {
  expect(bench.offences).toEqual([]);
  await bench[Symbol.asyncDispose]();
});

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

async function listCards(page: Page): Promise<[string, Box][]> {
  const boxes: [string, Box][] = [];
  for (const selector of CARDS)
    for (const card of await page.locator(selector).all()) {
      const box = await card.boundingBox();
      if (box !== null) boxes.push([selector, box]);
    }
  return boxes;
}

function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

async function listOverlaps(page: Page): Promise<string[]> {
  const cards = await listCards(page);
  return cards.flatMap(([name, box], i) =>
    cards
      .slice(i + 1)
      .filter(([, other]) => overlaps(box, other))
      .map(([other]) => `${name} lies over ${other}`),
  );
}

const SCREENS = [
  ['1280 × 800 at 200 %', { width: 640, height: 400 }, 'en-GB'],
  ['the same in Spanish', { width: 640, height: 400 }, 'es-ES'],
  ['1280 × 680 at 200 %', { width: 640, height: 340 }, 'de-DE'],
  ['1280 × 1024 at 400 %', { width: 320, height: 256 }, 'en-GB'],
  ['a phone lying down', { width: 667, height: 375 }, 'en-GB'],
] as const;

test.each(SCREENS)(
  'no card lies on another, and the still picture’s link can be pressed: %s',
  async (_, viewport, locale) => {
    const { page, context } = await bench.open('/', { viewport, locale, reducedMotion: 'reduce' });
    for (const selector of ['.replay', '.still-start', '.legend', '.control-group'])
      await page.locator(selector).first().waitFor(PATIENCE);
    expect(await listOverlaps(page)).toEqual([]);
    // The legend is a button, until it is asked for.
    expect(await page.locator('.legend-colors').isVisible()).toBe(false);
    if (viewport.height < 300) return context.close();
    await page.getByTestId('legend-unfold').click();
    expect(await page.locator('.legend-colors').isVisible()).toBe(true);
    await page.getByTestId('legend-fold').click();
    expect(await page.locator('.legend-colors').isVisible()).toBe(false);
    await page.locator('.still-start').click({ trial: true });
    await context.close();
  },
  60_000,
);

test.each(SCREENS)(
  'the chosen event lies where no card does: %s',
  async (_, viewport, locale) => {
    const { page, context } = await bench.open(`/events/${id}?mapstart=always`, {
      ...{ viewport, locale, reducedMotion: 'reduce' },
    });
    await expect.poll(() => page.evaluate('quakewire.frames'), PATIENCE).toBeGreaterThan(0);
    for (const selector of ['.replay', '.scale', '.legend', '.control-group'])
      await page.locator(selector).first().waitFor(PATIENCE);
    const project = () => page.evaluate(`quakewire.project('${id}')`) as Promise<{ x: number; y: number }>;
    await expect.poll(async () => (await project()).x, PATIENCE).toBeCloseTo(viewport.width / 2, 0);
    const { x, y } = await project();
    const sight = { x: x - SIGHT_PX, y: y - SIGHT_PX, width: 2 * SIGHT_PX, height: 2 * SIGHT_PX };
    const above = (await listCards(page)).filter(([, box]) => overlaps(box, sight)).map(([name]) => name);
    expect(above).toEqual([]);
    expect(await listOverlaps(page)).toEqual([]);
    await context.close();
  },
  90_000,
);

test('all that is listed fits into what the cards leave free', async () => {
  const { page, context } = await bench.open('/?mapstart=always', {
    ...{ viewport: { width: 640, height: 400 }, reducedMotion: 'reduce' },
  });
  await expect.poll(() => page.evaluate('quakewire.frames'), PATIENCE).toBeGreaterThan(0);
  await page.evaluate('quakewire.jumpTo(-100, 60, 6)');
  await page.getByTestId('fit-list').click(PATIENCE);
  const project = () => page.evaluate(`quakewire.project('${id}')`) as Promise<{ x: number; y: number }>;
  const isFree = async () => {
    const { x, y } = await project();
    return x > 0 && x < 640 && y > 52 && y < 140;
  };
  await expect.poll(isFree, PATIENCE).toBe(true);
  await context.close();
}, 60_000);
