// A distributed fault run: real Kafka, real PostgreSQL, every role a process of its own, HAProxy, readers that do as the page
// does; rounds of overlapping faults, after each of which everyone has 30 s to have everything. At the end the history is
// judged (./checker.ts). Seeded: the faults and what the agency says repeat with the seed, the clock does not.

import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { serialize } from 'node:v8';
import { findHaproxy, startCluster } from '../../../scripts/cluster/cluster.ts';
import { readLastWords } from '../../../scripts/cluster/last-words.ts';
import { scrape, toSample } from '../../../scripts/cluster/scrape.ts';
import { startRunAgency } from './agency.ts';
import { judge, type Verdict } from './checker.ts';
import { readFelt } from './felt.ts';
import { startFollower } from './follower.ts';
import {
  type History,
  type ReaderHistory,
  type Recovery,
  readAcknowledged,
  readStored,
  readTopics,
} from './history.ts';
import { type Fault, type FaultKind, planFaults, toLengthMs } from './plan.ts';
import { startReader } from './reader.ts';
import { OURS, recover, untilLetter } from './recovery.ts';
import { createSmallDisk, type SmallDisk } from './small-disk.ts';
import { type Field, STRIKES } from './strikes.ts';

export interface DistributedOptions {
  readonly seed: number;
  readonly faults: number;
  readonly brokers: 1 | 3;
  readonly gateways: number;
  readonly readers: number;
  /** No fault lasts longer, seconds; 60 lets the brokers and the database be away for a minute. */
  readonly lastsMaxS: number;
  readonly files: readonly string[];
  /** Called with a line worth telling now and then. */
  readonly onProgress?: (line: string) => void;
}

export interface DistributedRun {
  readonly verdict: Verdict;
  /** How often each kind struck. */
  readonly struck: Readonly<Partial<Record<FaultKind, number>>>;
  /** Kinds left out because this machine cannot have them, with the reason. */
  readonly leftOut: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  readonly acknowledged: number;
  readonly reports: number;
  readonly events: number;
  readonly revisions: number;
  readonly deadLetters: number;
  readonly streams: number;
  /** Times a reader was told to start over, by reason. */
  readonly resets: Readonly<Record<string, number>>;
  readonly recoveries: readonly Recovery[];
  /** Roles that ended unasked, and what they said. */
  readonly ends: readonly string[];
  /** What shows in the logs that faults were felt: how often by its name. */
  readonly felt: Readonly<Record<string, number>>;
  /** Servers that are not ours (Kafka, PostgreSQL, HAProxy) and ended unasked. */
  readonly foreignEnds: number;
}

const ROUND_LENGTH = 10;
const REPORTS_PER_S = 4;
const DISK_MB = 320;
const POLL_MS = 50;
const INFRASTRUCTURE_WAIT_MS = 120_000;
/** What is kept of a run that failed. */
const KEPT = 'test-results/fault';

