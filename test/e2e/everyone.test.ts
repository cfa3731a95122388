// The page for every reader: on paper, with less motion, enlarged, by thumb, in high contrast, and by the Tab key alone.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventId } from '../../src/event/types.ts';
import { contrastRatio } from '../support/colour-vision.ts';
import { findViolations, type PageBench, startPageBench } from '../support/page-bench.ts';
import { cropPixels } from '../support/pixels.ts';

const MINUTE = 60_000;
let bench: PageBench;
let great: EventId;
let atEquator: EventId;
let counter = 200;

beforeAll(async () => {
  bench = await startPageBench();
  for (let i = 1; i <= 80; i++)
    await bench.publish(i, i * 17 * MINUTE, {
      magnitudeValue: 2.5 + (i % 30) / 10,
      region: i % 2 === 0 ? 'FIJI REGION' : '12 km SSW of Maria Antonia, Puerto Rico',
      latitudeDeg: -20 + i / 2,
      longitudeDeg: -178 + i,
    });
  atEquator = await bench.publish(99, 300 * MINUTE, {
    magnitudeValue: 2.6,
    latitudeDeg: 0,
    longitudeDeg: -24,
  });
  great = await bench.publish(100, 400 * MINUTE, { magnitudeValue: 7.8, region: 'CENTRAL TURKEY' });
}, 60_000);

afterAll(async () => {
  await bench?.[Symbol.asyncDispose]();
});

interface Box {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where everything is that can be pressed and is seen, links within a text left out (WCAG 2.5.8 lets them be small). `measured`: without what is cut by its frame. */
async function listTargets(page: Page, measured = false): Promise<Box[]> {
  return (await page.evaluate(`(() => {
    const measured = ${measured};
    const boxes = [];
    // What lies open over the page has it for itself.
    const scope = document.querySelector('[popover]:popover-open') ?? document;
    for (const element of scope.querySelectorAll('button, a[href], input, select, [tabindex="0"], canvas')) {
      if (element.closest('[inert], p:not(.actions) a, .map') !== null || !element.checkVisibility({ visibilityProperty: true })) continue;
      if (element.disabled) continue;
      // A choice is pressed by its label, the sheet's handle by the whole head.
      const target = element.closest('label') ?? (element.className === 'handle' ? element.parentElement : element);
      let { x, y, width, height } = target.getBoundingClientRect();
      // What lies beyond its scrolling frame is not seen.
      const frame = element.closest('.list, .sheet, .browse, .popover')?.getBoundingClientRect();
      if (frame !== undefined) {
        const [top, bottom] = [Math.max(y, frame.top), Math.min(y + height, frame.bottom)];
        if (bottom <= top) continue;
        const cut = bottom - top < height - 1;
        [y, height] = [top, bottom - top];
        if (cut && measured) continue;
      }
      if (y >= innerHeight || y + height <= 0) continue;
      boxes.push({ name: element.dataset.testid ?? element.getAttribute('aria-label') ?? element.className, x, y, width, height });
    }
    return boxes;
  })()`)) as Box[];
}

/** Goes through the states that a reader meets, and looks in each. */
async function walk(page: Page, look: (state: string) => Promise<void>): Promise<void> {
  await page.locator('.row-button').first().waitFor();
  await look('list');
  await page.getByTestId('more-filters').click();
  await look('filters');
  await page.getByTestId('filter-magnitude').fill('8');
  await page.getByTestId('empty').waitFor();
  await look('empty');
  await page.getByTestId('show-everything').click();
  await page.getByTestId('more-filters').click();
  await page.getByTestId('order').selectOption('largest');
  await page.locator(`[data-event-id="${great}"]`).first().click();
  await page.getByTestId('cities').locator('li').first().waitFor();
  await look('detail');
  await page.keyboard.press('Escape');
  await page.getByTestId('status').click();
  await page.getByTestId('trust').waitFor();
  await look('trust');
  await page.keyboard.press('Escape');
  await page.getByTestId('settings-open').click();
  await page.getByTestId('setting-scheme').waitFor();
  await look('settings');
  await page.keyboard.press('Escape');
  await page.getByTestId('order').selectOption('newest');
}

test('on paper: what only a hand could use is gone, a hundred rows stand one below the other, in the light', async () => {
  const { context, page } = await bench.open('/', { colorScheme: 'dark', map: false });
  await page.locator('.row-button').first().waitFor();
  await page.getByTestId('settings-open').click();
  await page.getByTestId('setting-scheme').selectOption('dark');
  await page.keyboard.press('Escape');
  await page.locator('.legend-colors').waitFor();
  await page.locator('.controls').waitFor();
  const before = await page.locator('.row').count();
  await page.evaluate("dispatchEvent(new Event('beforeprint'))");
  await expect.poll(() => page.locator('.row').count()).toBeGreaterThan(Math.max(75, before));
  // What still settles on the screen takes none of the paper's rows.
  await page.setViewportSize({ width: 1200, height: 700 });
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done, 300)))');
  await page.setViewportSize({ width: 1200, height: 800 });
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('.row').count()).toBeGreaterThan(Math.max(75, before));
  for (const gone of ['.controls', '.magnitude-filter', '.head-tools', '.text-button'])
    expect(await page.locator(gone).first().isVisible(), gone).toBe(false);
  for (const there of ['.wordmark', '.count', '.legend-colors', '.foot', '#world'])
    expect(await page.locator(there).first().isVisible(), there).toBe(true);
  const boxes = (await page.evaluate(
    "[...document.querySelectorAll('.row')].map((row) => row.getBoundingClientRect()).map(({ top, bottom }) => [top, bottom])",
  )) as [number, number][];
  for (const [i, [top]] of boxes.entries())
    if (i > 0) expect(top).toBeGreaterThanOrEqual(boxes[i - 1]![1] - 0.5);
  const ink = (await page.evaluate(
    "getComputedStyle(document.querySelector('.row-region')).color",
  )) as string;
  expect(
    ink
      .match(/\d+/g)!
      .map(Number)
      .every((value) => value < 80),
  ).toBe(true);
  await page.emulateMedia({ media: null });
  await page.evaluate("dispatchEvent(new Event('afterprint'))");
  await expect.poll(() => page.locator('.row').count()).toBe(before);
  const pages = (await page.pdf({ format: 'A4' })).toString('latin1').match(/\/Type \/Page\b/g) ?? [];
  expect(pages.length).toBeGreaterThan(2);
  await context.close();
}, 90_000);

