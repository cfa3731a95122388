// Which associate leads, and how two of them come to believe that they do.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../../scripts/cluster/cluster.ts';
import type { Part } from '../../../scripts/cluster/part.ts';
import { scrape, toSample } from '../../../scripts/cluster/scrape.ts';

/** The group's session takes 6 s; a busy machine, more. */
const TAKEOVER_WAIT_MS = 20_000;
const TAKEOVER_POLL_MS = 200;

/** Null while nobody leads, or who does cannot be asked. */
export async function findLeader(cluster: Cluster): Promise<Part | null> {
  const asked = await Promise.all(
    cluster.of('associate').map(async (part) => ({
      part,
      samples: part.state === 'running' ? await scrape(part.plan.adminUrl!) : null,
    })),
  );
  return (
    asked.find(({ samples }) => samples && toSample(samples, 'quakewire_associate_leads') === 1)?.part ?? null
  );
}

/** Holds the leader until another one leads, then wakes it: for a moment both believe to. */
export async function makeTwoLead(cluster: Cluster, lastsMs: number): Promise<void> {
  const first = await findLeader(cluster);
  if (!first) return;
  first.pause();
  const deadlineMs = performance.now() + TAKEOVER_WAIT_MS;
  while (performance.now() < deadlineMs) {
    const leader = await findLeader(cluster);
    if (leader && leader !== first) break;
    await sleep(TAKEOVER_POLL_MS);
  }
  await sleep(lastsMs);
  first.resume();
}
