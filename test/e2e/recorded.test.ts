// What the page promises, clause by clause, shown on what really happened: two recorded days through the whole chain into a
// real Chromium. What the page says is held against the recording itself, read here a second time.

import { readFileSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RevlogRow, readRevlog } from '../../src/replay/revlog.ts';
import { type TimelineEntry, toTimeline } from '../../src/replay/timeline.ts';
import { DOTS_MAX } from '../../src/web/first/world-dots.ts';
import { PALETTES } from '../../src/web/map/palettes.ts';
import { GERMAN } from '../../src/web/text/german.ts';
import { SPANISH } from '../../src/web/text/spanish.ts';
import { startBrowser, watchOffences } from '../support/browser.ts';
import { blend, deltaE, see } from '../support/colour-vision.ts';
import { untilConnected } from '../support/page-bench.ts';
import { cropPixels, differentInGrey, hexAt } from '../support/pixels.ts';
import {
  KAHRAMANMARAS,
  OWEN_FRACTURE_ZONE,
  type RecordedDay,
  type RecordedQuakewire,
  startRecordedDay,
} from '../support/recorded.ts';

const PATIENCE = { timeout: 40_000 };
const HOUR_MS = 3_600_000;
const M78 = '20230206_0000008';
const M75 = '20230206_0000222';
/** The M 6.0 of 12:02:11, first listed half an hour later. */
const M60 = '20230206_0000261';
/** M 4.5, 572 km deep, alone in the sea south of Fiji. */
const DEEP = '20230205_0000082';
const OWEN = OWEN_FRACTURE_ZONE.known.unid;

/** What the recording says of one event. */
interface Recorded {
  readonly unid: string;
  readonly atMs: number;
  readonly updatedAtMs: number;
  readonly latitudeDeg: number;
  readonly longitudeDeg: number;
  readonly depthKm: number;
  readonly magnitude: number;
  /** As the page writes it: "Mw 7.8". */
  readonly told: string;
  readonly region: string;
  readonly author: string;
}

interface Day {
  readonly timeline: readonly TimelineEntry[];
  readonly running: RecordedQuakewire;
}

let quakes: Day;
let owen: Day;
let browser: Browser;
const offences: string[] = [];

beforeAll(async () => {
  const timeline = toTimeline(await readRevlog([KAHRAMANMARAS.file]));
  // Some seconds before the M 6.0 is told; it stands there until a test lets it go on.
  const news = timeline.find(({ row }) => row.unid === M60)!;
  quakes = await start({ ...KAHRAMANMARAS, untilMs: news.atMs - 20_000 }, timeline);
  quakes.running.agency.control.pause();
  owen = await start(OWEN_FRACTURE_ZONE, toTimeline(await readRevlog([OWEN_FRACTURE_ZONE.file])));
  browser = await startBrowser();
}, 150_000);

afterAll(async () => {
  await browser?.close();
  await quakes?.running[Symbol.asyncDispose]();
  await owen?.running[Symbol.asyncDispose]();
});

async function start(day: RecordedDay, timeline: readonly TimelineEntry[]): Promise<Day> {
  return { timeline, running: await startRecordedDay(day) };
}

/** Replayed instant of a day's agency, ms since the epoch UTC. */
function nowOf({ running }: Day): number {
  const { replayedMs, anchoredAtMs, speed } = running.agency.time();
  return replayedMs + (Date.now() - anchoredAtMs) * speed;
}

/** Every row of the recording that is told by now, in the order of telling. */
const toldRows = (day: Day): RevlogRow[] =>
  day.timeline.filter(({ atMs }) => atMs <= nowOf(day)).map(({ row }) => row);

/** What the recording holds by now, the newest earthquake first. */
function recorded(day: Day, magnitudeMin = Number.NEGATIVE_INFINITY): Recorded[] {
  const known = new Map<string, Recorded>();
  for (const row of toldRows(day)) {
    if (row.op === 'D') known.delete(row.unid);
    else known.set(row.unid, toRecorded(row));
  }
  return [...known.values()]
    .filter(({ magnitude }) => magnitude >= magnitudeMin)
    .sort((a, b) => b.atMs - a.atMs);
}

const TYPES: Record<string, string> = { mw: 'Mw', ml: 'ML', mb: 'mb', md: 'Md', mc: 'Mc', m: 'M' };

function toRecorded({ unid, featureText }: RevlogRow): Recorded {
  const { properties } = JSON.parse(featureText) as { properties: Record<string, string | number> };
  const { time, lastupdate, lat, lon, depth, mag, magtype, flynn_region, auth } = properties;
  return {
    unid,
    atMs: Date.parse(String(time)),
    updatedAtMs: Date.parse(String(lastupdate)),
    ...{ latitudeDeg: Number(lat), longitudeDeg: Number(lon), depthKm: Number(depth) },
    ...{ magnitude: Number(mag), told: `${TYPES[String(magtype)]} ${Number(mag).toFixed(1)}` },
    ...{ region: String(flynn_region), author: String(auth) },
  };
}