test('on paper an open event has the sheet for itself, with its reports', async () => {
  const { context, page } = await bench.open(`/events/${great}`, { map: false });
  await page.getByTestId('cities').locator('li').first().waitFor();
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('.browse').isVisible()).toBe(false);
  for (const there of ['.detail-name', '.facts', '.cities'])
    expect(await page.locator(there).isVisible(), there).toBe(true);
  expect(await page.locator('.sheet-head').isVisible()).toBe(false);
  await context.close();
}, 60_000);

test.each([
  ['no-preference', true],
  ['reduce', false],
] as const)(
  'with motion as the system has it (%s) an arrival slides: %s',
  async (reducedMotion, slides) => {
    const { context, page } = await bench.open('/', { reducedMotion, map: false });
    await page.locator('.row-button').first().waitFor();
    // Transitions that run, noted as they begin: they last a quarter of a second.
    await page.evaluate(`
    globalThis.moved = 0;
    addEventListener('transitionrun', () => { globalThis.moved++; });
    addEventListener('animationstart', () => { globalThis.moved++; });`);
    for (let i = 0; i < 3; i++) {
      const id = await bench.publish(++counter, MINUTE / 2, { magnitudeValue: 4.1 });
      await page.locator(`[data-event-id="${id}"]`).first().waitFor();
      await page.waitForTimeout(400);
    }
    const moved = async () => ((await page.evaluate('globalThis.moved')) as number) > 0;
    await expect.poll(moved).toBe(slides);
    await context.close();
  },
  60_000,
);

test('a drag of the sheet that the browser breaks off leaves it where it was', async () => {
  const { context, page } = await bench.open('/', { viewport: { width: 390, height: 844 }, map: false });
  const panel = page.locator('.panel');
  const look = () =>
    panel.evaluate(({ dataset, style }) => [dataset['detent'], style.getPropertyValue('--sheet-share')]);
  const before = await look();
  await page.locator('.wordmark').hover();
  await page.mouse.down();
  await page.mouse.move(195, 700, { steps: 3 });
  await expect.poll(look).not.toEqual(before);
  await page.locator('.head').dispatchEvent('pointercancel', { bubbles: true });
  await expect.poll(look).toEqual(before);
  await page.mouse.up();
  expect(await look()).toEqual(before);
  await context.close();
}, 60_000);

