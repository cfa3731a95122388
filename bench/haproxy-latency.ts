// What does HAProxy add on the way of an event to a reader? The same frame is timed at two readers of one gateway, one
// connected to it, one through HAProxy as it is configured for the gateways; alone, and with many more readers there.

import { type ChildProcess, fork } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { createEvent } from '../test/support/gateway.ts';
import { startHaproxy } from '../test/support/haproxy.ts';
import { toQuantile, toRange, writeResult } from './report.ts';

const RUNS = 5;
const EVENTS = 300;
const PAUSE_MS = 10;
const OTHERS = 500;

const gateway = fork('bench/live-fanout-server.child.ts', ['ours']);
const { port } = await new Promise<{ port: number }>((resolve) => gateway.once('message', resolve));
const gatewayUrl = `http://127.0.0.1:${port}`;
const haproxy = await startHaproxy([gatewayUrl], {
  streamsPerAddressMax: null,
  requestsPerAddressMax: null,
});

interface Reader {
  readonly socket: Socket;
  /** When the frame of this event arrived, ms. */
  wait(id: string): Promise<number>;
}

async function open(url: string): Promise<Reader> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').setNoDelay(true);
  let waiting: { id: string; resolve: (atMs: number) => void } | null = null;
  let text = '';
  let begun = () => {};
  const began = new Promise<void>((resolve) => {
    begun = resolve;
  });
  socket.setEncoding('latin1').on('data', (part: string) => {
    const atMs = performance.now();
    text = (text + part).slice(-4096);
    if (text.includes('event: hello')) begun();
    if (waiting !== null && text.includes(waiting.id)) {
      waiting.resolve(atMs);
      waiting = null;
    }
  });
  socket.write('GET /live HTTP/1.1\r\nHost: bench\r\n\r\n');
  await began;
  return {
    socket,
    wait: (id) =>
      new Promise((resolve) => {
        waiting = { id, resolve };
      }),
  };
}

/** More readers through HAProxy, in a process of their own. */
async function startOthers(count: number): Promise<ChildProcess> {
  const args = [new URL(haproxy.url).port, String(count), 'sse'];
  const child = fork('bench/live-fanout-clients.child.ts', args);
  await new Promise((resolve) => child.once('message', resolve));
  return child;
}

/** Those before are in the log already. */
let number = 1000;
async function measure(direct: Reader, proxied: Reader): Promise<{ direct: number[]; added: number[] }> {
  const result = { direct: [] as number[], added: [] as number[] };
  for (let i = 0; i < EVENTS; i++) {
    const event = createEvent(number);
    const arrived = Promise.all([direct.wait(`"${event.id}"`), proxied.wait(`"${event.id}"`)]);
    const sentAtMs = performance.now();
    gateway.send({ publish: number++ });
    const [directMs, proxiedMs] = await arrived;
    result.direct.push(directMs - sentAtMs);
    result.added.push(proxiedMs - directMs);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return result;
}

const direct = await open(gatewayUrl);
const proxied = await open(haproxy.url);
await measure(direct, proxied);
const rows: string[][] = [];
for (const count of [0, OTHERS]) {
  const others = count === 0 ? null : await startOthers(count);
  const runs: { direct: number[]; added: number[] }[] = [];
  for (let run = 0; run < RUNS; run++) runs.push(await measure(direct, proxied));
  others?.kill('SIGKILL');
  const range = (key: 'direct' | 'added', q: number) => toRange(runs.map((run) => toQuantile(run[key], q)));
  rows.push([
    String(count),
    range('direct', 0.5),
    range('direct', 0.99),
    range('added', 0.5),
    range('added', 0.99),
  ]);
}
for (const { socket } of [direct, proxied]) socket.destroy();
await haproxy[Symbol.asyncDispose]();
gateway.kill('SIGKILL');
writeResult('haproxy-latency', {
  title: 'What HAProxy adds to an event',
  method: `One gateway over an embedded log in memory, one reader connected to it and one through HAProxy 2.6; ${EVENTS} events one by one, ${PAUSE_MS} ms apart. Direct: from the command to append it to the frame at the first reader. Added: how much later the same frame is at the second. The gateway, the two readers and the other readers are three processes on two cores. Median (range) of ${RUNS} runs.`,
  columns: [
    'other readers through HAProxy',
    'direct p50, ms',
    'direct p99, ms',
    'added p50, ms',
    'added p99, ms',
  ],
  rows,
  verdict: `The two readers came first, so their frames are the first that the gateway writes; with others there, HAProxy has theirs to pass on at the same time. Heartbeats pass and slow readers are dropped through HAProxy: test/integration/haproxy.test.ts.`,
});
process.exit(0);
