// What does one event cost for one reader? CPU time of the serving process and memory per idle reader, at 5,000 readers:
// our gateway against `ws`, `better-sse`, and nginx with nchan where Debian's module is installed.
// Events come one by one, and in bursts of ten as in the minutes after a large quake. Readers run in another process, over
// loopback; the next event or burst goes out when every reader has the one before.

import { fork, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEvent } from '../test/support/gateway.ts';
import { ask, end } from './child.support.ts';
import { toQuantile, toRange, writeResult } from './report.ts';

const CLIENTS = Number(process.env['FANOUT_CLIENTS'] ?? 5000);
const EVENTS = 40;
const BURSTS = 10;
const BURST = 10;
/** An event counts as delivered when so much of it has come: ids of nchan differ in length by a byte or two. */
const DELIVERED = 0.995;
/** An event or burst has reached every reader when no byte has come for so long. */
const SETTLE_MS = 1_000;
const SETTLE_TRIES_MAX = 20;
const WARM_UP_EVENTS = 10;
const RUNS = Number(process.env['FANOUT_RUNS'] ?? 5);
const NCHAN_MODULE = '/usr/lib/nginx/modules/ngx_nchan_module.so';
const NGINX_PORT = 18_417;
/** Linux counts a process's CPU time in /proc in hundredths of a second. */
const TICK_US = 10_000;

interface Measurement {
  readonly cpuUs: number;
  readonly rssBytes: number;
}

interface Server {
  readonly port: number;
  readonly protocol: 'sse' | 'ws';
  publish(number: number, burst: number): void;
  measure(): Promise<Measurement>;
  stop(): Promise<void>;
}

async function startNode(kind: string): Promise<Server> {
  const child = fork('bench/live-fanout-server.child.ts', [kind], { execArgv: ['--expose-gc'] });
  const { port } = await ask<{ port: number }>(child, null, 'port');
  return {
    port,
    protocol: kind === 'ws' ? 'ws' : 'sse',
    publish: (number, burst) => child.send({ publish: number, burst }),
    measure: () => ask<Measurement>(child, { measure: true }, 'cpuUs'),
    stop: () => end(child),
  };
}