test('on a phone everything that can be pressed is at least 44 px wide and high', async () => {
  const { context, page } = await bench.open('/', {
    ...{ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
    ...{ map: false, reducedMotion: 'reduce' },
  });
  const small: string[] = [];
  let seen = 0;
  await walk(page, async (state) => {
    for (const { name, width, height } of await listTargets(page, true)) {
      seen++;
      // A pixel is lost where a border is shared.
      if (width < 43.5 || height < 43.5)
        small.push(`${state}: ${name} ${Math.round(width)} × ${Math.round(height)}`);
    }
  });
  expect(small).toEqual([]);
  expect(seen).toBeGreaterThan(60);
  await context.close();
}, 120_000);

test.each([
  ['a desk at 200 %', { width: 640, height: 400 }],
  ['a narrow phone', { width: 320, height: 640 }],
  ['a desk', { width: 1280, height: 720 }],
  ['a desk in German', { width: 1280, height: 720 }, 'de-DE'],
  ['a phone in German', { width: 360, height: 740 }, 'de-DE'],
  ['a phone in Spanish', { width: 360, height: 740 }, 'es-ES'],
] as const)(
  'nothing is cut off, nothing lies over another, and the page scrolls nowhere sideways: %s',
  async (_, viewport, locale?: string) => {
    const { context, page } = await bench.open('/', {
      ...{ viewport, locale: locale ?? 'en-GB', deviceScaleFactor: 2, map: false, reducedMotion: 'reduce' },
    });
    const faults: string[] = [];
    await walk(page, async (state) => {
      if (await page.evaluate('document.documentElement.scrollWidth > innerWidth'))
        faults.push(`${state}: scrolls sideways`);
      const targets = await listTargets(page);
      for (const { name, x, width } of targets)
        if (x < -0.5 || x + width > viewport.width + 0.5) faults.push(`${state}: ${name} sticks out`);
      for (const [i, a] of targets.entries())
        for (const b of targets.slice(i + 1))
          if (overlap(a, b)) faults.push(`${state}: ${a.name} lies over ${b.name}`);
      faults.push(...(await listCutTexts(page)).map((text) => `${state}: cut off: ${text}`));
    });
    expect(faults).toEqual([]);
    await context.close();
  },
  120_000,
);

test('at 200 % the last line of an event can be reached', async () => {
  const { context, page } = await bench.open(`/events/${great}`, {
    ...{ viewport: { width: 640, height: 400 }, deviceScaleFactor: 2, map: false },
  });
  const last = page.getByTestId('cities').locator('li').last();
  await last.waitFor();
  // It stands above, and may take another line when it is known.
  await expect.poll(() => page.getByTestId('time-there').innerText()).toMatch(/UTC/);
  await last.scrollIntoViewIfNeeded();
  const isSeen = async () => {
    const { y, height } = (await last.boundingBox())!;
    return y >= 0 && y + height <= 400;
  };
  await expect.poll(isSeen).toBe(true);
  await context.close();
}, 60_000);

test.each(['light', 'dark'] as const)(
  'who asks for more contrast gets lines that are seen and words that are read (%s), on the map too',
  async (colorScheme) => {
    const read = async (contrast: 'more' | 'no-preference') => {
      const { context, page } = await bench.open('/', { colorScheme, contrast, reducedMotion: 'reduce' });
      await page.locator('.row-button').first().waitFor();
      const color = (selector: string, property: string) =>
        page.evaluate(
          `getComputedStyle(document.querySelector('${selector}')).${property}`,
        ) as Promise<string>;
      const colors = {
        paper: await color('.panel', 'backgroundColor'),
        line: await color('.place-field', 'borderTopColor'),
        soft: await color('.count', 'color'),
        chosen: await color('.segment input:checked + span', 'boxShadow'),
      };
      const violations = contrast === 'more' ? await findViolations(page) : [];
      const equator = await readEquator(page);
      await context.close();
      return { colors, violations, equator };
    };
    const usual = await read('no-preference');
    const more = await read('more');
    expect(more.violations).toEqual([]);
    expect(contrastOf(more.colors.line, more.colors.paper)).toBeGreaterThan(3);
    expect(contrastOf(more.colors.soft, more.colors.paper)).toBeGreaterThan(7);
    expect(contrastOf(more.colors.soft, more.colors.paper)).toBeGreaterThan(
      contrastOf(usual.colors.soft, usual.colors.paper),
    );
    expect(more.colors.chosen).not.toBe(usual.colors.chosen);
    // The map's graticule stands out further from the sea.
    expect(more.equator).toBeGreaterThan(1.5 * usual.equator);
  },
  180_000,
);

/** How far the equator's line is from the sea beside it, in the open Atlantic: of 0 to 255, the most that any colour is apart. */
async function readEquator(page: Page): Promise<number> {
  while (((await page.evaluate('globalThis.quakewire?.frames ?? 0')) as number) === 0)
    await page.waitForTimeout(100);
  await page.locator('#world').waitFor({ state: 'detached', timeout: 60_000 });
  await page.evaluate('quakewire.jumpTo(-24, 0, 5)');
  await page.evaluate('quakewire.nextFrame()');
  await page.waitForTimeout(1000);
  const { x, y } = (await page.evaluate(`quakewire.project('${atEquator}')`)) as { x: number; y: number };
  const pixels = await cropPixels(page, { x: x + 60, y }, 8);
  const column = Array.from({ length: 16 }, (_, row) =>
    pixels.slice(4 * (row * 16 + 8), 4 * (row * 16 + 8) + 3),
  );
  return Math.max(
    ...column.map((color) => Math.max(...color.map((value, i) => Math.abs(value - column[0]![i]!)))),
  );
}

/** Of two colours as `rgb(…)`. */
function contrastOf(one: string, other: string): number {
  const toHex = (color: string) =>
    `#${color
      .match(/\d+/g)!
      .slice(0, 3)
      .map((value) => Number(value).toString(16).padStart(2, '0'))
      .join('')}`;
  return contrastRatio(toHex(one), toHex(other));
}

test('in forced colours what is chosen, focused and selected is told by borders and the system’s colours', async () => {
  const { context, page } = await bench.open('/', { forcedColors: 'active', map: false });
  await page.locator('.row-button').first().waitFor();
  // The legend and the buttons come after the list.
  await page.locator('.legend-mode').last().waitFor();
  await page.locator('.control-group').first().waitFor();
  const style = (selector: string, property: string) =>
    page.evaluate(`getComputedStyle(document.querySelector('${selector}')).${property}`) as Promise<string>;
  expect(await style('.segment input:checked + span', 'borderTopStyle')).toBe('solid');
  expect(await style('.segment input:not(:checked) + span', 'borderTopStyle')).toBe('none');
  expect(await style('.panel', 'borderTopStyle')).toBe('solid');
  expect(await style('.legend-mode input:not(:checked) + span', 'borderBottomColor')).toBe(
    await style('.legend', 'backgroundColor'),
  );
  expect(await style('.control-group', 'borderTopStyle')).toBe('solid');
  // The event's colour stays its own.
  const mark = await style('.row-button .mark', 'borderTopColor');
  expect(mark).not.toBe(await style('.row-region', 'color'));
  await page.locator('.row-button').first().focus();
  await page.keyboard.press('ArrowDown');
  expect(await style('.row-button:focus', 'outlineStyle')).toBe('solid');
  await context.close();
}, 60_000);

test('the Tab key goes once around the page: the focus is seen at every stop, and never lost', async () => {
  const { context, page } = await bench.open('/', { reducedMotion: 'reduce' });
  await page.locator('.map canvas').waitFor();
  await page.locator('.row-button').first().waitFor();
  await page.locator('.control-group').first().waitFor();
  await page.locator('.legend-mode').last().waitFor();
  const stops: string[] = [];
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    const stop = (await page.evaluate(LOOK_AT_FOCUS)) as { name: string; seen: boolean; marked: boolean };
    if (stop.name === 'BODY' && stops.length > 0) break; // to the browser's own bar, and from the top again
    expect(stop, stop.name).toMatchObject({ seen: true, marked: true });
    stops.push(stop.name);
  }
  const order = [
    'status',
    'keys-open',
    'settings-open',
    'filter-magnitude',
    'filter-age-week',
    'more-filters',
    'order',
  ];
  expect(stops.filter((name) => order.includes(name))).toEqual(order);
  for (const there of [
    'row-button',
    'CANVAS',
    'fit-list',
    'whole-world',
    'projection',
    'colour-age',
    'legend-unfold',
  ])
    expect(stops).toContain(there);
  expect(stops.length).toBeLessThan(40);
  expect(new Set(stops).size).toBeGreaterThan(15);
  // And back: Shift and Tab from the first stop leaves the page; from the second it is the first again.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Shift+Tab');
  expect(((await page.evaluate(LOOK_AT_FOCUS)) as { name: string }).name).toBe(stops[0]);
  await context.close();
}, 90_000);