const toId = (unid: string) => `emsc-${unid}`;
const toPath = (unid: string) => `/events/${toId(unid)}`;
/** A screen on which a long list is read in few steps. */
const TALL = { width: 1200, height: 4000 };
/** The page's first view is of magnitude 2.5 and larger. */
const USUAL = 2.5;

interface OpenOptions extends BrowserContextOptions {
  /** False: without the moving map, which saves a machine without graphics most of its work. */
  readonly map?: boolean;
}

async function open(
  day: Day,
  path: string,
  { map = false, ...options }: OpenOptions = {},
): Promise<{ page: Page; close: () => Promise<void> }> {
  const { url } = day.running.quakewire;
  const context = await browser.newContext({
    ...{ viewport: { width: 1200, height: 800 }, reducedMotion: 'reduce', colorScheme: 'light' },
    ...{ locale: 'en-GB', timezoneId: 'UTC' },
    ...options,
  });
  if (!map) await context.route('**/quake-map-*.js', (route) => route.abort());
  const page = await context.newPage();
  watchOffences(page, url, offences);
  await page.goto(url + path);
  if (options.javaScriptEnabled !== false) await untilConnected(page);
  if (map) await untilDrawn(page);
  return { page, close: () => context.close() };
}

async function untilDrawn(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate('quakewire.frames'), PATIENCE).toBeGreaterThan(0);
  // Until then the server's drawing is what is seen, and the map's canvas is not.
  await page.locator('#world').waitFor({ state: 'detached', timeout: 60_000 });
}

const rowOf = (page: Page, unid: string) => page.locator(`.row-button[data-event-id="${toId(unid)}"]`);
const countOf = (page: Page) => page.getByTestId('count').getAttribute('data-count');
const search = (page: Page) => new URL(page.url()).search;

interface Listed {
  readonly rows: {
    readonly unid: string;
    readonly told: string;
    readonly region: string;
    readonly time: string;
    readonly marks: string;
  }[];
  readonly groups: [heading: string, count: number][];
}

/** The whole list, read from top to bottom as a reader scrolls. */
async function readList(page: Page): Promise<Listed> {
  return (await page.evaluate(`(async () => {
    const list = document.querySelector('[data-testid="list"]');
    const [rows, groups] = [new Map(), new Map()];
    for (let top = 0; ; top += 0.9 * list.clientHeight) {
      list.scrollTo(0, top);
      for (let i = 0; i < 2; i++) await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      for (const group of document.querySelectorAll('.group-heading'))
        groups.set(group.firstChild.data, Number(group.querySelector('.group-count').textContent));
      for (const row of document.querySelectorAll('.row-button')) {
        const text = (name) => row.querySelector(name).innerText;
        rows.set(Number(row.dataset.index), {
          unid: row.dataset.eventId.slice('emsc-'.length),
          told: text('.magnitude-type') + ' ' + text('.magnitude-value'),
          region: text('.row-region'),
          time: row.querySelector('time').dateTime,
          marks: text('.row-marks'),
        });
      }
      if (top >= list.scrollHeight) break;
    }
    list.scrollTo(0, 0);
    return { rows: [...rows].sort(([a], [b]) => a - b).map(([, row]) => row), groups: [...groups] };
  })()`)) as Listed;
}

const styleOf = (page: Page, selector: string, name: string) =>
  page.evaluate(`getComputedStyle(document.querySelector('${selector}')).${name}`) as Promise<string>;

const lightness = (rgb: string) =>
  rgb
    .match(/\d+/g)!
    .slice(0, 3)
    .reduce((sum, value) => sum + Number(value), 0) / 3;

/** Great-circle distance on a sphere of 6371 km. */
function distanceKm(a: Place, b: Place): number {
  const [p, q] = [toRadians(a.latitudeDeg), toRadians(b.latitudeDeg)];
  const east = toRadians(b.longitudeDeg - a.longitudeDeg);
  const h = Math.sin((q - p) / 2) ** 2 + Math.cos(p) * Math.cos(q) * Math.sin(east / 2) ** 2;
  return 2 * 6371 * Math.asin(Math.sqrt(h));
}

type Place = Pick<Recorded, 'latitudeDeg' | 'longitudeDeg'>;
const toRadians = (deg: number) => (deg * Math.PI) / 180;

