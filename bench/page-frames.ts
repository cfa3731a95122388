// What does a frame cost the main thread of the whole page while the map is dragged, and a change of the filter while the
// slider is, with 100,000 and 1,000,000 events against the same page without? A real gateway, a real mouse, runs
// alternating. SIZES and RUNS (environment) make a smaller measurement.

import type { Page } from 'playwright-core';
import { buildWeb } from '../scripts/build-web.ts';
import { startBrowser } from '../test/support/browser.ts';
import type { RunningGateway } from '../test/support/gateway.ts';
import { createWorkMeter, perOne } from './main-thread.support.ts';
import {
  ALL,
  type Drawing,
  describeFrames,
  type Frames,
  loadPresentEvents,
  openPage,
  panMap,
  rangeOf,
  settle,
  startWith,
} from './page.support.ts';
import { COMPOSITION } from './real-events.support.ts';
import { toQuantile, writeResult } from './report.ts';

/** 50 fill the list and nothing else: what the list alone costs. */
const SIZES = [0, 50, ...(process.env['SIZES'] ?? '100000,1000000').split(',').map(Number)];
const DRAWINGS: readonly Drawing[] = ['little', 'nothing'];
const RUNS = Number(process.env['RUNS'] ?? 3);
/** Steps of the slider there and back, from half a magnitude on. */
const SWEEP = [1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 5.5, 5, 4.5, 4, 3.5, 3, 2.5, 2, 1.5, 1, 0.5];
const SLIDER_MAX = 8;
const THUMB_PX = 16;
const STEPS = { pan: 'a frame of dragging the map', filter: 'a change of the slider' } as const;
/** Goal of the issue, against the page without events. */
const RATIO_MAX = 1.2;

interface Runs {
  readonly pan: Frames[];
  readonly filter: Frames[];
}

await buildWeb();
const events = loadPresentEvents(Math.max(...SIZES));
const browser = await startBrowser();
const gateways: RunningGateway[] = [];
/** All of one drawing are open at once: one that nobody touches does nothing. */
const runs = new Map<Drawing, Map<number, Runs>>();
try {
  for (const size of SIZES) gateways.push(await startWith(events, size));
  for (const drawing of DRAWINGS) await measureAll(drawing);
  report(browser.version());
} finally {
  await browser.close();
  for (const gateway of gateways) await gateway[Symbol.asyncDispose]();
}

async function measureAll(drawing: Drawing): Promise<void> {
  const opened = [];
  for (const [i, size] of SIZES.entries())
    opened.push(await openPage(browser, gateways[i]!.url + ALL, size, drawing));
  const bySize = new Map<number, Runs>(SIZES.map((size) => [size, { pan: [], filter: [] }]));
  runs.set(drawing, bySize);
  for (let run = 1; run <= RUNS; run++)
    for (const [i, size] of SIZES.entries()) await measure(opened[i]!.page, size, bySize.get(size)!);
  for (const { context } of opened) await context.close();
}

async function measure(page: Page, size: number, { pan, filter }: Runs): Promise<void> {
  pan.push(await panMap(page, () => page.evaluate('quakewire.frames')));
  filter.push(await dragSlider(page));
  await page.getByTestId('everything').click();
  await settle(page);
  console.log(`${size} events: pan ${describeFrames(pan.at(-1)!)}; filter ${describeFrames(filter.at(-1)!)}`);
}

/** Drags the magnitude slider; each move is one change of the filter. */
async function dragSlider(page: Page): Promise<Frames> {
  const meter = await createWorkMeter(page);
  const box = (await page.getByTestId('filter-magnitude').boundingBox())!;
  const at = (value: number) => box.x + THUMB_PX / 2 + (value / SLIDER_MAX) * (box.width - THUMB_PX);
  const y = box.y + box.height / 2;
  await page.mouse.move(at(0), y);
  await page.mouse.down();
  await page.mouse.move(at(0.5), y);
  await settle(page);
  const countFrames = async () => Number(await page.evaluate('quakewire.frames'));
  const before = await countFrames();
  const work = await meter.during(async () => {
    for (const value of SWEEP) await page.mouse.move(at(value), y);
  });
  const value = await page.getByTestId('filter-magnitude').inputValue();
  if (Number(value) !== SWEEP.at(-1)) throw new Error(`The slider is at ${value}, not at ${SWEEP.at(-1)}`);
  const after = await meter.during(async () => {
    await page.mouse.up();
    await page.waitForTimeout(1000);
  });
  const frames = (await countFrames()) - before;
  await settle(page);
  return { work: perOne(work, SWEEP.length), frames, afterMs: after.allMs };
}

