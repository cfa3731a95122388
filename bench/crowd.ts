// A crowd a hundred times what the gateways have streams for, arriving within a minute: does everyone see what happens, how
// late, and what does it cost the gateways? nginx as the cache, HAProxy, two gateways; readers that do as the page does.

import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { toNginxConfig } from '../deploy/nginx/config.ts';
import { startHaproxy } from '../test/support/haproxy.ts';
import { findFreePort } from '../test/support/quakewire.ts';
import { type PageReader, startPageReader } from './page-reader.support.ts';
import { toQuantile, writeResult } from './report.ts';

const GATEWAYS = 2;
const STREAMS_EACH = Number(process.env['CROWD_STREAMS'] ?? 10);
const CAPACITY = GATEWAYS * STREAMS_EACH;
const READERS = 100 * CAPACITY;
const ARRIVAL_MS = 60_000;
const AFTER_MS = 60_000;
const EVENT_MS = 2_000;
const SAMPLE_MS = 5_000;
/** Delays are measured on one reader in so many: the others are there for the load, and count errors and losses. */
const MEASURED = 1;

function ask<T>(child: ChildProcess, command: object | null, key: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const take = (answer: Record<string, unknown>) => {
      if (!(key in answer)) return;
      child.off('message', take);
      resolve(answer as T);
    };
    child.on('message', take);
    child.once('exit', () => reject(new Error(`A process ended before it answered with ${key}`)));
    if (command) child.send(command);
  });
}

interface Counts {
  readonly counts: Record<string, number>;
  readonly streams: number;
  readonly cpuMs: number;
}

const gateways = fork('bench/crowd-gateways.child.ts', [String(GATEWAYS), String(STREAMS_EACH)]);
const { ports } = await ask<{ ports: number[] }>(gateways, null, 'ports');
const haproxy = await startHaproxy(
  ports.map((port) => `http://127.0.0.1:${port}`),
  { streamsPerGatewayMax: STREAMS_EACH, streamsPerAddressMax: null, requestsPerAddressMax: null },
);
const folder = mkdtempSync(join(tmpdir(), 'quakewire-crowd-'));
mkdirSync(join(folder, 'cache'));
const port = await findFreePort();
const upstream = haproxy.url.replace('http://', '');
const user = process.getuid?.() === 0 ? 'root' : null;
writeFileSync(
  join(folder, 'nginx.conf'),
  toNginxConfig({ listen: `127.0.0.1:${port}`, upstream, folder, user }),
);
const nginx = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-g', 'daemon off;', '-e', 'stderr'], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
const url = `http://127.0.0.1:${port}`;
for (let tries = 0; ; tries++) {
  const ready = await fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
  if (ready) break;
  if (tries > 100) throw new Error('nginx never answered');
  await sleep(100);
}

/** A poll and a page's first load each keep a connection open, as a browser does; here they are shared. */
const agent = new Agent({ keepAlive: true, maxSockets: 400 });
const readers: PageReader[] = [];
const delaysMs: number[] = [];
const lateDelaysMs: number[] = [];
const answers = new Map<string, number>();
const faults = new Map<string, number>();
const names = new Map<number, string>();
let everyoneIsHere = false;
const add = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);

function startOne(i: number): void {
  readers[i] = startPageReader({
    ...{ url, agent, snapshot: 'first-view' },
    onAnswer: ({ path, status }) => add(answers, `${path.replace(/\/chunks\/.*/, '/chunks')} ${status}`),
    onState: ({ name, fault }) => {
      names.set(i, name);
      if ((name === 'waiting' || name === 'offline') && fault) add(faults, JSON.stringify(fault));
    },
    onEvent(_offset, data) {
      if (i % MEASURED !== 0) return;
      const receivedAtMs = Number(/"receivedAtMs":(\d+)/.exec(data)![1]);
      (everyoneIsHere ? lateDelaysMs : delaysMs).push(Date.now() - receivedAtMs);
    },
  });
}

let published = 0;
const publisher = setInterval(() => gateways.send({ publish: published++ }), EVENT_MS);
const samples: {
  readonly atMs: number;
  readonly readers: number;
  readonly gateway: Counts;
  readonly polls: number;
  readonly cpuMs: number;
}[] = [];
const startedMs = performance.now();
async function sample(): Promise<void> {
  const gateway = await ask<Counts>(gateways, { count: true }, 'counts');
  const polls = [...answers].reduce(
    (sum, [key, count]) => sum + (key.startsWith('/live/recent') ? count : 0),
    0,
  );
  const { user: userUs, system } = process.cpuUsage();
  const cpuMs = (userUs + system) / 1000;
  samples.push({ atMs: performance.now() - startedMs, readers: readers.length, gateway, polls, cpuMs });
}
await sample();
let nextSampleMs = SAMPLE_MS;
for (;;) {
  const elapsedMs = performance.now() - startedMs;
  const due = Math.min(READERS, Math.floor((READERS * elapsedMs) / ARRIVAL_MS));
  while (readers.length < due) startOne(readers.length);
  everyoneIsHere = elapsedMs > ARRIVAL_MS + 5_000;
  if (elapsedMs >= nextSampleMs) {
    nextSampleMs += SAMPLE_MS;
    await sample();
  }
  if (elapsedMs > ARRIVAL_MS + AFTER_MS) break;
  await sleep(20);
}
clearInterval(publisher);
await sleep(6000);

