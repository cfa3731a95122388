// How long until another associate has taken over after kill -9 of the one that leads, with a million events in the log?
// From the kill until the event of the next report is in the log. For comparison: reading all events, which a process that
// had not stood by has to do first.

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventView } from '../src/associate/view.ts';
import { encodeEvent, encodeReport } from '../src/event/encode.ts';
import { toCursor, toEventId, toReportKey } from '../src/event/identity.ts';
import type { QuakeEvent, SolutionReport } from '../src/event/types.ts';
import { ensureTopics } from '../src/log/kafka/topics.ts';
import { createKafkaLog } from '../src/log/kafka.ts';
import { startKafka } from '../test/support/kafka-broker.ts';
import { type Quakewire, startQuakewire } from '../test/support/quakewire.ts';
import { readCpuMs, readMemoryMb } from './process-cost.support.ts';
import { toRange, writeResult } from './report.ts';
import { createSeededReports } from './seeded-report.support.ts';

const EVENTS = Number(process.env['BENCH_EVENTS'] ?? 1_000_000);
const RUNS = 3;
const BATCH = 8_192;
const WAIT_MAX_MS = 120_000;
const GOAL_MS = 10_000;

const kafka = await startKafka({ nodes: 1 });
const broker = kafka.brokers[0]!;
const topicPrefix = `${randomBytes(4).toString('hex')}.`;
const settings = { brokers: [broker], clientId: 'bench', topicPrefix };
await ensureTopics({ ...settings, replicationFactor: 1 });
const log = createKafkaLog(settings);
const createReport = createSeededReports();
const never = new AbortController().signal;

const append = (report: SolutionReport) =>
  log.append('quake.reports.v1', toReportKey(report), encodeReport(report));

async function startAssociate(): Promise<Quakewire> {
  const args = ['associate', '--kafka-brokers', broker, '--kafka-topic-prefix', topicPrefix];
  return startQuakewire({ args: [...args, '--log-level', 'warn'], timeoutMs: WAIT_MAX_MS });
}

/** Until it has nothing more to read: seconds in a row without work. */
async function untilIdle({ process: { pid } }: Quakewire): Promise<void> {
  for (let idle = 0; idle < 3; ) {
    const before = readCpuMs(pid!);
    await sleep(1_000);
    idle = readCpuMs(pid!) - before < 100 ? idle + 1 : 0;
  }
}

/** As association would have written them; all are of one report as far as the position goes. */
async function fill(): Promise<void> {
  await append(createReport(0));
  const cause = toCursor(await log.epoch('quake.reports.v1'), 0);
  for (let from = 1; from <= EVENTS; from += BATCH) {
    const count = Math.min(BATCH, EVENTS - from + 1);
    await Promise.all(
      Array.from({ length: count }, (_, i) => {
        const { kind: _kind, agencyEventId, ...shown } = createReport(from + i);
        const event: QuakeEvent = {
          ...shown,
          id: toEventId(shown.agency, agencyEventId),
          revision: 1,
          state: 'live',
          firstReceivedAtMs: shown.receivedAtMs,
          reports: [{ agency: shown.agency, agencyEventId }],
          changed: [],
          cause,
        };
        return log.append('quake.events.v1', event.id, encodeEvent(event));
      }),
    );
  }
}

await fill();
console.log('filled');
const readMs: number[] = [];
for (let run = 0; run < RUNS; run++) {
  const begunAtMs = performance.now();
  const { size } = await EventView.restore(log, never);
  readMs.push((performance.now() - begunAtMs) / 1000);
  if (size !== EVENTS) throw new Error(`${size} events, expected ${EVENTS}`);
}
console.log('read', readMs);
let leader = await startAssociate();
await untilIdle(leader);
const takeovers: number[] = [];
const memories: number[] = [];
for (let run = 0; run < RUNS; run++) {
  const standby = await startAssociate();
  await untilIdle(standby);
  memories.push(readMemoryMb(standby.process.pid!).now);
  const end = await log.end('quake.events.v1');
  const killedAtMs = performance.now();
  await leader.kill();
  await append(createReport(EVENTS + 1 + run));
  for await (const _ of log.read('quake.events.v1', end, { signal: AbortSignal.timeout(WAIT_MAX_MS) })) break;
  takeovers.push((performance.now() - killedAtMs) / 1000);
  console.log('takeover', takeovers.at(-1));
  leader = standby;
}
await leader.kill();
await log.close();
await kafka.stop();

const worst = Math.max(...takeovers);
writeResult('takeover', {
  title: 'Takeover of the association',
  method: `${EVENTS.toLocaleString('en')} seeded events in \`quake.events.v1\` on one Kafka broker; one associate leads, another stands by. From kill -9 of the leader until the event of the next report is in the log. Kafka's coordinator takes a member for gone 6 s after its last heartbeat (the least that brokers allow unless told otherwise). ${RUNS} runs: median (least–most).`,
  columns: ['what', 'figure'],
  rows: [
    ['takeover', `${toRange(takeovers, 1)} s`],
    ['reading all events, as a process that did not stand by has to', `${toRange(readMs, 1)} s`],
    ['memory of an associate that stands by', `${toRange(memories, 0)} MB`],
  ],
  verdict: `Goal ≤ ${GOAL_MS / 1000} s: ${worst * 1000 <= GOAL_MS ? 'met' : 'missed'}, ${worst.toFixed(1)} s at worst.`,
});
