// How long from an agency's frame to the bytes on /live? Floor: a bare TCP relay of the same bytes.
// Also: how long until the event is applied in a Chromium page?
// Frames are sent one by one with a pause, as the world sends them; both chains are measured alternately in one run.

import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { type WebSocket, WebSocketServer } from 'ws';
import { ensureChromium } from '../scripts/chromium.ts';
import { CHROMIUM_ARGS } from '../test/support/browser.ts';
import { startQuakewire } from '../test/support/quakewire.ts';
import { createFrame, template } from './frame.support.ts';
import { toQuantile, toRange, writeResult } from './report.ts';

const RUNS = 5;
const FRAMES = 400;
const PAGE_FRAMES = 200;
const PAUSE_MS = 5;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const http = createServer((_request, response) => response.writeHead(204).end());
const agency = new WebSocketServer({
  server: http,
  path: '/standing_order/websocket',
  perMessageDeflate: false,
});
const connected = new Promise<WebSocket>((resolve) => agency.once('connection', resolve));
await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
const { port } = http.address() as { port: number };

const dataDir = mkdtempSync(join(tmpdir(), 'quakewire-latency-'));
const quakewire = await startQuakewire({
  args: [
    ...['--data-dir', dataDir, '--log-level', 'warn', '--emsc-fdsn-interval-s', '0.05'],
    ...['--emsc-websocket-url', `ws://127.0.0.1:${port}/standing_order/websocket`],
    ...['--emsc-fdsn-url', `http://127.0.0.1:${port}/fdsnws/event/1/`],
  ],
});
const socket = await connected;
const relay = await startRelay();
const durableRelay = await startRelay('--durable', join(dataDir, 'relay.bin'));

// Read like the relay's bytes, from the bare socket: a parser's time is the reader's, not the wire's.
const live = connect(Number(new URL(quakewire.url).port), '127.0.0.1').setNoDelay(true);
live.write('GET /live HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n\r\n');
await new Promise<void>((resolve) => {
  const greet = (chunk: Buffer) => {
    if (!chunk.includes('event: hello')) return;
    live.off('data', greet);
    resolve();
  };
  live.on('data', greet);
});

async function timeChain(frame: string, unid: string): Promise<number> {
  const seen = new Promise<number>((resolve) => {
    let text = '';
    const take = (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const at = text.indexOf(`"id":"emsc-${unid}"`);
      if (at < 0 || text.indexOf('\n\n', at) < 0) return;
      live.off('data', take);
      resolve(performance.now());
    };
    live.on('data', take);
  });
  const sentAtMs = performance.now();
  socket.send(frame);
  return (await seen) - sentAtMs;
}

interface Relay {
  readonly into: Socket;
  readonly out: Socket;
  stop(): void;
}