/** "22 min 8 s", "8 h 48 min" */
function toDuration(ms: number): string {
  const s = Math.round(ms / 1000);
  const [h, min] = [Math.floor(s / 3600), Math.floor((s % 3600) / 60)];
  return h > 0 ? `${h} h ${min} min` : `${min} min ${s % 60} s`;
}

test('1 design: light or dark as the system asks, one panel, a sheet on a phone, and the list on paper', async () => {
  const { page, close } = await open(quakes, '/');
  await rowOf(page, recorded(quakes, USUAL)[0]!.unid).waitFor();
  expect(await page.locator('.panel').count()).toBe(1);
  const paper = () => styleOf(page, '.panel', 'backgroundColor');
  const ink = () => styleOf(page, '.row-region', 'color');
  expect(lightness(await paper())).toBeGreaterThan(lightness(await ink()) + 100);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(async () => lightness(await ink()) - lightness(await paper())).toBeGreaterThan(100);
  // On paper the newest hundred.
  await page.evaluate("dispatchEvent(new Event('beforeprint'))");
  await page.emulateMedia({ media: 'print' });
  const printed = () =>
    page.evaluate(`[...document.querySelectorAll('.row-button')].filter((row) => row.checkVisibility())
      .map((row) => row.dataset.eventId)`) as Promise<string[]>;
  await expect.poll(async () => (await printed()).length).toBeGreaterThanOrEqual(100);
  const rows = await printed();
  expect(rows).toEqual(
    recorded(quakes, USUAL)
      .slice(0, rows.length)
      .map(({ unid }) => toId(unid)),
  );
  await close();

  const phone = await open(quakes, '/', { viewport: { width: 390, height: 844 } });
  await phone.page.locator('.row-button').first().waitFor();
  const box = (await phone.page.locator('.panel').boundingBox())!;
  // Over the map, from edge to edge, and down to the screen's lower end.
  expect([box.x, box.width]).toEqual([0, 390]);
  expect(box.y + box.height).toBeGreaterThanOrEqual(844);
  expect(box.y).toBeGreaterThan(844 / 4);
  expect(box.y).toBeLessThan((844 * 3) / 4);
  await phone.close();
}, 90_000);

test('2 encodings: M 7.8 and 7.5 have the largest marks, colour tells the recorded age and then depth, nothing is a ghost', async () => {
  const { page, close } = await open(quakes, '/?sort=largest', { map: true });
  await rowOf(page, M78).waitFor();
  const marks = (await page.evaluate(`[...document.querySelectorAll('.row-button')].map((row) => {
    const mark = row.querySelector('.mark');
    return [row.dataset.eventId, mark.getBoundingClientRect().width];
  })`)) as [string, number][];
  expect(marks.slice(0, 2).map(([id]) => id)).toEqual([toId(M78), toId(M75)]);
  const widths = marks.map(([, width]) => width);
  expect(widths).toEqual([...widths].sort((a, b) => b - a));
  expect(widths[0]).toBeGreaterThan(widths[1]!);
  expect(widths[1]).toBeGreaterThan(1.4 * widths[2]!);
  const radii = await page
    .getByTestId('legend-sizes')
    .locator('[data-radius]')
    .evaluateAll((dots) => dots.map((dot) => Number(dot.getAttribute('data-radius'))));
  expect(radii.every((radius, i) => i === 0 || radius > radii[i - 1]!)).toBe(true);

  // Each row of the list by its class; the deepest one on the map by its colour.
  const classes = async () =>
    (await page.evaluate(`[...document.querySelectorAll('.row-button')].map((row) =>
      [row.dataset.eventId, /(?:age|depth)-\\d/.exec(row.querySelector('.mark').className)[0]])`)) as [
      string,
      string,
    ][];
  const known = new Map(recorded(quakes).map((one) => [toId(one.unid), one]));
  const classOf = (ends: readonly number[], value: number) => ends.filter((end) => value >= end).length;
  const nowMs = nowOf(quakes);
  for (const [id, name] of await classes())
    expect([id, name]).toEqual([id, `age-${classOf([1, 24, 168], (nowMs - known.get(id)!.atMs) / HOUR_MS)}`]);
  const deep = known.get(toId(DEEP))!;
  expect((nowMs - deep.atMs) / HOUR_MS).toBeGreaterThan(24);
  await page.evaluate(`quakewire.jumpTo(${deep.longitudeDeg}, ${deep.latitudeDeg}, 5)`);
  await page.evaluate('quakewire.nextFrame()');
  const at = (await page.evaluate(`quakewire.project('${toId(DEEP)}')`)) as { x: number; y: number };
  const { age, depth, water } = PALETTES.light;
  const farFrom = (color: string) => async () =>
    deltaE(see(await hexAt(page, at), 'normal'), see(blend(color, 0.85, water), 'normal'));
  await expect.poll(farFrom(age.colors[2]!), PATIENCE).toBeLessThan(12);
  await page.getByTestId('colour-depth').check({ force: true });
  await expect.poll(farFrom(depth.colors[4]!), PATIENCE).toBeLessThan(12);
  for (const [id, name] of await classes())
    expect([id, name]).toEqual([id, `depth-${classOf([35, 70, 150, 300], known.get(id)!.depthKm)}`]);
  expect(new URL(page.url()).searchParams.get('colour')).toBe('depth');

  // The recording takes nothing back, and neither does the page.
  expect(toldRows(quakes).filter(({ op }) => op === 'D')).toEqual([]);
  await page.goto(`${quakes.running.quakewire.url}/?type=withdrawn`);
  await page.getByTestId('empty').getByText('Nothing has been withdrawn so far.').waitFor();
  await close();
}, 120_000);