test('by the keyboard alone: filters, an event, the settings, how live it is, the map’s controls, and back', async () => {
  const { context, page } = await bench.open('/', { reducedMotion: 'reduce' });
  await page.locator('.map canvas').waitFor();
  const focused = async () => ((await page.evaluate(LOOK_AT_FOCUS)) as { name: string }).name;
  const tabTo = async (name: string) => {
    for (let i = 0; (await focused()) !== name; i++) {
      if (i === 60) throw new Error(`Tab does not lead to ${name}`);
      await page.keyboard.press('Tab');
    }
  };
  const count = () => page.getByTestId('count').getAttribute('data-count');
  await tabTo('filter-magnitude');
  const all = await count();
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
  await expect.poll(count).not.toBe(all);
  await tabTo('filter-age-week');
  await page.keyboard.press('ArrowLeft');
  expect(await page.getByTestId('filter-age-day').isChecked()).toBe(true);
  await tabTo('more-filters');
  await page.keyboard.press('Enter');
  await tabTo('filter-depth-any');
  await page.keyboard.press('ArrowRight');
  expect(await page.getByTestId('filter-depth-shallow').isChecked()).toBe(true);
  await tabTo('filter-inview');
  await page.keyboard.press('Space');
  expect(await page.getByTestId('filter-inview').isChecked()).toBe(true);
  await page.keyboard.press('Space');
  await tabTo('everything');
  await page.keyboard.press('Enter');
  await tabTo('row-button');
  await page.keyboard.press('Enter');
  await page.getByTestId('detail').waitFor();
  await tabTo('copy-link');
  await tabTo('close');
  await page.keyboard.press('Enter');
  await expect.poll(focused).toBe('row-button');
  await tabTo('settings-open');
  await page.keyboard.press('Enter');
  await page.getByTestId('setting-units').waitFor();
  await tabTo('setting-units');
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => page.getByTestId('setting-units').inputValue()).toBe('mi');
  await page.keyboard.press('Escape');
  await expect.poll(focused).toBe('settings-open');
  await tabTo('status');
  await page.keyboard.press('Enter');
  await page.getByTestId('trust').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('trust').waitFor({ state: 'detached' });
  expect(await focused()).toBe('status');
  await tabTo('projection');
  await page.keyboard.press('Enter');
  await expect.poll(() => new URL(page.url()).searchParams.get('map')).toBe('globe');
  expect(await focused()).toBe('projection');
  await page.keyboard.press('Enter');
  await tabTo('colour-age');
  await page.keyboard.press('ArrowRight');
  // What is chosen in passing is written a moment later (web/address.ts).
  await expect.poll(() => new URL(page.url()).searchParams.get('colour')).toBe('depth');
  await context.close();
}, 120_000);

