// Makes the pictures of docs/images from recorded days: the page in a headless Chromium, over the whole chain, at the
// same instants of the same recordings each time. `node scripts/make-screenshots.ts [NAME…]`: all of them, or these.
// Needs the built page (npm run build). Written as WebP, which Chromium itself encodes.

import { mkdirSync, writeFileSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { startBrowser } from '../test/support/browser.ts';
import {
  KAHRAMANMARAS,
  OWEN_FRACTURE_ZONE,
  type RecordedDay,
  type RecordedQuakewire,
  startRecordedDay,
} from '../test/support/recorded.ts';

const OUT = 'docs/images';
/** No picture is heavier: readers of the documents load all of them. */
const BYTES_MAX = 200_000;
/** Software draws a wall of 4k slowly. */
const PATIENCE_S = 180;
const QUALITIES = [0.9, 0.82, 0.74, 0.66, 0.55];

interface Shot {
  readonly name: string;
  readonly day: RecordedDay;
  readonly path?: string;
  readonly width?: number;
  readonly height?: number;
  readonly options?: BrowserContextOptions;
  /** Without the map drawn: pictures in which it is not seen. */
  readonly map?: false;
  /** What a reader does before the picture is taken. */
  readonly act?: (page: Page, day: RecordedQuakewire) => Promise<void>;
}

const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844, options: { deviceScaleFactor: 2, hasTouch: true, isMobile: true } };
/** A sheet of A4 with its margins, seen as the browser lays it out for print. */
const PAPER = { width: 1000, height: 1414 };
const FIVE_REVISIONS = '/events/emsc-20230403_0000228';

const SHOTS: readonly Shot[] = [
  { name: 'desktop-light', day: KAHRAMANMARAS, ...DESKTOP },
  { name: 'desktop-dark', day: KAHRAMANMARAS, ...DESKTOP, options: { colorScheme: 'dark' } },
  {
    ...{ name: 'globe', day: KAHRAMANMARAS, path: '/?map=globe', ...DESKTOP },
    options: { colorScheme: 'dark' },
    act: (page) => jumpTo(page, 160, 8, 2),
  },
  {
    ...{ name: 'depth-and-plates', day: OWEN_FRACTURE_ZONE, path: '/?colour=depth&plates=1', ...DESKTOP },
    act: (page) => jumpTo(page, 145, -10, 3.1),
  },
  { name: 'revisions', day: OWEN_FRACTURE_ZONE, path: FIVE_REVISIONS, ...DESKTOP, act: flown },
  {
    ...{ name: 'ghost', day: OWEN_FRACTURE_ZONE, ...DESKTOP },
    // The recording's own withdrawals came days later; here the replayed agency takes one back at our word.
    async act(page, { agency }) {
      const row = page.locator('.row-button').nth(1);
      const id = (await row.getAttribute('data-event-id'))!;
      agency.control.remove(id.replace('emsc-', ''));
      await page.locator(`[data-event-id="${id}"][data-state="withdrawn"]`).first().waitFor();
      await page.locator(`a[data-event-id="${id}"]`).click();
      await page.getByTestId('withdrawn-note').waitFor();
      await flown(page);
    },
  },
  {
    ...{
      name: 'filters',
      day: KAHRAMANMARAS,
      path: '/?minmag=4&depth=deep&colour=depth&age=all',
      ...DESKTOP,
    },
  },
  {
    ...{ name: 'empty', day: KAHRAMANMARAS, path: '/?minmag=8&depth=deep', ...DESKTOP },
  },
  {
    ...{ name: 'offline', day: KAHRAMANMARAS, ...DESKTOP },
    async act(page) {
      await page.context().setOffline(true);
      await page.locator('[data-testid="status"][data-tone="down"]').waitFor();
    },
  },
  {
    ...{ name: 'trust', day: KAHRAMANMARAS, ...DESKTOP },
    async act(page) {
      await page.getByTestId('status').click();
      await page.getByTestId('delays').waitFor();
    },
  },
  {
    ...{ name: 'german', day: KAHRAMANMARAS, path: '/events/emsc-20230206_0000008', ...DESKTOP },
    options: { locale: 'de-DE', timezoneId: 'Europe/Berlin' },
    act: flown,
  },
  {
    name: 'wall',
    day: KAHRAMANMARAS,
    path: '/?wall=1',
    width: 1920,
    height: 1080,
    act: (page) => wallReady(page),
  },
  {
    ...{ name: 'wall-4k', day: KAHRAMANMARAS, path: '/?wall=1', width: 3840, height: 2160 },
    options: { colorScheme: 'dark' },
    act: (page) => wallReady(page),
  },
  { name: 'forced-colours', day: KAHRAMANMARAS, ...DESKTOP, options: { forcedColors: 'active' } },
  { name: 'phone-light', day: KAHRAMANMARAS, ...PHONE },
  {
    ...{ name: 'phone-german', day: KAHRAMANMARAS, ...PHONE },
    options: { ...PHONE.options, locale: 'de-DE', timezoneId: 'Europe/Berlin' },
  },
  { name: 'print', day: KAHRAMANMARAS, ...PAPER, act: print },
  { name: 'print-event', day: OWEN_FRACTURE_ZONE, path: FIVE_REVISIONS, ...PAPER, act: printEvent },
  {
    ...{ name: 'phone-event', day: OWEN_FRACTURE_ZONE, path: FIVE_REVISIONS, ...PHONE },
    options: { ...PHONE.options, colorScheme: 'dark' },
    act: flown,
  },
];