test('3 map: the recorded earthquakes lie where they were, on a flat map or a globe, with plates, and fit brings them back', async () => {
  const { page, close } = await open(quakes, '/?minmag=7', {
    ...{ map: true, viewport: { width: 1000, height: 640 } },
  });
  const known = new Map(recorded(quakes).map((one) => [one.unid, one]));
  const [great, second] = [known.get(M78)!, known.get(M75)!];
  const project = async (unid: string) =>
    (await page.evaluate(`quakewire.project('${toId(unid)}')`)) as { x: number; y: number } | null;
  const jumpTo = (longitudeDeg: number, latitudeDeg: number, zoom: number) =>
    page.evaluate(
      `(async () => { quakewire.jumpTo(${longitudeDeg}, ${latitudeDeg}, ${zoom}); await quakewire.nextFrame(); })()`,
    );
  await jumpTo(37, 37.6, 7);
  const [a, b] = [(await project(M78))!, (await project(M75))!];
  // Web Mercator, 512 px × 2^zoom around the equator.
  const worldPx = 512 * 2 ** 7;
  const toY = (deg: number) => Math.log(Math.tan(Math.PI / 4 + toRadians(deg) / 2)) / (2 * Math.PI);
  expect(b.x - a.x).toBeCloseTo(((second.longitudeDeg - great.longitudeDeg) / 360) * worldPx, 0);
  expect(a.y - b.y).toBeCloseTo((toY(second.latitudeDeg) - toY(great.latitudeDeg)) * worldPx, 0);

  // What is drawn there goes with the filter, and comes back with it.
  const seen = () => cropPixels(page, a, 30);
  const slider = page.getByTestId('filter-magnitude');
  await expect.poll(() => countOf(page)).toBe('2');
  const drawn = await seen();
  await slider.fill('8');
  await expect.poll(() => countOf(page)).toBe('0');
  await expect.poll(async () => differentInGrey(await seen(), drawn), PATIENCE).toBeGreaterThan(100);
  // The two broke the boundaries of the Anatolian and the Arabian plate.
  const around = () => cropPixels(page, a, 100);
  let bare = await around();
  // Names and tiles come when they are ready.
  await expect
    .poll(async () => {
      const before = bare;
      await page.evaluate('new Promise((done) => setTimeout(done, 400))');
      bare = await around();
      return differentInGrey(bare, before);
    }, PATIENCE)
    .toBe(0);
  await page.getByTestId('legend-unfold').click();
  await page.getByTestId('plates').check();
  await expect.poll(() => page.getByTestId('legend-plates').locator('li').count()).toBe(4);
  expect(await page.getByTestId('plates-credit').innerText()).toContain('Bird 2003');
  await expect.poll(async () => differentInGrey(await around(), bare), PATIENCE).toBeGreaterThan(60);
  await page.getByTestId('plates').uncheck();
  await page.getByTestId('legend-fold').click();
  await expect.poll(async () => differentInGrey(await around(), bare), PATIENCE).toBe(0);
  await slider.fill('7');
  await expect.poll(async () => differentInGrey(await around(), bare), PATIENCE).toBeGreaterThan(100);

  await jumpTo(-140, -30, 4);
  await page.getByTestId('fit-list').click();
  const inView = (at: { x: number; y: number } | null) =>
    at !== null && at.x > 410 && at.x < 990 && at.y > 10 && at.y < 630;
  await expect
    .poll(async () => inView(await project(M78)) && inView(await project(M75)), PATIENCE)
    .toBe(true);

  await page.getByTestId('projection').click();
  await expect.poll(() => new URL(page.url()).searchParams.get('map')).toBe('globe');
  await jumpTo(37, 37.6, 2);
  await expect.poll(() => project(M78), PATIENCE).not.toBeNull();
  // The far side is not seen.
  await jumpTo(-143, -37.6, 2);
  await expect.poll(() => project(M78), PATIENCE).toBeNull();
  await page.getByTestId('projection').click();
  await expect.poll(() => new URL(page.url()).searchParams.get('map')).toBeNull();
  await expect.poll(() => project(M78), PATIENCE).not.toBeNull();
  await close();
}, 150_000);

