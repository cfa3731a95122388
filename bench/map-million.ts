// A million events in the browser: from bytes to the first frame, and a change of the filter; our layer against
// MapLibre's own GeoJSON circle layer with setFilter, in the same Chromium, alternating.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { build } from 'vite';
import { createCatalogue } from '../src/catalogue/catalogue.ts';
import { encodeChunk } from '../src/catalogue/codec.ts';
import { startBrowser } from '../test/support/browser.ts';
import { COMPOSITION, findRecordings, loadRealEvents } from './real-events.support.ts';
import { toQuantile, toRange, writeResult } from './report.ts';

const EVENTS = 1_000_000;
const RUNS = 3;
const FILTERS = [2.5, 4.5, 1];
const STEP_TIMEOUT_MS = 600_000;
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
};

/** Wall time to the finished frame, and what the page's main thread spent of it. */
interface Step {
  readonly wallMs: number;
  readonly mainMs: number;
}

const folder = mkdtempSync(join(tmpdir(), 'quakewire-map-'));
try {
  await build({
    logLevel: 'warn',
    build: { outDir: folder, emptyOutDir: true, rolldownOptions: { input: 'src/web/bench/million.html' } },
  });
  const { chunk, geojson, nowMs } = createInputs();
  const server = await serve(folder, { '/events.qwc': chunk, '/events.geojson': geojson });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await startBrowser();
  const version = browser.version();
  const ours: Runs = { loads: [], filters: [] };
  const peers: Runs = { loads: [], filters: [] };
  for (let run = 1; run <= RUNS; run++) {
    await measure(browser, url, ours, {
      prepare: "bench.prepare('/events.qwc')",
      load: `bench.loadOurs(${nowMs})`,
      filter: (magnitude) => `bench.filterOurs(${magnitude}, ${nowMs})`,
    });
    await measure(browser, url, peers, {
      prepare: 'bench.prepare(null)',
      load: `bench.loadPeer('/events.geojson', ${nowMs})`,
      filter: (magnitude) => `bench.filterPeer(${magnitude})`,
    });
    console.log(`run ${run} of ${RUNS} done`);
  }
  await browser.close();
  server.close();
  report(ours, peers, version, chunk.length, geojson.length);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

interface Runs {
  readonly loads: Step[];
  readonly filters: Step[];
}

interface Script {
  readonly prepare: string;
  readonly load: string;
  readonly filter: (magnitude: number) => string;
}

/** The same events in both forms; the peer's with no property that its layer does not need. */
function createInputs(): { chunk: Uint8Array; geojson: Uint8Array; nowMs: number } {
  const events = loadRealEvents(findRecordings(), EVENTS);
  const catalogue = createCatalogue({ capacity: EVENTS });
  for (const event of events) catalogue.upsertEntry(event);
  const rows = Uint32Array.from({ length: catalogue.count }, (_, row) => row);
  const features = events.map(({ longitudeDeg, latitudeDeg, magnitude, originTimeMs }) => {
    const properties = { mag: magnitude?.value ?? null, time: originTimeMs };
    return JSON.stringify({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [longitudeDeg, latitudeDeg] },
      properties,
    });
  });
  const text = `{"type":"FeatureCollection","features":[${features.join(',')}]}`;
  return {
    chunk: encodeChunk(catalogue, rows, { cursor: 'bench:0' }),
    geojson: new TextEncoder().encode(text),
    nowMs: events[0]!.originTimeMs,
  };
}

async function serve(root: string, data: Readonly<Record<string, Uint8Array>>): Promise<Server> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://bench').pathname;
    const file = join(root, path === '/' ? 'bench/million.html' : path);
    const bytes = data[path] ?? (existsSync(file) ? readFileSync(file) : null);
    const type = path === '/' ? 'text/html' : (TYPES[extname(path)] ?? 'application/octet-stream');
    if (bytes === null) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': type }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function measure(browser: Browser, url: string, runs: Runs, script: Script): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(STEP_TIMEOUT_MS);
  await page.goto(url);
  await page.waitForFunction('window.bench !== undefined');
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  await page.evaluate(script.prepare);
  runs.loads.push(await timeStep(page, session, script.load));
  for (const magnitude of FILTERS) runs.filters.push(await timeStep(page, session, script.filter(magnitude)));
  await page.close();
}

async function timeStep(page: Page, session: CDPSession, step: string): Promise<Step> {
  const before = await mainThreadMs(session);
  const wallMs = (await page.evaluate(step)) as number;
  return { wallMs, mainMs: (await mainThreadMs(session)) - before };
}

/** Milliseconds that the page's main thread has worked since it began. */
async function mainThreadMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000;
}

function report(ours: Runs, peers: Runs, browser: string, chunkBytes: number, geojsonBytes: number): void {
  const wall = (steps: readonly Step[]) =>
    toRange(
      steps.map((step) => step.wallMs),
      0,
    );
  const main = (steps: readonly Step[]) =>
    toRange(
      steps.map((step) => step.mainMs),
      1,
    );
  const median = (steps: readonly Step[]) =>
    toQuantile(
      steps.map((step) => step.mainMs),
      0.5,
    );
  const loadRatio = median(peers.loads) / median(ours.loads);
  const filterRatio = median(peers.filters) / median(ours.filters);
  writeResult('map-million', {
    title: 'A million events on the map',
    method:
      `${EVENTS.toLocaleString('en')} ${COMPOSITION}. From what is in memory (ours: one chunk of ` +
      `${(chunkBytes / 1e6).toFixed(1)} MB before brotli; MapLibre: the URL of a GeoJSON file of ` +
      `${(geojsonBytes / 1e6).toFixed(0)} MB on loopback with magnitude and time alone, read by its worker) to the ` +
      `first frame that shows them, and from a new smallest magnitude to the frame that shows it. Chromium ${browser} ` +
      'headless, 1280 × 800, zoom 1.5, drawn by SwiftShader on the processor: wall times contain its work, ' +
      `main-thread times (all tasks of the page, the wait for the GPU is asynchronous) do not. Median (range) of ${RUNS} alternating runs, ${FILTERS.length} filter changes in each.`,
    columns: ['step', 'Quakewire', 'MapLibre GeoJSON circles', 'ratio'],
    rows: [
      ['bytes → frame, ms wall', wall(ours.loads), wall(peers.loads), ''],
      ['bytes → frame, ms main thread', main(ours.loads), main(peers.loads), `${loadRatio.toFixed(1)}×`],
      ['filter → frame, ms wall', wall(ours.filters), wall(peers.filters), ''],
      [
        'filter → frame, ms main thread',
        main(ours.filters),
        main(peers.filters),
        `${filterRatio.toFixed(1)}×`,
      ],
    ],
    verdict:
      `A filter change costs the main thread ${filterRatio.toFixed(1)} times less than setFilter ` +
      `(goal of the finished page: 20 times less: ${filterRatio >= 20 ? 'met' : 'missed'}).`,
  });
}
