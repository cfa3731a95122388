// The page in German and Spanish, on a recorded day: every visible word is of the catalogue, numbers, dates and the map's
// names follow, and nothing English is left over. And a change of language or unit while the page is open.

import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVENT_TYPES } from '../../src/event/event-types.ts';
import { ENGLISH } from '../../src/web/text/english.ts';
import { ENGLISH_MORE } from '../../src/web/text/english-more.ts';
import { GERMAN, GERMAN_MORE } from '../../src/web/text/german.ts';
import { LANGUAGE_NAMES } from '../../src/web/text/languages.ts';
import { SPANISH, SPANISH_MORE } from '../../src/web/text/spanish.ts';
import { startBrowser, watchOffences } from '../support/browser.ts';
import { untilConnected } from '../support/page-bench.ts';
import { OWEN_FRACTURE_ZONE, type RecordedQuakewire, startRecordedDay } from '../support/recorded.ts';
import { listWords, toPhrases } from '../support/visible-words.ts';

const PATIENCE = { timeout: 60_000 };
const FIVE_REVISIONS = '/events/emsc-20230403_0000228';
let day: RecordedQuakewire;
let browser: Browser;
const offences: string[] = [];

beforeAll(async () => {
  day = await startRecordedDay(OWEN_FRACTURE_ZONE);
  browser = await startBrowser();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await day?.[Symbol.asyncDispose]();
});

