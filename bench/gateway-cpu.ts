// What does a delivered event cost in CPU when the readers are spread over 1, 2 or 4 gateways? Each gateway is a process that
// follows quake.events.v1 on one Kafka broker. Twice: the same readers split over the gateways, and the same number at each.

import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeEvent } from '../src/event/encode.ts';
import { ensureTopics } from '../src/log/kafka/topics.ts';
import { createKafkaLog } from '../src/log/kafka.ts';
import { createEvent } from '../test/support/gateway.ts';
import { startKafka } from '../test/support/kafka-broker.ts';
import { ask, end } from './child.support.ts';
import { readCpuMs } from './process-cost.support.ts';
import { toQuantile, toRange, writeResult } from './report.ts';

const RUNS = Number(process.env['BENCH_RUNS'] ?? 3);
const GATEWAYS = [1, 2, 4] as const;
const TOTAL = 2_000;
const EACH = 1_000;
/** Until the engine has compiled what runs once an event. */
const WARM_UP_EVENTS = 300;
const EVENTS = 300;
/** So that a reader's share of bytes is the same for every event: numbers of four digits. */
let number = 1_000;

const kafka = await startKafka({ nodes: 1 });
const broker = kafka.brokers[0]!;

/** CPU microseconds of all gateways together for one event to one reader. */
async function measure(gatewayCount: number, readersEach: number): Promise<number> {
  const topicPrefix = `${randomBytes(4).toString('hex')}.`;
  const settings = { brokers: [broker], clientId: 'bench', topicPrefix };
  await ensureTopics({ ...settings, replicationFactor: 1 });
  const log = createKafkaLog(settings);
  // Offsets of four digits too, so that every frame has the same length.
  await Promise.all(
    Array.from({ length: 1_000 }, (_, i) => {
      const event = createEvent(i);
      return log.append('quake.events.v1', event.id, encodeEvent(event));
    }),
  );
  const pairs = await Promise.all(
    Array.from({ length: gatewayCount }, async () => {
      const gateway = fork('bench/kafka-chain.child.ts', ['gateway', 'ours', broker, topicPrefix]);
      const { port } = await ask<{ port: number }>(gateway, null, 'port');
      const readers = fork('bench/live-fanout-clients.child.ts', [`${port}`, `${readersEach}`, 'sse']);
      await ask(readers, null, 'ready');
      return { gateway, readers };
    }),
  );
  const publish = async () => {
    const event = createEvent(number++);
    await log.append('quake.events.v1', event.id, encodeEvent(event));
  };
  const counts = () =>
    Promise.all(pairs.map(({ readers }) => ask<{ bytes: number }>(readers, { count: true }, 'bytes')));
  try {
    await sleep(1_000);
    const [before] = await counts();
    await publish();
    await sleep(2_000);
    const [after] = await counts();
    const frameBytes = (after!.bytes - before!.bytes) / readersEach;
    if (!Number.isInteger(frameBytes) || frameBytes < 400)
      throw new Error(`${frameBytes} bytes for each reader`);
    const deliver = async (times: number) => {
      const begun = await counts();
      for (let i = 1; i <= times; i++) {
        const reached = pairs.map(({ readers }, k) =>
          ask(readers, { target: begun[k]!.bytes + i * frameBytes * readersEach }, 'reached'),
        );
        await publish();
        await Promise.all(reached);
      }
    };
    await deliver(WARM_UP_EVENTS);
    const cpu = () => pairs.reduce((sum, { gateway }) => sum + readCpuMs(gateway.pid!), 0);
    const startedMs = cpu();
    await deliver(EVENTS);
    return ((cpu() - startedMs) * 1_000) / (EVENTS * readersEach * gatewayCount);
  } finally {
    for (const { gateway, readers } of pairs) {
      await end(readers);
      await end(gateway);
    }
    await log.close();
  }
}

const kinds = {
  split: (count: number) => TOTAL / count,
  each: () => EACH,
} as const;
type Kind = keyof typeof kinds;
const costs: Record<Kind, Map<number, number[]>> = { split: new Map(), each: new Map() };
for (let run = 0; run < RUNS; run++) {
  for (const kind of ['split', 'each'] as const) {
    for (const count of GATEWAYS) {
      number = 1_000;
      const us = await measure(count, kinds[kind](count));
      costs[kind].set(count, [...(costs[kind].get(count) ?? []), us]);
      console.log(
        `run ${run + 1}, ${count} gateways, ${kinds[kind](count)} readers each: ${us.toFixed(2)} µs`,
      );
    }
  }
}
await kafka.stop();

const median = (kind: Kind, count: number) => toQuantile(costs[kind].get(count)!, 0.5);
const change = (kind: Kind, count: number) => (median(kind, count) / median(kind, 1) - 1) * 100;
const worst = (kind: Kind) => Math.max(...GATEWAYS.map((count) => change(kind, count)));
const judge = (kind: Kind) =>
  `${worst(kind) <= 5 ? 'met' : 'missed'} (at most ${worst(kind).toFixed(0)} % more)`;
writeResult('gateway-cpu', {
  title: 'CPU of a delivered event, from 1 to 4 gateways',
  method: `Events one by one through one Kafka broker to gateways that are processes of their own, each event when every reader has the one before; readers over loopback in further processes. User and system CPU of the gateways together, divided by frames delivered; ${EVENTS} events after ${WARM_UP_EVENTS}, median (range) of ${RUNS} runs. It holds what a gateway does for each event whoever reads: fetching, decoding, its catalogue, its history. With 4 gateways, 4 readers' processes and the broker on 2 cores.`,
  columns: ['gateways', `${TOTAL} readers in all: µs`, 'against 1', `${EACH} readers each: µs`, 'against 1'],
  rows: GATEWAYS.map((count) => [
    `${count}`,
    toRange(costs.split.get(count)!),
    `${change('split', count).toFixed(0)} %`,
    toRange(costs.each.get(count)!),
    `${change('each', count).toFixed(0)} %`,
  ]),
  verdict: `Goal: within 5 % from 1 to 4. The same readers split: ${judge('split')}. The same at each: ${judge('each')}.`,
});
