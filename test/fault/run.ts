// A fault run: a recorded day comes from a replayed agency with faults on, into a Quakewire process that is killed
// with SIGKILL at random moments (some while it starts) and started again, while readers follow and resume. At the
// end the history is judged (./checker.ts). Seeded: kill moments and faults repeat with the seed; the clock does not.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/clock.ts';
import { decodeEvent } from '../../src/event/encode.ts';
import { toCursor } from '../../src/event/identity.ts';
import type { QuakeEvent } from '../../src/event/types.ts';
import { createEmbeddedLog } from '../../src/log/embedded.ts';
import type { EventLog } from '../../src/log/log.ts';
import type { Topic } from '../../src/log/topics.ts';
import { createRandom, type FaultRates } from '../../src/replay/faults.ts';
import { createReplay, type Replay } from '../../src/replay/replay.ts';
import { type RevlogRow, readRevlog } from '../../src/replay/revlog.ts';
import { createEmbeddedStore } from '../../src/store/embedded.ts';
import { findFreePort } from '../support/free-port.ts';
import { createLiveClient, type LiveClient } from '../support/live-client.ts';
import { type LogLine, type Quakewire, startQuakewire } from '../support/quakewire.ts';
import { type History, judge, type Verdict } from './checker.ts';
import { keepToOneEarthquake } from './one-earthquake.ts';

export interface FaultRunOptions {
  readonly kills: number;
  readonly seed: number;
  readonly files: readonly string[];
  readonly readers: number;
  /** Called with a line worth telling now and then. */
  readonly onProgress?: (line: string) => void;
}

export interface FaultRun {
  readonly verdict: Verdict;
  readonly kills: number;
  readonly killsBeforeReady: number;
  readonly acknowledged: number;
  readonly events: number;
  readonly revisions: number;
  readonly deadLetters: number;
  readonly resumes: number;
  readonly resets: number;
  readonly seconds: number;
}

/** Every fault a frame or a request can have, often enough that each strikes in a short run. */
const FAULTS: FaultRates = {
  drop: 0.01,
  'half-open': 0.002,
  garbage: 0.02,
  duplicate: 0.03,
  reorder: 0.03,
  delay: 0.02,
  'fdsn-empty': 0.05,
  'fdsn-204': 0.05,
  'fdsn-500': 0.05,
  'fdsn-503': 0.03,
  'fdsn-html': 0.05,
  'fdsn-half-body': 0.05,
};
/** A life, from spawning to SIGKILL, in start-up times of this machine: some are ended while they start. */
const LIFE = { min: 0.4, max: 4 };
const SETTLE_MAX_MS = 60_000;

