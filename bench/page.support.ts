// The whole page over a real gateway with as many real events as wanted, as the benches of frames and of live events open
// it, and the map dragged with a real mouse.

import { resolve } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { CatalogueEntry } from '../src/catalogue/catalogue.ts';
import { type RunningGateway, startGateway } from '../test/support/gateway.ts';
import { IDLE_WEBGL } from './idle-webgl.support.ts';
import { createWorkMeter, perOne, type Work } from './main-thread.support.ts';
import { toChunk } from './map-page.support.ts';
import { findRecordings, loadRealEvents } from './real-events.support.ts';
import { toRange } from './report.ts';

/** Every event is shown: the dearest view there is. */
export const ALL = '/?minmag=all&age=all';
export const VIEWPORT = { width: 1280, height: 800 };
const PAN_STEPS = 30;
const PAN_STEP_PX = 8;
/** So that each move has its frame: what MapLibre does by the clock, such as placing names, then falls on as many. */
const PAN_PAUSE_MS = 100;
const PATIENCE_MS = 300_000;

export interface Frames {
  /** Of the main thread, by the frame drawn or, for a filter, by the change. */
  readonly work: Work;
  /** Map frames drawn. */
  readonly frames: number;
  /** Main thread in the second after the reader let go. */
  readonly afterMs: number;
}

/**
 * For pages whose main thread is measured: the software that takes the place of a GPU draws no more than the first
 * corners of each call, or it would be the measure of everything. The main thread makes the same calls with the same
 * buffers.
 */
export const DRAW_LITTLE = `{
  const { drawElements, drawArraysInstanced } = WebGL2RenderingContext.prototype;
  WebGL2RenderingContext.prototype.drawElements = function (mode, count, type, offset) {
    drawElements.call(this, mode, Math.min(count, 30_000), type, offset);
  };
  WebGL2RenderingContext.prototype.drawArraysInstanced = function (mode, first, count, instances) {
    drawArraysInstanced.call(this, mode, first, count, Math.min(instances, 30_000 / count));
  };
}`;

/** What stands for the GPU: software that draws little, or nothing at all, which keeps up with every frame as a GPU does. */
export type Drawing = 'little' | 'nothing';
const DRAWING_SCRIPTS: Readonly<Record<Drawing, string>> = { little: DRAW_LITTLE, nothing: IDLE_WEBGL };

/** The newest `count` recorded events, moved to the present, so that the page shows them as it shows live ones. */
export function loadPresentEvents(count: number): CatalogueEntry[] {
  const recorded = loadRealEvents(findRecordings(), count);
  const byMs = Date.now() - 600_000 - recorded[0]!.originTimeMs;
  return recorded.map((event) => ({ ...event, starter: true, originTimeMs: event.originTimeMs + byMs }));
}

/** A gateway whose starter catalogue is the newest `count` of the events. */
export function startWith(events: readonly CatalogueEntry[], count: number): Promise<RunningGateway> {
  const starter = count === 0 ? null : toChunk(events.slice(0, count));
  return startGateway({ webRoot: resolve('dist/web'), starter });
}

/** A page whose catalogue is whole and drawn. */
export async function openPage(
  browser: Browser,
  url: string,
  count: number,
  drawing: Drawing = 'little',
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport: VIEWPORT, reducedMotion: 'reduce' });
  // The clock's tick redraws every "12 s ago" once a second, with events and without: not what is asked here.
  await context.addInitScript('globalThis.setInterval = () => 0');
  await context.addInitScript(DRAWING_SCRIPTS[drawing]);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(url);
  const ready = `globalThis.quakewire?.connection === 'live' && quakewire.count >= ${count} && quakewire.frames > 0`;
  // Not waitForFunction: the page's content security policy forbids what it does.
  while (!(await page.evaluate(ready))) await page.waitForTimeout(200);
  await page.evaluate('quakewire.nextFrame()');
  await settle(page);
  return { context, page };
}

/** Until the main thread rests. */
export async function settle(page: Page): Promise<void> {
  const meter = await createWorkMeter(page);
  for (let quiet = 0; quiet < 2; ) {
    const { allMs } = await meter.during(() => page.waitForTimeout(500));
    quiet = allMs < 10 ? quiet + 1 : 0;
  }
}

/** Drags the map there and back by its right half, clear of the panel. */
export async function panMap(page: Page, countFrames: () => Promise<unknown>): Promise<Frames> {
  const meter = await createWorkMeter(page);
  const [x, y] = [1000, 400];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 10, y);
  await settle(page);
  const before = Number(await countFrames());
  const work = await meter.during(async () => {
    for (let i = 1; i <= PAN_STEPS; i++) {
      const turned = i <= PAN_STEPS / 2 ? i : PAN_STEPS - i;
      await page.mouse.move(x + 10 - PAN_STEP_PX * turned, y);
      await page.waitForTimeout(PAN_PAUSE_MS);
    }
  });
  const frames = Number(await countFrames()) - before;
  const after = await meter.during(async () => {
    await page.mouse.up();
    await page.waitForTimeout(1000);
  });
  await settle(page);
  return { work: perOne(work, frames), frames, afterMs: after.allMs };
}

/** For the log of a run. */
export function describeFrames({ work, frames, afterMs }: Frames): string {
  const { allMs, scriptMs, styleAndLayoutMs } = work;
  return `all ${allMs.toFixed(1)}, script ${scriptMs.toFixed(1)}, style ${styleAndLayoutMs.toFixed(1)} (${frames} frames, then ${afterMs.toFixed(0)} ms)`;
}

/** Median (range) of one figure over the runs. */
export function rangeOf(runs: readonly Frames[], value: (one: Frames) => number, decimals = 1): string {
  return toRange(runs.map(value), decimals);
}
