// One stage of the distributed chain as a process of its own, for bench/kafka-latency.ts: the product's stages on the
// product's log, or the same stages on the kafkajs log. Arguments: `source`, `associate` or `gateway`; `ours` or `kafkajs`;
// broker; topic prefix; for the source, the agency's port. Says `{ready}` or `{port}` by IPC, and its CPU time and
// memory when asked.

import { runAssociate } from '../src/associate/stage.ts';
import { systemClock } from '../src/clock.ts';
import { createKafkaLog } from '../src/log/kafka.ts';
import { createKafkaLeadership } from '../src/log/kafka-leadership.ts';
import { runLeading } from '../src/log/leadership.ts';
import type { EventLog } from '../src/log/log.ts';
import { createEmscSource } from '../src/sources/emsc/source.ts';
import { createLogger } from '../src/telemetry/logger.ts';
import { createMetrics } from '../src/telemetry/metrics.ts';
import { startGateway } from '../test/support/gateway.ts';
import { NO_ADDRESS_BOUNDS } from './child.support.ts';
import { createKafkajsLog } from './kafkajs-log.support.ts';

const [stage, client, broker, topicPrefix, agencyPort] = process.argv.slice(2) as [
  'source' | 'associate' | 'gateway',
  'ours' | 'kafkajs',
  string,
  string,
  string,
];
const settings = { brokers: [broker], clientId: `bench-${stage}`, topicPrefix };
const logger = createLogger({ role: stage, level: 'error', format: 'json' });
const metrics = createMetrics();
const clock = systemClock;
const { signal } = new AbortController();
const createLog = (): EventLog =>
  client === 'ours' ? createKafkaLog(settings) : createKafkajsLog([broker], topicPrefix);

process.on('disconnect', () => process.exit());

if (stage === 'source') {
  const kept = new Map<string, string>();
  const source = createEmscSource({
    websocketUrl: `ws://127.0.0.1:${agencyPort}/standing_order/websocket`,
    fdsnUrl: `http://127.0.0.1:${agencyPort}/fdsnws/event/1/`,
    log: createLog(),
    memory: {
      read: async (key) => kept.get(key) ?? null,
      write: async (key, value) => void kept.set(key, value),
    },
    ...{ clock, logger, metrics, fetch },
    random: Math.random,
    timing: { fdsnIntervalMs: 50 },
  });
  source.onStatus(({ state }) => {
    if (state === 'live') process.send!({ ready: true });
  });
  await source.run(signal);
} else if (stage === 'associate') {
  process.send!({ ready: true });
  if (client === 'ours') {
    const leadership = createKafkaLeadership({
      ...settings,
      office: 'associate',
      topics: ['quake.events.v1', 'quake.dead-letters.v1'],
    });
    await runLeading(leadership, signal, (log, term) => runAssociate({ log, logger, metrics }, term));
  } else {
    await runAssociate({ log: createLog(), logger, metrics }, signal);
  }
} else {
  const { url } = await startGateway({ log: createLog(), options: { http: NO_ADDRESS_BOUNDS } });
  process.send!({ port: Number(new URL(url).port) });
}