export async function runFaults(options: FaultRunOptions): Promise<FaultRun> {
  const startedAtMs = performance.now();
  const random = createRandom(options.seed);
  const rows = keepToOneEarthquake(await readRevlog(options.files));
  const directory = mkdtempSync(join(tmpdir(), 'quakewire-fault-'));
  try {
    const { newest, startUpMs } = await runUndisturbed(rows, join(directory, 'undisturbed'));
    options.onProgress?.(`undisturbed: ${newest.size} events, ready after ${Math.round(startUpMs)} ms`);
    return {
      ...(await runDisturbed(options, { rows, random, directory, startUpMs, undisturbed: newest })),
      seconds: (performance.now() - startedAtMs) / 1000,
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function runUndisturbed(rows: readonly RevlogRow[], dataDir: string) {
  const replay = replayOf(rows, { speed: 20_000, faults: {}, random: createRandom(0) });
  await replay.start();
  const fromMs = performance.now();
  const quakewire = await startQuakewire({ args: toArgs(replay, dataDir) });
  const startUpMs = performance.now() - fromMs;
  await replay.finished;
  await settle(quakewire);
  await quakewire.stop();
  await replay.stop();
  const { newest } = await readLog(dataDir);
  return { newest, startUpMs };
}

interface Disturbance {
  readonly rows: readonly RevlogRow[];
  readonly random: () => number;
  readonly directory: string;
  readonly startUpMs: number;
  readonly undisturbed: ReadonlyMap<string, QuakeEvent>;
}

async function runDisturbed(
  { kills, readers, seed, onProgress }: FaultRunOptions,
  { rows, random, directory, startUpMs, undisturbed }: Disturbance,
): Promise<Omit<FaultRun, 'seconds'>> {
  const dataDir = join(directory, 'disturbed');
  const spanS = (rows.at(-1)!.observedAtMs - rows[0]!.observedAtMs) / 1000;
  // The recording lasts as long as all lives together.
  const lifeMeanS = (((LIFE.min + LIFE.max) / 2) * startUpMs) / 1000;
  const replay = replayOf(rows, {
    speed: Math.max(1, spanS / (kills * lifeMeanS)),
    faults: FAULTS,
    random: createRandom(seed + 1),
  });
  await replay.start();
  const port = String(await findFreePort());
  const args = [...toArgs(replay, dataDir), '--port', port];

  const acknowledged: { offset: number; key: string }[] = [];
  let deadLetters = 0;
  const onLine = (line: LogLine) => {
    if (line['acknowledged'] === 'quake.reports.v1')
      acknowledged.push({ offset: Number(line['offset']), key: String(line['key']) });
    if (line['acknowledged'] === 'quake.dead-letters.v1') deadLetters++;
  };
  let clients: readonly LiveClient[] = [];
  let killsBeforeReady = 0;
  for (let kill = 1; kill <= kills; kill++) {
    // Every third one serves, however long it takes to start at this moment: else no reader might have anything to resume.
    const untilReady = kill % 3 === 0;
    const quakewire = await startQuakewire({ args, untilReady, onLine });
    const lifeMs = (LIFE.min + random() * (LIFE.max - LIFE.min)) * startUpMs;
    await pause(untilReady ? lifeMs / 2 : lifeMs);
    if (!quakewire.lines.some((line) => 'url' in line)) killsBeforeReady++;
    if (quakewire.process.exitCode !== null) throw new Error(`Quakewire ended by itself before kill ${kill}`);
    await quakewire.kill();
    // Only now, so that the first life makes its log itself, and may be killed while it does.
    if (kill === 1) clients = await startReaders(readers, dataDir, `http://127.0.0.1:${port}`);
    if (kill % 10 === 0) onProgress?.(`${kill} kills, ${acknowledged.length} reports acknowledged`);
  }
  replay.control.setFaults({});
  const quakewire = await startQuakewire({ args, onLine });
  await replay.finished;
  // What the last faults swallowed is only missed at the next connection, as with the real agency.
  replay.control.drop();
  await pause(2_500);
  await settle(quakewire);
  for (const client of clients) while (client.cursor !== (await readCursor(quakewire))) await pause(50);
  await quakewire.stop();
  await Promise.all(clients.map((client) => client.close()));
  await replay.stop();

  const { logged, revisions } = await readLog(dataDir);
  const history: History = {
    acknowledged,
    logged,
    revisions,
    stored: await readStore(dataDir),
    undisturbed,
    readers: clients.map(({ records }) => records),
  };
  return {
    verdict: judge(history),
    kills,
    killsBeforeReady,
    acknowledged: acknowledged.length,
    events: history.stored.size,
    revisions: revisions.length,
    deadLetters,
    resumes: clients.reduce((sum, { connections }) => sum + connections - 1, 0),
    resets: clients.flatMap(({ records }) => records).filter(({ kind }) => kind === 'reset').length,
  };
}

/**
 * Readers who have read nothing of the log yet and say so: one that came without a cursor would be told only what is new when
 * it first gets through, and lack what a life before had published.
 */
async function startReaders(count: number, dataDir: string, url: string): Promise<LiveClient[]> {
  mkdirSync(dataDir, { recursive: true });
  const log = createEmbeddedLog({ path: join(dataDir, 'log.db'), clock: systemClock });
  const cursor = toCursor(await log.epoch('quake.events.v1'), -1);
  await log.close();
  return Array.from({ length: count }, () => createLiveClient({ url: () => url, cursor }));
}

function replayOf(
  rows: readonly RevlogRow[],
  how: { speed: number; faults: FaultRates; random: () => number },
): Replay {
  return createReplay({
    rows,
    ...how,
    startMs: null,
    clock: systemClock,
    host: '127.0.0.1',
    port: 0,
    // Never longer than half of the overlap of two gap fills, in the agency's time.
    delayMaxMs: Math.min(300, 300_000 / how.speed),
  });
}

function toArgs(replay: Replay, dataDir: string): string[] {
  return [
    ...['--data-dir', dataDir, '--starter', 'false', '--log-level', 'debug', '--drain-s', '0'],
    ...['--emsc-websocket-url', replay.websocketUrl, '--emsc-fdsn-url', replay.fdsnUrl],
    ...['--emsc-fdsn-interval-s', '0.02', '--emsc-reconcile-s', '86400'],
  ];
}

interface Status {
  readonly cursor: string;
  readonly sources: readonly { readonly state: string; readonly counts: unknown }[];
}

const readStatus = async ({ url }: Quakewire) => (await (await fetch(`${url}/status`)).json()) as Status;
const readCursor = async (quakewire: Quakewire) => (await readStatus(quakewire)).cursor;

/** Waits until the source is live and nothing has changed for two seconds. */
async function settle(quakewire: Quakewire): Promise<void> {
  const deadline = performance.now() + SETTLE_MAX_MS;
  let last = '';
  let sinceMs = performance.now();
  while (performance.now() - sinceMs < 2_000) {
    const { cursor, sources } = await readStatus(quakewire);
    const now = JSON.stringify([cursor, sources.map(({ state, counts }) => [state, counts])]);
    if (now !== last || sources.some(({ state }) => state !== 'live')) sinceMs = performance.now();
    last = now;
    if (performance.now() > deadline) throw new Error(`Not settled after ${SETTLE_MAX_MS / 1000} s: ${now}`);
    await pause(50);
  }
}

async function readLog(dataDir: string) {
  const log = createEmbeddedLog({ path: join(dataDir, 'log.db'), clock: systemClock });
  const logged = new Map<number, string>();
  await forEachRecord(log, 'quake.reports.v1', (offset, key) => logged.set(offset, key));
  const revisions: QuakeEvent[] = [];
  await forEachRecord(log, 'quake.events.v1', (_offset, _key, value) => {
    const { value: event, rejection } = decodeEvent(value);
    if (rejection) throw new Error(rejection.reason);
    revisions.push(event);
  });
  await log.close();
  return { logged, revisions, newest: new Map(revisions.map((event) => [event.id as string, event])) };
}

async function forEachRecord(
  log: EventLog,
  topic: Topic,
  take: (offset: number, key: string, value: Uint8Array) => void,
): Promise<void> {
  const end = await log.end(topic);
  if (end === (await log.start(topic))) return;
  for await (const { offset, key, value } of log.read(topic, 0, { signal: new AbortController().signal })) {
    take(offset, key, value);
    if (offset >= end - 1) return;
  }
}

async function readStore(dataDir: string): Promise<Map<string, QuakeEvent>> {
  const store = createEmbeddedStore({ path: join(dataDir, 'store.db') });
  const events = new Map<string, QuakeEvent>();
  const { batches } = await store.loadEvents(new AbortController().signal);
  for await (const batch of batches) for (const { event } of batch) events.set(event.id, event);
  await store.close();
  return events;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
