// How long from an agency's frame to the bytes on /live when every stage is a process of its own and Kafka stands
// between them? Floor: Kafka's own EndToEndLatency on the same broker, which crosses the broker once; the chain crosses
// it twice. Peer: the same stages on kafkajs. All three alternate in one run.

import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { ensureTopics } from '../src/log/kafka/topics.ts';
import { startKafka } from '../test/support/kafka-broker.ts';
import { createFrame, template } from './frame.support.ts';
import { runEndToEndLatency, TOOLS_VERSION } from './kafka-tools.support.ts';
import { readCpuMs } from './process-cost.support.ts';
import { toQuantile, toRange, writeResult } from './report.ts';

const RUNS = Number(process.env['BENCH_RUNS'] ?? 5);
const FRAMES = 400;
const PAUSED_FRAMES = 100;
const PAUSE_MS = 20;
const IDLE_MS = 3_000;
const WARM_UP_FRAMES = 1_000;
const TOOL_RECORDS = 6_000;
const KAFKAJS_VERSION = '2.2.4';
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface Chain {
  /** CPU time of its three processes so far, milliseconds. */
  cpuMs(): number;
  /** Milliseconds from writing a frame to its event on /live. */
  time(): Promise<number>;
  stop(): void;
}

function tell<T>(child: ChildProcess, key: string): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('A stage ended')));
    child.on('message', (message: object) => {
      if (key in message) resolve(message as T);
    });
  });
}

/** An agency, three stages as three processes, and one reader of /live. */
async function startChain(client: 'ours' | 'kafkajs', broker: string): Promise<Chain> {
  const topicPrefix = `${client}-${randomBytes(4).toString('hex')}.`;
  await ensureTopics({ brokers: [broker], clientId: 'bench', topicPrefix, replicationFactor: 1 });
  const http = createServer((_request, response) => response.writeHead(204).end());
  const agency = new WebSocketServer({
    server: http,
    path: '/standing_order/websocket',
    perMessageDeflate: false,
  });
  const connected = new Promise<WebSocket>((resolve) => agency.once('connection', resolve));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port: agencyPort } = http.address() as { port: number };
  const children: ChildProcess[] = [];
  const start = (stage: string) => {
    const child = fork('bench/kafka-chain.child.ts', [stage, client, broker, topicPrefix, `${agencyPort}`]);
    children.push(child);
    return child;
  };
  start('associate');
  const gateway = await tell<{ port: number }>(start('gateway'), 'port');
  const ready = tell(start('source'), 'ready');
  const socket = await connected;
  await ready;
  // Read from the bare socket: a parser's time is the reader's, not the wire's.
  const live = connect(gateway.port, '127.0.0.1').setNoDelay(true);
  live.write('GET /live HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n\r\n');
  await untilSeen(live, 'event: hello');
  return {
    async time() {
      const { frame, unid } = createFrame();
      const seen = untilSeen(live, `"id":"emsc-${unid}"`);
      const sentAtMs = performance.now();
      socket.send(frame);
      return (await seen) - sentAtMs;
    },
    cpuMs: () => children.reduce((sum, { pid }) => sum + readCpuMs(pid!), 0),
    stop() {
      live.destroy();
      for (const child of children) child.kill('SIGKILL');
      socket.terminate();
      agency.close();
      http.close();
    },
  };
}

/** The instant at which a frame with this text in it is whole. */
function untilSeen(live: Socket, wanted: string): Promise<number> {
  return new Promise((resolve) => {
    let text = '';
    const take = (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const at = text.indexOf(wanted);
      if (at < 0 || text.indexOf('\n\n', at) < 0) return;
      live.off('data', take);
      resolve(performance.now());
    };
    live.on('data', take);
  });
}

const kafka = await startKafka({ nodes: 1 });
const broker = kafka.brokers[0]!;
const chains = { ours: await startChain('ours', broker), kafkajs: await startChain('kafkajs', broker) };
const names = ['ours', 'kafkajs'] as const;
for (let i = 0; i < WARM_UP_FRAMES; i++) for (const name of names) await chains[name].time();

