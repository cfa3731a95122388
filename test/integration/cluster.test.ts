// The distributed parts as `npm run cluster` starts them: real Kafka, PostgreSQL and, where installed, HAProxy. A reader
// follows through the balancer while gateways and the working associate are killed.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cluster, startCluster } from '../../scripts/cluster/cluster.ts';
import { scrape, toSample } from '../../scripts/cluster/scrape.ts';
import type { Replay } from '../../src/replay/replay.ts';
import { startAgency, toFeatureText } from '../support/agency.ts';
import { describeOnKafka } from '../support/kafka-suite.ts';
import { createLiveClient, type LiveClient } from '../support/live-client.ts';

/** A busy machine of two cores takes many times the five seconds of a quiet one. */
const START_MAX_MS = 240_000;
const ARRIVAL_MAX_MS = 60_000;

describeOnKafka('a cluster', () => {
  let agency: Replay;
  let cluster: Cluster;
  let reader: LiveClient;
  let published = 0;

  beforeAll(async () => {
    agency = await startAgency();
    cluster = await startCluster({
      agency: { websocketUrl: agency.websocketUrl, fdsnUrl: agency.fdsnUrl },
      roleArgs: { source: ['--emsc-fdsn-interval-s', '0.02'], gateway: ['--starter', 'false'] },
    });
    await cluster.untilReady(START_MAX_MS);
    // Without a balancer a reader asks one gateway after the other.
    let turn = 0;
    reader = createLiveClient({
      url: () =>
        cluster.balancerLeftOut === null
          ? cluster.url
          : cluster.gatewayUrls[turn++ % cluster.gatewayUrls.length]!,
      retryMs: 200,
    });
    while (reader.connections === 0) await sleep(50);
  }, START_MAX_MS);

  afterAll(async () => {
    await reader?.close();
    await cluster?.stop();
    await agency?.stop();
  }, 60_000);

  /** Publishes the next event and waits until the reader has it. */
  async function publish(): Promise<void> {
    const nowMs = Date.now();
    const unid = `20261123_${String(++published).padStart(7, '0')}`;
    agency.control.publish('create', toFeatureText({ unid, timeMs: nowMs - 60_000, lastUpdateMs: nowMs }));
    await expect.poll(() => reader.events.has(`emsc-${unid}`), { timeout: ARRIVAL_MAX_MS }).toBe(true);
  }

  const findReaders = async (name: string) =>
    toSample((await scrape(cluster.part(name).plan.adminUrl!)) ?? new Map(), 'quakewire_live_streams');

  /** Waits for it: metrics that a busy machine does not give in time say nothing. */
  async function findWorkingAssociate(): Promise<string> {
    let working = '';
    await expect
      .poll(async () => {
        working = await lookForLeader();
        return working;
      })
      .not.toBe('');
    return working;
  }

  async function lookForLeader(): Promise<string> {
    for (const { name, plan, state } of cluster.of('associate')) {
      if (state !== 'running') continue;
      const samples = await scrape(plan.adminUrl!);
      if (samples && toSample(samples, 'quakewire_associate_leads') === 1) return name;
    }
    return '';
  }

  test('a gateway killed under a reader: the other one continues where it was', {
    timeout: 180_000,
  }, async () => {
    for (const _ of cluster.gatewayUrls) {
      await publish();
      let serving = '';
      await expect
        .poll(async () => {
          for (const { name } of cluster.of('gateway')) if ((await findReaders(name)) === 1) serving = name;
          return serving;
        })
        .not.toBe('');
      const connections = reader.connections;
      await cluster.part(serving).kill();
      await publish();
      expect(reader.connections).toBeGreaterThan(connections);
      cluster.part(serving).revive();
      await cluster.untilReady(ARRIVAL_MAX_MS);
    }
  });

  test('the working associate killed: the other one takes over', { timeout: 180_000 }, async () => {
    const before = await findWorkingAssociate();
    await cluster.part(before).kill();
    await publish();
    const after = await findWorkingAssociate();
    expect(after).not.toBe(before);
    cluster.part(before).revive();
    await cluster.untilReady(ARRIVAL_MAX_MS);
    await publish();
  });

  test('the reader was sent every event, once, and never told to start over', () => {
    const sent = reader.records.flatMap(({ event }) => (event ? [`${event.id}@${event.revision}`] : []));
    expect(new Set(sent).size).toBe(sent.length);
    expect(reader.events.size).toBe(published);
    expect(reader.records.some(({ kind }) => kind === 'reset')).toBe(false);
    const offsets = reader.records.flatMap(({ cursor }) => (cursor ? [Number(cursor.split(':')[1])] : []));
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
  });
});
