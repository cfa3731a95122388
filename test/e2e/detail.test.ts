// One event in full, fed through the whole chain by an agency that revises what it said.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Replay } from '../../src/replay/replay.ts';
import { startAgency, toAgencyArgs, toFeatureText } from '../support/agency.ts';
import { startBrowser } from '../support/browser.ts';
import { type Quakewire, startQuakewire } from '../support/quakewire.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'quakewire-detail-'));
const UNID = '20261122_0000001';
const GONE = '20261122_0000002';
const ONCE = '20261122_0000004';
const HTML = { accept: 'text/html' };
let agency: Replay;
let quakewire: Quakewire;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const originMs = Date.now() - 40 * 60_000;

beforeAll(async () => {
  agency = await startAgency();
  const args = [...toAgencyArgs(agency), '--data-dir', dataDir, '--starter', 'false'];
  quakewire = await startQuakewire({ args });
  browser = await startBrowser();
  context = await browser.newContext({
    viewport: { width: 1200, height: 800 },
    timezoneId: 'UTC',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  page = await context.newPage();
  await page.goto(quakewire.url);
  // The agency is heard: of several reports who listens only later is told the last alone.
  await page.locator('[data-testid="status"][data-tone="replay"]').waitFor();
  for (const [version, magnitude, latitudeDeg] of [
    [1, 7.4, 37.0],
    [2, 7.8, 37.1],
    [3, 7.7, 37.17],
  ] as const)
    publish(UNID, version, magnitude, latitudeDeg);
  await page.locator(`a[data-event-id="emsc-${UNID}"][data-revision="3"]`).waitFor();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await quakewire?.stop();
  await agency?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const rowOf = (unid: string) => page.locator(`a[data-event-id="emsc-${unid}"]`);
const detail = () => page.getByTestId('detail');

/** Versions come 3, 6, 9 minutes after the earthquake. */
function publish(unid: string, version: number, magnitude: number, latitudeDeg: number): void {
  const lastUpdateMs = originMs + version * 180_000;
  const feature = { unid, timeMs: originMs, lastUpdateMs, magnitude, latitudeDeg, longitudeDeg: 37.03 };
  agency.control.publish(version === 1 ? 'create' : 'update', toFeatureText(feature));
}

test('each report is told: when, what it says, what it changed', async () => {
  await rowOf(UNID).click();
  await expect.poll(() => page.evaluate('document.activeElement.className')).toBe('detail-name');
  await expect.poll(() => page.getByTestId('report').count()).toBe(3);
  const [newest, second, first] = await page.getByTestId('report').allInnerTexts();
  expect(newest).toMatch(/7\.7/);
  expect(newest).toMatch(/9\smin after origin/);
  expect(newest).toMatch(/epicentre moved 7\.8 km/);
  expect(second).toMatch(/magnitude (\S+) 7\.4 → \1 7\.8/);
  expect(first).toMatch(/3\smin after origin/);
  expect(first).toMatch(/first report seen here/);
  expect(first).toMatch(/\d\d:\d\d:\d\d\sUTC/);
  expect(await page.getByTestId('preferred').innerText()).toContain('EMSC, the newest of 3 reports');
});

test('the drawing of the revisions says what it shows', async () => {
  const drawing = page.getByTestId('timeline').getByRole('img');
  expect(await drawing.getAttribute('aria-label')).toMatch(/in 3 reports: first \S+ 7\.4, now \S+ 7\.7/);
  expect(await page.locator('.timeline-point').count()).toBe(3);
});

test('it says where that was for people: larger cities near by, and the time there', async () => {
  const cities = page.getByTestId('cities').locator('li');
  await cities.first().waitFor();
  expect(await cities.first().innerText()).toMatch(/\d+ km .+ of Gaziantep\sTürkiye · pop\. 1\.1 million/);
  await expect.poll(() => page.getByTestId('time-there').innerText()).toMatch(/UTC\+3/);
});

test('each city has its country on the line below it', async () => {
  const lefts = (await page.evaluate(
    `[...document.querySelectorAll('.cities li')].map((city) =>
      city.querySelector('.hint').getBoundingClientRect().left - city.getBoundingClientRect().left)`,
  )) as number[];
  expect(lefts.length).toBeGreaterThan(2);
  expect(new Set(lefts)).toEqual(new Set([0]));
});

test('on a phone 320 px wide the time stays on a line, and the two links to copy together', async () => {
  const narrow = await browser.newContext({
    ...{ viewport: { width: 320, height: 640 }, locale: 'es-ES', timezoneId: 'America/Santiago' },
  });
  const phone = await narrow.newPage();
  await phone.goto(`${quakewire.url}/events/emsc-${UNID}`);
  await phone.getByTestId('local-time').waitFor();
  for (const time of await phone.locator('.fact:is(.utc-time, .local-time) dd').all())
    expect((await time.boundingBox())!.height).toBeLessThan(24);
  // In one look: what is loaded later moves both.
  const [place, link] = (await phone.evaluate(
    `['copy-place', 'copy-link'].map((id) => document.querySelector('[data-testid="' + id + '"]').getBoundingClientRect().top)`,
  )) as number[];
  expect(place).toBe(link);
  await narrow.close();
});

test('an event that was never revised says nothing of revisions; a revised one how often', async () => {
  expect(await page.locator('.detail-when').innerText()).toMatch(/revised 2×/);
  const other = await (await fetch(`${quakewire.url}/events/emsc-${UNID}`, { headers: HTML })).text();
  expect(other).toMatch(/<meta name="description" content="[^"]*, revised 2×\./);
  publish(ONCE, 1, 4.2, 10);
  // The open event lies over the list.
  await rowOf(ONCE).waitFor({ state: 'attached' });
  expect(await rowOf(ONCE).textContent()).not.toMatch(/rev/);
  const once = await (await fetch(`${quakewire.url}/events/emsc-${ONCE}`, { headers: HTML })).text();
  expect(once).toMatch(/<meta name="description" content="[^"]*reported by EMSC\. /);
  expect(/<p class="detail-when">[^<]*/.exec(once)![0]).not.toMatch(/revis/);
});

test('the reader’s own time is there where it is not UTC, with its zone', async () => {
  expect(await page.getByTestId('local-time').count()).toBe(0);
  const other = await browser.newContext({ timezoneId: 'America/Santiago' });
  const away = await other.newPage();
  await away.goto(`${quakewire.url}/events/emsc-${UNID}`);
  await expect.poll(() => away.getByTestId('local-time').innerText()).toMatch(/Your time \(UTC−[34]\)/);
  await other.close();
});

test('a link to it can be copied', async () => {
  const copyLink = page.getByTestId('copy-link');
  // Looked for already when it is pressed: the word goes again.
  await Promise.all([copyLink.filter({ hasText: 'Copied' }).waitFor(), copyLink.click()]);
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(`${quakewire.url}/events/emsc-${UNID}`);
  // Of the next event nothing has been copied.
  const [next, previous] = [page.getByTestId('next'), page.getByTestId('previous')];
  const [there, back] = (await next.isEnabled()) ? [next, previous] : [previous, next];
  await there.click();
  await page.locator(`[data-testid="detail"][data-event-id="emsc-${ONCE}"]`).waitFor();
  expect(await page.getByTestId('copy-link').innerText()).toBe('Copy link');
  await back.click();
  await page.locator(`[data-testid="detail"][data-event-id="emsc-${UNID}"]`).waitFor();
});

test('the focus went to its heading, and goes back to its row', async () => {
  await page.keyboard.press('Escape');
  await expect.poll(() => page.evaluate('document.activeElement.dataset.eventId')).toBe(`emsc-${UNID}`);
});

test('a revision that comes while it is open is added', async () => {
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getByTestId('report').count()).toBe(3);
  publish(UNID, 4, 7.8, 37.17);
  await expect.poll(() => page.getByTestId('report').count()).toBe(4);
  await expect.poll(() => detail().getAttribute('data-revision')).toBe('4');
  await page.getByTestId('close').click();
});

test('a report that was not taken has neither the mark of the current one nor a time after the earthquake', async () => {
  await rowOf(UNID).click();
  await expect.poll(() => page.getByTestId('report').count()).toBe(4);
  expect(await page.locator('.reports-count').innerText()).toBe('4');
  // EMSC gives the number to another earthquake, half an hour later.
  const lastUpdateMs = originMs + 35 * 60_000;
  const slipped = {
    unid: UNID,
    timeMs: originMs + 1_800_000,
    lastUpdateMs,
    magnitude: 4.2,
    latitudeDeg: 38.1,
  };
  agency.control.publish('update', toFeatureText(slipped));
  const address = `${quakewire.url}/events/emsc-${UNID}`;
  const stored = async () => (await (await fetch(address)).json()) as { reports: unknown[] };
  await expect.poll(async () => (await stored()).reports.length).toBe(5);
  await page.reload();
  await expect.poll(() => page.getByTestId('report').count()).toBe(5);
  const slip = page.getByTestId('report').first();
  expect(await slip.innerText()).toMatch(/4\.2/);
  expect(await slip.innerText()).not.toContain('after origin');
  const markOf = (nth: number) =>
    page.evaluate(
      `getComputedStyle(document.querySelectorAll('[data-testid="report"]')[${nth}], '::before').boxShadow`,
    );
  expect([await markOf(0), await markOf(2)]).toEqual(['none', 'none']);
  expect(await markOf(1)).not.toBe('none');
  expect(await page.locator('.reports-count').innerText()).toBe('4, 1 not taken');
  const drawing = page.getByTestId('timeline').getByRole('img');
  expect(await drawing.getAttribute('aria-label')).toMatch(/in 4 reports: first \S+ 7\.4, now \S+ 7\.8/);
  await page.getByTestId('close').click();
});

test('a withdrawn event says so plainly', async () => {
  const nowMs = Date.now();
  // One that the agency still has, so that its answer without the other is no empty one.
  for (const unid of [GONE, '20261122_0000003'])
    agency.control.publish(
      'create',
      toFeatureText({ unid, timeMs: nowMs - 60_000, lastUpdateMs: nowMs, magnitude: 4.4 }),
    );
  await rowOf(GONE).waitFor();
  agency.control.remove(GONE);
  await expect.poll(() => rowOf(GONE).getAttribute('data-state'), { timeout: 45_000 }).toBe('withdrawn');
  await rowOf(GONE).click();
  expect(await page.getByTestId('withdrawn-note').innerText()).toContain('EMSC has withdrawn this event');
});
