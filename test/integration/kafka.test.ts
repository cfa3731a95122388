// The Kafka log against a real broker in trouble: what the contract suite cannot ask of every implementation.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Admin } from '@platformatic/kafka';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ensureTopics } from '../../src/log/kafka/topics.ts';
import { createKafkaLog, type KafkaSettings } from '../../src/log/kafka.ts';
import type { EventLog, LogRecord } from '../../src/log/log.ts';
import type { Topic } from '../../src/log/topics.ts';
import { type KafkaCluster, startKafka } from '../support/kafka-broker.ts';
import { describeOnKafka } from '../support/kafka-suite.ts';
import { createTestTopics, removeTopics, untilListed } from '../support/kafka-topics.ts';

const EVENTS: Topic = 'quake.events.v1';
const REPORTS: Topic = 'quake.reports.v1';
const TLS_FOLDER = join(import.meta.dirname, '..', '..', 'fixtures', 'kafka', 'tls');
const certificate = readFileSync(join(TLS_FOLDER, 'broker-certificate.pem'), 'utf8');
const key = readFileSync(join(TLS_FOLDER, 'broker-key.pem'), 'utf8');
const USER = { name: 'quakewire', password: 'secret' };

describeOnKafka('Kafka log on a real broker', () => {
  let cluster: KafkaCluster;
  const logs: EventLog[] = [];
  const removals: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    cluster = await startKafka({ nodes: 1, user: USER, tls: { certificate, key } });
  }, 180_000);
  afterEach(async () => {
    for (const log of logs.splice(0)) await log.close();
    for (const remove of removals.splice(0)) await remove();
  });
  afterAll(() => cluster?.stop());

  function open(settings: KafkaSettings): EventLog {
    const log = createKafkaLog(settings);
    logs.push(log);
    return log;
  }
  /** One that says soon what fails. A broker that has just started, or has a topic to make, may take longer to do what works. */
  const openHasty = (settings: KafkaSettings) => open({ ...settings, patienceMs: 300 });
  async function createTopics(): Promise<KafkaSettings> {
    const { settings, remove } = await createTestTopics(cluster.brokers);
    removals.push(remove);
    return settings;
  }
  const value = Buffer.from('{}');

  test('a broker that cannot be reached is named with its setting, by every operation', async () => {
    const log = openHasty({ brokers: ['127.0.0.1:1'], clientId: 'test' });
    const told = { code: 'LOG_UNAVAILABLE', retriable: true };
    const words = /no Kafka broker answers at 127\.0\.0\.1:1 \(--kafka-brokers\): .*ECONNREFUSED/;
    const operations = [
      log.append(EVENTS, 'k', value),
      log.end(EVENTS),
      log.epoch(EVENTS),
      readAll(log, EVENTS, 1),
    ];
    for (const result of await Promise.allSettled(operations)) {
      expect(result).toMatchObject({ status: 'rejected', reason: told });
      expect((result as PromiseRejectedResult).reason.message).toMatch(words);
    }
  });

  test('SCRAM lets in who knows the password, and names the settings to who does not', async () => {
    const settings = { ...(await createTopics()), brokers: cluster.saslBrokers };
    const sasl = { mechanism: 'SCRAM-SHA-512', username: USER.name, password: USER.password } as const;
    expect(await open({ ...settings, sasl }).append(EVENTS, 'k', value)).toBe(0);
    const refused = openHasty({ ...settings, sasl: { ...sasl, password: 'wrong' } }).append(
      EVENTS,
      'k',
      value,
    );
    await expect(refused).rejects.toMatchObject({
      code: 'LOG_UNAVAILABLE',
      message:
        'Cannot append: Kafka refused the password of user "quakewire"; check --kafka-username and --kafka-password',
    });
    const plain = openHasty({ ...settings, sasl: { ...sasl, mechanism: 'PLAIN' } }).append(
      EVENTS,
      'k',
      value,
    );
    await expect(plain).rejects.toThrow(/does not offer PLAIN; check --kafka-sasl-mechanism/);
  });

  test('TLS is spoken, and a mismatch names the setting', async () => {
    const settings = await createTopics();
    const overTls = { ...settings, brokers: cluster.tlsBrokers };
    expect(await open({ ...overTls, tls: { ca: certificate } }).append(EVENTS, 'k', value)).toBe(0);
    const stranger = openHasty({ ...overTls, tls: {} }).append(EVENTS, 'k', value);
    await expect(stranger).rejects.toThrow(/is not trusted .*--kafka-tls-ca/);
    const plain = openHasty(overTls).append(EVENTS, 'k', value);
    await expect(plain).rejects.toThrow(/speaks TLS; set --kafka-tls/);
  });

  test('a missing topic is named with what creates it', async () => {
    const log = openHasty({ brokers: cluster.brokers, clientId: 'test', topicPrefix: 'nowhere.' });
    const words = /^Topic "nowhere\.quake\.events\.v1" is missing .* run `quakewire topics` to create it$/;
    await expect(log.append(EVENTS, 'k', value)).rejects.toThrow(words);
    await expect(readAll(log, EVENTS, 1)).rejects.toThrow(words);
  });

  test('a topic of three partitions is refused', async () => {
    await createOne('three.quake.events.v1', 3, []);
    removals.push(() => removeTopics(cluster.brokers, ['three.quake.events.v1']));
    const log = openHasty({ brokers: cluster.brokers, clientId: 'test', topicPrefix: 'three.' });
    await expect(log.append(EVENTS, 'k', value)).rejects.toThrow(/has 3 partitions, expected 1/);
  });

  test('ensureTopics() creates what is missing, then changes nothing, and tells what differs', async () => {
    const settings = {
      brokers: cluster.brokers,
      clientId: 'test',
      topicPrefix: 'ensured.',
      replicationFactor: 1,
    };
    const names = ['ensured.quake.reports.v1', 'ensured.quake.events.v1', 'ensured.quake.dead-letters.v1'];
    await createOne(names[1]!, 2, [{ name: 'cleanup.policy', value: 'delete' }]);
    removals.push(() => removeTopics(cluster.brokers, names));
    const [reports, events, letters] = await ensureTopics(settings);
    expect([reports?.state, letters?.state]).toEqual(['created', 'created']);
    expect(events).toMatchObject({ name: names[1], state: 'differs' });
    expect(events?.differences).toContainEqual({ setting: 'partitions', found: '2', wanted: '1' });
    expect(events?.differences).toContainEqual({
      setting: 'cleanup.policy',
      found: 'delete',
      wanted: 'compact',
    });
    const again = await ensureTopics(settings);
    expect(again.map(({ state }) => state)).toEqual(['unchanged', 'differs', 'unchanged', 'unchanged']);
  });

  test('a topic created anew has another epoch, and ends its readers', async () => {
    const settings = await createTopics();
    const log = open(settings);
    for (const one of ['a', 'b']) await log.append(EVENTS, one, value);
    const epoch = await log.epoch(EVENTS);
    const reading = readAll(log, EVENTS, 3);
    reading.catch(() => {});
    await removeTopics(cluster.brokers, [`${settings.topicPrefix}${EVENTS}`]);
    await sleep(100);
    await ensureTopics({ ...settings, replicationFactor: 1 });
    await untilListed(cluster.brokers, [`${settings.topicPrefix}${EVENTS}`]);
    await expect(reading).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    expect(await log.epoch(EVENTS)).not.toBe(epoch);
    expect([await log.start(EVENTS), await log.end(EVENTS)]).toEqual([0, 0]);
  });

  test('a reader passes the holes that compaction left', async () => {
    const name = 'compacted.quake.events.v1';
    await createOne(name, 1, [
      { name: 'cleanup.policy', value: 'compact' },
      { name: 'min.cleanable.dirty.ratio', value: '0' },
      { name: 'segment.ms', value: '200' },
    ]);
    removals.push(() => removeTopics(cluster.brokers, [name]));
    const log = open({ brokers: cluster.brokers, clientId: 'test', topicPrefix: 'compacted.' });
    for (const one of ['a', 'b', 'a', 'a', 'b', 'c']) await log.append(EVENTS, one, value);
    // The newest segment is not compacted: another one begins with the next record.
    await sleep(400);
    const last = await log.append(EVENTS, 'd', value);
    let records: LogRecord[] = [];
    while (records.length !== 4) {
      await sleep(200);
      records = await readUntil(log, EVENTS, last);
    }
    expect(records.map(({ offset, key }) => [offset, key])).toEqual([
      [3, 'a'],
      [4, 'b'],
      [5, 'c'],
      [6, 'd'],
    ]);
    expect((await readUntil(log, EVENTS, last, 1)).map(({ offset }) => offset)).toEqual([3, 4, 5, 6]);
  });

  test('what is in the log has no gap and no double while its broker is paused and killed', async () => {
    const settings = await createTopics();
    const log = openHasty(settings);
    const node = cluster.nodes[0]!;
    const count = 12_000;
    const following = readAll(open({ ...settings, patienceMs: 110_000 }), REPORTS, count);
    let isDone = false;
    const writing = (async () => {
      let next = 0;
      while (next < count) {
        const numbers = Array.from({ length: Math.min(200, count - next) }, (_, i) => next + i);
        const settled = await Promise.allSettled(numbers.map((i) => log.append(REPORTS, `${i}`, value)));
        const firstRejected = settled.findIndex(({ status }) => status === 'rejected');
        if (firstRejected === -1) {
          next += numbers.length;
          // About 10 s for all of it, so that every fault below meets appends.
          await sleep(100);
          continue;
        }
        expect(settled.slice(firstRejected).every(({ status }) => status === 'rejected')).toBe(true);
        next += firstRejected;
        await sleep(50);
      }
      isDone = true;
    })();
    for (const pauseMs of [500, 1_500]) {
      await sleep(300);
      node.signal('SIGSTOP');
      await sleep(pauseMs);
      node.signal('SIGCONT');
    }
    await sleep(300);
    node.signal('SIGKILL');
    await node.ended();
    // What is begun now reaches no broker: it is rejected, and must not be there in the end.
    await expect(openHasty(settings).append(REPORTS, 'never', value)).rejects.toThrow(
      /no Kafka broker answers/,
    );
    expect(isDone).toBe(false);
    await node.start();
    await writing;
    expect((await following).map((one) => one.key)).toEqual(Array.from({ length: count }, (_, i) => `${i}`));
  }, 120_000);

  async function createOne(topic: string, partitions: number, configs: { name: string; value: string }[]) {
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: [...cluster.brokers] });
    await admin.createTopics({ topics: [topic], partitions, replicas: 1, configs });
    await admin.close();
    await untilListed(cluster.brokers, [topic]);
  }
});

/** The first `count` records. */
async function readAll(log: EventLog, topic: Topic, count: number): Promise<LogRecord[]> {
  const { signal } = new AbortController();
  const records: LogRecord[] = [];
  for await (const record of log.read(topic, 0, { signal })) if (records.push(record) === count) break;
  return records;
}

async function readUntil(log: EventLog, topic: Topic, lastOffset: number, from = 0): Promise<LogRecord[]> {
  const { signal } = new AbortController();
  const records: LogRecord[] = [];
  for await (const record of log.read(topic, from, { signal })) {
    records.push(record);
    if (record.offset >= lastOffset) break;
  }
  return records;
}