type PerChain = Record<'ours' | 'kafkajs', number[]>;
const idlePercent: PerChain = { ours: [], kafkajs: [] };
const cpuPerFrameMs: PerChain = { ours: [], kafkajs: [] };
const floorSamples: number[][] = [];
const floorP99: number[] = [];
const floorMeans: number[] = [];
const tight: Record<'ours' | 'kafkajs', number[][]> = { ours: [], kafkajs: [] };
const paused: Record<'ours' | 'kafkajs', number[][]> = { ours: [], kafkajs: [] };
for (let run = 0; run < RUNS; run++) {
  const floor = await runEndToEndLatency(broker, 'end-to-end', TOOL_RECORDS, template.length);
  floorSamples.push([...floor.samplesMs]);
  floorP99.push(floor.p99WholeMs);
  floorMeans.push(floor.meanMs);
  const idleBefore = names.map((name) => chains[name].cpuMs());
  await pause(IDLE_MS);
  for (const [i, name] of names.entries()) {
    idlePercent[name].push(((chains[name].cpuMs() - idleBefore[i]!) / IDLE_MS) * 100);
  }
  // In turn, so that neither always comes after the other.
  for (const name of run % 2 === 0 ? names : names.toReversed()) {
    const times: number[] = [];
    const cpuBefore = chains[name].cpuMs();
    for (let i = 0; i < FRAMES; i++) times.push(await chains[name].time());
    cpuPerFrameMs[name].push((chains[name].cpuMs() - cpuBefore) / FRAMES);
    tight[name].push(times);
  }
  for (const name of names) paused[name].push([]);
  for (let i = 0; i < PAUSED_FRAMES; i++) {
    for (const name of names) {
      await pause(PAUSE_MS);
      paused[name][run]!.push(await chains[name].time());
    }
  }
  console.log(
    `run ${run + 1}: tool p50 ${toQuantile(floor.samplesMs, 0.5).toFixed(2)} mean ${floor.meanMs.toFixed(2)} p99 ${floor.p99WholeMs}; ours ${toQuantile(tight.ours[run]!, 0.5).toFixed(2)} p99 ${toQuantile(tight.ours[run]!, 0.99).toFixed(2)}; kafkajs ${toQuantile(tight.kafkajs[run]!, 0.5).toFixed(2)}; at rest ${idlePercent.ours[run]!.toFixed(1)} and ${idlePercent.kafkajs[run]!.toFixed(1)} %`,
  );
}
for (const name of names) chains[name].stop();
await kafka.stop();

const at = (runs: number[][], q: number) => runs.map((run) => toQuantile(run, q));
const floorP50 = toQuantile(floorSamples.flat(), 0.5);
const oursP50 = toQuantile(at(tight.ours, 0.5), 0.5);
const oursP99 = toQuantile(at(tight.ours, 0.99), 0.5);
const boundMs = 1.5 * floorP50 + 0.3;
const factor = toQuantile(at(tight.kafkajs, 0.5), 0.5) / oursP50;
const row = (name: string, runs: number[][], cpu: string) => [
  name,
  toRange(at(runs, 0.5), 2),
  toRange(at(runs, 0.99), 1),
  cpu,
];
writeResult('kafka-latency', {
  title: 'Frame in → Kafka → SSE out',
  method: `An EMSC frame of ${template.length} bytes on a websocket until its event is on /live, three processes: source → \`quake.reports.v1\` → associate → \`quake.events.v1\` → gateway, each append acknowledged with acks=all by one broker (Kafka 4.4, replication 1) on the same machine. Floor: Kafka's own EndToEndLatency (kafka-tools ${TOOLS_VERSION}, the newest published) on the same broker, records of the same size, one topic: it crosses the broker once, the chain twice, with two more processes, a websocket and an SSE stream. Peer: the same stages on kafkajs ${KAFKAJS_VERSION}. ${RUNS} runs, each of ${TOOL_RECORDS} records of the tool and ${FRAMES} frames of each chain, one after the other, the next when the last has arrived; median of the runs (least–most). The tool prints its percentiles in whole milliseconds; its p50 here is the median of every thousandth record, which it prints exactly (${floorSamples.flat().length} of them).`,
  columns: ['chain', 'p50 ms', 'p99 ms', 'CPU of the processes'],
  rows: [
    [
      "Kafka's EndToEndLatency (one crossing)",
      `${floorP50.toFixed(2)} (mean ${toRange(floorMeans, 2)})`,
      `${toRange(floorP99, 0)}, rounded down`,
      '',
    ],
    row('Quakewire on Kafka (two crossings)', tight.ours, `${toRange(cpuPerFrameMs.ours, 2)} ms a frame`),
    row('the same on kafkajs', tight.kafkajs, `${toRange(cpuPerFrameMs.kafkajs, 2)} ms a frame`),
    row(
      `Quakewire, a frame every ${PAUSE_MS} ms`,
      paused.ours,
      `at rest ${toRange(idlePercent.ours, 1)} % of a core`,
    ),
    row(
      `the same on kafkajs, a frame every ${PAUSE_MS} ms`,
      paused.kafkajs,
      `at rest ${toRange(idlePercent.kafkajs, 1)} % of a core`,
    ),
  ],
  verdict: `Goal p50 ≤ 1.5 × ${floorP50.toFixed(2)} + 0.3 = ${boundMs.toFixed(2)} ms: ${oursP50 <= boundMs ? 'met' : 'missed'}, ${oursP50.toFixed(2)} ms. Goal p99 ≤ 15 ms: ${oursP99 <= 15 ? 'met' : 'missed'}, ${oursP99.toFixed(1)} ms. Goal: kafkajs takes at least 2 × as long at p50: ${factor >= 2 ? 'met' : 'missed'}, ${factor.toFixed(2)} ×.`,
});
