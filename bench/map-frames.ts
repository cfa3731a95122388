// What does a frame cost the main thread while the map is dragged, and a change of a filter while that is, with our event
// layer and with MapLibre's own GeoJSON circles and setFilter, on an empty ground with the same 100,000 and 1,000,000
// events? And one live event into our layer's buffers. SIZES and RUNS (environment) make a smaller measurement.

import type { BrowserContext, Page } from 'playwright-core';
import { startBrowser } from '../test/support/browser.ts';
import { createWorkMeter, perOne, readPagesMs } from './main-thread.support.ts';
import { startMapPage, toChunk, toGeojson } from './map-page.support.ts';
import {
  DRAW_LITTLE,
  describeFrames,
  type Frames,
  panMap,
  rangeOf,
  settle,
  VIEWPORT,
} from './page.support.ts';
import { COMPOSITION, findRecordings, loadRealEvents } from './real-events.support.ts';
import { toQuantile, toRange, writeResult } from './report.ts';

const SIZES = (process.env['SIZES'] ?? '100000,1000000').split(',').map(Number);
const RUNS = Number(process.env['RUNS'] ?? 3);
/** Smallest magnitudes, one a frame. */
const SWEEP = [1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 5.5, 5, 4.5, 4, 3.5, 3, 2.5, 2, 1.5, 1, 0.5];
const LIVE_EVENTS = 50;
const PATIENCE_MS = 300_000;
/** For one size with all its runs. */
const SIZE_MAX_MS = 1_200_000;
/** Goals of the issue. */
const PEER_MIN = 20;
const LIVE_MAX_MS = 0.2;

/** Frames without a change, by which the change is told from what a frame of MapLibre's costs whoever draws in it. */
const STILL_FRAMES = 22;

const STEPS = {
  pan: 'a frame of dragging the map',
  still: 'a frame without a change',
  filter: 'a change of the filter',
} as const;

interface Runs {
  readonly pan: Frames[];
  readonly filter: Frames[];
  readonly still: Frames[];
  /** By the change of the filter: the pages' processes but for the main thread, ms. */
  readonly otherThreadsMs: number[];
}

interface LiveStep {
  readonly applyMs: number;
  readonly renderMs: number;
  readonly plainMs: number;
}

const events = loadRealEvents(findRecordings(), Math.max(...SIZES));
const nowMs = events[0]!.originTimeMs;
const ours = new Map<number, Runs>();
const peers = new Map<number, Runs>();
const live = new Map<number, LiveStep[]>();
const browser = await startBrowser();
try {
  for (const size of SIZES) await within(SIZE_MAX_MS, measureSize(size), `${size} events`);
  report(browser.version());
} finally {
  await browser.close();
}