async function open(path: string, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({
    ...{ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', timezoneId: 'Europe/Berlin' },
    ...options,
  });
  const page = await context.newPage();
  watchOffences(page, day.quakewire.url, offences);
  await page.goto(day.quakewire.url + path);
  await untilConnected(page);
  await expect.poll(() => page.evaluate('globalThis.quakewire.frames'), PATIENCE).toBeGreaterThan(0);
  return page;
}

const namesOf = (page: Page) => page.evaluate('quakewire.names') as Promise<string[]>;

/** What no catalogue has, in any language: names of places, agencies, products, licences, and units. */
async function listData(page: Page): Promise<RegExp[]> {
  const rows = (await page.evaluate(`(() => {
    const entries = [];
    for (const link of document.querySelectorAll('[data-event-id]')) entries.push(quakewire.entry(link.dataset.eventId));
    return entries.filter(Boolean).map(({ region, agency, author, magnitude }) => [region, agency, author, magnitude?.type]);
  })()`)) as (string | null)[][];
  const data = [...new Set(rows.flat().filter((one) => one !== null && one !== undefined))];
  const words = [
    ...data,
    ...[
      'EMSC',
      'EMSC-CSEM',
      'CC BY 4.0',
      'USGS',
      ...['Natural Earth', 'GeoNames'],
      'ODC-By',
      'Bird 2003, Nordpil',
      'Quakewire',
      'UTC',
      'km',
      'M',
    ],
    ...['km', 'mi', 's', 'min', 'h', 'MEZ', 'MESZ', 'CET', 'CEST', 'Esc', ...Object.values(LANGUAGE_NAMES)],
  ];
  return words.map((word) => new RegExp(`^${literal(word)}$`, 'i'));
}

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Every state of the page, one after the other; calls back in each. */
async function walk(page: Page, look: (state: string) => Promise<void>): Promise<void> {
  await look('list');
  await page.getByTestId('more-filters').click();
  await look('filters');
  await page.getByTestId('filter-depth-deep').check({ force: true });
  await page.getByTestId('filter-magnitude').fill('8');
  await page.getByTestId('empty').waitFor();
  await look('empty');
  await page.getByTestId('show-everything').click();
  for (const order of ['largest', 'centre']) {
    await page.getByTestId('order').selectOption(order);
    await look(order);
  }
  await page.getByTestId('order').selectOption('newest');
  await page.getByTestId('colour-depth').check({ force: true });
  await page.getByTestId('plates').check();
  await look('depth and plates');
  await page.getByTestId('status').click();
  await page.getByTestId('delays').waitFor();
  await look('trust');
  await page.keyboard.press('Escape');
  await page.getByTestId('settings-open').click();
  await page.getByTestId('setting-scheme').waitFor();
  await look('settings');
  await page.keyboard.press('Escape');
  await page.getByTestId('keys-open').click();
  await page.getByTestId('keys-close').waitFor();
  await look('keys');
  await page.keyboard.press('Escape');
  await page.goto(day.quakewire.url + FIVE_REVISIONS);
  await page.getByTestId('cities').locator('li').first().waitFor();
  await expect.poll(() => page.getByTestId('time-there').innerText()).toMatch(/UTC\+/);
  await look('event');
  await page.context().setOffline(true);
  await page.locator('[data-testid="status"][data-tone="down"]').waitFor();
  await look('offline');
  await page.context().setOffline(false);
}

test.each([
  ['German', 'de-DE', [GERMAN, GERMAN_MORE]],
  ['Spanish', 'es-ES', [SPANISH, SPANISH_MORE]],
] as const)(
  'every visible word is %s or a name, in every state of the page',
  async (_, locale, catalogue) => {
    const page = await open('/', { locale });
    const phrases = toPhrases(catalogue, locale);
    const english = toPhrases([ENGLISH, ENGLISH_MORE], 'en-GB', catalogue);
    const unknown: [string, string][] = [];
    const leftOver: [string, string][] = [];
    let seen = 0;
    await walk(page, async (state) => {
      // Before and after: rows come with the next frame.
      const before = await listData(page);
      const words = await listWords(page);
      const data = [...before, ...(await listData(page))];
      const cities = await page.getByTestId('cities').locator('li').allInnerTexts();
      for (const text of words) {
        seen++;
        const known = (one: RegExp) => one.test(text);
        if (data.some(known)) continue; // what the agency says, in its own words
        if (english.some(known)) leftOver.push([state, text]);
        // What went wrong is told in sentences, one after the other; what a report changed, in a row.
        const isPhrase = (one: string) => phrases.some((phrase) => phrase.test(one));
        const isRow = (one: string) => isPhrase(one) || one.split(', ').every(isPhrase);
        const said = isRow(text) || text.split(/(?<=\p{L}[.]) /u).every(isRow);
        if (!said && !cities.some((city) => city.includes(text))) unknown.push([state, text]);
      }
    });
    expect(leftOver).toEqual([]);
    expect(unknown).toEqual([]);
    expect(seen).toBeGreaterThan(300);
    expect(await page.evaluate('document.documentElement.lang')).toBe(locale.slice(0, 2));
    expect(await page.title()).not.toMatch(/earthquake|Magnitude \d\.\d/);
    await page.context().close();
  },
  180_000,
);

test('German: numbers with a comma, dates with German months, 24 hours, a city’s country and the directions', async () => {
  const page = await open(FIVE_REVISIONS, { locale: 'de-DE' });
  await page.getByTestId('cities').locator('li').first().waitFor();
  await page.getByTestId('report').first().waitFor();
  const detail = await page.getByTestId('detail').innerText();
  expect(detail).toContain('5,1');
  expect(detail).toContain('3. Apr. 2023, 21:34:46');
  expect(detail).toContain('14,48° N, 56,27° O');
  expect(detail).toMatch(/südöstlich von .*\s+Oman ·/);
  expect(detail).toMatch(/Magnitude Mw 5,4 → mb 5,1/);
  await page.keyboard.press('Escape');
  expect(await page.locator('.row-button').first().innerText()).toMatch(
    /vor \d+ (?:h|min) · \d+(,\d)? km tief/,
  );
  await page.context().close();
}, 90_000);

test('the map’s names, its name for screen readers and the title follow a change of language at once', async () => {
  const page = await open('/', { locale: 'en-GB' });
  await page.evaluate('quakewire.jumpTo(34, 42, 5)');
  await expect.poll(() => namesOf(page), PATIENCE).toEqual(expect.arrayContaining(['Ankara', 'Black Sea']));
  await page.getByTestId('settings-open').click();
  await page.getByTestId('setting-language').selectOption('de');
  await expect.poll(() => namesOf(page), PATIENCE).toContain('Schwarzes Meer');
  await expect.poll(() => namesOf(page), PATIENCE).toContain('Türkei');
  await expect.poll(() => namesOf(page), PATIENCE).not.toContain('Black Sea');
  const canvas = page.locator('.map canvas');
  expect(await canvas.getAttribute('aria-label')).toBe(GERMAN.map);
  expect(await page.title()).toBe(GERMAN.pageTitle);
  await page.getByTestId('setting-language').selectOption('es');
  await expect.poll(() => namesOf(page), PATIENCE).toContain('Mar Negro');
  expect(await canvas.getAttribute('aria-label')).toBe(SPANISH.map);
  await page.context().close();
}, 120_000);

test('scale bar, legend and list follow a change of unit at once; the bar keeps its true length', async () => {
  const page = await open('/?colour=depth', { locale: 'en-GB' });
  await page.evaluate('quakewire.jumpTo(0, 0, 5)');
  const scale = page.getByTestId('scale');
  const readBar = async () => {
    const [length, unit] = (await scale.locator('.scale-length').innerText()).split(' ');
    const { width } = (await scale.locator('.scale-bar').boundingBox())!;
    return { unit, kilometresPerPixel: (Number(length) * (unit === 'mi' ? 1.609344 : 1)) / width };
  };
  // 512 px × 2^5 around the equator.
  const truth = 40_075.017 / (512 * 2 ** 5);
  await expect.poll(async () => (await readBar()).kilometresPerPixel / truth).toBeCloseTo(1, 1);
  expect((await readBar()).unit).toBe('km');
  await page.getByTestId('settings-open').click();
  await page.getByTestId('setting-units').selectOption('mi');
  await expect.poll(async () => (await readBar()).unit).toBe('mi');
  expect((await readBar()).kilometresPerPixel / truth).toBeCloseTo(1, 1);
  const legend = await page.getByTestId('legend-colors').innerText();
  expect(legend).toContain('< 22 mi');
  expect(legend).toContain('43–93');
  expect(legend).not.toContain('km');
  expect(await page.locator('.row-button').first().innerText()).toMatch(/mi deep/);
  await page.context().close();
}, 90_000);

test('every kind of event that QuakeML knows has a name of its own in German and Spanish', () => {
  // The recorded day has earthquakes alone; the table behind the word is held whole here.
  for (const kind of EVENT_TYPES)
    for (const { eventTypes } of [GERMAN, SPANISH])
      if (kind !== 'earthquake') expect(eventTypes[kind]).not.toBe(kind);
});

test('all the while no page asked another host, broke the policy or threw', () => {
  expect(offences).toEqual([]);
});
