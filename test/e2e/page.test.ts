// The page in a real Chromium, fed through the whole chain by an agency that says what a test wants.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Replay } from '../../src/replay/replay.ts';
import { startAgency, toAgencyArgs, toFeatureText } from '../support/agency.ts';
import { startBrowser, watchOffences } from '../support/browser.ts';
import { findFreePort } from '../support/free-port.ts';
import { type Quakewire, startQuakewire } from '../support/quakewire.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'quakewire-e2e-'));
let agency: Replay;
let args: string[];
let quakewire: Quakewire;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let counter = 0;
/** What the page must not do: ask other hosts, break the content security policy, throw. */
const offences: string[] = [];

beforeAll(async () => {
  agency = await startAgency();
  const ports = ['--port', String(await findFreePort()), '--admin-port', String(await findFreePort())];
  args = [...toAgencyArgs(agency), ...ports, '--data-dir', dataDir, '--starter', 'false'];
  quakewire = await startQuakewire({ args });
  browser = await startBrowser();
  context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
  page = await context.newPage();
  watchOffences(page, quakewire.url, offences);
  await page.goto(quakewire.url);
  await page
    .getByTestId('status')
    .filter({ hasText: /replay/i })
    .waitFor();
  // The map is there when the server's drawing of it is gone.
  await page.locator('#world').waitFor({ state: 'detached', timeout: 60_000 });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await quakewire?.stop();
  await agency?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

beforeEach(() => {
  counter++;
});

const toUnid = (number = counter) => `20261122_${String(number).padStart(7, '0')}`;
const rowOf = (unid: string) => page.locator(`a[data-event-id="emsc-${unid}"]`);

/** Publishes a solution dated a moment ago; `version` orders the updates of one event. */
function publish(
  unid: string,
  change: { version?: number; magnitude?: number; latitudeDeg?: number; longitudeDeg?: number } = {},
) {
  const { version = 1, ...solution } = change;
  const nowMs = Date.now();
  const text = toFeatureText({
    unid,
    timeMs: nowMs - 60_000,
    lastUpdateMs: nowMs + version,
    magnitude: 5,
    ...solution,
  });
  agency.control.publish(version === 1 ? 'create' : 'update', text);
}

interface Handle {
  readonly quakewire: { project(id: string): { x: number; y: number } | null };
}
const project = (unid: string) =>
  page.evaluate((id) => (globalThis as unknown as Handle).quakewire.project(id), `emsc-${unid}`);

test('a frame of the agency appears in the list and as a dot on the map', async () => {
  const unid = toUnid();
  publish(unid, { latitudeDeg: 10, longitudeDeg: 10 });
  await rowOf(unid).waitFor();
  const point = await project(unid);
  expect(point).not.toBeNull();
  await expect.poll(() => isDrawnAt(point!), { timeout: 30_000 }).toBe(true);
});

test('an update moves the same dot and adds a line to the timeline', async () => {
  const unid = toUnid();
  publish(unid, { magnitude: 5, latitudeDeg: 20, longitudeDeg: 20 });
  await rowOf(unid).click();
  await expect.poll(() => page.getByTestId('report').count()).toBe(1);
  const rows = await page.locator('a[data-event-id]').count();
  // The map flies to what was opened, the middle of what the panel leaves free: whatever moves then is the dot.
  await expect
    .poll(async () => (await project(unid))!.x, { timeout: 30_000 })
    .toBeCloseTo(408 + (1200 - 424) / 2, 0);
  const before = await project(unid);
  publish(unid, { version: 2, magnitude: 5.6, latitudeDeg: 25, longitudeDeg: 28 });
  await expect.poll(() => page.getByTestId('report').count()).toBe(2);
  await expect.poll(() => rowOf(unid).getAttribute('data-revision')).toBe('2');
  expect(await page.locator('a[data-event-id]').count()).toBe(rows);
  const after = await project(unid);
  expect(Math.hypot(after!.x - before!.x, after!.y - before!.y)).toBeGreaterThan(5);
  await page.getByTestId('close').click();
  expect(await rowOf(unid).innerText()).toContain('5.6');
});

test('a browser that was offline receives exactly what it missed, and says so', async () => {
  const [first, second] = [toUnid(100), toUnid(101)];
  publish(first);
  await rowOf(first).waitFor();
  await context.setOffline(true);
  await page
    .getByTestId('status')
    .filter({ hasText: /offline/i })
    .waitFor();
  publish(first, { version: 2, magnitude: 5.1 });
  publish(second);
  // Both are there for a page that is not offline.
  const recent = async () => (await fetch(`${quakewire.url}/live/recent.json`)).text();
  await expect.poll(recent).toContain(second);
  expect(await rowOf(second).count()).toBe(0);
  // It stands there for ten seconds.
  const told = page
    .getByText(/caught up: 2 changes/i)
    .first()
    .waitFor();
  await Promise.all([told, context.setOffline(false)]);
  await rowOf(second).waitFor();
  await expect.poll(() => rowOf(first).getAttribute('data-revision')).toBe('2');
});

test('a browser whose server was killed and restarted receives what happened meanwhile', async () => {
  const [before, meanwhile] = [toUnid(200), toUnid(201)];
  const tryNow = page.getByTestId('try-now');
  publish(before);
  await rowOf(before).waitFor();
  await quakewire.kill();
  publish(before, { version: 2, magnitude: 5.2 });
  publish(meanwhile);
  await tryNow.waitFor();
  // Before and after are read in one task: no try comes by itself in between.
  await expect
    .poll(() =>
      tryNow.evaluate((element) => {
        const button = element as unknown as { focus(): void; click(): void };
        const { quakewire } = globalThis as unknown as { quakewire: { connection: string } };
        const before = quakewire.connection;
        button.focus();
        button.click();
        return [before, quakewire.connection];
      }),
    )
    .toEqual(['waiting', 'connecting']);
  quakewire = await startQuakewire({ args });
  // The page may be in a pause of up to half a minute between two tries.
  await rowOf(meanwhile).waitFor({ timeout: 60_000 });
  // What the keyboard was on is gone: it goes on at the pill.
  await tryNow.waitFor({ state: 'detached' });
  expect(await page.evaluate("document.activeElement.getAttribute('data-testid')")).toBe('status');
  await expect.poll(() => rowOf(before).getAttribute('data-revision')).toBe('2');
  expect(await rowOf(before).count()).toBe(1);
}, 150_000);

test('a withdrawn event becomes a ghost', async () => {
  const [gone, stays] = [toUnid(300), toUnid(301)];
  publish(gone);
  publish(stays);
  await rowOf(gone).waitFor();
  agency.control.remove(gone);
  await expect.poll(() => rowOf(gone).getAttribute('data-state'), { timeout: 45_000 }).toBe('withdrawn');
  expect(await rowOf(stays).getAttribute('data-state')).toBe('live');
});

test('a link to an event opens it', async () => {
  const unid = toUnid();
  publish(unid);
  await rowOf(unid).waitFor();
  const other = await context.newPage();
  await other.goto(`${quakewire.url}/events/emsc-${unid}`);
  await other.locator(`[data-testid="detail"][data-event-id="emsc-${unid}"]`).waitFor();
  await other.close();
});

test('a region with HTML in it is shown as text', async () => {
  const unid = toUnid();
  const nowMs = Date.now();
  agency.control.publish(
    'create',
    toFeatureText({
      unid,
      timeMs: nowMs,
      lastUpdateMs: nowMs,
      magnitude: 5,
      region: '<img src=x onerror=alert(1)> SEA',
    }),
  );
  await rowOf(unid).waitFor();
  expect((await rowOf(unid).innerText()).toLowerCase()).toContain('<img src=x onerror=alert(1)> sea');
});

test('all the while the page asked no other host, broke no policy and threw nothing', () => {
  expect(offences).toEqual([]);
});

/** In the page: the colours of a PNG's first and middle pixel. */
const READ_COLOURS = `async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const drawing = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  drawing.drawImage(bitmap, 0, 0);
  const colourAt = (x, y) => Array.from(drawing.getImageData(x, y, 1, 1).data.slice(0, 3));
  return [colourAt(0, 0), colourAt(bitmap.width / 2, bitmap.height / 2)];
}`;

/** True when a point of the page has another colour than the map 17 pixels away: a dot on plain land or sea. */
async function isDrawnAt({ x, y }: { x: number; y: number }): Promise<boolean> {
  const clip = { x: Math.round(x) - 12, y: Math.round(y) - 12, width: 24, height: 24 };
  const image = await page.screenshot({ clip, type: 'png' });
  const colours = await page.evaluate(`(${READ_COLOURS})('${image.toString('base64')}')`);
  const [corner, centre] = colours as [number[], number[]];
  return corner.some((value, i) => Math.abs(value - centre[i]!) > 40);
}