test('4 list: all that was recorded, newest first under its hours and days, or largest first, with region, depth and author', async () => {
  const { page, close } = await open(quakes, '/', { viewport: TALL });
  const truth = recorded(quakes, USUAL);
  await expect.poll(() => countOf(page)).toBe(String(truth.length));
  const { rows, groups } = await readList(page);
  expect(rows.map(({ unid }) => unid)).toEqual(truth.map(({ unid }) => unid));
  for (const [i, { told, region, atMs, depthKm, author }] of truth.entries()) {
    const row = rows[i]!;
    expect([row.told, row.region.toUpperCase(), Date.parse(row.time)]).toEqual([told, region, atMs]);
    expect(row.marks).toContain(`${depthKm} km deep`);
    expect(row.marks.endsWith(` · ${author}`), row.marks).toBe(true);
  }
  // By the hour on the day that it is there, by the day before.
  const dayOf = (ms: number) =>
    new Date(ms).toLocaleDateString('en-GB', {
      ...{ day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' },
    });
  const headings = new Map<string, number>();
  for (const { atMs } of truth) {
    const day = dayOf(atMs);
    const hour = `${day}, ${new Date(atMs).toISOString().slice(11, 13)}:00 UTC`;
    const heading = day === dayOf(nowOf(quakes)) ? hour : day;
    headings.set(heading, (headings.get(heading) ?? 0) + 1);
  }
  expect(groups).toEqual([...headings]);
  expect(groups.length).toBeGreaterThan(10);
  for (const [shouted, name] of [
    ['CENTRAL TURKEY', 'Central Turkey'],
    ['NEAR N COAST OF PAPUA, INDONESIA', 'Near N coast of Papua, Indonesia'],
    ['IZU ISLANDS, JAPAN REGION', 'Izu Islands, Japan region'],
    ['OFFSHORE NORTHERN CALIFORNIA', 'Offshore northern California'],
  ] as const)
    expect(rows[truth.findIndex(({ region }) => region === shouted)]!.region).toBe(name);

  await page.getByTestId('order').selectOption('largest');
  await expect.poll(() => page.locator('[data-index="0"]').getAttribute('data-event-id')).toBe(toId(M78));
  const largest = await readList(page);
  expect(largest.rows.slice(0, 2).map(({ told }) => told)).toEqual(['Mw 7.8', 'Mw 7.5']);
  const toValue = ({ told }: { told: string }) => Number(told.split(' ')[1]);
  expect(largest.rows.map(toValue)).toEqual(truth.map(toValue).sort((x, y) => y - x));
  const share = (whole: number) => truth.filter(({ magnitude }) => Math.floor(magnitude) === whole).length;
  expect(largest.groups).toEqual([7, 6, 5, 4, 3, 2].map((whole) => [`Magnitude ${whole}`, share(whole)]));
  await close();
}, 90_000);

test('5 detail: a link shows the five reports of the recording, what each changed, and the cities; without script too', async () => {
  const reports = owen.timeline.filter(({ row }) => row.unid === OWEN).map(({ row }) => toRecorded(row));
  expect(reports.map(({ magnitude }) => magnitude)).toEqual([5.1, 5.6, 5.6, 5.4, 5.1]);
  const now = reports.at(-1)!;
  for (const javaScriptEnabled of [true, false]) {
    const { page, close } = await open(owen, toPath(OWEN), { javaScriptEnabled });
    const items = page.locator('li.report');
    await items.nth(4).waitFor();
    const detail = page.locator('.detail');
    const words = async () => (await detail.innerText()).replaceAll('\u00a0', ' ');
    expect(await detail.locator('.detail-number').innerText()).toBe(now.magnitude.toFixed(1));
    expect(await detail.locator('.detail-name').innerText()).toBe('Owen Fracture Zone region');
    for (const fact of ['revised 4×', '3 Apr 2023, 21:34:46', '14.48° N, 56.27° E', `${now.depthKm} km`])
      expect(await words()).toContain(fact);
    expect(await items.count()).toBe(reports.length);
    for (const [i, report] of reports.entries()) {
      const item = items.nth(reports.length - 1 - i);
      const text = (await item.innerText()).replaceAll('\u00a0', ' ');
      expect(text.split('\n')[0]).toBe(report.told);
      const time = (await item.locator('time').getAttribute('datetime'))!;
      expect(Date.parse(time)).toBe(report.updatedAtMs);
      expect(text).toContain(`${toDuration(report.updatedAtMs - report.atMs)} after origin`);
      const before = reports[i - 1];
      if (before === undefined) {
        expect(text).toContain('first report seen here');
        continue;
      }
      const moved = Number(/epicentre moved ([\d.]+) km/.exec(text)?.[1]);
      const movedKm = distanceKm(before, report);
      expect(Math.abs(moved - movedKm)).toBeLessThan(movedKm < 9.9 ? 0.06 : 0.6);
      const change = `magnitude ${before.told} → ${report.told}`;
      expect(text.includes(change)).toBe(before.told !== report.told);
      expect(text).toContain(`origin time −${((before.atMs - report.atMs) / 1000).toFixed(1)} s`);
      expect(text.includes('depth 40 km → 10 km')).toBe(before.depthKm !== report.depthKm);
    }
    const drawing = page.locator('.timeline svg');
    expect(await drawing.getAttribute('aria-label')).toContain('5 reports: first mb 5.1, now mb 5.1');
    expect(await page.locator('.timeline-point').count()).toBe(5);
    if (javaScriptEnabled) await expectCities(page, now);
    await close();
  }
  const { url } = owen.running.quakewire;
  const html = await (await fetch(url + toPath(OWEN), { headers: { accept: 'text/html' } })).text();
  expect(html).toMatch(/<meta property="og:title" content="mb 5\.1, Owen Fracture Zone region/);
  const image = /<meta property="og:image" content="([^"]+)"/.exec(html)![1]!;
  const card = await fetch(image);
  expect([card.status, card.headers.get('content-type')]).toEqual([200, 'image/png']);
  const bytes = Buffer.from(await card.arrayBuffer());
  expect(bytes.toString('latin1', 1, 4)).toBe('PNG');
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1200, 630]);
}, 120_000);