function report(version: string): void {
  const rows = DRAWINGS.flatMap((drawing) =>
    (['pan', 'filter'] as const).flatMap((step) => SIZES.map((size) => toRow(drawing, step, size))),
  );
  writeResult('page-frames', {
    title: 'A frame of the whole page',
    method:
      'What does a frame cost the main thread while the map is dragged, and a change of the filter while the slider is? ' +
      `The whole page over a gateway that has the ${COMPOSITION}; moved to the present. All of them are shown ` +
      `(\`${ALL}\`), map, list, counts and histogram. A real mouse: 30 moves of 8 px on the map, 100 ms apart; ${SWEEP.length} ` +
      `steps of the magnitude slider as fast as the page takes them. Chromium ${version} headless, 1280 × 800. Drawing "little": WebGL ` +
      'in software, which draws no more than 30,000 corners of a call; it still draws fewer frames the more there is to draw, and each ' +
      'frame then has more of the same moves to answer. Drawing "nothing": a WebGL that answers at once and draws nothing, so that all ' +
      'pages draw as many frames, as with a GPU; a call of it costs the look-up of its name, and nothing of what a driver adds. ' +
      "Times are processor time of the page's main thread in ms (Chromium's own count), so that waiting for the software's " +
      'drawing, or for others on the machine, does not count; "after": in the second after the mouse was let go. The page\'s ' +
      `clock, which redraws once a second, stands still. Median (range) of ${RUNS} alternating runs.`,
    columns: [
      'drawing',
      'step',
      'events',
      'script ms',
      'all of the main thread ms',
      'against none: script, all',
      'map frames',
      'script of the whole drag ms',
      'after, ms',
    ],
    rows,
    verdict: `Goal: script at most ${RATIO_MAX}× of the page without events. ${DRAWINGS.map(judge).join(' ')}`,
  });
}

function toRow(drawing: Drawing, step: keyof Runs, size: number): string[] {
  const some = runs.get(drawing)!.get(size)![step];
  const against = (of: 'scriptMs' | 'allMs') => `${ratio(drawing, step, size, of).toFixed(2)}×`;
  return [
    drawing,
    STEPS[step],
    size === 0 ? 'none' : size.toLocaleString('en'),
    rangeOf(some, ({ work }) => work.scriptMs, 2),
    rangeOf(some, ({ work }) => work.allMs, 2),
    size === 0 ? '' : `${against('scriptMs')}, ${against('allMs')}`,
    rangeOf(some, ({ frames }) => frames, 0),
    step === 'pan' ? rangeOf(some, wholeDragMs, 0) : '',
    rangeOf(some, ({ afterMs }) => afterMs, 0),
  ];
}

/** Script of a drag of the map, whose moves are always as many, in however many frames they were drawn. */
function wholeDragMs({ work, frames }: Frames): number {
  return work.scriptMs * frames;
}

function judge(drawing: Drawing): string {
  const sizes = SIZES.filter((size) => size > 50);
  const words = (step: keyof Runs) =>
    sizes.map((size) => {
      const value = ratio(drawing, step, size, 'scriptMs');
      return `${size.toLocaleString('en')}: ${value.toFixed(2)}× (${value <= RATIO_MAX ? 'met' : 'missed'})`;
    });
  const drag = sizes.map((size) => `${size.toLocaleString('en')}: ${dragRatio(drawing, size).toFixed(2)}×`);
  return (
    `Drawing ${drawing}: dragging the map ${words('pan').join(', ')}; the same moves in all, whatever the number of ` +
    `frames, ${drag.join(', ')}; dragging the filter ${words('filter').join(', ')}.`
  );
}

function dragRatio(drawing: Drawing, size: number): number {
  const median = (of: number) => toQuantile(runs.get(drawing)!.get(of)!.pan.map(wholeDragMs), 0.5);
  return median(size) / median(0);
}

function ratio(drawing: Drawing, step: keyof Runs, size: number, of: 'scriptMs' | 'allMs'): number {
  const bySize = runs.get(drawing)!;
  const median = (some: readonly Frames[]) =>
    toQuantile(
      some.map(({ work }) => work[of]),
      0.5,
    );
  return median(bySize.get(size)![step]) / median(bySize.get(0)![step]);
}
