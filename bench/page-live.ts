// What does one event of the stream cost the main thread of the whole page, with 1,000,000 events and with none, in the
// first view and with everything shown? From a trace of Chromium's own, in processor time, part by part. SIZES
// (environment) makes a smaller measurement.

import { buildWeb } from '../scripts/build-web.ts';
import { startBrowser } from '../test/support/browser.ts';
import { createEvent } from '../test/support/gateway.ts';
import { ALL, loadPresentEvents, openPage, startWith } from './page.support.ts';
import { type LiveCost, traceLive } from './page-live.support.ts';
import { COMPOSITION } from './real-events.support.ts';
import { toQuantile, writeResult } from './report.ts';

const SIZES = (process.env['SIZES'] ?? '0,1000000').split(',').map(Number);
const EVENTS = 60;
/** Goal of the issue: bytes to columns and signals. */
const LIVE_MAX_MS = 0.2;
const VIEWS = { 'first view': '/', everything: ALL } as const;

interface Measured {
  readonly size: number;
  readonly view: keyof typeof VIEWS;
  readonly costs: readonly LiveCost[];
}

await buildWeb();
const events = loadPresentEvents(Math.max(...SIZES));
const browser = await startBrowser();
const measured: Measured[] = [];
try {
  for (const size of SIZES) {
    await using gateway = await startWith(events, size);
    let number = size;
    const publish = async () => {
      const base = createEvent(number++);
      const nowMs = Date.now();
      await gateway.publish({
        ...base,
        origin: { ...base.origin, originTimeMs: nowMs - 60_000 },
        magnitude: { value: 2.6 + (number % 3) / 2, type: 'ml' },
        ...{ updatedAtMs: nowMs, receivedAtMs: nowMs, firstReceivedAtMs: nowMs },
      });
    };
    for (const [view, path] of Object.entries(VIEWS)) {
      const { context, page } = await openPage(browser, gateway.url + path, size);
      const costs = await traceLive(browser, page, EVENTS, publish);
      measured.push({ size, view: view as keyof typeof VIEWS, costs });
      console.log(toRow(measured.at(-1)!).join(' | '));
      await context.close();
    }
  }
  report(browser.version());
} finally {
  await browser.close();
}

function show(costs: readonly LiveCost[], value: (cost: LiveCost) => number): string {
  const values = costs.map(value);
  return `${toQuantile(values, 0.5).toFixed(2)} / ${toQuantile(values, 0.99).toFixed(2)}`;
}

function toRow({ size, view, costs }: Measured): string[] {
  return [
    size === 0 ? 'none' : size.toLocaleString('en'),
    view,
    show(costs, ({ takeMs }) => takeMs),
    show(costs, ({ settleMs }) => settleMs),
    show(costs, ({ drawMs }) => drawMs),
    show(costs, ({ browserMs }) => browserMs),
    show(costs, ({ mapMs }) => mapMs),
  ];
}

function report(version: string): void {
  const judge = ({ size, view, costs }: Measured) => {
    const sums = costs.map(({ takeMs, settleMs }) => takeMs + settleMs);
    const [p50, p99] = [toQuantile(sums, 0.5), toQuantile(sums, 0.99)];
    const words = p99 <= LIVE_MAX_MS ? 'met' : p50 <= LIVE_MAX_MS ? 'met at p50' : 'missed';
    return `${size === 0 ? 'no events' : size.toLocaleString('en')}, ${view}: ${p50.toFixed(2)} / ${p99.toFixed(2)} ms (${words})`;
  };
  writeResult('page-live', {
    title: 'One live event into the whole page',
    method:
      `What does one event of the stream cost the main thread of a page that holds the ${COMPOSITION}; moved to the present? ` +
      `A real gateway; ${EVENTS} new events, one by one, each seen in list and map, magnitude 2.6 to 3.6, after ten to warm up. ` +
      `p50 / p99 in ms of the main thread's processor time, from a trace by Chromium ${version} (headless, 1280 × 800): *take*: stream's bytes → ` +
      'parsed, in the columns; *settle*: the frame that tells of it: signals, counts, rows of the list; *draw*: the components; *browser*: style, ' +
      "layout, painting; *map*: MapLibre's frames in this time, with the write into the buffers ([map-frames](map-frames.md) has that alone). " +
      'The clock that redraws once a second stands still.',
    columns: ['events', 'shown', 'take', 'settle', 'draw', 'browser', 'map'],
    rows: measured.map(toRow),
    verdict: `Goal, one event into a million at most ${LIVE_MAX_MS} ms, read as take and settle together: ${measured.map(judge).join('; ')}.`,
  });
}
