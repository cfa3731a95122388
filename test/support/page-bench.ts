// The page in a real Chromium over a gateway in this process: for tests of what the page makes of what it is told. Notes
// what a page must never do, and looks for what keeps people out with axe-core.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { encodeEvent } from '../../src/event/encode.ts';
import type { EventId, QuakeEvent } from '../../src/event/types.ts';
import type { GatewayOptions } from '../../src/gateway/app.ts';
import type { SourceStatus } from '../../src/sources/source.ts';
import { startBrowser, watchOffences } from './browser.ts';
import { createEvent, startGateway } from './gateway.ts';

export interface PageBench extends AsyncDisposable {
  readonly url: string;
  /** What a page asked of another host, did against the content security policy, or threw; empty when all is well. */
  readonly offences: readonly string[];
  /** Publishes an event that is `ageMs` old; the same number again is its next revision when `over` says so. */
  publish(number: number, ageMs: number, over?: EventChange): Promise<EventId>;
  /** What the sources say of themselves, told to every page. */
  tellSources(sources: readonly SourceStatus[]): void;
  /** A page of its own, loaded and showing what the gateway has. */
  open(path?: string, options?: PageOptions): Promise<{ context: BrowserContext; page: Page }>;
  /** Another address in that page, loaded and showing what the gateway has. */
  go(page: Page, path: string): Promise<void>;
}

export interface PageOptions extends BrowserContextOptions {
  /** False: the map's code is not to be had, which saves a machine without graphics most of its work. */
  readonly map?: boolean;
}

export interface EventChange extends Partial<QuakeEvent> {
  readonly depthKm?: number | null;
  readonly latitudeDeg?: number;
  readonly longitudeDeg?: number;
  readonly magnitudeValue?: number;
}

/** `mapStart`: as `startBrowser` has it. `given`: a store or a starter catalogue of the test's own. */
export async function startPageBench(
  mapStart?: Parameters<typeof startBrowser>[0],
  given: Partial<GatewayOptions> = {},
): Promise<PageBench> {
  let sources: readonly SourceStatus[] = [createSource()];
  let toldAtMs = Date.now();
  let tell = () => {};
  const gateway = await startGateway({
    ...given,
    webRoot: resolve('dist/web'),
    // However long the bench has stood by then, the last message is as old as it was said to be: live does not become quiet.
    sources: () => sources.map((source) => toLater(source, Date.now() - toldAtMs)),
    onSources: (listener) => {
      tell = listener;
      return () => {};
    },
  });
  const browser = await startBrowser(mapStart);
  const offences: string[] = [];
  const go = async (page: Page, path: string) => {
    await page.goto(gateway.url + path);
    await untilConnected(page);
  };
  return {
    url: gateway.url,
    offences,
    async publish(number, ageMs, over = {}) {
      const { depthKm, latitudeDeg, longitudeDeg, magnitudeValue, ...rest } = over;
      const base = createEvent(number);
      const originTimeMs = Date.now() - ageMs;
      const event: QuakeEvent = {
        ...base,
        origin: {
          ...base.origin,
          originTimeMs,
          depthKm: depthKm === undefined ? base.origin.depthKm : depthKm,
          latitudeDeg: latitudeDeg ?? base.origin.latitudeDeg,
          longitudeDeg: longitudeDeg ?? base.origin.longitudeDeg,
        },
        magnitude: magnitudeValue === undefined ? base.magnitude : { value: magnitudeValue, type: 'mw' },
        ...{ updatedAtMs: originTimeMs + 60_000, receivedAtMs: originTimeMs + 61_000 },
        firstReceivedAtMs: originTimeMs + 61_000,
        ...rest,
      };
      await gateway.log.append('quake.events.v1', event.id, encodeEvent(event));
      return event.id;
    },
    tellSources(next) {
      sources = next;
      toldAtMs = Date.now();
      tell();
    },
    async open(path = '/', { map = true, ...options } = {}) {
      const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, ...options });
      if (!map) await context.route('**/quake-map-*.js', (route) => route.abort());
      const page = await context.newPage();
      watchOffences(page, gateway.url, offences);
      await go(page, path);
      return { context, page };
    },
    go,
    async [Symbol.asyncDispose]() {
      await browser.close();
      await gateway[Symbol.asyncDispose]();
    },
  };
}

/** A page that was opened without the map: now with the map's code and without WebGL 2, once it is gone to anew. */
export async function takeWebgl(page: Page): Promise<void> {
  await page.addInitScript(`
    const getContext = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (type, options) {
      return /webgl/.test(type) ? null : getContext.call(this, type, options);
    };`);
  await page.context().unroute('**/quake-map-*.js');
  // Its worker would find one.
  await page.route('**/scout-worker-*.js', (route) => route.abort());
}

/** The app may be there before it has all: until it has the events and the stream. */
export async function untilConnected(page: Page): Promise<void> {
  await page.locator('#app:not(.served)').waitFor();
  // Not waitForFunction: the page's content security policy forbids what it does.
  const connected = "['live', 'polled'].includes(globalThis.quakewire.connection)";
  while (!(await page.evaluate(connected))) await page.waitForTimeout(50);
}

