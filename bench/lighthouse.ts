// What does Lighthouse say of the page? Front page and an event's page on the mobile preset (its own simulated phone and
// network), against a local server with the replay. Lighthouse weighs 176 MB, so it is no dependency: it is installed into
// .cache/lighthouse when it is not there. CHROMIUM_PATH names the browser.
//
// The browser is started as Lighthouse's own command line starts it: by its chrome-launcher, and composing the page in
// its usual way. The tests' browser composes everything on a GL in software, which shows the first text a second late on
// a machine like this one; Lighthouse then counts every script that came meanwhile as needed for it.
//
// This Chromium has no graphics card, so the page leaves the drawing in the map's place (src/web/map/map-start.ts): that
// is what such a reader gets, and is measured first. With the map at once it is measured twice more: drawn in software,
// which is the most that it can cost, and on a WebGL that does nothing, which is the least: a reader with a graphics
// card is between the two.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildWeb } from '../scripts/build-web.ts';
import { ensureChromium } from '../scripts/chromium.ts';
import { startQuakewire } from '../test/support/quakewire.ts';
import { IDLE_WEBGL } from './idle-webgl.support.ts';
import { toRange, writeResult } from './report.ts';

const VERSION = '13.5.0';
const FOLDER = '.cache/lighthouse';
const MODULES = join(FOLDER, 'node_modules');
const RUNS = Number(process.env['RUNS'] ?? 5);
/** With the map at once, which takes long. */
const MAP_RUNS = Math.min(3, RUNS);
/** A map that draws in software never comes to rest: Lighthouse waits for no longer than this. */
const LOAD_WAIT_MAX_MS = 15_000;
/** WebGL in software, for the map, and nothing else of the browser. */
const CHROME_FLAGS = ['--headless=new', '--no-sandbox', '--enable-unsafe-swiftshader'];
/** Of the recorded day, at the pace of life: sixty times faster the page has sixty times the news to tell. */
const BEGIN = '2023-02-06T06:00:00Z';
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'] as const;

interface LighthouseReport {
  /** There when the run came to nothing. */
  readonly runtimeError?: { readonly message: string };
  readonly categories: Readonly<Record<(typeof CATEGORIES)[number], { readonly score: number | null }>>;
  readonly audits: Readonly<
    Record<
      string,
      {
        readonly score: number | null;
        readonly scoreDisplayMode: string;
        readonly numericValue?: number;
        readonly title: string;
      }
    >
  >;
}

/** What is used of chrome-launcher and puppeteer-core, which Lighthouse brings along. */
type Launch = (options: object) => Promise<{ readonly port: number; kill(): void }>;
interface Puppeteer {
  connect(options: object): Promise<{
    newPage(): Promise<{ evaluateOnNewDocument(script: string): Promise<unknown> }>;
    disconnect(): Promise<void>;
  }>;
}
type Lighthouse = (
  url: string,
  flags: object,
  config: undefined,
  page: unknown,
) => Promise<{ lhr: LighthouseReport } | undefined>;

if (!existsSync(join(MODULES, 'lighthouse'))) {
  const install = ['install', '--no-save', '--prefix', FOLDER, `lighthouse@${VERSION}`];
  if (spawnSync('npm', install, { stdio: 'inherit' }).status !== 0)
    throw new Error('Lighthouse could not be installed');
}
const load = async (path: string) =>
  (await import(pathToFileURL(resolve(MODULES, path)).href)) as Record<string, unknown>;