const behind = readers.filter((reader) => reader.newest() < published - 1).length;
const lost = readers.reduce((sum, reader) => sum + reader.lost(), 0);
const doubled = readers.reduce((sum, reader) => sum + reader.doubled(), 0);
const byName: Record<string, number> = {};
for (const name of names.values()) byName[name] = (byName[name] ?? 0) + 1;
for (const { connection } of readers) connection.tell({ type: 'stop' });
nginx.kill('SIGTERM');
gateways.kill('SIGKILL');
await haproxy[Symbol.asyncDispose]();
rmSync(folder, { recursive: true, force: true });

const isFine = (key: string) => / (200|304)$/.test(key) || key === '/live 503';
const errors = [...answers].reduce((sum, [key, count]) => sum + (isFine(key) ? 0 : count), 0);
const faulty = [...faults.values()].reduce((sum, count) => sum + count, 0);
const total = ({ counts }: Counts) =>
  Object.entries(counts).reduce(
    (sum, [route, n]) => sum + (route === '/readyz' || route === 'refused' ? 0 : n),
    0,
  );
const rate = (from: number, to: number, pick: (sample: (typeof samples)[number]) => number) => {
  const [a, b] = [samples[from]!, samples[to]!];
  return (1000 * (pick(b) - pick(a))) / (b.atMs - a.atMs);
};
const rows: string[][] = [];
for (let i = 2; i < samples.length; i += 2) {
  const of = (pick: (sample: (typeof samples)[number]) => number) => rate(i - 2, i, pick);
  rows.push([
    (samples[i]!.atMs / 1000).toFixed(0),
    String(samples[i]!.readers),
    of(({ polls }) => polls).toFixed(0),
    of(({ gateway }) => gateway.counts['/live/recent.json'] ?? 0).toFixed(2),
    of(({ gateway }) => total(gateway)).toFixed(2),
    String(samples[i]!.gateway.streams),
    (of(({ gateway }) => gateway.cpuMs) / 10).toFixed(1),
    (of(({ cpuMs }) => cpuMs) / 10).toFixed(0),
  ]);
}
console.log(JSON.stringify({ answers: [...answers], faults: [...faults], byName, behind, published }));
const all = [...delaysMs, ...lateDelaysMs];
const show = (values: readonly number[], q: number) => (toQuantile(values, q) / 1000).toFixed(2);
const p99 = toQuantile(all, 0.99);
const half = samples.findIndex(({ atMs }) => atMs >= ARRIVAL_MS / 2);
const last = samples.length - 1;
const early = rate(2, half, ({ gateway }) => total(gateway));
const late = rate(half * 2, last, ({ gateway }) => total(gateway));
writeResult('crowd', {
  title: 'A crowd a hundred times the capacity',
  method: `${READERS} readers arrive evenly within ${ARRIVAL_MS / 1000} s where there are ${CAPACITY} streams (${GATEWAYS} gateways of ${STREAMS_EACH}), and stay another ${AFTER_MS / 1000} s; one event every ${EVENT_MS / 1000} s. nginx as the cache, then HAProxy, then the gateways (two hubs over one log in one process). Capacity and crowd are scaled down so that two cores carry readers, cache, balancer and gateways together. Each reader is the page's own connection (src/web/live): manifest and tail, a stream, and where none is free the poll; without compression, and 400 connections shared by all polls. Staleness: from just before the log has an event until a reader has it, every reader and event.`,
  columns: [
    'at, s',
    'readers',
    'polls/s at the cache',
    'polls/s at the gateways',
    'all requests/s at the gateways',
    'streams',
    'gateways, % of a core',
    'readers, % of a core',
  ],
  rows,
  verdict: `Staleness, s: p50 ${show(all, 0.5)}, p90 ${show(all, 0.9)}, p99 ${show(all, 0.99)}, most ${show(all, 1)} (${all.length} deliveries; while they arrive p99 ${show(delaysMs, 0.99)}, after it ${show(lateDelaysMs, 0.99)}); goal p99 at most 3 s (${p99 <= 3000 ? 'met' : 'missed'}). Errors: ${errors + faulty}, readers behind at the end ${behind}, events lost ${lost}, doubled ${doubled} (goal 0: ${errors + faulty + behind + lost + doubled === 0 ? 'met' : 'missed'}); ${answers.get('/live 503') ?? 0} streams were refused, all by HAProxy but ${samples.at(-1)!.gateway.counts['refused'] ?? 0}. Requests at the gateways, without health checks: ${early.toFixed(2)}/s in the first half minute, ${late.toFixed(2)}/s with everyone there (goal: does not grow with the readers).`,
});
process.exit(0);
