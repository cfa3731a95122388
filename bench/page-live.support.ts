// What one event of the stream costs a page's main thread, read from a trace of Chromium's own.

import type { Browser, Page } from 'playwright-core';

/** Milliseconds of the main thread's processor time, for one event. */
export interface LiveCost {
  /** From the stream's bytes to the columns. */
  readonly takeMs: number;
  /** The frame that tells of it: signals and all that follows from them, without components. */
  readonly settleMs: number;
  /** Components drawn anew. */
  readonly drawMs: number;
  /** Style, layout and painting. */
  readonly browserMs: number;
  /** Script of the map's frames. */
  readonly mapMs: number;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds, as the durations; `tdur` is the thread's own time. */
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args: { readonly data?: { readonly url?: string } };
}

const WARM_EVENTS = 10;
const WARM_PAUSE_MS = 200;
const PAUSE_MS = 600;
const FRAME_WAIT_MS = 100;
const MARK = 'event-';
const MICROTASKS = 'BlinkScheduler_PerformMicrotaskCheckpoint';
const FRAME = 'FireAnimationFrame';
const SCRIPT = new Set([
  ...[MICROTASKS, FRAME, 'FunctionCall', 'TimerFire', 'EventDispatch', 'FireIdleCallback'],
]);
const BROWSER = new Set(['UpdateLayoutTree', 'Layout', 'PrePaint', 'Paint', 'Layerize', 'Commit']);

/** Publishes `count` events, one by one with a pause, and reads from the trace what each cost. */
export async function traceLive(
  browser: Browser,
  page: Page,
  count: number,
  publish: () => Promise<void>,
): Promise<LiveCost[]> {
  for (let i = 0; i < WARM_EVENTS; i++) {
    await publish();
    await page.waitForTimeout(WARM_PAUSE_MS);
  }
  await page.waitForTimeout(2000);
  await browser.startTracing(page, { categories: ['devtools.timeline', 'blink.user_timing', 'toplevel'] });
  for (let i = 0; i < count; i++) {
    await page.evaluate(`performance.mark('${MARK}${i}')`);
    await page.waitForTimeout(20);
    const before = await countFrames(page);
    await publish();
    while ((await countFrames(page)) === before) await page.waitForTimeout(FRAME_WAIT_MS);
    await page.waitForTimeout(PAUSE_MS);
  }
  await page.evaluate(`performance.mark('${MARK}end')`);
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  return readCosts(trace.traceEvents);
}

/** Where drawing is slow the event's frame may come long after its bytes. */
async function countFrames(page: Page): Promise<number> {
  return (await page.evaluate('quakewire.frames')) as number;
}

function readCosts(events: readonly TraceEvent[]): LiveCost[] {
  const marks = events.filter(({ name }) => name.startsWith(MARK)).sort((a, b) => a.ts - b.ts);
  const { pid, tid } = marks[0]!;
  const own = events.filter(
    ({ pid: itsPid, tid: itsTid, ph, name }) =>
      itsPid === pid && itsTid === tid && ph === 'X' && (SCRIPT.has(name) || BROWSER.has(name)),
  );
  own.sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  // What sets the marks is script, too: some milliseconds around them are left out.
  return marks
    .slice(0, -1)
    .map(({ ts }, i) =>
      costOf(own.filter((one) => one.ts > ts + 10_000 && one.ts < marks[i + 1]!.ts - 2000)),
    );
}

/** Of nested events the inner ones' time is theirs alone. */
function costOf(events: readonly TraceEvent[]): LiveCost {
  const cost = { takeMs: 0, settleMs: 0, drawMs: 0, browserMs: 0, mapMs: 0 };
  let told = false;
  for (let i = 0; i < events.length; ) {
    const outer = events[i]!;
    let end = i + 1;
    while (end < events.length && events[end]!.ts < outer.ts + (outer.dur ?? 0)) end++;
    const nested = events.slice(i + 1, end);
    const all = [outer, ...nested];
    if (all.some(({ args }) => /quake-map/.test(args.data?.url ?? ''))) cost.mapMs += msOf(outer);
    else if (BROWSER.has(outer.name)) cost.browserMs += msOf(outer);
    else {
      const browserMs = sumOutermost(nested, BROWSER);
      const calls = listOutermost(nested, new Set(['FunctionCall']));
      told ||= outer.name === FRAME;
      cost.browserMs += browserMs;
      const ownMs = msOf(outer) - browserMs;
      if (outer.name === FRAME) {
        // Its callback tells of the event; what is called behind it, in the frame's microtask, draws components.
        const drawMs = calls
          .slice(1)
          .reduce((sum, call) => sum + msOf(call) - browserWithin(call, nested), 0);
        cost.settleMs += ownMs - drawMs;
        cost.drawMs += drawMs;
      } else if (outer.name === MICROTASKS && !told) {
        // The stream is read in microtasks; what they call draws components that tell of the connection.
        const drawMs = calls.reduce((sum, call) => sum + msOf(call) - browserWithin(call, nested), 0);
        cost.takeMs += ownMs - drawMs;
        cost.drawMs += drawMs;
      } else cost.drawMs += ownMs;
    }
    i = end;
  }
  return cost;
}

function browserWithin({ ts, dur }: TraceEvent, events: readonly TraceEvent[]): number {
  return sumOutermost(
    events.filter((event) => event.ts >= ts && event.ts < ts + (dur ?? 0)),
    BROWSER,
  );
}

function sumOutermost(events: readonly TraceEvent[], names: ReadonlySet<string>): number {
  return listOutermost(events, names).reduce((sum, event) => sum + msOf(event), 0);
}

/** Of events in the order of their beginning: those of a name that lie in no other of one. */
function listOutermost(events: readonly TraceEvent[], names: ReadonlySet<string>): TraceEvent[] {
  const outermost: TraceEvent[] = [];
  let coveredTs = 0;
  for (const event of events) {
    if (event.ts < coveredTs || !names.has(event.name)) continue;
    coveredTs = event.ts + (event.dur ?? 0);
    outermost.push(event);
  }
  return outermost;
}

function msOf({ tdur, dur }: TraceEvent): number {
  return (tdur ?? dur ?? 0) / 1000;
}