/** Each named city is as far away as it is, and the nearest of all is named first. */
async function expectCities(page: Page, place: Place): Promise<void> {
  const lines = page.getByTestId('cities').locator('li');
  await lines.first().waitFor();
  const cities = JSON.parse(readFileSync('assets/cities.json', 'utf8')) as {
    names: string;
    latitudesE2: number[];
    longitudesE2: number[];
  };
  const away = cities.names.split('\n').map((name, i) => {
    const city = {
      latitudeDeg: cities.latitudesE2[i]! / 100,
      longitudeDeg: cities.longitudesE2[i]! / 100,
    };
    return { name, km: distanceKm(place, city) };
  });
  const told = (await lines.allInnerTexts()).map((line) => {
    const [, km, name] = /^([\d,]+) km (?:north|south|east|west)[-a-z]* of (.+)/.exec(line)!;
    return { name: name!, km: Number(km!.replace(',', '')) };
  });
  expect(told.length).toBe(3);
  expect(told[0]!.name).toBe([...away].sort((a, b) => a.km - b.km)[0]!.name);
  for (const { name, km } of told)
    expect(away.some((city) => city.name === name && Math.abs(city.km - km) < 1)).toBe(true);
}

test('4b which were revised at all: they stand first, by how often, the one of five reports among them', async () => {
  const { page, close } = await open(owen, '/?minmag=all&age=all');
  await page.getByTestId('order').selectOption('revised');
  const rows = page.locator('.row-button');
  await expect
    .poll(() => page.locator('.group-heading').first().innerText(), PATIENCE)
    .toMatch(/^Revised \d+×/);
  const group = page.locator('.group').filter({ has: page.locator(`[data-event-id="${toId(OWEN)}"]`) });
  expect(await group.locator('.group-heading').innerText()).toMatch(/^Revised 4×/);
  const revisions = (await rows.evaluateAll((all) =>
    all.map((row) => Number(row.dataset['revision'])),
  )) as number[];
  expect(revisions).toEqual([...revisions].sort((a, b) => b - a));
  expect(revisions.length).toBeGreaterThan(5);
  expect(new URL(page.url()).searchParams.get('sort')).toBe('revised');
  await close();
});

test('6 filters: magnitude 5 and larger shows as many as were recorded, in a link too, and one click leads back', async () => {
  const { page, close } = await open(quakes, '/', { viewport: TALL });
  const [all, usual, large] = [recorded(quakes), recorded(quakes, USUAL), recorded(quakes, 5)];
  await expect.poll(() => countOf(page)).toBe(String(usual.length));
  await page.getByTestId('filter-magnitude').fill('5');
  await expect.poll(() => countOf(page)).toBe(String(large.length));
  await expect.poll(() => search(page)).toBe('?minmag=5');
  expect((await readList(page)).rows.map(({ unid }) => unid)).toEqual(large.map(({ unid }) => unid));

  const friend = await open(quakes, search(page));
  await expect.poll(() => countOf(friend.page)).toBe(String(large.length));
  await friend.close();

  await page.getByTestId('usual-view').click();
  await expect.poll(() => countOf(page)).toBe(String(usual.length));
  await expect.poll(() => search(page)).toBe('');
  await page.getByTestId('more-filters').click();
  await page.getByTestId('filter-depth-deep').check({ force: true });
  const deep = usual.filter(({ depthKm }) => depthKm >= 300);
  await expect.poll(() => countOf(page)).toBe(String(deep.length));
  await expect.poll(() => search(page)).toBe('?depth=deep');
  await page.getByTestId('everything').click();
  await expect.poll(() => countOf(page)).toBe(String(all.length));
  await close();
}, 90_000);