test('an event that the filter hides from the list gives the focus to the list when it closes', async () => {
  const hidden = await bench.publish(101, 30 * MINUTE, { magnitudeValue: 1.1, region: 'CRETE, GREECE' });
  const { context, page } = await bench.open(`/events/${hidden}`, { map: false });
  await page.locator(`[data-testid="detail"][data-event-id="${hidden}"]`).waitFor();
  await page.locator('.row-button').first().waitFor({ state: 'attached' });
  await page.getByTestId('close').focus();
  await page.keyboard.press('Enter');
  await expect
    .poll(async () => ((await page.evaluate(LOOK_AT_FOCUS)) as { name: string }).name)
    .toBe('row-button');
  await context.close();
}, 60_000);

test('all the while no page asked another host, broke the policy or threw', () => {
  expect(bench.offences).toEqual([]);
});

/** In the page: what has the focus, whether it lies in view, and whether something marks it. */
const LOOK_AT_FOCUS = `(() => {
  const element = document.activeElement;
  const { top, bottom, left, right } = element.getBoundingClientRect();
  const isMarked = (one) => one !== null && getComputedStyle(one).outlineStyle !== 'none' && parseFloat(getComputedStyle(one).outlineWidth) >= 1;
  return {
    name: element.dataset.testid ?? (element.className || element.tagName).toString().split(' ')[0].replace('maplibregl-canvas', 'CANVAS'),
    seen: bottom > 0 && right > 0 && top < innerHeight && left < innerWidth,
    marked: isMarked(element) || isMarked(element.nextElementSibling),
  };
})()`;

/** Two targets over one another by more than a hair, neither within the other. */
function overlap(a: Box, b: Box): boolean {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 1 || height <= 1) return false;
  const [small, large] = a.width * a.height < b.width * b.height ? [a, b] : [b, a];
  const within =
    width >= small.width - 1 &&
    height >= small.height - 1 &&
    small.width * small.height < large.width * large.height;
  return !within;
}

/** Texts of the panel that are wider than their box and cut, those left out that end in an ellipsis on purpose. */
async function listCutTexts(page: Page): Promise<string[]> {
  return (await page.evaluate(`[...document.querySelectorAll('.panel *, .popover *')]
    .filter((element) => element.checkVisibility() && element.closest('[inert], .visually-hidden, svg') === null)
    .filter((element) => element.children.length === 0 && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
    .filter((element) => getComputedStyle(element).overflowX !== 'visible' && getComputedStyle(element).textOverflow !== 'ellipsis')
    .map((element) => element.textContent)`)) as string[];
}
