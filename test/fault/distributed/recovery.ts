// After the faults of a round: how long until everyone has everything again. The log, the database and every reader are asked
// until they do; who does not is named.

import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import type { Cluster } from '../../../scripts/cluster/cluster.ts';
import { readLastWords } from '../../../scripts/cluster/last-words.ts';
import type { PartKind } from '../../../scripts/cluster/view.ts';
import type { QuakeEvent } from '../../../src/event/types.ts';
import type { Follower } from './follower.ts';
import type { Recovery } from './history.ts';
import type { Reader } from './reader.ts';
import type { Field } from './strikes.ts';

/** Processes that are Quakewire's; the others are servers that it stands on. */
export const OURS: ReadonlySet<PartKind> = new Set(['source', 'associate', 'store', 'gateway']);

const POLL_MS = 50;
const SERVERS_WAIT_MS = 120_000;
/** Beyond this nobody waits for the slowest: the run ends and says who it was. */
const SETTLE_MAX_MS = 150_000;
const LETTER_WAIT_MS = 20_000;

/**
 * Nothing is broken any more once all servers that are not ours take connections and each of our processes is started: from
 * then on everyone must have everything that the agency published, and one more report, within 30 s.
 */
export async function recover(field: Field, say: (line: string) => void): Promise<Recovery[]> {
  const { cluster, agency, follower, readers } = field;
  agency.pause();
  for (const part of cluster.parts) part.revive();
  const foreign = cluster.parts.filter(({ kind }) => !OURS.has(kind));
  const deadlineMs = performance.now() + SERVERS_WAIT_MS;
  for (;;) {
    const waits = await Promise.all(foreign.map((part) => part.waitsFor()));
    if (waits.every((words) => words === null)) break;
    if (performance.now() > deadlineMs) throw new Error(`The servers are not back: ${waits.join('; ')}`);
    await sleep(POLL_MS);
  }
  const fromMs = performance.now();
  agency.publish(1);
  const wanted = agency.newest();
  const sql = postgres(cluster.postgresUrl, { max: 1, connect_timeout: 5 });
  try {
    return await untilAllHave(
      [
        { who: 'quake.events.v1', has: () => isIn(wanted, follower.newest) },
        {
          who: 'database',
          has: async () => isIn(wanted, follower.newest) && (await isStored(sql, follower)),
        },
        ...readers.map((reader) => ({
          who: reader.name,
          has: () => isIn(wanted, follower.newest) && reader.offset >= follower.last('quake.events.v1'),
        })),
      ],
      fromMs,
    );
  } catch (error) {
    for (const line of await describe(cluster, readers, follower, wanted)) say(line);
    throw error;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

interface Holder {
  readonly who: string;
  readonly has: () => boolean | Promise<boolean>;
}

async function untilAllHave(holders: readonly Holder[], fromMs: number): Promise<Recovery[]> {
  const deadlineMs = fromMs + SETTLE_MAX_MS;
  // Each by itself: the time of one that is slow to answer is not another's.
  const tookMs = await Promise.all(
    holders.map(async ({ has }) => {
      while (!(await has())) {
        if (performance.now() > deadlineMs) return null;
        await sleep(POLL_MS);
      }
      return performance.now() - fromMs;
    }),
  );
  const late = holders.filter((_, i) => tookMs[i] === null).map(({ who }) => who);
  if (late.length > 0)
    throw new Error(
      `${SETTLE_MAX_MS / 1000} s after the last fault these have not everything: ${late.join(', ')}`,
    );
  return holders.map(({ who }, i) => ({ who, tookMs: tookMs[i]! }));
}

/** Each event at least as new as wanted. */
function isIn(wanted: ReadonlyMap<string, QuakeEvent>, there: ReadonlyMap<string, QuakeEvent>): boolean {
  for (const [id, { updatedAtMs }] of wanted) {
    const known = there.get(id);
    if (!known || known.updatedAtMs < updatedAtMs) return false;
  }
  return true;
}

async function isStored(sql: postgres.Sql, follower: Follower): Promise<boolean> {
  try {
    const rows = await sql`SELECT topic, log_offset FROM quakewire.positions`;
    const offsets = new Map(rows.map(({ topic, log_offset: offset }) => [topic, Number(offset)]));
    return (['quake.reports.v1', 'quake.events.v1'] as const).every(
      (topic) => (offsets.get(topic) ?? -1) >= follower.last(topic),
    );
  } catch {
    return false; // not there yet
  }
}

/** Resolves once a dead letter quotes this frame, or after 20 s: whether it came is for the judge to say. */
export async function untilLetter(follower: Follower, text: string): Promise<void> {
  const deadlineMs = performance.now() + LETTER_WAIT_MS;
  const raw = Buffer.from(text).toString('base64');
  while (performance.now() < deadlineMs) {
    const letters = follower.followed['quake.dead-letters.v1'];
    if (letters.some(({ value }) => Buffer.from(value).includes(raw))) return;
    await sleep(POLL_MS);
  }
}

/** Who stands where when a recovery takes too long. */
async function describe(
  cluster: Cluster,
  readers: readonly Reader[],
  follower: Follower,
  wanted: ReadonlyMap<string, QuakeEvent>,
): Promise<string[]> {
  const parts = await Promise.all(
    cluster.parts.map(
      async (part) =>
        `${part.name} is ${part.state}: ${(await part.waitsFor()) ?? 'ready'}; last words: ${readLastWords(part.plan.logPath)}`,
    ),
  );
  const missing = [...wanted].filter(([id, { updatedAtMs }]) => {
    const known = follower.newest.get(id);
    return !known || known.updatedAtMs < updatedAtMs;
  });
  return [
    ...parts,
    ...readers.map(({ name, state, offset }) => `${name} is ${state} at ${offset}`),
    `quake.reports.v1 ends with ${follower.last('quake.reports.v1')}, quake.events.v1 with ${follower.last('quake.events.v1')}; not in it: ${missing.length}, such as ${missing.map(([id]) => id).slice(0, 10)}`,
  ];
}
