// Does a page that stays open stay as small as it was? Two pages over a recorded day at ×60, side by side: six recorded
// hours from the demo's beginning, and forty from the morning before. Each half minute, after a collection of garbage:
// the heap with what its arrays hold, nodes, listeners, events; and in a browser of its own, which no snapshot disturbs, the
// whole process of the same page.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { buildWeb } from '../scripts/build-web.ts';
import { startBrowser } from '../test/support/browser.ts';
import { type Quakewire, startQuakewire } from '../test/support/quakewire.ts';
import { toQuantile, writeResult } from './report.ts';

const SPEED = 60;
const SAMPLE_MS = 30_000;
const MINUTE_MS = 60_000;
/** Goal of the issue. */
const GROWTH_MAX = 0.1;

interface Run {
  readonly name: string;
  /** Recorded instant; null: the demo's own. */
  readonly start: string | null;
  readonly minutes: number;
  /** What the base is, in minutes of the wall clock since the page had loaded. */
  readonly baseMinutes: number;
}

const RUNS: readonly Run[] = [
  // Ten recorded minutes are ten seconds; the base is the sample at their end.
  { name: '6 recorded hours', start: null, minutes: 6, baseMinutes: 1 / 6 },
  { name: '36 recorded hours', start: '2023-02-05T06:00:00Z', minutes: 36, baseMinutes: 10 },
];

interface Sample {
  readonly atMs: number;
  readonly events: number;
  readonly heapBytes: number;
  /** Array buffers: the catalogue's columns are there. */
  readonly arraysBytes: number;
  /** Of the heap: what V8 compiled, from a snapshot; null: not looked at, it is dear. */
  readonly codeBytes: number | null;
  /** What the browser holds for the page's nodes and styles. */
  readonly embedderBytes: number;
  readonly nodes: number;
  readonly listeners: number;
  /** Of the process that has the page, what no other has (Linux, smaps_rollup). */
  readonly processBytes: number;
}

await buildWeb();
const browser = await startBrowser();
try {
  const samples = await Promise.all(RUNS.map((run) => watch(browser, run)));
  report(samples, browser.version());
} finally {
  await browser.close();
}

