// How many reports a second go through Kafka into PostgreSQL and a gateway, and what does each process hold when they
// have? Against the broker's own producer and consumer tools on the same broker in the same run.

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeReport } from '../src/event/encode.ts';
import { toReportKey } from '../src/event/identity.ts';
import { ensureTopics } from '../src/log/kafka/topics.ts';
import { createKafkaLog } from '../src/log/kafka.ts';
import type { Topic } from '../src/log/topics.ts';
import { startKafka } from '../test/support/kafka-broker.ts';
import { startPostgres } from '../test/support/postgres-server.ts';
import { type Quakewire, startQuakewire } from '../test/support/quakewire.ts';
import { runTool, TOOLS_VERSION } from './kafka-tools.support.ts';
import { readCpuMs, readMemoryMb } from './process-cost.support.ts';
import { writeResult } from './report.ts';
import { createSeededReports } from './seeded-report.support.ts';

const REPORTS = Number(process.env['BENCH_EVENTS'] ?? 1_000_000);
/** Appends under way at once: some round trips' worth. */
const UNDER_WAY = 8_192;
const POLL_MS = 100;
const WAIT_MAX_MS = 600_000;

const kafka = await startKafka({ nodes: 1 });
const postgres = await startPostgres();
const broker = kafka.brokers[0]!;
const name = randomBytes(4).toString('hex');
const settings = { brokers: [broker], clientId: 'bench', topicPrefix: `${name}.` };
await ensureTopics({ ...settings, replicationFactor: 1 });
const log = createKafkaLog(settings);
const createReport = createSeededReports();
const recordBytes = encodeReport(createReport(0)).length;

const started: Quakewire[] = [];
async function start(role: string): Promise<Quakewire> {
  const args = [role, '--kafka-brokers', broker, '--kafka-topic-prefix', `${name}.`, '--log-level', 'warn'];
  args.push('--postgres-url', postgres.url, '--postgres-schema', `q_${name}`, '--drain-s', '0');
  if (role === 'gateway') args.push('--starter', 'false');
  const quakewire = await startQuakewire({ args, timeoutMs: WAIT_MAX_MS });
  started.push(quakewire);
  return quakewire;
}

/** The offset that a stage has applied, by its own metric; −1: none. */
async function offsetOf({ adminUrl }: Quakewire, stage: string, topic: Topic): Promise<number> {
  const text = await (await fetch(`${adminUrl}/metrics`)).text();
  const line = new RegExp(
    `^quakewire_stage_offset\\{[^}]*stage="${stage}",topic="${topic}"[^}]*\\} (\\d+)`,
    'm',
  );
  return Number(line.exec(text)?.[1] ?? -1);
}

async function untilAt(quakewire: Quakewire, stage: string, topic: Topic, offset: number): Promise<number> {
  for (const deadline = Date.now() + WAIT_MAX_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    if ((await offsetOf(quakewire, stage, topic)) >= offset) return performance.now();
  }
  throw new Error(`${stage} has not come to ${offset} of ${topic}`);
}

/** Appends reports; resolves when all are acknowledged. */
async function append(from: number, count: number): Promise<void> {
  let underWay = 0;
  let wake = () => {};
  for (let i = from; i < from + count; i++) {
    const report = createReport(i);
    underWay += 1;
    void log.append('quake.reports.v1', toReportKey(report), encodeReport(report)).then(() => {
      underWay -= 1;
      wake();
    });
    while (underWay >= UNDER_WAY) await new Promise<void>((resolve) => (wake = resolve));
  }
  while (underWay > 0) await new Promise<void>((resolve) => (wake = resolve));
}

const [leader, store, gateway] = await Promise.all([start('associate'), start('store'), start('gateway')]);
await append(0, 1);
await untilAt(gateway, 'gateway', 'quake.events.v1', 1);
const eventsFrom = await log.end('quake.events.v1');

