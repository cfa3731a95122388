// The stages as processes of their own, on a real Kafka broker and a real PostgreSQL: started in the wrong order, told
// wrongly, killed.

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startAgency, toAgencyArgs, toFeatureText } from '../support/agency.ts';
import { type KafkaCluster, startKafka } from '../support/kafka-broker.ts';
import { describeOnKafka } from '../support/kafka-suite.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { type Quakewire, startQuakewire } from '../support/quakewire.ts';

/** Half a second on a quiet machine. */
const REFUSAL_MS_MAX = 45_000;
/** A fault of the cluster is told after 20 s (PATIENCE_MS), on a busy machine later. */
const TOLD_MS_MAX = 60_000;
/** At the most 9 s on a quiet machine; what waited for its broker never ended. */
const ENDED_MS_MAX = 30_000;

function refuse(...args: string[]): { code: number | null; text: string } {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['bin/quakewire.mjs', ...args, '--admin-port', '0'],
    {
      encoding: 'utf8',
      timeout: REFUSAL_MS_MAX,
    },
  );
  return { code: status, text: stderr.trim() };
}

test('a stage without its cluster or its database is refused, naming the flag', { timeout: 180_000 }, () => {
  expect(refuse('source')).toEqual({
    code: 2,
    text: 'Cannot start: the role source on Kafka needs --kafka-brokers',
  });
  expect(refuse('gateway', '--kafka-brokers', '127.0.0.1:9')).toEqual({
    code: 2,
    text: 'Cannot start: the role gateway on Kafka needs --postgres-url',
  });
  expect(refuse('topics', '--kafka-brokers', '127.0.0.1:9', '--kafka-username', 'quake')).toEqual({
    code: 2,
    text: 'Cannot start: --kafka-username and --kafka-password are given together or not at all',
  });
  expect(refuse('topics', '--kafka-brokers', '127.0.0.1:9', '--kafka-tls-ca', '/nowhere.pem').text).toMatch(
    /^Cannot read --kafka-tls-ca: ENOENT/,
  );
});

describeOnKafka('Roles on Kafka and PostgreSQL', () => {
  let kafka: KafkaCluster;
  let postgres: PostgresServer;
  let ports: string[];
  const running: Quakewire[] = [];
  const closers: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    [kafka, postgres] = await Promise.all([startKafka({ nodes: 1 }), startPostgres()]);
  }, 180_000);
  afterEach(async () => {
    await Promise.all(running.splice(0).map((one) => one.kill()));
    for (const close of closers.splice(0)) await close();
  });
  afterAll(async () => {
    await kafka?.stop();
    await postgres?.remove();
  });

  async function start(role: string, args: readonly string[] = [], untilReady = true): Promise<Quakewire> {
    const quakewire = await startQuakewire({
      args: [role, ...ports, '--drain-s', '0', ...args],
      untilReady,
      timeoutMs: TOLD_MS_MAX,
    });
    running.push(quakewire);
    return quakewire;
  }
  const end = async (quakewire: Quakewire, how: 'kill' | 'stop') => {
    running.splice(running.indexOf(quakewire), 1);
    await quakewire[how]();
  };
  async function waitsFor({ adminUrl }: Quakewire): Promise<string | null> {
    const answer = await fetch(`${adminUrl}/readyz`).catch(() => null);
    if (!answer || answer.ok) return null;
    return ((await answer.json()) as { detail: string }).detail;
  }
  const eventually = <T>(ask: () => Promise<T>) => expect.poll(ask, { timeout: TOLD_MS_MAX, interval: 100 });

  test('stages started in the wrong order wait, say what for, and go on by themselves', async () => {
    const name = randomBytes(4).toString('hex');
    ports = ['--kafka-brokers', kafka.brokers.join(','), '--kafka-topic-prefix', `${name}.`];
    ports.push('--postgres-url', postgres.url, '--postgres-schema', `q_${name}`);
    const agency = await startAgency();
    closers.push(() => agency.stop());
    const timeMs = Date.now() - 600_000;
    const publish = (lastUpdateMs: number, magnitude: number) =>
      agency.control.publish(
        'create',
        toFeatureText({ unid: '20260101_0000001', timeMs, lastUpdateMs, magnitude }),
      );
    publish(timeMs + 60_000, 5.1);

    const [gateway, , associate, source] = await Promise.all([
      start('gateway', [], false),
      start('store', [], false),
      start('associate', [], false),
      start('source', toAgencyArgs(agency), false),
    ]);
    const missing = `Topic "${name}.quake.events.v1" is missing on the Kafka cluster`;
    await eventually(() => waitsFor(gateway)).toContain(missing);
    await eventually(() => waitsFor(source)).toMatch(/quake\.(reports|sources)\.v1" is missing/);

    const topics = await start('topics', ['--admin-port', '0'], false);
    expect(await new Promise((resolve) => topics.process.once('close', resolve))).toBe(0);

    const magnitude = async () => {
      const answer = await fetch(`${gateway.url}/events/emsc-20260101_0000001`).catch(() => null);
      if (!answer?.ok) return null;
      return ((await answer.json()) as { event: { magnitude: { value: number } } }).event.magnitude.value;
    };
    await eventually(magnitude).toBe(5.1);
    const sourceState = async () => {
      const answer = await fetch(`${gateway.url}/status`);
      return ((await answer.json()) as { sources: { state: string }[] }).sources[0]?.state;
    };
    await eventually(sourceState).toBe('live');

    // The next one goes through a source and an association that were killed in between.
    await Promise.all([end(associate, 'kill'), end(source, 'kill')]);
    publish(timeMs + 120_000, 6.1);
    await Promise.all([start('associate'), start('source', toAgencyArgs(agency))]);
    await eventually(magnitude).toBe(6.1);
  }, 180_000);

  test('stages end when they are told to, though their broker froze with an append under way', async () => {
    const name = randomBytes(4).toString('hex');
    ports = ['--kafka-brokers', kafka.brokers.join(','), '--kafka-topic-prefix', `${name}.`];
    ports.push('--postgres-url', postgres.url, '--postgres-schema', `q_${name}`);
    const agency = await startAgency();
    closers.push(() => agency.stop());
    const topics = await start('topics', ['--admin-port', '0'], false);
    await new Promise((resolve) => topics.process.once('close', resolve));
    const stages = await Promise.all([
      ...['gateway', 'store', 'associate'].map((role) => start(role)),
      start('source', toAgencyArgs(agency)),
    ]);
    const [broker] = kafka.nodes;
    try {
      broker!.signal('SIGSTOP');
      const timeMs = Date.now() - 600_000;
      agency.control.publish(
        'create',
        toFeatureText({ unid: '20260101_0000002', timeMs, lastUpdateMs: timeMs }),
      );
      await sleep(2_000);
      const codes = Promise.all(stages.map((stage) => stage.stop()));
      expect(await Promise.race([codes, sleep(ENDED_MS_MAX, 'some go on')])).toEqual([0, 0, 0, 0]);
    } finally {
      broker!.signal('SIGCONT');
    }
  }, 180_000);
});
