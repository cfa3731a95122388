// Topics removed and created anew on a real broker while the stages run: nothing stays of the old ones, nothing of the
// new ones is missing, and no stage waits for ever.

import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runAssociate } from '../../src/associate/stage.ts';
import { decodeEvent, encodeReport } from '../../src/event/encode.ts';
import { toReportKey } from '../../src/event/identity.ts';
import type { SolutionReport } from '../../src/event/types.ts';
import { ensureTopics } from '../../src/log/kafka/topics.ts';
import { createKafkaLog } from '../../src/log/kafka.ts';
import type { EventLog } from '../../src/log/log.ts';
import { createEmbeddedStore } from '../../src/store/embedded.ts';
import { runStore } from '../../src/store/stage.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { anyReport } from '../support/arbitraries.ts';
import { startGateway } from '../support/gateway.ts';
import { type KafkaCluster, startKafka } from '../support/kafka-broker.ts';
import { describeOnKafka } from '../support/kafka-suite.ts';
import { createTestTopics, removeTopics } from '../support/kafka-topics.ts';
import { startStage, testLogger } from '../support/stages.ts';

const PATIENT = { timeout: 40_000, interval: 100 };
const COUNT = 30;

describeOnKafka('topics created anew under running stages', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    cluster = await startKafka({ nodes: 1 });
  }, 180_000);
  afterAll(() => cluster?.stop());

  test('quake.events.v1: association makes all events again, the store and the gateway start over', async () => {
    const { settings, remove } = await createTestTopics(cluster.brokers);
    const open = () => createKafkaLog(settings);
    const logs = { source: open(), associate: open(), store: open(), gateway: open() };
    const store = createEmbeddedStore({ path: ':memory:' });
    const parts = { logger: testLogger, metrics: createMetrics() };
    const stages = [
      startStage((signal) => runAssociate({ ...parts, log: logs.associate }, signal)),
      startStage((signal) => runStore({ ...parts, log: logs.store, store }, signal)),
    ];
    await using running = await startGateway({ log: logs.gateway, store });
    const [sample] = fc.sample(anyReport({ kind: 'solution' }), { numRuns: 1, seed: 4 }) as [SolutionReport];
    const report = (number: number) => {
      const one = { ...sample, agencyEventId: `${number}`, updatedAtMs: 1_700_000_000_000 + number };
      return logs.source.append('quake.reports.v1', toReportKey(one), encodeReport(one));
    };
    const expectAll = async (count: number) => {
      await expect.poll(() => countEvents(logs.source), PATIENT).toBe(count);
      await expect.poll(async () => (await store.counts()).events, PATIENT).toBe(count);
      const epoch = await logs.source.epoch('quake.events.v1');
      await expect.poll(() => readManifest(running.url), PATIENT).toContain(`"${epoch}:`);
      expect(running.gateway.waitsFor()).toBeNull();
    };
    try {
      for (let i = 0; i < COUNT; i++) await report(i);
      await expectAll(COUNT);
      await removeTopics(cluster.brokers, [`${settings.topicPrefix}quake.events.v1`]);
      await ensureTopics({ ...settings, replicationFactor: 1 });
      // What association appends next is what tells it.
      await report(COUNT);
      await expectAll(COUNT + 1);
    } finally {
      for (const stage of stages) await stage.stop();
      for (const log of Object.values(logs)) await log.close();
      await remove();
    }
  }, 180_000);

  test('brokers of two clusters in one list are told apart when the first fails, and nothing goes to the second', async () => {
    const other = await startKafka({ nodes: 1 });
    const { settings, remove } = await createTestTopics(other.brokers);
    await ensureTopics({ ...settings, brokers: cluster.brokers, replicationFactor: 1 });
    const log = createKafkaLog({
      ...settings,
      brokers: [...other.brokers, ...cluster.brokers],
      patienceMs: 1_000,
    });
    const second = createKafkaLog({ ...settings, brokers: cluster.brokers });
    // A broker that has just started takes longer than the hasty one waits: until then nothing is asked of it.
    const patient = createKafkaLog(settings);
    try {
      await patient.append('quake.reports.v1', 'k', Buffer.from('{}'));
      expect(await log.append('quake.events.v1', 'k', Buffer.from('{}'))).toBe(0);
      other.nodes[0]!.signal('SIGKILL');
      await other.nodes[0]!.ended();
      for (const failing of [
        () => log.append('quake.events.v1', 'k', Buffer.from('{}')),
        () => log.append('quake.events.v1', 'k', Buffer.from('{}')),
      ]) {
        await expect(failing()).rejects.toThrow(/\(--kafka-brokers\) leads to two Kafka clusters/);
      }
      expect(await second.end('quake.events.v1')).toBe(0);
      await other.nodes[0]!.start();
      await patient.end('quake.events.v1');
      expect(await log.append('quake.events.v1', 'k', Buffer.from('{}'))).toBe(1);
    } finally {
      for (const one of [log, second, patient]) await one.close();
      await remove();
      await other.stop();
    }
  }, 180_000);
});

/** Different events that can be read in quake.events.v1 now. */
async function countEvents(log: EventLog): Promise<number> {
  const ids = new Set<string>();
  const until = await log.end('quake.events.v1');
  const { signal } = new AbortController();
  for await (const { value } of log.read('quake.events.v1', 0, { signal, until }))
    ids.add(decodeEvent(value).value!.id);
  return ids.size;
}

/** What a browser is told first: its cursor names the log's incarnation. */
const readManifest = async (url: string): Promise<string> =>
  (await fetch(`${url}/catalogue/manifest.json`)).text();