const lighthouse = (await load('lighthouse/core/index.js'))['default'] as Lighthouse;
const launch = (await load('chrome-launcher/dist/index.js'))['launch'] as Launch;
const puppeteer = (await load('puppeteer-core/lib/puppeteer/puppeteer-core.js'))['default'] as Puppeteer;
const chromePath = ensureChromium();
await buildWeb();
const dataDir = mkdtempSync(join(tmpdir(), 'quakewire-lighthouse-'));
const quakewire = await startQuakewire({
  args: ['demo', '--replay-speed', '1', '--replay-start', BEGIN, '--data-dir', dataDir],
});
try {
  const event = `/events/${await waitForEvent()}`;
  const pages: readonly [name: string, path: string, script?: string][] = [
    ['front page', '/'],
    ['page of an event', event],
    ['front page, map at once, drawn in software', '/?mapstart=always'],
    ['page of an event, map at once, drawn in software', `${event}?mapstart=always`],
    ['front page, map at once, WebGL that does nothing', '/?mapstart=always', IDLE_WEBGL],
    ['page of an event, map at once, WebGL that does nothing', `${event}?mapstart=always`, IDLE_WEBGL],
  ];
  const rows: string[][] = [];
  const faults = new Set<string>();
  for (const [name, path, script] of pages) {
    const reports: LighthouseReport[] = [];
    const runs = path.includes('mapstart') ? MAP_RUNS : RUNS;
    for (let tries = 0; reports.length < runs; tries++) {
      const report = await measure(quakewire.url + path, script);
      // On a machine loaded to the brim a trace may lack its beginning; Lighthouse says so and asks to be run again.
      if (report.runtimeError === undefined) reports.push(report);
      else if (tries === 2 * runs) throw new Error(report.runtimeError.message);
    }
    const scores = CATEGORIES.map((category) =>
      toRange(
        reports.map(({ categories }) => (categories[category].score ?? 0) * 100),
        0,
      ),
    );
    const range = (audit: string, unit: number, decimals: number) =>
      toRange(
        reports.map(({ audits }) => (audits[audit]?.numericValue ?? Number.NaN) / unit),
        decimals,
      );
    rows.push([
      ...[name, ...scores, range('first-contentful-paint', 1000, 2)],
      ...[range('largest-contentful-paint', 1000, 2), range('speed-index', 1000, 2)],
      ...[range('cumulative-layout-shift', 1, 3), range('total-blocking-time', 1, 0)],
    ]);
    console.log(rows.at(-1)!.join(' | '));
    for (const { audits } of reports)
      for (const { score, scoreDisplayMode, title } of Object.values(audits))
        if (scoreDisplayMode === 'binary' && score === 0) faults.add(title);
  }
  const columns = ['page', 'performance', 'accessibility', 'best practices', 'SEO'];
  writeResult('lighthouse', {
    title: 'Lighthouse, mobile preset',
    method: `Lighthouse ${VERSION} with its simulated phone (a quarter of this processor) and network (1.6 Mbit/s, 150 ms) against a local server that replays a busy day (2023-02-06, from 06:00 UTC) at the pace of life; ${RUNS} runs a page, ${MAP_RUNS} with the map at once, median (least–most). Chromium without a graphics card, on the same two cores as the server. Such a reader gets the drawing until the map is asked for: the first two rows. The map at once (\`?mapstart=always\`) is measured drawn in software, the most that it can cost, and on a WebGL that does nothing, the least: a reader with a graphics card, whose map starts by itself, is between the two.`,
    columns: [...columns, 'FCP s', 'LCP s', 'speed index s', 'CLS', 'blocking ms'],
    rows,
    verdict: `Goals: performance ≥ 90, the others ≥ 95, FCP ≤ 1.2 s, LCP ≤ 1.8 s, CLS ≤ 0.02. Audits that failed: ${[...faults].join('; ') || 'none'}.`,
  });
} finally {
  await quakewire.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function waitForEvent(): Promise<string> {
  for (;;) {
    const html = await (await fetch(`${quakewire.url}/`)).text();
    const id = /href="\/events\/(emsc-[^"]+)"/.exec(html)?.[1];
    if (id !== undefined) return id;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** In a browser of its own; `script` runs before the page's. */
async function measure(url: string, script?: string): Promise<LighthouseReport> {
  const chrome = await launch({ chromePath, chromeFlags: CHROME_FLAGS });
  try {
    const browserURL = `http://127.0.0.1:${chrome.port}`;
    const browser = await puppeteer.connect({ browserURL, defaultViewport: null });
    const page = await browser.newPage();
    if (script !== undefined) await page.evaluateOnNewDocument(script);
    const flags = { onlyCategories: CATEGORIES, logLevel: 'error', maxWaitForLoad: LOAD_WAIT_MAX_MS };
    const result = await lighthouse(url, flags, undefined, page);
    if (result === undefined) throw new Error(`Lighthouse gave no result for ${url}`);
    await browser.disconnect();
    return result.lhr;
  } finally {
    chrome.kill();
  }
}