test('8 first paint: the served page holds the newest recorded events, the great ones and the drawn world, before any script', async () => {
  const { url } = quakes.running.quakewire;
  const html = await (await fetch(url, { headers: { accept: 'text/html' } })).text();
  const truth = recorded(quakes, USUAL);
  const list = html.slice(html.indexOf('class="groups"'));
  const rows = [
    ...list.matchAll(
      /href="\/events\/emsc-([^"]+)"[^>]*>.*?magnitude-value">([^<]+).*?row-region">([^<]+).*?datetime="([^"]+)"/g,
    ),
  ];
  expect(rows.length).toBeGreaterThanOrEqual(25);
  expect(rows.map(([, unid, value, , time]) => [unid, Number(value), Date.parse(time!)])).toEqual(
    truth.slice(0, rows.length).map(({ unid, magnitude, atMs }) => [unid, magnitude, atMs]),
  );
  expect(html).toMatch(/Largest in 24 hours/);
  for (const unid of [M78, M75]) expect(html).toContain(`href="${toPath(unid)}"`);
  // Web Mercator in shares of the square, a tenth of a percent; the largest dot is the M 7.8.
  const dots = [...html.matchAll(/<circle cx="([\d.]+)%" cy="([\d.]+)%" r="([\d.]+)"/g)].map((dot) =>
    dot.slice(1).map(Number),
  ) as [number, number, number][];
  expect(dots.length).toBe(Math.min(DOTS_MAX, truth.length));
  const { longitudeDeg, latitudeDeg } = truth.find(({ unid }) => unid === M78)!;
  const y = 0.5 - Math.log(Math.tan(Math.PI / 4 + toRadians(latitudeDeg) / 2)) / (2 * Math.PI);
  const [cx, cy] = dots.toSorted((a, b) => b[2] - a[2])[0]!;
  expect(cx).toBeCloseTo(((longitudeDeg + 180) / 360) * 100, 1);
  expect(cy).toBeCloseTo(y * 100, 1);
  expect(html).toMatch(/<path id="land" d="M[^"]{1000,}"/);
  expect(html).toContain('A recording, not the present.');
});

test('9 everyone: in German and Spanish, by the keyboard, in miles; the M 6.0 is told to eyes and ears as it comes', async () => {
  const { page, close } = await open(quakes, '/');
  const truth = recorded(quakes, USUAL);
  await expect.poll(() => countOf(page)).toBe(String(truth.length));
  expect(truth.some(({ unid }) => unid === M60)).toBe(false);
  const focused = () => page.evaluate('document.activeElement.dataset.eventId');
  await page.keyboard.press('l');
  await expect.poll(focused).toBe(toId(truth[0]!.unid));
  await page.keyboard.press('ArrowDown');
  await expect.poll(focused).toBe(toId(truth[1]!.unid));
  await page.keyboard.press('Enter');
  await page.locator(`[data-testid="detail"][data-event-id="${toId(truth[1]!.unid)}"]`).waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(focused).toBe(toId(truth[1]!.unid));

  const news = page.getByTestId('big-news');
  expect(await news.count()).toBe(0);
  // It comes some seconds from here, while the others look.
  quakes.running.agency.control.resume();
  for (const [locale, words, hours, deep] of [
    ['de-DE', GERMAN, 'vor 11 h', '20 km tief'],
    ['es-ES', SPANISH, 'hace 11 h', SPANISH.deep('20 km')],
  ] as const) {
    const other = await open(quakes, '/?sort=largest', { locale });
    await rowOf(other.page, M78).waitFor();
    expect(await other.page.evaluate('document.documentElement.lang')).toBe(locale.slice(0, 2));
    const row = await rowOf(other.page, M78).innerText();
    for (const word of ['7,8', hours, deep]) expect(row).toContain(word);
    expect(await other.page.locator('[data-testid="order"] option:checked').innerText()).toBe(
      words.orders.largest,
    );
    expect(await other.page.locator('.foot-notice').innerText()).toBe(words.notice);
    await other.close();
  }

  await expect.poll(() => news.innerText(), PATIENCE).toMatch(/New: \S+ 6\.0, Central Turkey 36 min ago/);
  const m60 = recorded(quakes).find(({ unid }) => unid === M60)!;
  const told = page.getByTestId('announcement');
  expect(await told.innerText()).toBe(`New earthquake: ${m60.told}, Central Turkey`);
  expect(await told.getAttribute('aria-live')).toBe('polite');
  await page.getByTestId('big-news-open').click();
  await page.locator(`[data-testid="detail"][data-event-id="${toId(M60)}"]`).waitFor();
  await page.keyboard.press('Escape');

  await page.getByTestId('settings-open').click();
  await page.getByTestId('setting-units').selectOption('mi');
  await page.keyboard.press('Escape');
  for (const { unid, depthKm } of recorded(quakes, USUAL).slice(0, 5)) {
    const miles = depthKm / 1.609344;
    const deep = miles < 9.95 ? String(Number(miles.toFixed(1))) : String(Math.round(miles));
    await expect.poll(() => rowOf(page, unid).innerText()).toContain(`${deep} mi deep`);
  }
  await close();
}, 120_000);

