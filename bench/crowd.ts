// A crowd a hundred times what the gateways have streams for, arriving within a minute: does everyone see what happens, how
// late, and what does it cost the gateways? nginx as the cache, HAProxy, two gateways; readers that do as the page does.

import { fork, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { toNginxConfig } from '../deploy/nginx/config.ts';
import { findFreePort } from '../test/support/free-port.ts';
import { startHaproxy } from '../test/support/haproxy.ts';
import { ask } from './child.support.ts';
import { type PageReader, startPageReader } from './page-reader.support.ts';
import { toQuantile, toRange, writeResult } from './report.ts';

const GATEWAYS = 2;
const STREAMS_EACH = Number(process.env['CROWD_STREAMS'] ?? 10);
const CAPACITY = GATEWAYS * STREAMS_EACH;
const READERS = 100 * CAPACITY;
const ARRIVAL_MS = 60_000;
const AFTER_MS = 10_000;
/** Pause between two events, from the first number to the second at random: quakes keep no step with a cache. */
const EVENT_FROM_MS = 1_000;
const EVENT_TO_MS = 3_000;
const RUNS = Number(process.env['CROWD_RUNS'] ?? 3);
const SAMPLE_MS = 10_000;

interface Counts {
  readonly counts: Record<string, number>;
  readonly streams: number;
  readonly cpuMs: number;
}

interface Sample extends Counts {
  readonly atMs: number;
  readonly readers: number;
  /** Answers to polls so far. */
  readonly polls: number;
  /** CPU time of the readers' process. */
  readonly readersCpuMs: number;
}

interface Run {
  readonly samples: readonly Sample[];
  readonly delaysMs: readonly number[];
  readonly published: number;
  /** Answers that were neither 200 nor 304, but for the refusal of a stream, and readers' faults. */
  readonly errors: number;
  readonly refusedStreams: number;
  readonly refusedByGateways: number;
  readonly behind: number;
  readonly lost: number;
  readonly doubled: number;
}

async function startNginx(upstream: string) {
  const folder = mkdtempSync(join(tmpdir(), 'quakewire-crowd-'));
  mkdirSync(join(folder, 'cache'));
  const port = await findFreePort();
  const user = process.getuid?.() === 0 ? 'root' : null;
  const text = toNginxConfig({ listen: `127.0.0.1:${port}`, upstream, folder, user });
  writeFileSync(join(folder, 'nginx.conf'), text);
  const args = ['-c', join(folder, 'nginx.conf'), '-g', 'daemon off;', '-e', 'stderr'];
  const nginx = spawn('nginx', args, { stdio: 'ignore' });
  const ended = new Promise((resolve) => nginx.once('close', resolve));
  const url = `http://127.0.0.1:${port}`;
  const isUp = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  for (let tries = 0; !(await isUp()); tries++) {
    if (tries > 100) throw new Error('nginx never answered');
    await sleep(100);
  }
  return {
    url,
    async stop() {
      nginx.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function run(): Promise<Run> {
  const gateways = fork('bench/crowd-gateways.child.ts', [String(GATEWAYS), String(STREAMS_EACH)]);
  const { ports } = await ask<{ ports: number[] }>(gateways, null, 'ports');
  const haproxy = await startHaproxy(
    ports.map((port) => `http://127.0.0.1:${port}`),
    { streamsPerGatewayMax: STREAMS_EACH, streamsPerAddressMax: null, requestsPerAddressMax: null },
  );
  const nginx = await startNginx(haproxy.url.replace('http://', ''));
  // Each browser keeps a connection of its own; here they share some.
  const agent = new Agent({ keepAlive: true, maxSockets: 400 });
  const readers: PageReader[] = [];
  const delaysMs: number[] = [];
  const answers = new Map<string, number>();
  let errors = 0;
  let polls = 0;

  const startOne = () =>
    startPageReader({
      ...{ url: nginx.url, agent, snapshot: 'first-view' },
      onAnswer({ path, status }) {
        const key = `${path} ${status}`;
        answers.set(key, (answers.get(key) ?? 0) + 1);
        if (path === '/live/recent.json') polls++;
        if (status !== 200 && status !== 304 && key !== '/live 503') errors++;
      },
      onState({ name }) {
        if (name === 'waiting' || name === 'offline') errors++;
      },
      onEvent(_offset, data) {
        delaysMs.push(Date.now() - Number(/"receivedAtMs":(\d+)/.exec(data)![1]));
      },
    });

  const samples: Sample[] = [];
  const startedMs = performance.now();
  async function sample(): Promise<void> {
    const counts = await ask<Counts>(gateways, { count: true }, 'counts');
    const { user, system } = process.cpuUsage();
    const readersCpuMs = (user + system) / 1000;
    const atMs = performance.now() - startedMs;
    samples.push({ ...counts, atMs, readers: readers.length, polls, readersCpuMs });
  }

  let published = 0;
  let nextEventMs = 0;
  await sample();
  for (;;) {
    const elapsedMs = performance.now() - startedMs;
    const due = Math.min(READERS, Math.floor((READERS * elapsedMs) / ARRIVAL_MS));
    while (readers.length < due) readers.push(startOne());
    if (elapsedMs >= nextEventMs) {
      gateways.send({ publish: published++ });
      nextEventMs = elapsedMs + EVENT_FROM_MS + Math.random() * (EVENT_TO_MS - EVENT_FROM_MS);
    }
    if (elapsedMs >= samples.length * SAMPLE_MS) await sample();
    if (elapsedMs > ARRIVAL_MS + AFTER_MS) break;
    await sleep(20);
  }
  // What was published last is on its way.
  await sleep(5_000);
  const sum = (pick: (reader: PageReader) => number) =>
    readers.reduce((total, reader) => total + pick(reader), 0);
  const result: Run = {
    ...{ samples, delaysMs, published, errors },
    refusedStreams: answers.get('/live 503') ?? 0,
    refusedByGateways: samples.at(-1)!.counts['refused'] ?? 0,
    behind: readers.filter((reader) => reader.newest() < published - 1).length,
    lost: sum((reader) => reader.lost()),
    doubled: sum((reader) => reader.doubled()),
  };
  for (const { connection } of readers) connection.tell({ type: 'stop' });
  agent.destroy();
  await nginx.stop();
  gateways.kill('SIGKILL');
  await haproxy[Symbol.asyncDispose]();
  return result;
}

/** What the gateways answered, without health checks. */
const totalOf = ({ counts }: Counts) =>
  Object.entries(counts).reduce(
    (sum, [route, n]) => sum + (route === '/readyz' || route === 'refused' ? 0 : n),
    0,
  );

const runs: Run[] = [];
for (let i = 0; i < RUNS; i++) {
  const result = await run();
  runs.push(result);
  const { samples: _samples, delaysMs, ...rest } = result;
  console.log(`run ${i + 1}: ${JSON.stringify({ p99Ms: toQuantile(delaysMs, 0.99), ...rest })}`);
}

const steps = Math.min(...runs.map(({ samples }) => samples.length));
/** Growth per second in the step that ends with sample `i`, of each run. */
const rates = (i: number, pick: (sample: Sample) => number) =>
  runs.map(({ samples }) => {
    const [a, b] = [samples[i - 1]!, samples[i]!];
    return (1000 * (pick(b) - pick(a))) / (b.atMs - a.atMs);
  });
const allOf = (i: number) => rates(i, totalOf);
const rows = Array.from({ length: steps - 1 }, (_, step) => {
  const i = step + 1;
  return [
    `${((i - 1) * SAMPLE_MS) / 1000}–${(i * SAMPLE_MS) / 1000}`,
    String(runs[0]!.samples[i]!.readers),
    toRange(
      rates(i, ({ polls }) => polls),
      0,
    ),
    toRange(rates(i, ({ counts }) => counts['/live/recent.json'] ?? 0)),
    toRange(allOf(i)),
    toRange(
      rates(i, ({ cpuMs }) => cpuMs / 10),
      1,
    ),
    toRange(
      rates(i, ({ readersCpuMs }) => readersCpuMs / 10),
      0,
    ),
  ];
});
const quantile = (q: number) => toRange(runs.map(({ delaysMs }) => toQuantile(delaysMs, q) / 1000));
const worstP99Ms = Math.max(...runs.map(({ delaysMs }) => toQuantile(delaysMs, 0.99)));
const sumOf = (pick: (run: Run) => number) => runs.reduce((sum, one) => sum + pick(one), 0);
const [errors, behind] = [sumOf((one) => one.errors), sumOf((one) => one.behind)];
const [lost, doubled] = [sumOf((one) => one.lost), sumOf((one) => one.doubled)];
const deliveries = sumOf(({ delaysMs }) => delaysMs.length);
writeResult('crowd', {
  title: 'A crowd a hundred times the capacity',
  method: `${READERS} readers arrive evenly within ${ARRIVAL_MS / 1000} s where there are ${CAPACITY} streams (${GATEWAYS} gateways of ${STREAMS_EACH}), and stay; one event every ${EVENT_FROM_MS / 1000} to ${EVENT_TO_MS / 1000} s. nginx as the cache, then HAProxy, then the gateways (two hubs over one log in one process). Capacity and crowd are scaled down so that two cores carry readers, cache, balancer and gateways together. Each reader is the page's own connection (src/web/live): manifest and tail, a stream, and where none is free the poll, with ETag as a browser does it; without compression, and over 400 connections in all. Staleness: from just before the log gets an event until a reader has it, every reader and event. Median (range) of ${RUNS} runs.`,
  columns: [
    'seconds',
    'readers at the end',
    'polls/s at the cache',
    'polls/s at the gateways',
    'all requests/s at the gateways',
    'gateways, % of a core',
    'readers, % of a core',
  ],
  rows,
  verdict: `Staleness, s: p50 ${quantile(0.5)}, p90 ${quantile(0.9)}, p99 ${quantile(0.99)}, most ${quantile(1)}; ${deliveries} deliveries; goal p99 at most 3 s in each run (${worstP99Ms <= 3000 ? 'met' : 'missed'}). Errors ${errors}, readers behind at the end ${behind}, events lost ${lost}, doubled ${doubled} (goal 0: ${errors + behind + lost + doubled === 0 ? 'met' : 'missed'}). Streams refused: ${sumOf((one) => one.refusedStreams)}, of these by the gateways ${sumOf((one) => one.refusedByGateways)}, by HAProxy the others. Requests at the gateways, health checks aside, do not grow with the readers: ${toRange(allOf(2))}/s at a third of them, ${toRange(allOf(steps - 1))}/s with everyone there. nginx keeps for two seconds what may be kept for one, as it counts whole ones.`,
});
process.exit(0);