async function watch(within: Browser, run: Run): Promise<Sample[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'quakewire-memory-'));
  const start = run.start === null ? [] : ['--replay-start', run.start];
  const args = ['demo', '--data-dir', dataDir, '--replay-speed', String(SPEED), ...start];
  const quakewire = await startQuakewire({ args });
  try {
    return await sample(within, quakewire, run);
  } finally {
    await quakewire.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** A small window, and no moving rings: software drawing would take the processor that others measure on. */
async function sample(within: Browser, { url }: Quakewire, run: Run): Promise<Sample[]> {
  const { page, session } = await open(within, url);
  await using alone = await startBrowser();
  const twin = await open(alone, url);
  const pid = await findPagePid(alone);
  await session.send('Performance.enable');
  const startMs = performance.now();
  const samples: Sample[] = [];
  const instants = [run.baseMinutes * MINUTE_MS];
  for (let atMs = SAMPLE_MS; atMs <= run.minutes * MINUTE_MS; atMs += SAMPLE_MS) instants.push(atMs);
  for (const atMs of [...new Set(instants)].sort((a, b) => a - b)) {
    await page.waitForTimeout(Math.max(0, startMs + atMs - performance.now()));
    const events = (await page.evaluate('window.quakewire.count')) as number;
    const measured = await measure(session);
    const isLooked = atMs <= run.baseMinutes * MINUTE_MS || atMs > run.minutes * MINUTE_MS - 3 * SAMPLE_MS;
    const codeBytes = isLooked ? await measureCode(session) : null;
    await collectGarbage(twin.session);
    const processBytes = readPrivateBytes(pid);
    samples.push({ atMs: performance.now() - startMs, events, codeBytes, processBytes, ...measured });
    const { heapBytes, arraysBytes, nodes } = samples.at(-1)!;
    console.log(
      `${run.name}: ${(atMs / MINUTE_MS).toFixed(1)} min, ${events} events, ${kB(heapBytes + arraysBytes)}, process ${kB(processBytes)}, ${nodes} nodes`,
    );
  }
  await page.context().close();
  return samples;
}

async function open(within: Browser, url: string): Promise<{ page: Page; session: CDPSession }> {
  const viewport = { width: 800, height: 500 };
  const context = await within.newContext({ viewport, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(url);
  // Not waitForFunction: the page's content security policy forbids what it does.
  while (!(await page.evaluate("window.quakewire?.connection === 'live' && window.quakewire.frames > 0")))
    await page.waitForTimeout(100);
  return { page, session: await context.newCDPSession(page) };
}

/** Of a browser with one page: the process that has worked most for pages. */
async function findPagePid(within: Browser): Promise<number> {
  const session = await within.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const pages = processInfo.filter(({ type }) => type === 'renderer').sort((a, b) => b.cpuTime - a.cpuTime);
  return pages[0]!.id;
}

function readPrivateBytes(pid: number): number {
  const parts = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').matchAll(/^Private_\w+:\s+(\d+) kB$/gm);
  return [...parts].reduce((sum, [, kilobytes]) => sum + Number(kilobytes) * 1024, 0);
}

/** Twice: what the first one finalises, the second one frees. */
async function collectGarbage(session: CDPSession): Promise<void> {
  for (let i = 0; i < 2; i++) await session.send('HeapProfiler.collectGarbage');
}

async function measure(
  session: CDPSession,
): Promise<Omit<Sample, 'atMs' | 'events' | 'codeBytes' | 'processBytes'>> {
  await collectGarbage(session);
  const heap = (await session.send('Runtime.getHeapUsage')) as {
    usedSize: number;
    embedderHeapUsedSize?: number;
    backingStorageSize?: number;
  };
  const { metrics } = await session.send('Performance.getMetrics');
  const metric = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
  return {
    heapBytes: heap.usedSize,
    arraysBytes: heap.backingStorageSize ?? Number.NaN,
    embedderBytes: heap.embedderHeapUsedSize ?? Number.NaN,
    nodes: metric('Nodes'),
    listeners: metric('JSEventListeners'),
  };
}

/** Compiled code grows in the first minutes while V8 finds out what is used often; that is no leak, so it is told apart. */
async function measureCode(session: CDPSession): Promise<number> {
  const parts: string[] = [];
  const collect = ({ chunk }: { chunk: string }) => parts.push(chunk);
  session.on('HeapProfiler.addHeapSnapshotChunk', collect);
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  session.off('HeapProfiler.addHeapSnapshotChunk', collect);
  const { snapshot, nodes } = JSON.parse(parts.join('')) as HeapSnapshot;
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [type, size] = [fields.indexOf('type'), fields.indexOf('self_size')];
  const code = types[0].indexOf('code');
  let bytes = 0;
  for (let at = 0; at < nodes.length; at += fields.length)
    if (nodes[at + type] === code) bytes += nodes[at + size]!;
  return bytes;
}

interface HeapSnapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly node_types: readonly [readonly string[]];
    };
  };
  readonly nodes: readonly number[];
}

function kB(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}

