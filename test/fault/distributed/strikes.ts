// What each kind of fault does to a running cluster, and how it ends. The plan (./plan.ts) says which, when and how long.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../../scripts/cluster/cluster.ts';
import type { Part } from '../../../scripts/cluster/part.ts';
import { FDSN_FAULTS, type FdsnFault } from '../../../src/replay/faults.ts';
import type { Agency } from './agency.ts';
import type { Follower } from './follower.ts';
import { EVENT_GARBAGE, produceGarbage, REPORT_GARBAGE } from './garbage.ts';
import { findLeader, makeTwoLead } from './leaders.ts';
import type { Fault, FaultKind } from './plan.ts';
import type { Reader } from './reader.ts';
import type { SmallDisk } from './small-disk.ts';

/** What a fault can get at. */
export interface Field {
  readonly cluster: Cluster;
  readonly agency: Agency;
  readonly follower: Follower;
  readonly readers: readonly Reader[];
  /** Null: the database has no disk that could be filled. */
  readonly disk: SmallDisk | null;
  /** Of ./clock-shift.ts. */
  readonly clockFolder: string;
  /** Told of each frame that is no report. */
  readonly onGarbage: (text: string) => void;
}

/** Strikes, lasts, and resolves when it has ended. What it killed is started again, what it held goes on. */
type Strike = (field: Field, fault: Fault) => Promise<void>;

const CLOCK_SHIFTS_MS = [1_000, 30_000, 600_000, 86_400_000, 40 * 86_400_000];

/**
 * Silence is given up after a minute; a list that is too long is asked for in a thousand parts; a service that refuses
 * `updatedafter` is asked by origin times for an hour, which finds revisions of the last day alone.
 */
const SLOW_TO_HEAL: ReadonlySet<FdsnFault> = new Set(['fdsn-silent', 'fdsn-413', 'fdsn-refuse-updatedafter']);

const toOne = <T>(items: readonly T[], draw: number): T => items[Math.floor(draw * items.length)]!;

async function kill(parts: readonly Part[], lastsMs: number): Promise<void> {
  await Promise.all(parts.map((part) => part.kill()));
  await sleep(lastsMs);
  for (const part of parts) part.revive();
}

async function stop(part: Part, lastsMs: number): Promise<void> {
  await part.stop();
  await sleep(lastsMs);
  part.revive();
}

async function pause(part: Part, lastsMs: number): Promise<void> {
  part.pause();
  await sleep(lastsMs);
  part.resume();
}

const killOne =
  (kind: Part['kind']): Strike =>
  ({ cluster }, { lastsMs, draws }) =>
    kill([toOne(cluster.of(kind), draws[0])], lastsMs);
const stopOne =
  (kind: Part['kind']): Strike =>
  ({ cluster }, { lastsMs, draws }) =>
    stop(toOne(cluster.of(kind), draws[0]), lastsMs);
const pauseOne =
  (kind: Part['kind']): Strike =>
  ({ cluster }, { lastsMs, draws }) =>
    pause(toOne(cluster.of(kind), draws[0]), lastsMs);

export const STRIKES: Readonly<Record<FaultKind, Strike>> = {
  'kill source': killOne('source'),
  'pause source': pauseOne('source'),
  'kill leading associate': async ({ cluster }, { lastsMs }) =>
    kill([(await findLeader(cluster)) ?? cluster.of('associate')[0]!], lastsMs),
  'kill standby associate': async ({ cluster }, { lastsMs }) => {
    const leader = await findLeader(cluster);
    await kill([cluster.of('associate').find((part) => part !== leader)!], lastsMs);
  },
  'two associates lead': ({ cluster }, { lastsMs }) => makeTwoLead(cluster, lastsMs),
  'kill store': killOne('store'),
  'pause store': pauseOne('store'),
  'kill gateway': killOne('gateway'),
  'stop gateway': stopOne('gateway'),
  'pause gateway': pauseOne('gateway'),
  'kill balancer': killOne('balancer'),
  'pause balancer': pauseOne('balancer'),
  'kill broker': killOne('kafka'),
  'stop broker': stopOne('kafka'),
  'pause broker': pauseOne('kafka'),
  'all brokers down': ({ cluster }, { lastsMs }) => kill(cluster.of('kafka'), lastsMs),
  'kill database': killOne('postgres'),
  'stop database': stopOne('postgres'),
  'pause database': pauseOne('postgres'),
  'database down for long': stopOne('postgres'),
  'database disk full': async ({ cluster, disk }, { lastsMs }) => {
    disk!.fill();
    await sleep(lastsMs);
    disk!.free();
    // Where the write-ahead log found no room the server has ended itself.
    cluster.part('postgres').revive();
  },
  'drop agency socket': async ({ agency }) => agency.control.drop(),
  'freeze agency socket': async ({ agency }, { lastsMs }) => {
    agency.control.freeze();
    await sleep(lastsMs);
    // Half a minute of silence would end it too.
    agency.control.drop();
  },
  'agency refuses': async ({ agency }, { lastsMs }) => {
    agency.control.accept(false);
    agency.control.drop();
    await sleep(lastsMs);
    agency.control.accept(true);
  },
  'garbage frames': async ({ agency, onGarbage }, { lastsMs, draws }) => {
    for (let left = 1 + Math.floor(draws[0] * 5); left > 0; left--) {
      onGarbage(agency.sendGarbage());
      await sleep(lastsMs / 5);
    }
  },
  'frames doubled, late, out of order': async ({ agency }, { lastsMs }) => {
    agency.control.setFaults({ duplicate: 0.2, reorder: 0.2, delay: 0.2, drop: 0.02 });
    await sleep(lastsMs);
    agency.control.setFaults({});
    // A frame that was held back goes with the next one.
    agency.publish(1);
  },
  'agency service fails': async ({ agency }, { lastsMs, draws }) => {
    const faults = FDSN_FAULTS.filter((fault) => !SLOW_TO_HEAL.has(fault));
    // Each once: a service that twice says in a row that there is nothing is believed.
    agency.failNext([...new Set(draws.map((draw) => toOne(faults, draw)))]);
    agency.control.drop();
    await sleep(lastsMs);
  },
  'burst of reports': async ({ agency }, { draws }) => agency.publish(100 + Math.floor(draws[0] * 400)),
  'slow reader': async ({ readers }, { lastsMs, draws }) => {
    const reader = toOne(readers, draws[0]);
    reader.hold(true);
    await sleep(lastsMs);
    reader.hold(false);
  },
  'clock jump': async ({ cluster, clockFolder }, { lastsMs, draws }) => {
    const roles = cluster.parts.filter(({ plan }) => plan.adminUrl !== null);
    const file = join(clockFolder, String(toOne(roles, draws[0]).plan.ports['admin']));
    const shiftMs = toOne(CLOCK_SHIFTS_MS, draws[1]) * (draws[2] < 0.5 ? -1 : 1);
    writeFileSync(file, String(shiftMs));
    await sleep(lastsMs);
    rmSync(file, { force: true });
  },
  'garbage records': async ({ cluster, follower }, { draws }) => {
    const known = [...follower.newest.keys()];
    await produceGarbage(
      cluster.brokers,
      'quake.reports.v1',
      toOne(REPORT_GARBAGE, draws[0]),
      'EMSC/foreign',
    );
    // Under a name of its own, or under that of an event there is.
    const key = known.length > 0 && draws[1] < 0.5 ? toOne(known, draws[2]) : 'emsc-foreign';
    await produceGarbage(cluster.brokers, 'quake.events.v1', toOne(EVENT_GARBAGE, draws[1]), key);
  },
};
