// A gateway is killed (SIGKILL) under 2,000 connected readers behind HAProxy: how long until all are back, does anyone lose or
// double an event, and do they spread over the survivors? Three gateways, processes of their own on a real Kafka; readers
// that do as the page does; events flow all the time. The killed gateway is started again before the next kill.

import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeEvent } from '../src/event/encode.ts';
import { createKafkaLog } from '../src/log/kafka.ts';
import { findFreePort } from '../test/support/free-port.ts';
import { createEvent } from '../test/support/gateway.ts';
import { startHaproxy } from '../test/support/haproxy.ts';
import { startKafka } from '../test/support/kafka-broker.ts';
import { createTestTopics } from '../test/support/kafka-topics.ts';
import { ask } from './child.support.ts';
import { toQuantile, toRange, writeResult } from './report.ts';

const READERS = Number(process.env['KILL_READERS'] ?? 2000);
const GATEWAYS = 3;
const KILLS = Number(process.env['KILL_RUNS'] ?? 5);
const EVENTS_PER_S = 5;
const BACK_MAX_MS = 60_000;

interface Kill {
  readonly cut: number;
  readonly allBackMs: number;
  readonly halfBackMs: number;
  readonly spread: readonly number[];
}

const kafka = await startKafka({ nodes: 1 });
const topics = await createTestTopics(kafka.brokers);
const log = createKafkaLog(topics.settings);
const ports = await Promise.all(Array.from({ length: GATEWAYS }, findFreePort));
const startOne = async (port: number) => {
  const args = [kafka.brokers.join(','), topics.settings.topicPrefix, String(port)];
  const child = fork('bench/gateway-kill-gateway.child.ts', args);
  await ask(child, null, 'port');
  return child;
};
const gateways = await Promise.all(ports.map(startOne));
const haproxy = await startHaproxy(
  ports.map((port) => `http://127.0.0.1:${port}`),
  { streamsPerAddressMax: null, requestsPerAddressMax: null },
);
const streamsOf = async (child: ChildProcess) =>
  (await ask<{ streams: number }>(child, { streams: true }, 'streams')).streams;

let published = 0;
let publishing = true;
const publisher = (async () => {
  while (publishing) {
    await log.append('quake.events.v1', `e${published}`, encodeEvent(createEvent(published)));
    published++;
    await sleep(1000 / EVENTS_PER_S);
  }
})();

const readers = fork('bench/gateway-kill-readers.child.ts', [haproxy.url, String(READERS)]);
await ask(readers, null, 'started');
interface State {
  readonly live: number;
  readonly away: number;
  readonly firstCutMs: number;
  readonly backAtMs: readonly number[];
}
const stateOf = () => ask<State>(readers, { state: true }, 'live');
for (let waitedMs = 0; (await stateOf()).live < READERS; waitedMs += 200) {
  if (waitedMs > BACK_MAX_MS)
    throw new Error(`${(await stateOf()).live} of ${READERS} readers are connected`);
  await sleep(200);
}

const kills: Kill[] = [];
for (let run = 0; run < KILLS; run++) {
  await sleep(3000);
  await ask(readers, { mark: true }, 'marked');
  const victim = run % GATEWAYS;
  const killedAtMs = performance.timeOrigin + performance.now();
  gateways[victim]!.kill('SIGKILL');
  let state = await stateOf();
  for (
    let waitedMs = 0;
    state.away > 0 || state.live < READERS || state.backAtMs.length === 0;
    waitedMs += 100
  ) {
    if (waitedMs > BACK_MAX_MS) throw new Error(`${state.away} readers never came back: ${haproxy.output()}`);
    await sleep(100);
    state = await stateOf();
  }
  const delaysMs = state.backAtMs.map((atMs) => atMs - killedAtMs);
  const survivors = gateways.filter((_, i) => i !== victim);
  kills.push({
    cut: delaysMs.length,
    allBackMs: Math.max(...delaysMs),
    halfBackMs: toQuantile(delaysMs, 0.5),
    spread: await Promise.all(survivors.map(streamsOf)),
  });
  console.log(`kill ${run + 1}: ${JSON.stringify(kills.at(-1))}`);
  gateways[victim] = await startOne(ports[victim]!);
}
publishing = false;
await publisher;
interface Verdict {
  readonly lost: number;
  readonly doubled: number;
  readonly least: number;
}
let verdict = await ask<Verdict>(readers, { judge: true }, 'lost');
for (let waitedMs = 0; verdict.least < published - 1 && waitedMs < 20_000; waitedMs += 200) {
  await sleep(200);
  verdict = await ask<Verdict>(readers, { judge: true }, 'lost');
}
const missing = verdict.least < published - 1 ? published - 1 - verdict.least : 0;

for (const child of [readers, ...gateways]) child.kill('SIGKILL');
await haproxy[Symbol.asyncDispose]();
await log.close();
await topics.remove();
await kafka.stop();

const seconds = (pick: (kill: Kill) => number) => toRange(kills.map((kill) => pick(kill) / 1000));
const worstMs = Math.max(...kills.map(({ allBackMs }) => allBackMs));
writeResult('gateway-kill', {
  title: 'A gateway killed under its readers',
  method: `${READERS} readers in one process, each with the page's own connection (src/web/live), through HAProxy 2.6 to ${GATEWAYS} gateways, processes on one Kafka broker; about ${EVENTS_PER_S} events/s, ${published} in all. SIGKILL to one gateway, ${KILLS} times, another one each time; it is started again before the next. Time from the signal to a reader's stream being open again. Every reader checks that each offset reaches it once and in order.`,
  columns: [
    'kill',
    'readers cut off',
    'half back, s',
    'all back, s',
    'streams of the survivors',
    'least to most',
  ],
  rows: kills.map(({ cut, halfBackMs, allBackMs, spread }, i) => [
    String(i + 1),
    String(cut),
    (halfBackMs / 1000).toFixed(2),
    (allBackMs / 1000).toFixed(2),
    spread.join(', '),
    (Math.min(...spread) / Math.max(...spread)).toFixed(3),
  ]),
  verdict: `All back: ${seconds(({ allBackMs }) => allBackMs)} s, goal at most 5 s (${worstMs <= 5000 ? 'met' : 'missed'}). Lost ${verdict.lost + missing}, doubled ${verdict.doubled}, over ${READERS} readers and ${published} events each (goal 0 and 0: ${verdict.lost + missing + verdict.doubled === 0 ? 'met' : 'missed'}). A reader's first pause is half a second to a second by the page's own back-off.`,
});
process.exit(0);