function report(runs: readonly Sample[][], version: string): void {
  const rows = runs.flatMap((samples, i) => toRows(RUNS[i]!, samples));
  const heap = ({ heapBytes, arraysBytes }: Sample) => heapBytes + arraysBytes;
  const say = (value: (sample: Sample) => number) =>
    runs
      .map((samples, i) => `${percent(growthOf(RUNS[i]!, samples, value))} over ${RUNS[i]!.name}`)
      .join(', ');
  const judge = (value: (sample: Sample) => number) =>
    runs.every((samples, i) => growthOf(RUNS[i]!, samples, value) <= GROWTH_MAX) ? 'met' : 'missed';
  writeResult('page-memory', {
    title: 'Memory of a page that stays open',
    method:
      `Does a page stay as small as it was? \`quakewire demo\` at ×${SPEED} and a page on it, 800 × 500, reduced motion, nobody ` +
      `touching it, Chromium ${version} headless. ${RUNS[0]!.name}: from the demo's beginning, ${RUNS[0]!.minutes} minutes of the clock; ` +
      'base: ten recorded minutes after the page had loaded (one sample). ' +
      `${RUNS[1]!.name}: from 2023-02-05 06:00, ${RUNS[1]!.minutes} minutes of the clock; base: the median of its first ` +
      `${RUNS[1]!.baseMinutes} minutes. Samples each half minute behind two forced collections; end: the median of the last three. ` +
      "Heap: used bytes of JavaScript and of its array buffers (Runtime.getHeapUsage); the browser's own bytes for the page beside it. Process: the same page in a browser of its own, of which " +
      'no snapshot is taken: the private bytes of its process (smaps_rollup).',
    columns: [
      'run',
      'when',
      'events',
      'heap and arrays, kB',
      'of it compiled code, kB',
      "browser's, kB",
      'nodes',
      'listeners',
      'process, kB',
    ],
    rows,
    verdict:
      `Growth (goal: within ${GROWTH_MAX * 100} %): of the page's process ${say(({ processBytes }) => processBytes)} ` +
      `(${judge(({ processBytes }) => processBytes)}); of heap and arrays alone ${say(heap)} (${judge(heap)}). Without compiled ` +
      `code, which grows while V8 learns what is used often: ${say((one) => (one.codeBytes === null ? Number.NaN : heap(one) - one.codeBytes))}.`,
  });
}

function percent(growth: number): string {
  return `${(growth * 100).toFixed(1)} %`;
}

/** Of the median of the base's samples; those without a value are left out. */
function growthOf(run: Run, samples: readonly Sample[], value: (sample: Sample) => number): number {
  const { base, end } = cut(run, samples);
  const of = (some: readonly Sample[]) =>
    medianOf(
      some.filter((one) => !Number.isNaN(value(one))),
      value,
    );
  return of(end) / of(base) - 1;
}

function cut(run: Run, samples: readonly Sample[]): { base: Sample[]; end: Sample[] } {
  const base = samples.filter(({ atMs }) => atMs <= run.baseMinutes * MINUTE_MS + SAMPLE_MS / 3);
  return { base, end: samples.slice(-3) };
}

function medianOf(samples: readonly Sample[], value: (sample: Sample) => number): number {
  return toQuantile(samples.map(value), 0.5);
}

function showCode(samples: readonly Sample[]): string {
  const known = samples.flatMap(({ codeBytes }) => (codeBytes === null ? [] : [codeBytes]));
  return known.length === 0 ? '' : (toQuantile(known, 0.5) / 1000).toFixed(0);
}

function toRows(run: Run, samples: readonly Sample[]): string[][] {
  const { base, end } = cut(run, samples);
  const most = [...samples].sort((a, b) => b.heapBytes + b.arraysBytes - a.heapBytes - a.arraysBytes)[0]!;
  const show = (when: string, some: readonly Sample[]) => [
    run.name,
    when,
    String(medianOf(some, ({ events }) => events)),
    (medianOf(some, ({ heapBytes, arraysBytes }) => heapBytes + arraysBytes) / 1000).toFixed(0),
    showCode(some),
    (medianOf(some, ({ embedderBytes }) => embedderBytes) / 1000).toFixed(0),
    String(medianOf(some, ({ nodes }) => nodes)),
    String(medianOf(some, ({ listeners }) => listeners)),
    (medianOf(some, ({ processBytes }) => processBytes) / 1000).toFixed(0),
  ];
  return [
    show(`base (${base.length} samples)`, base),
    show(`most, at ${(most.atMs / MINUTE_MS).toFixed(1)} min`, [most]),
    show('end', end),
  ];
}