async function startNchan(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'quakewire-nchan-'));
  writeFileSync(
    join(folder, 'nginx.conf'),
    `load_module ${NCHAN_MODULE};
daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log warn;
worker_rlimit_nofile 20000;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 12000; }
http {
  access_log off; nchan_shared_memory_size 128M;
  client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
  uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
  server {
    listen 127.0.0.1:${NGINX_PORT} backlog=10000;
    location = /live { nchan_subscriber eventsource; nchan_channel_id live; nchan_subscriber_first_message newest; }
    location = /publish { nchan_publisher; nchan_channel_id live; nchan_message_buffer_length 100; }
  }
}
`,
  );
  const child = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')], {
    stdio: 'inherit',
  });
  const url = `http://127.0.0.1:${NGINX_PORT}/publish`;
  const send = (number: number) =>
    fetch(url, {
      method: 'POST',
      body: JSON.stringify(createEvent(number)),
      headers: { 'content-type': 'application/json' },
    });
  for (let tries = 0; ; tries++) {
    try {
      // Readers wait for their head until the channel has a message.
      await (await send(0)).text();
      break;
    } catch (error) {
      if (tries > 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const [worker] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ');
  return {
    port: NGINX_PORT,
    protocol: 'sse',
    publish(number, burst) {
      for (let i = 0; i < burst; i++) void send(number + i).then((response) => response.text());
    },
    async measure() {
      const stat = readFileSync(`/proc/${worker}/stat`, 'utf8').split(') ')[1]!.split(' ');
      const rss = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${worker}/status`, 'utf8'))![1];
      return { cpuUs: (Number(stat[11]) + Number(stat[12])) * TICK_US, rssBytes: Number(rss) * 1024 };
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

interface Result {
  /** CPU µs for one reader and one event, when they come one by one, and in bursts. */
  readonly singleUs: number;
  readonly burstUs: number;
  readonly memoryKbPerClient: number;
}

async function run(start: () => Promise<Server>): Promise<Result> {
  const server = await start();
  const before = await server.measure();
  const args = [String(server.port), String(CLIENTS), server.protocol];
  const clients = fork('bench/live-fanout-clients.child.ts', args);
  let closed = 0;
  clients.on('message', (message: object) => {
    if ('closed' in message) closed++;
  });
  try {
    await ask(clients, null, 'ready');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const idle = await server.measure();
    const count = () => ask<{ bytes: number; open: number }>(clients, { count: true }, 'open');
    let number = 1000;
    /** Bytes of one event or burst to one reader; all numbers have four digits, so that it stays the same. */
    const learnBytes = async (burst: number) => {
      const { bytes: before } = await count();
      server.publish(number, burst);
      number += burst;
      let after = before;
      for (let tries = 0; tries < SETTLE_TRIES_MAX; tries++) {
        await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
        const { bytes: now } = await count();
        if (now === after && now > before) break;
        after = now;
      }
      const share = (after - before) / CLIENTS;
      if (share < 500 * burst)
        throw new Error(`${share} bytes for each of ${CLIENTS} readers: not everyone got the events`);
      return share;
    };
    const measure = async (times: number, burst: number) => {
      const share = await learnBytes(burst);
      let { bytes } = await count();
      const started = await server.measure();
      for (let i = 0; i < times; i++) {
        bytes += CLIENTS * share * DELIVERED;
        const reached = ask(clients, { target: bytes }, 'reached');
        server.publish(number, burst);
        number += burst;
        await reached;
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
      const ended = await server.measure();
      return (ended.cpuUs - started.cpuUs) / (CLIENTS * times * burst);
    };
    await measure(WARM_UP_EVENTS, 1);
    const singleUs = await measure(EVENTS, 1);
    const burstUs = await measure(BURSTS, BURST);
    if (closed > 0) throw new Error(`${closed} readers were cut off`);
    return { singleUs, burstUs, memoryKbPerClient: (idle.rssBytes - before.rssBytes) / 1024 / CLIENTS };
  } finally {
    await end(clients);
    await server.stop();
  }
}

const servers: Record<string, () => Promise<Server>> = {
  'Quakewire gateway': () => startNode('ours'),
  ws: () => startNode('ws'),
  'better-sse': () => startNode('better-sse'),
};
if (existsSync(NCHAN_MODULE)) servers['nginx + nchan'] = startNchan;

const results = new Map<string, Result[]>(Object.keys(servers).map((name) => [name, []]));
for (let i = 0; i < RUNS; i++) {
  for (const [name, start] of Object.entries(servers)) {
    const result = await run(start);
    results.get(name)!.push(result);
    const { singleUs, burstUs, memoryKbPerClient } = result;
    console.log(
      `run ${i + 1}, ${name}: ${singleUs.toFixed(2)} µs, in bursts ${burstUs.toFixed(2)} µs, ${memoryKbPerClient.toFixed(1)} kB`,
    );
  }
}

const OURS = 'Quakewire gateway';
type Key = keyof Result;
const valuesOf = (name: string, key: Key) => results.get(name)!.map((result) => result[key]);
const median = (name: string, key: Key) => toQuantile(valuesOf(name, key), 0.5);
const toRatio = (name: string, key: Key) => median(name, key) / median(OURS, key);
const judge = (key: Key) =>
  ['ws', 'better-sse']
    .map(
      (name) => `${name} ${toRatio(name, key).toFixed(2)}× (${toRatio(name, key) >= 1.3 ? 'met' : 'missed'})`,
    )
    .join(', ');
const nchan = results.has('nginx + nchan')
  ? ' nchan is written in C and does less: no catalogue, no filters by event, no reset.'
  : ' nchan was not installed.';
writeResult('live-fanout', {
  title: 'One event to one reader',
  method: `${CLIENTS} readers over loopback in another process, events of ${JSON.stringify(createEvent(1000)).length} bytes: ${EVENTS} one by one, then ${BURSTS} bursts of ${BURST}, each when everyone has the one before. CPU time (user and system) of the serving process alone; ours includes log, catalogue and history. Memory: growth of the resident set by the connections, after a garbage collection. Median (range) of ${RUNS} alternating runs.`,
  columns: [
    'server',
    'CPU µs per reader and event',
    'against ours',
    'in bursts, µs',
    'against ours',
    'kB per idle reader',
  ],
  rows: Object.keys(servers).map((name) => [
    name,
    toRange(valuesOf(name, 'singleUs')),
    `${toRatio(name, 'singleUs').toFixed(2)}×`,
    toRange(valuesOf(name, 'burstUs')),
    `${toRatio(name, 'burstUs').toFixed(2)}×`,
    toRange(valuesOf(name, 'memoryKbPerClient'), 1),
  ]),
  verdict: `Goal: ws and better-sse take at least 1.3× as much CPU. One by one: ${judge('singleUs')}. In bursts: ${judge('burstUs')}. One by one, most of it is the kernel's part of one send for each reader, the same for all.${nchan}`,
});