async function startRelay(...args: string[]): Promise<Relay> {
  const child = fork('bench/relay.peer.ts', args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const ports = await new Promise<{ into: number; out: number }>((resolve) =>
    child.stdout!.once('data', (bytes: Buffer) => resolve(JSON.parse(bytes.toString()))),
  );
  const out = connect(ports.out, '127.0.0.1').setNoDelay(true);
  const into = connect(ports.into, '127.0.0.1').setNoDelay(true);
  const stop = () => {
    out.destroy();
    into.destroy();
    child.disconnect();
  };
  return { into, out, stop };
}

async function timeRelay({ into, out }: Relay, frame: string): Promise<number> {
  const bytes = Buffer.from(frame);
  const seen = new Promise<number>((resolve) => {
    let got = 0;
    const take = (chunk: Buffer) => {
      got += chunk.length;
      if (got < bytes.length) return;
      out.off('data', take);
      resolve(performance.now());
    };
    out.on('data', take);
  });
  const sentAtMs = performance.now();
  into.write(bytes);
  return (await seen) - sentAtMs;
}

for (let i = 0; i < 200; i++) {
  const { frame, unid } = createFrame();
  await timeRelay(relay, frame);
  await timeRelay(durableRelay, frame);
  await timeChain(frame, unid);
}
const chain: number[][] = [];
const floor: number[][] = [];
const durableFloor: number[][] = [];
for (let run = 0; run < RUNS; run++) {
  chain.push([]);
  floor.push([]);
  durableFloor.push([]);
  for (let i = 0; i < FRAMES; i++) {
    const { frame, unid } = createFrame();
    floor[run]!.push(await timeRelay(relay, frame));
    await pause(PAUSE_MS);
    durableFloor[run]!.push(await timeRelay(durableRelay, frame));
    await pause(PAUSE_MS);
    chain[run]!.push(await timeChain(frame, unid));
    await pause(PAUSE_MS);
  }
}

const browser = await chromium.launch({ executablePath: ensureChromium(), args: CHROMIUM_ARGS });
const page = await browser.newPage();
// The map too takes its share of the page; without a graphics card it would wait to be asked.
await page.goto(`${quakewire.url}/?mapstart=always`);
await page.waitForSelector('#world', { state: 'detached', timeout: 60_000 });
while ((await page.evaluate('window.quakewire?.connection')) !== 'live') await pause(50);
await pause(2_000);
/** In the page: asks its catalogue in every turn of the event loop until the event is there; the instant of that. */
const WAIT_UNTIL_APPLIED = `(id) => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    if (window.quakewire.entry(id) === null) port2.postMessage(null);
    else resolve(performance.timeOrigin + performance.now());
  };
  port2.postMessage(null);
})`;
const inPage: number[] = [];
for (let i = 0; i < PAGE_FRAMES; i++) {
  const { frame, unid } = createFrame();
  const applied = page.evaluate(`(${WAIT_UNTIL_APPLIED})('emsc-${unid}')`) as Promise<number>;
  await pause(20);
  const sentAtMs = performance.timeOrigin + performance.now();
  socket.send(frame);
  inPage.push((await applied) - sentAtMs);
  await pause(20);
}
await browser.close();

const at = (runs: number[][], q: number) => runs.map((run) => toQuantile(run, q));
const ratios = at(chain, 0.5).map((value, run) => value / at(floor, 0.5)[run]!);
const durableRatios = at(chain, 0.5).map((value, run) => value / at(durableFloor, 0.5)[run]!);
const ratio = toQuantile(ratios, 0.5);
const pageP50 = toQuantile(inPage, 0.5);
const pageP99 = toQuantile(inPage, 0.99);
writeResult('latency', {
  title: 'Frame in → SSE out',
  method: `An EMSC frame of ${template.length} bytes on a websocket until its event is on /live: parsed, associated, report and event durable in the log (one fsync for both), sent. Floor: the same bytes through a process that relays TCP. ${RUNS} runs of ${FRAMES} frames, alternating, ${PAUSE_MS} ms apart; median of the runs (least–most). Page: until applied to the catalogue in a Chromium tab that draws with software WebGL; ${PAGE_FRAMES} frames.`,
  columns: ['chain', 'p50 ms', 'p99 ms'],
  rows: [
    ['TCP relay (floor)', toRange(at(floor, 0.5), 3), toRange(at(floor, 0.99), 3)],
    [
      'TCP relay that appends to a file and waits for fdatasync',
      toRange(at(durableFloor, 0.5), 3),
      toRange(at(durableFloor, 0.99), 3),
    ],
    ['Quakewire: frame → SSE', toRange(at(chain, 0.5), 3), toRange(at(chain, 0.99), 3)],
    ['ratio to the bare relay at p50', toRange(ratios, 2), ''],
    ['ratio to the durable relay at p50', toRange(durableRatios, 2), ''],
    ['Quakewire: frame → applied in the page', pageP50.toFixed(1), pageP99.toFixed(1)],
  ],
  verdict: `Goal ≤ 3× the floor: ${ratio <= 3 ? 'met' : `missed, ${ratio.toFixed(1)}×`}. Goal in the page p50 ≤ 10 ms, p99 ≤ 40 ms: ${pageP50 <= 10 && pageP99 <= 40 ? 'met' : 'missed'}.`,
});

live.destroy();
await quakewire.stop();
relay.stop();
durableRelay.stop();
agency.close();
http.close();
socket.terminate();
rmSync(dataDir, { recursive: true, force: true });