export async function runDistributed(options: DistributedOptions): Promise<DistributedRun> {
  const startedAtMs = performance.now();
  const say = options.onProgress ?? (() => {});
  const folder = mkdtempSync(join(tmpdir(), 'quakewire-fault-'));
  await using cleaning = new AsyncDisposableStack();
  cleaning.defer(() => rmSync(folder, { recursive: true, force: true }));

  const disk = createSmallDisk(DISK_MB);
  if (disk) cleaning.defer(() => disk.remove());
  const missing = findMissing(disk);
  const rounds = planFaults({
    seed: options.seed,
    faults: options.faults,
    roundLength: ROUND_LENGTH,
    lastsMaxMs: options.lastsMaxS * 1000,
    without: new Set(missing.keys()),
  });
  const agency = await startRunAgency({
    seed: options.seed,
    files: options.files,
    lengthMs: toLengthMs(rounds),
    reportsPerS: REPORTS_PER_S,
  });
  cleaning.defer(() => agency.stop());

  const ends: string[] = [];
  let foreignEnds = 0;
  const cluster = await startCluster({
    brokers: options.brokers,
    gateways: options.gateways,
    agency,
    roleArgs: {
      source: [
        ...['--log-level', 'debug', '--emsc-fdsn-interval-s', '0.02', '--emsc-reconcile-s', '86400'],
        ...['--emsc-backfill-days', '0'],
      ],
      gateway: ['--starter', 'false', '--drain-s', '1'],
    },
    roleEnvironment: {
      NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'clock-shift.ts'))}`,
      FAULT_CLOCK_FOLDER: folder,
    },
    ...(disk && { postgresParent: disk.folder }),
    // Small, so that the small disk is not filled by what PostgreSQL keeps for later.
    postgresSettings: { max_wal_size: '64MB', min_wal_size: '32MB' },
    onWord: say,
    onChange(part) {
      if (part.state !== 'backing off') return;
      if (!OURS.has(part.kind)) foreignEnds++;
      else ends.push(`${part.name}: ${readLastWords(part.plan.logPath) ?? 'without a word'}`);
    },
  });
  cleaning.defer(() => cluster.stop());
  let isGood = false;
  cleaning.defer(() => {
    if (isGood) return;
    rmSync(KEPT, { recursive: true, force: true });
    cpSync(join(cluster.folder, 'logs'), KEPT, { recursive: true });
    say(`The logs of all parts are kept in ${KEPT}`);
  });
  await cluster.untilReady(INFRASTRUCTURE_WAIT_MS);
  // What was published before its first connection a source asks for by its back-fill, of which this run has none.
  await untilLive(cluster.part('source').plan.adminUrl!);

  const follower = startFollower(cluster.brokers);
  cleaning.defer(() => follower.close());
  const readers = Array.from({ length: options.readers }, (_, i) =>
    startReader(`reader ${i + 1}`, cluster.url),
  );
  cleaning.defer(() => {
    for (const reader of readers) reader.close();
  });
  const frames: { text: string; calm: boolean }[] = [];
  const field: Field = {
    ...{ cluster, agency, follower, readers, disk, clockFolder: folder },
    onGarbage: (text) => frames.push({ text, calm: false }),
  };
  say(`ready after ${Math.round((performance.now() - startedAtMs) / 1000)} s`);

  const struck: Partial<Record<FaultKind, number>> = {};
  const recoveries: Recovery[] = [];
  let count = 0;
  for (const [i, round] of rounds.entries()) {
    say(`round ${i + 1} of ${rounds.length}: ${round.map(({ kind }) => kind).join(', ')}`);
    await runRound(field, round, (fault) => {
      struck[fault.kind] = (struck[fault.kind] ?? 0) + 1;
      count++;
    });
    recoveries.push(...(await recover(field, say)));
    // While nothing is broken, a frame that is no report has its dead letter.
    const text = agency.sendGarbage();
    frames.push({ text, calm: true });
    await untilLetter(follower, text);
    const slowest = recoveries.reduce((most, { tookMs }) => Math.max(most, tookMs), 0);
    say(
      `${count} faults, ${follower.last('quake.events.v1') + 1} revisions, slowest recovery ${(slowest / 1000).toFixed(1)} s`,
    );
  }
  agency.resume();
  while (agency.remaining() > 0) await sleep(POLL_MS);
  await recover(field, say);

  const readerHistories = readers.map(
    ({ name, steps, catalogue }): ReaderHistory => ({
      name,
      steps: [...steps],
      shown: Array.from({ length: catalogue.count }, (_, row) => catalogue.entryAt(row)),
    }),
  );
  const history: History = {
    ...(await readTopics(cluster.brokers)),
    followed: follower.followed,
    acknowledged: readAcknowledged(cluster.part('source').plan.logPath),
    published: agency.newest(),
    frames,
    stored: await readStored(cluster.postgresUrl),
    readers: readerHistories,
    ends,
    recoveries,
  };
  const verdict = judge(history);
  isGood = Object.values(verdict).every((count) => count === 0);
  if (!isGood) {
    // Beside the logs: `v8.deserialize` gives it back to the judge.
    writeFileSync(join(cluster.folder, 'logs', 'history.v8'), serialize(history));
  }
  const resets = readerHistories.flatMap(({ steps }) => steps.filter((step) => step.kind === 'reset'));
  return {
    leftOut: [...missing].map(([kind, reason]) => `${kind}: ${reason}`),
    ...{ verdict, struck, recoveries, ends, foreignEnds },
    felt: readFelt(cluster),
    rounds: rounds.length,
    seconds: (performance.now() - startedAtMs) / 1000,
    acknowledged: history.acknowledged.length,
    reports: history.reports.length,
    events: history.stored.events.length,
    revisions: history.events.length,
    deadLetters: history.letters.length,
    streams: readers.reduce((sum, { streams }) => sum + streams, 0),
    resets: Object.fromEntries(
      Object.entries(Object.groupBy(resets, ({ reason }) => reason)).map(([reason, each]) => [
        reason,
        each!.length,
      ]),
    ),
  };
}

/** Faults that cannot be had on this machine, with the reason. */
function findMissing(disk: SmallDisk | null): ReadonlyMap<FaultKind, string> {
  const missing = new Map<FaultKind, string>();
  if (!disk) missing.set('database disk full', 'it takes root and the right to mount');
  if (!findHaproxy()) {
    for (const kind of ['kill balancer', 'pause balancer'] as const)
      missing.set(kind, 'HAProxy is not installed');
  }
  return missing;
}

async function untilLive(adminUrl: string): Promise<void> {
  const deadlineMs = performance.now() + INFRASTRUCTURE_WAIT_MS;
  for (;;) {
    const samples = await scrape(adminUrl);
    if (samples && toSample(samples, 'quakewire_source_live') === 1) return;
    if (performance.now() > deadlineMs) throw new Error('The source is not live');
    await sleep(POLL_MS);
  }
}

/** All faults of a round; resolves when the last of them has ended. */
async function runRound(
  field: Field,
  faults: readonly Fault[],
  onStrike: (fault: Fault) => void,
): Promise<void> {
  field.agency.resume();
  const lasting: Promise<void>[] = [];
  for (const fault of faults) {
    await sleep(fault.afterMs);
    onStrike(fault);
    lasting.push(STRIKES[fault.kind](field, fault));
  }
  await Promise.all(lasting);
}