/** An agency that is well; everything can be overridden. */
export function createSource(over: Partial<SourceStatus> = {}): SourceStatus {
  const nowMs = Date.now();
  return {
    ...{ agency: 'EMSC', state: 'live', sinceMs: nowMs - 3_600_000, reason: null, retryAtMs: null },
    ...{ lastMessageAtMs: nowMs - 2000, lastContactAtMs: nowMs - 1000, backfill: null, fdsnFault: null },
    ...{ counts: { reports: 12, deadLetters: 0, unknownActions: 0, reconnects: 1 }, replay: null },
    ...over,
  };
}

function toLater(source: SourceStatus, byMs: number): SourceStatus {
  const later = (ms: number | null) => (ms === null ? null : ms + byMs);
  const { lastMessageAtMs, lastContactAtMs } = source;
  return {
    ...source,
    lastMessageAtMs: later(lastMessageAtMs),
    lastContactAtMs: later(lastContactAtMs),
  };
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong with a page as it stands: "rule: what (where)". */
export async function findViolations(page: Page): Promise<string[]> {
  return (await runAxe(page)).violations.map(({ words }) => words);
}

/** The same, and what axe-core cannot judge by itself and nobody has judged by hand (DOUBTS). */
export async function findFaults(page: Page): Promise<string[]> {
  const first = await look(page);
  // What changes while it is looked at is doubted too: a second look tells.
  const { violations, unjudged } = first.unjudged.length === 0 ? first : await look(page);
  return [...first.violations, ...violations, ...unjudged]
    .map(({ words }) => words)
    .filter((words, i, all) => all.indexOf(words) === i);
}

async function look(page: Page) {
  const { violations, incomplete } = await runAxe(page, SHORT_TOO);
  const unjudged = incomplete.filter(
    (doubt) => !doubt.cut && !DOUBTS.some((judged) => isJudged(doubt, judged)),
  );
  return { violations, unjudged };
}

interface Judged {
  readonly rule: string;
  /** Why axe-core does not know, in its own word; null: it says nothing. */
  readonly key: string | null;
  readonly at: string;
}

/**
 * What was looked at by hand and is in order, each with its reason. What is cut by its scrolling frame or by the screen's edge
 * needs none: it is measured where it is seen whole.
 */
const DOUBTS: readonly Judged[] = [
  // Its only letter is "?", a sign and no word; its name says "Help and keys".
  { rule: 'label-content-name-mismatch', key: null, at: '.keys-button' },
  // In a drawing, which axe-core takes for a picture: --ink-soft on --paper, 6.3 : 1 in the light, 7.7 : 1 in the dark.
  { rule: 'color-contrast', key: 'imgNode', at: '.legend-sizes text' },
  { rule: 'color-contrast', key: 'imgNode', at: '.timeline-label' },
  // On the map as it is drawn: --ink-soft on land or water, 5.1 : 1 at least, with a halo where an event lies below.
  { rule: 'color-contrast', key: 'imgNode', at: '.scale-length' },
  { rule: 'color-contrast', key: 'imgNode', at: '.credit, .credit *' },
  // Below the heading that stays while the list is scrolled, or the pill of news: the other lines are measured.
  { rule: 'color-contrast', key: 'bgOverlap', at: '.list *' },
  { rule: 'color-contrast', key: 'elmPartiallyObscured', at: '.list *' },
];

interface Found {
  readonly rule: string;
  readonly words: string;
  readonly key: string | null;
  /** Those of DOUBTS that it lies in. */
  readonly at: readonly string[];
  /** It reaches beyond the screen or a frame that cuts it. */
  readonly cut: boolean;
}

function isJudged({ rule, key, at }: Found, judged: Judged): boolean {
  return rule === judged.rule && key === judged.key && at.includes(judged.at);
}

/** In the page: axe-core's results as `Found`. */
const RUN_AXE = `(async (places, checks) => {
  const results = await axe.run(document, { resultTypes: ['violations', 'incomplete'], checks });
  const isCut = (element) => {
    const inner = element.getBoundingClientRect();
    const sticksOut = (top, right, bottom, left) =>
      inner.top < top || inner.right > right || inner.bottom > bottom || inner.left < left;
    if (sticksOut(0, innerWidth, innerHeight, 0)) return true;
    for (let frame = element.parentElement; frame !== null; frame = frame.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(frame);
      const { top, right, bottom, left } = frame.getBoundingClientRect();
      if ((overflowX !== 'visible' || overflowY !== 'visible') && sticksOut(top, right, bottom, left)) return true;
    }
    return false;
  };
  const list = (rules) => rules.flatMap(({ id, help, nodes }) => nodes.map((node) => {
    const element = document.querySelector(node.target[0]);
    return {
      rule: id,
      words: id + ': ' + help + ' (' + node.target.join(' ') + ') ' + node.failureSummary,
      key: [...node.any, ...node.all, ...node.none].find(({ data }) => data?.messageKey)?.data.messageKey ?? null,
      at: places.filter((place) => element?.matches(place)),
      cut: id === 'color-contrast' && element !== null && isCut(element),
    };
  }));
  return { violations: list(results.violations), incomplete: list(results.incomplete) };
})`;

/** Single letters and digits are measured too. */
const SHORT_TOO = { 'color-contrast': { options: { ignoreLength: true } } };

async function runAxe(
  page: Page,
  checks: object = {},
): Promise<{ violations: Found[]; incomplete: Found[] }> {
  // Through the debugger, which the page's content security policy does not bind.
  await page.evaluate(axeSource);
  return page.evaluate(
    `${RUN_AXE}(${JSON.stringify(DOUBTS.map(({ at }) => at))}, ${JSON.stringify(checks)})`,
  );
}
