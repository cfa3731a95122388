// How long from starting the process to the first right answer with 1 M events in log and database? And how much
// memory does it hold at rest: with the starter catalogue alone, and with 1 M events?
// Floor of the restart: reading the same rows of the database with node:sqlite and nothing else.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '../src/clock.ts';
import { encodeEvent, encodeReport } from '../src/event/encode.ts';
import { toCursor, toEventId, toReportKey } from '../src/event/identity.ts';
import type { QuakeEvent } from '../src/event/types.ts';
import { createEmbeddedLog } from '../src/log/embedded.ts';
import { createEmbeddedStore } from '../src/store/embedded.ts';
import { startQuakewire } from '../test/support/quakewire.ts';
import { toRange, writeResult } from './report.ts';
import { createSeededReports } from './seeded-report.support.ts';

const EVENTS = Number(process.env['BENCH_EVENTS'] ?? 1_000_000);
const RUNS = 3;
const SETTLE_MS = 20_000;
const BATCH = 5_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const createReport = createSeededReports();

async function fill(dataDir: string): Promise<QuakeEvent> {
  const log = createEmbeddedLog({ path: join(dataDir, 'log.db'), clock: systemClock });
  const store = createEmbeddedStore({ path: join(dataDir, 'store.db') });
  const [reportEpoch, eventEpoch] = [await log.epoch('quake.reports.v1'), await log.epoch('quake.events.v1')];
  let last: QuakeEvent | null = null;
  for (let from = 0; from < EVENTS; from += BATCH) {
    const reports = Array.from({ length: Math.min(BATCH, EVENTS - from) }, (_, i) => createReport(from + i));
    const events = reports.map((report, i): QuakeEvent => {
      const { kind: _, agencyEventId, ...shown } = report;
      return {
        ...shown,
        id: toEventId(report.agency, agencyEventId),
        revision: 1,
        state: 'live',
        firstReceivedAtMs: report.receivedAtMs,
        reports: [{ agency: report.agency, agencyEventId }],
        changed: [],
        cause: toCursor(reportEpoch, from + i),
      };
    });
    const appends = reports.map((report) =>
      log.append('quake.reports.v1', toReportKey(report), encodeReport(report)),
    );
    for (const event of events) appends.push(log.append('quake.events.v1', event.id, encodeEvent(event)));
    await Promise.all(appends);
    const end = from + events.length - 1;
    await store.applyReports(reports, { topic: 'quake.reports.v1', epoch: reportEpoch, offset: end });
    await store.applyEvents(
      events.map((event, i) => ({ event, offset: from + i })),
      { topic: 'quake.events.v1', epoch: eventEpoch, offset: end },
    );
    last = events.at(-1)!;
  }
  await log.close();
  await store.close();
  return last!;
}

const readRssMb = (pid: number) =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

// Nothing listens there: the source waits, as without internet.
const offline = [
  '--emsc-websocket-url',
  'ws://127.0.0.1:9/',
  '--emsc-fdsn-url',
  'http://127.0.0.1:9/',
  '--log-level',
  'warn',
];
const dataDir = mkdtempSync(join(tmpdir(), 'quakewire-restart-'));
const emptyDir = mkdtempSync(join(tmpdir(), 'quakewire-idle-'));
try {
  const last = await fill(dataDir);
  const restartS: number[] = [];
  const floorS: number[] = [];
  const fullMb: number[] = [];
  const idleMb: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const floorFromMs = performance.now();
    const database = new DatabaseSync(join(dataDir, 'store.db'), { readOnly: true });
    let rows = 0;
    for (const _ of database.prepare('SELECT * FROM events').iterate()) rows++;
    database.close();
    if (rows !== EVENTS) throw new Error(`${rows} rows, expected ${EVENTS}`);
    floorS.push((performance.now() - floorFromMs) / 1000);

    const fromMs = performance.now();
    const quakewire = await startQuakewire({
      args: ['--data-dir', dataDir, '--starter', 'false', ...offline],
      timeoutMs: 120_000,
    });
    const manifest = (await (await fetch(`${quakewire.url}/catalogue/manifest.json`)).json()) as {
      count: number;
    };
    const { event } = (await (await fetch(`${quakewire.url}/events/${last.id}`)).json()) as {
      event: QuakeEvent;
    };
    restartS.push((performance.now() - fromMs) / 1000);
    if (manifest.count !== EVENTS || event.updatedAtMs !== last.updatedAtMs)
      throw new Error('the first answer is not right');
    await pause(SETTLE_MS);
    fullMb.push(readRssMb(quakewire.process.pid!));
    await quakewire.stop();

    const idle = await startQuakewire({ args: ['--data-dir', emptyDir, ...offline] });
    await pause(SETTLE_MS);
    idleMb.push(readRssMb(idle.process.pid!));
    await idle.stop();
  }
  const idle = Math.max(...idleMb);
  writeResult('restart', {
    title: 'Restart and memory at rest',
    method: `${EVENTS.toLocaleString('en')} seeded events in log and database; from spawning the process to the manifest with the right count and the newest event with its content. Floor: the same rows read with node:sqlite alone. Memory is VmRSS ${SETTLE_MS / 1000} s after readiness, no agency to be reached, no reader. ${RUNS} runs: median (least–most).`,
    columns: ['what', 'figure'],
    rows: [
      [`start → first right answer, ${EVENTS.toLocaleString('en')} events`, `${toRange(restartS)} s`],
      ['floor: reading the rows', `${toRange(floorS)} s`],
      ['ratio', toRange(restartS.map((value, run) => value / floorS[run]!))],
      [`memory with ${EVENTS.toLocaleString('en')} events`, `${toRange(fullMb, 0)} MB`],
      ['memory with the starter catalogue', `${toRange(idleMb, 0)} MB`],
    ],
    verdict: `Goal ≤ 120 MB at rest with the starter catalogue: ${idle <= 120 ? 'met' : `missed, ${idle.toFixed(0)} MB`}.`,
  });
} finally {
  rmSync(dataDir, { recursive: true, force: true });
  rmSync(emptyDir, { recursive: true, force: true });
}
