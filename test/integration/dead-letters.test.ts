// `quakewire dead-letters` as its users call it: a process of its own, on a data directory and on Kafka.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { encodeDeadLetter } from '../../src/event/encode.ts';
import type { DeadLetter } from '../../src/event/types.ts';
import { createEmbeddedLog } from '../../src/log/embedded.ts';
import { createKafkaLog } from '../../src/log/kafka.ts';
import type { EventLog } from '../../src/log/log.ts';
import { type KafkaCluster, startKafka } from '../support/kafka-broker.ts';
import { describeOnKafka } from '../support/kafka-suite.ts';
import { createTestTopics } from '../support/kafka-topics.ts';

const LETTER: DeadLetter = {
  schemaVersion: 1,
  agency: 'EMSC',
  receivedAtMs: 1_700_000_000_000,
  reason: 'Cannot read EMSC message: it is "<html>", expected JSON',
  field: null,
  rawBase64: Buffer.from('<html>').toString('base64'),
  via: 'websocket',
};
const bury = (log: EventLog) => log.append('quake.dead-letters.v1', 'EMSC', encodeDeadLetter(LETTER));

/** Runs the command to its end. */
async function call(...args: string[]): Promise<{ code: number | null; said: string; errors: string }> {
  const child = spawn(process.execPath, ['bin/quakewire.mjs', 'dead-letters', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [said, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, said, errors };
}

async function expectWork(where: string[]): Promise<void> {
  const listed = await call(...where, '--format', 'json');
  expect([listed.code, listed.errors]).toEqual([0, '']);
  expect(JSON.parse(listed.said)).toMatchObject({ offset: 0, ...LETTER });
  expect((await call('counts', ...where)).said).toMatch(/^ +1 {2}EMSC websocket: /);
  expect((await call('show', '0', ...where)).said).toMatch(/\n\n<html>\n$/);
  expect((await call('redrive', ...where)).said).toMatch(/0 redriven, 1 still dead, 0 already applied\n$/);
  const refused = await call('burn', ...where);
  expect([refused.code, refused.errors]).toEqual([2, expect.stringContaining('is not a command')]);
}

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'quakewire-letters-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('on a data directory it works once the process that uses it has ended, and says so before', async () => {
  const log = createEmbeddedLog({ path: join(directory, 'log.db'), clock: systemClock });
  await bury(log);
  const inUse = await call('--data-dir', directory);
  expect([inUse.code, inUse.said]).toEqual([1, '']);
  expect(inUse.errors).toMatch(/^Cannot open log ".*": another Quakewire process uses it; stop that one or/);
  await log.close();
  await expectWork(['--data-dir', directory]);
}, 180_000);

test('a folder without a log is refused, and none is made', async () => {
  const missing = join(directory, 'nothing');
  for (let i = 0; i < 2; i++) {
    expect(await call('--data-dir', missing)).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/it does not exist; .*--data-dir, .*--kafka-brokers/),
    });
  }
}, 180_000);

describeOnKafka('quakewire dead-letters on Kafka', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    cluster = await startKafka({ nodes: 1 });
  }, 180_000);
  afterAll(() => cluster?.stop());

  test('it works beside the processes that use the cluster', async () => {
    const { settings, remove } = await createTestTopics(cluster.brokers);
    const log = createKafkaLog(settings);
    try {
      await bury(log);
      const brokers = cluster.brokers.join(',');
      await expectWork(['--kafka-brokers', brokers, '--kafka-topic-prefix', settings.topicPrefix]);
    } finally {
      await log.close();
      await remove();
    }
  }, 180_000);
});