const begunAtMs = performance.now();
const cpuBefore = [leader, store, gateway].map(({ process: { pid } }) => readCpuMs(pid!));
const arrivals = Promise.all([
  untilAt(leader, 'associate', 'quake.reports.v1', REPORTS),
  untilAt(store, 'store', 'quake.reports.v1', REPORTS),
  untilAt(store, 'store', 'quake.events.v1', eventsFrom + REPORTS - 1),
  untilAt(gateway, 'gateway', 'quake.events.v1', eventsFrom + REPORTS - 1),
]);
await append(1, REPORTS);
const appendedAtMs = performance.now();
const [associatedAt, reportsAt, eventsAt, shownAt] = await arrivals;
const costs = [leader, store, gateway].map(({ process: { pid } }, i) => ({
  ...readMemoryMb(pid!),
  cpuS: (readCpuMs(pid!) - cpuBefore[i]!) / 1000,
}));

for (const one of started)
  if (one.process.exitCode === null && one.process.signalCode === null) await one.kill();
await log.close();

console.log('the tools');
await ensureTopics({ ...settings, topicPrefix: 'tools.', replicationFactor: 1 });
const tool = [
  '--bootstrap-server',
  broker,
  '--topic',
  'tools.quake.reports.v1',
  '--num-records',
  `${REPORTS}`,
];
const produced = await runTool('ProducerPerformance', [
  ...tool,
  ...['--record-size', `${recordBytes}`, '--throughput', '-1', '--command-property', 'acks=all'],
]);
const consumed = await runTool('ConsumerPerformance', [...tool, '--hide-header', '--timeout', '60000']);
await kafka.stop();
await postgres.remove();

const stages = [
  { stage: 'associate', atMs: associatedAt, cpuS: costs[0]!.cpuS },
  { stage: 'store', atMs: Math.max(reportsAt, eventsAt), cpuS: costs[1]!.cpuS },
  { stage: 'gateway', atMs: shownAt, cpuS: costs[2]!.cpuS },
];
const last = stages.reduce((a, b) => (b.atMs > a.atMs ? b : a));
const dearest = stages.reduce((a, b) => (b.cpuS > a.cpuS ? b : a));
const rate = (atMs: number) => Math.round(REPORTS / ((atMs - begunAtMs) / 1000)).toLocaleString('en');
const producerRate = /([\d.]+) records\/sec[^\n]*\n?$/.exec(produced.trim())?.[1] ?? '?';
const consumerRate = consumed.trim().split('\n').at(-1)!.split(', ')[5] ?? '?';
const row = (what: string, atMs: number, cost?: { now: number; peak: number; cpuS: number }) => [
  what,
  rate(atMs),
  cost ? `${cost.cpuS.toFixed(0)} s` : '',
  cost ? `${cost.now.toFixed(0)} (${cost.peak.toFixed(0)})` : '',
];
writeResult('kafka-import', {
  title: `${REPORTS.toLocaleString('en')} reports through Kafka`,
  method: `${REPORTS.toLocaleString('en')} seeded reports of about ${recordBytes} bytes, each of an event of its own, appended with acks=all by one process while associate, store (PostgreSQL) and gateway follow, each a process of its own; from the first append until the stage has applied the last, by its own metric. Everything, broker and database too, on one machine. The broker's own tools (kafka-tools ${TOOLS_VERSION}), on the same broker after it, records of the same size, alone on the machine: batches of 16 kB, acks=all. One run.`,
  columns: ['what', 'reports a second', 'CPU', 'memory MB (peak)'],
  rows: [
    ["Kafka's ProducerPerformance, alone", Math.round(Number(producerRate)).toLocaleString('en'), '', ''],
    ["Kafka's ConsumerPerformance, alone", Math.round(Number(consumerRate)).toLocaleString('en'), '', ''],
    row('appended to `quake.reports.v1`', appendedAtMs),
    row('associate: all reports applied', associatedAt, costs[0]),
    row('store: reports in PostgreSQL', reportsAt, costs[1]),
    row('store: events in PostgreSQL', eventsAt),
    row('gateway: all events shown', shownAt, costs[2]),
  ],
  verdict: `The whole chain takes in ${Math.round((REPORTS / ((eventsAt - begunAtMs) / 1000) / Number(producerRate)) * 100)} % of what the broker's own producer writes alone. Last of the stages: ${last.stage}; most CPU: ${dearest.stage}. Four processes of ours, the broker and the database share the machine's cores.`,
});