test('7 trust: a replay is marked as one, its source told with state and delays, no warning promised, and a stopped server noticed', async () => {
  const { page, close } = await open(owen, '/');
  await page.locator('[data-testid="status"][data-tone="replay"]').waitFor();
  const banner = async () => {
    const text = await page.getByTestId('replay').innerText();
    return { text, atMs: Date.parse(`${/\d+ \w+ \d{4}, [\d:]+ UTC/.exec(text)![0].replace(',', '')}`) };
  };
  expect((await banner()).text).toMatch(/Replay[\s\S]*×1[\s\S]*A recording, not the present\./i);
  await expect.poll(async () => Math.abs((await banner()).atMs - nowOf(owen))).toBeLessThan(3000);

  await page.getByTestId('status').click();
  const trust = page.getByTestId('trust');
  const source = page.getByTestId('source-EMSC');
  await expect.poll(() => source.innerText()).toMatch(/EMSC\s+recording\s+playing since \d\d:\d\d\sUTC/);
  await expect.poll(() => source.innerText()).toMatch(/Unreadable messages\s+0/);
  await expect.poll(() => page.getByTestId('delays').innerText()).toMatch(/From the last \d+ messages/);
  expect(await trust.innerText()).toContain('This is information, not an early warning.');
  const shown = () => page.getByTestId('shown').innerText();
  await expect.poll(async () => (await shown()).includes(toShown())).toBe(true);
  const oldest = recorded(owen).at(-1)!;
  expect(await shown()).toContain(`is of ${new Date(oldest.atMs).getUTCDate()} Mar 2023`);

  // From the earthquake to the first report, of those that the server has as new and in the recording's own times.
  const { url } = owen.running.quakewire;
  const toMedian = async () => {
    const recent = (await (await fetch(`${url}/live/recent.json`)).json()) as {
      events: { event: { id: string; revision: number } }[];
    };
    const known = new Map(recorded(owen).map((one) => [toId(one.unid), one]));
    const delays = recent.events
      .filter(({ event }) => event.revision === 1)
      .map(({ event }) => known.get(event.id)!)
      .map(({ updatedAtMs, atMs }) => Math.max(0, updatedAtMs - atMs))
      .sort((x, y) => x - y);
    return toDuration(delays[Math.floor((delays.length - 1) / 2)]!);
  };
  const told = async () => (await page.getByTestId('delays').innerText()).replaceAll('\u00a0', ' ');
  // The recording goes on meanwhile: both are asked anew.
  await expect
    .poll(async () => [await told(), await toMedian()], PATIENCE)
    .toSatisfy(([words, median]) => words.includes(`usually ${median}, at most`));

  await owen.running.quakewire.stop();
  await expect.poll(() => page.getByTestId('status').innerText()).toMatch(/^Reconnecting/);
  const state = page.getByTestId('trust-state');
  await expect.poll(() => state.innerText()).toContain('The wire is broken at the moment.');
  expect(await source.innerText()).toContain('last known: playing since');
  await expect.poll(async () => (await banner()).text).toContain('Stopped: the server is away.');
  const heldMs = (await banner()).atMs;
  await page.evaluate('new Promise((done) => setTimeout(done, 2500))');
  expect((await banner()).atMs).toBe(heldMs);
  await close();
}, 120_000);

/** "291 of the 411 events": by now. */
const toShown = () =>
  `${recorded(owen, USUAL).length} of the ${recorded(owen).length} events stored here match what is chosen.`;

test('all the while no page asked another host, broke the policy or threw', () => {
  expect(offences).toEqual([]);
});