/** In the page: a PNG as WebP of a quality, both as base64. */
const ENCODE = `async (png, quality) => {
  const from = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([from], { type: 'image/png' }));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext('2d').drawImage(bitmap, 0, 0);
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/webp', quality })).arrayBuffer());
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}`;

const wanted = process.argv.slice(2);
const shots = SHOTS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const unknown = wanted.filter((name) => !SHOTS.some((shot) => shot.name === name));
if (unknown.length > 0) throw new Error(`No picture is called ${unknown.join(', ')}`);

mkdirSync(OUT, { recursive: true });
const browser = await startBrowser();
try {
  for (const day of new Set(shots.map((shot) => shot.day))) {
    await using running = await startRecordedDay(day);
    for (const shot of shots) if (shot.day === day) await take(browser, running, shot);
  }
} finally {
  await browser.close();
}

async function take(from: Browser, running: RecordedQuakewire, shot: Shot): Promise<void> {
  const { name, path = '/', width = 1440, height = 900, options = {}, act } = shot;
  const context = await from.newContext({
    ...{ viewport: { width, height }, reducedMotion: 'reduce', colorScheme: 'light' },
    ...{ locale: 'en-GB', timezoneId: 'UTC', ...options },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(1000 * PATIENCE_S);
  await page.goto(running.quakewire.url + path);
  await page.locator('[data-testid="status"]:not([data-tone="busy"])').waitFor();
  if (shot.map !== false) await mapDrawn(page);
  await act?.(page, running);
  await page.mouse.move(width - 2, height / 2);
  await page.waitForTimeout(700);
  const png = await page.screenshot({ type: 'png' });
  await context.setOffline(false);
  const { bytes, quality } = await toWebp(page, png);
  writeFileSync(`${OUT}/${name}.webp`, bytes);
  console.log(`${name}.webp ${Math.round(bytes.length / 1000)} kB at quality ${quality}`);
  await context.close();
}

/** The browser is started so that the map does not wait to be asked (test/support/browser.ts). */
async function mapDrawn(page: Page): Promise<void> {
  for (let i = 0; !(await page.evaluate('globalThis.quakewire?.frames > 0')); i++) {
    if (i === 10 * PATIENCE_S) throw new Error('The map has not been drawn');
    await page.waitForTimeout(100);
  }
  await page.locator('#world').waitFor({ state: 'detached', timeout: 1000 * PATIENCE_S });
  await nextFrames(page);
}

async function jumpTo(page: Page, longitudeDeg: number, latitudeDeg: number, zoom: number): Promise<void> {
  await page.evaluate(`quakewire.jumpTo(${longitudeDeg}, ${latitudeDeg}, ${zoom})`);
  await nextFrames(page);
}

/** After a selection: the map is there at once (reduced motion), the finer land and the names a moment later. */
async function flown(page: Page): Promise<void> {
  await page.getByTestId('cities').locator('li').first().waitFor();
  await nextFrames(page);
}

async function print(page: Page): Promise<void> {
  await page.evaluate("dispatchEvent(new Event('beforeprint'))");
  await page.emulateMedia({ media: 'print' });
}

async function printEvent(page: Page): Promise<void> {
  await flown(page);
  await print(page);
}

async function wallReady(page: Page): Promise<void> {
  await page.getByTestId('wall-list').locator('li').first().waitFor();
  await nextFrames(page);
}

async function nextFrames(page: Page): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await page.evaluate('quakewire.nextFrame()');
    await page.waitForTimeout(500);
  }
}

/** The best quality that is light enough. */
async function toWebp(page: Page, png: Buffer): Promise<{ bytes: Buffer; quality: number }> {
  for (const quality of QUALITIES) {
    const encoded = await page.evaluate(`(${ENCODE})('${png.toString('base64')}', ${quality})`);
    const bytes = Buffer.from(encoded as string, 'base64');
    if (bytes.length <= BYTES_MAX) return { bytes, quality };
  }
  throw new Error(`A picture is heavier than ${BYTES_MAX} bytes at quality ${QUALITIES.at(-1)}`);
}