/** A bench that hangs says where. */
async function within(ms: number, work: Promise<void>, what: string): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not measured within ${ms / 1000} s`)), ms);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function measureSize(size: number): Promise<void> {
  const some = events.slice(0, size);
  const mapPage = await startMapPage({ '/events.qwc': toChunk(some), '/events.geojson': toGeojson(some) });
  try {
    await measureOn(mapPage.url, size);
  } finally {
    mapPage.stop();
  }
}

async function measureOn(url: string, size: number): Promise<void> {
  const [our, peer] = [newRuns(), newRuns()];
  ours.set(size, our);
  peers.set(size, peer);
  const one = await open(url, "bench.prepare('/events.qwc')", `bench.loadOurs(${nowMs})`);
  const other = await open(url, 'bench.prepare(null)', `bench.loadPeer('/events.geojson', ${nowMs})`);
  for (let run = 1; run <= RUNS; run++) {
    await measure(one.page, our, `bench.dragOurs(${JSON.stringify(SWEEP)}, ${nowMs})`);
    await measure(other.page, peer, `bench.dragPeer(${JSON.stringify(SWEEP)})`);
    for (const [name, { pan, filter }] of Object.entries({ ours: our, MapLibre: peer }))
      console.log(
        `${size}, ${name}: pan ${describeFrames(pan.at(-1)!)}; filter ${describeFrames(filter.at(-1)!)}`,
      );
  }
  await other.context.close();
  live.set(size, (await one.page.evaluate(`bench.liveOurs(${LIVE_EVENTS}, ${nowMs})`)) as LiveStep[]);
  await one.context.close();
}

function newRuns(): Runs {
  return { pan: [], filter: [], still: [], otherThreadsMs: [] };
}

async function open(
  url: string,
  prepare: string,
  load: string,
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport: VIEWPORT });
  await context.addInitScript(DRAW_LITTLE);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(url);
  await page.waitForFunction('window.bench !== undefined');
  await page.evaluate(prepare);
  await page.evaluate(load);
  await settle(page);
  return { context, page };
}

async function measure(page: Page, runs: Runs, drag: string): Promise<void> {
  runs.pan.push(await panMap(page, () => page.evaluate('bench.frames')));
  const meter = await createWorkMeter(page);
  let frames = 0;
  const stillWork = await meter.during(async () => {
    frames = (await page.evaluate(`bench.repaint(${STILL_FRAMES})`)) as number;
  });
  runs.still.push({ work: perOne(stillWork, frames), frames, afterMs: 0 });
  await settle(page);
  const beforeMs = await readPagesMs(browser);
  // Until it has settled: MapLibre's circles are made anew by a worker, behind the last change.
  const work = await meter.during(async () => {
    frames = (await page.evaluate(drag)) as number;
  });
  runs.otherThreadsMs.push(((await readPagesMs(browser)) - beforeMs - work.allMs) / SWEEP.length);
  runs.filter.push({ work: perOne(work, SWEEP.length), frames, afterMs: 0 });
}

/** What a change of the filter costs beside the frames that are drawn in any case: all of the main thread, ms, by the run. */
function changeOverFrames({ filter, still }: Runs): number[] {
  return filter.map(({ work, frames }, run) => work.allMs - (still[run]!.work.allMs * frames) / SWEEP.length);
}

function report(version: string): void {
  const rows = (['pan', 'still', 'filter'] as const).flatMap((step) =>
    SIZES.map((size) => {
      const show = (of: Map<number, Runs>, value: 'scriptMs' | 'allMs') =>
        rangeOf(of.get(size)![step], ({ work }) => work[value], 2);
      const frames = (of: Map<number, Runs>) => rangeOf(of.get(size)![step], (one) => one.frames, 0);
      return [
        STEPS[step],
        size.toLocaleString('en'),
        `${show(ours, 'scriptMs')}; ${show(ours, 'allMs')}`,
        `${show(peers, 'scriptMs')}; ${show(peers, 'allMs')}`,
        `${ratio(step, size).toFixed(1)}×`,
        `${frames(ours)} / ${frames(peers)}`,
      ];
    }),
  );
  const changeRows = SIZES.flatMap((size) => {
    const [our, peer] = [ours.get(size)!, peers.get(size)!];
    const row = (name: string, valuesOf: (runs: Runs) => number[]) => [
      ...[name, size.toLocaleString('en'), toRange(valuesOf(our)), toRange(valuesOf(peer)), '', ''],
    ];
    return [
      row('a change of the filter over as many frames without one', changeOverFrames),
      row('a change of the filter: other threads than the main one', ({ otherThreadsMs }) => otherThreadsMs),
    ];
  });
  const liveRows = SIZES.map((size) => {
    const steps = live.get(size)!;
    const show = (value: (step: LiveStep) => number) => {
      const values = steps.map(value);
      return `${toQuantile(values, 0.5).toFixed(3)} / ${toQuantile(values, 0.99).toFixed(3)}`;
    };
    return [
      "a live event, p50 / p99: bytes → columns; the layer's frame with it; one without",
      size.toLocaleString('en'),
      [show(({ applyMs }) => applyMs), show(({ renderMs }) => renderMs), show(({ plainMs }) => plainMs)].join(
        '; ',
      ),
      '',
      '',
      '',
    ];
  });
  writeResult('map-frames', {
    title: 'A frame of the map alone',
    method:
      "What does a frame cost the main thread while the map is dragged, and a change of the filter while that is dragged: our event layer against MapLibre's GeoJSON circles (magnitude and time alone as properties; `setFilter`)? " +
      `The ${COMPOSITION}; on an empty ground, 1280 × 800, zoom 1.5, Chromium ${version} headless, WebGL in software, which draws no more than 30,000 corners of a call, so that frames come as with a GPU. Dragged with a real mouse, ` +
      `30 moves of 8 px, 100 ms apart, by the frame drawn; ${SWEEP.length} smallest magnitudes, one a frame, until all is drawn, by the change. ` +
      "Script, then everything of the main thread, in ms of its processor time (Chromium's own count; MapLibre's worker is not in it, nor the drawing). " +
      `Both sides pay for MapLibre's own frame, so ${STILL_FRAMES} frames without any change are measured too, and what the change costs over as many of them; and, in steps of 10 ms for all changes together, what the other threads of the page's process work (MapLibre's workers, the compositor, collecting garbage). ` +
      `Median (range) of ${RUNS} alternating runs. A live event: the page's own parser, catalogue and layer, ${LIVE_EVENTS} one by one, ms of the clock.`,
    columns: ['step', 'events', 'Quakewire', 'MapLibre', 'ratio of everything', 'map frames'],
    rows: [...rows, ...changeRows, ...liveRows],
    verdict:
      `Goal: a filter at least ${PEER_MIN} times less main thread than setFilter: ` +
      SIZES.map((size) => {
        const value = ratio('filter', size);
        return `${size.toLocaleString('en')}: ${value.toFixed(1)}× (${value >= PEER_MIN ? 'met' : 'missed'})`;
      }).join(', ') +
      '. Over as many frames without a change, the same two: ' +
      SIZES.map((size) => {
        const [our, peer] = [ours, peers].map((of) => toQuantile(changeOverFrames(of.get(size)!), 0.5));
        return `${size.toLocaleString('en')}: ${our!.toFixed(2)} and ${peer!.toFixed(2)} ms`;
      }).join(', ') +
      `. A live event into the columns and buffers at most ${LIVE_MAX_MS} ms: ` +
      SIZES.map((size) => {
        const costs = live
          .get(size)!
          .map(({ applyMs, renderMs, plainMs }) => applyMs + Math.max(0, renderMs - plainMs));
        const p99 = toQuantile(costs, 0.99);
        return `${size.toLocaleString('en')}: p50 ${toQuantile(costs, 0.5).toFixed(3)}, p99 ${p99.toFixed(3)} ms (${p99 <= LIVE_MAX_MS ? 'met' : 'p99 missed'})`;
      }).join(', ') +
      '.',
  });
}

function ratio(step: keyof typeof STEPS, size: number): number {
  const median = (of: Map<number, Runs>) =>
    toQuantile(
      of.get(size)![step].map(({ work }) => work.allMs),
      0.5,
    );
  return median(peers) / median(ours);
}
