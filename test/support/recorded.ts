// A recorded day up to an instant, then on at the pace of life: the whole chain has been through every report of it, so
// that revisions and withdrawals are there, and the page stands in the middle of the day. For pictures and for tests
// that want what really happened.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/clock.ts';
import { createRandom } from '../../src/replay/faults.ts';
import { createReplay, type Replay, type ReplayOptions } from '../../src/replay/replay.ts';
import { readRevlog } from '../../src/replay/revlog.ts';
import { toTimeline } from '../../src/replay/timeline.ts';
import { toAgencyArgs } from './agency.ts';
import { findFreePort } from './free-port.ts';
import { type Quakewire, startQuakewire } from './quakewire.ts';

export interface RecordedDay {
  /** Published up to here at once; then one second takes one second. */
  readonly untilMs: number;
  /** An event of the recording, and what it must be before the day counts as played. */
  readonly known: { readonly unid: string; readonly revision: number };
  readonly file: string;
}

const PATIENCE_MS = 60_000;

/** 2023-02-06, the hours after the Kahramanmaraş earthquakes of M 7.8 and M 7.5. */
export const KAHRAMANMARAS: RecordedDay = {
  file: 'fixtures/emsc/kahramanmaras-2023-02-06.tsv.gz',
  untilMs: Date.UTC(2023, 1, 6, 12, 0),
  known: { unid: '20230206_0000008', revision: 2 },
};

/** 2023-04-04: the morning after an event of five revisions (M 5.1 → 5.6 → 5.6 → 5.4 → 5.1). */
export const OWEN_FRACTURE_ZONE: RecordedDay = {
  file: 'fixtures/emsc/owen-fracture-zone-2023-04-03.tsv.gz',
  untilMs: Date.UTC(2023, 3, 4, 7, 30),
  known: { unid: '20230403_0000228', revision: 5 },
};

export interface RecordedQuakewire extends AsyncDisposable {
  readonly quakewire: Quakewire;
  readonly agency: Replay;
}

export async function startRecordedDay(day: RecordedDay): Promise<RecordedQuakewire> {
  const dataDir = mkdtempSync(join(tmpdir(), 'quakewire-recorded-'));
  const rows = await readRevlog([day.file]);
  const options: ReplayOptions = {
    ...{ rows, speed: 1, startMs: day.untilMs, faults: {}, random: createRandom(1), clock: systemClock },
    // Both replays, one after the other: nobody takes it in between.
    ...{ host: '127.0.0.1', port: await findFreePort() },
  };
  const until = new Set(
    toTimeline(rows)
      .filter(({ atMs }) => atMs <= day.untilMs)
      .map(({ row }) => row),
  );
  const first = createReplay({
    ...options,
    ...{ rows: rows.filter((row) => until.has(row)), speed: 'max', startMs: null, paused: true },
  });
  await first.start();
  const args = [...toAgencyArgs(first), '--data-dir', dataDir, '--starter', 'false'];
  const quakewire = await startQuakewire({ args, timeoutMs: 3 * PATIENCE_MS });
  const statusOf = async () =>
    (await (await fetch(`${quakewire.url}/status`)).json()) as {
      sources: { state: string }[];
      clock: { replayedMs: number } | null;
    };
  // Who listens only later is told the last of several revisions alone.
  await waitFor(async () => (await statusOf()).sources[0]?.state === 'live');
  first.control.resume();
  await waitFor(async () => {
    const response = await fetch(`${quakewire.url}/events/emsc-${day.known.unid}`, {
      headers: { accept: 'application/json' },
    });
    if (!response.ok) return false;
    const { event } = (await response.json()) as { event: { revision: number } };
    return first.status().remaining === 0 && event.revision >= day.known.revision;
  });
  await first.stop();
  const agency = createReplay(options);
  await agency.start();
  await waitFor(async () => {
    const { sources, clock } = await statusOf();
    return sources[0]?.state === 'live' && clock !== null && clock.replayedMs >= day.untilMs;
  });
  return {
    quakewire,
    agency,
    async [Symbol.asyncDispose]() {
      await quakewire.stop();
      await agency.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > deadlineMs) throw new Error(`The recorded day was not played in time: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
