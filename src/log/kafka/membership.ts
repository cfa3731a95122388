// Membership in a consumer group of which one member is chosen. Kafka's coordinator notices who is gone; the group's
// own rule (a member computes it, as in every classic group) chooses the one that leads already, else the first: who
// joins or leaves disturbs nobody.
//
//   join ─▶ sync (chosen or not) ─▶ heartbeat ──── REBALANCE_IN_PROGRESS ─▶ join; who leads goes on leading
//    ▲                                  │
//    └───────────────────────────────── unknown member, or no answer for a session: not chosen

import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, heartbeatV4, joinGroupV9, leaveGroupV5, syncGroupV5 } from '@platformatic/kafka';
import type { Cluster } from './cluster.ts';
import { connectToCoordinator } from './coordinator.ts';
import { toChain, toKafkaCode, toLogError } from './faults.ts';
import { Patience } from './patience.ts';
import type { KafkaSettings } from './settings.ts';

/** A member silent for this long is gone. 6 s is the least that brokers allow unless told otherwise. */
const SESSION_TIMEOUT_MS = 6_000;
/** How long the others wait for a member to join again; below the bound of a request (./settings.ts). */
const REBALANCE_TIMEOUT_MS = 6_000;
const HEARTBEAT_MS = 500;
/** Not Kafka's `consumer`: no partitions are assigned. */
const PROTOCOL_TYPE = 'quakewire';
const PROTOCOL = 'one-leads';
const LEADS = Buffer.from('leads');
const FOLLOWS = Buffer.from('follows');

export interface MembershipOptions {
  readonly settings: KafkaSettings;
  readonly cluster: Cluster;
  readonly groupId: string;
  /** Told when this member is chosen (true) and when it no longer is (false). */
  readonly onChange: (isChosen: boolean) => void;
  /** Told whether it is in the group: null, or why it has not got in for a session's time. */
  readonly onStanding: (fault: Error | null) => void;
}

/** Is a member until the signal fires; then leaves. Faults are met by joining again. */
export async function runMembership(options: MembershipOptions, signal: AbortSignal): Promise<void> {
  const { settings, cluster, groupId } = options;
  const patience = new Patience(SESSION_TIMEOUT_MS);
  let memberId = '';
  let isChosen = false;
  const tell = (next: boolean) => {
    if (isChosen === next) return;
    isChosen = next;
    options.onChange(next);
  };
  while (!signal.aborted) {
    try {
      const connection = await connectToCoordinator(cluster, 'group', groupId);
      const joined = await join(connection, groupId, memberId, isChosen);
      memberId = joined.memberId;
      tell(await sync(connection, groupId, joined));
      patience.renew();
      options.onStanding(null);
      await beat(connection, groupId, joined, patience, signal);
    } catch (error) {
      const code = toKafkaCode(error);
      if (code === 'REBALANCE_IN_PROGRESS') continue;
      if (code === 'MEMBER_ID_REQUIRED') {
        memberId = toMemberId(error);
        continue;
      }
      if (code === 'UNKNOWN_MEMBER_ID') memberId = '';
      if (code === 'UNKNOWN_MEMBER_ID' || code === 'ILLEGAL_GENERATION' || patience.isOver()) tell(false);
      const err = toLogError('stay in the group', error, settings);
      if (patience.isOver()) options.onStanding(err);
      settings.logger?.debug({ err }, 'Joining the group again');
      await patience.pause(signal);
    }
  }
  tell(false);
  if (memberId !== '') await leave(options, memberId);
}

interface Joined {
  readonly memberId: string;
  readonly generationId: number;
  /** Of every member, for the one that computes the choice; empty for the others. */
  readonly members: readonly { readonly memberId: string; readonly metadata: Buffer }[];
}

async function join(
  connection: Connection,
  groupId: string,
  memberId: string,
  isChosen: boolean,
): Promise<Joined> {
  const protocols = [{ name: PROTOCOL, metadata: isChosen ? LEADS : FOLLOWS }];
  const answer = await joinGroupV9.api.async(
    connection,
    groupId,
    SESSION_TIMEOUT_MS,
    REBALANCE_TIMEOUT_MS,
    memberId,
    null,
    PROTOCOL_TYPE,
    protocols,
    null,
  );
  return answer;
}

/** True when this member is chosen. */
async function sync(connection: Connection, groupId: string, joined: Joined): Promise<boolean> {
  const { memberId, generationId, members } = joined;
  const chosen = (members.find(({ metadata }) => metadata.equals(LEADS)) ?? members[0])?.memberId;
  const assignments = members.map((one) => ({
    memberId: one.memberId,
    assignment: one.memberId === chosen ? LEADS : FOLLOWS,
  }));
  const answer = await syncGroupV5.api.async(
    connection,
    groupId,
    generationId,
    memberId,
    null,
    PROTOCOL_TYPE,
    PROTOCOL,
    assignments,
  );
  return answer.assignment.equals(LEADS);
}

/** Says that it is there, until the coordinator says otherwise (rejects) or the signal fires. */
async function beat(
  connection: Connection,
  groupId: string,
  { generationId, memberId }: Joined,
  patience: Patience,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await sleep(HEARTBEAT_MS, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    await heartbeatV4.api.async(connection, groupId, generationId, memberId, null);
    patience.renew();
  }
}

/** So that the others need not wait for the session to end; without it they do. */
async function leave({ settings, cluster, groupId }: MembershipOptions, memberId: string): Promise<void> {
  try {
    const connection = await connectToCoordinator(cluster, 'group', groupId);
    await leaveGroupV5.api.async(connection, groupId, [{ memberId }]);
  } catch (error) {
    settings.logger?.debug({ err: toLogError('leave the group', error, settings) }, 'Left without a word');
  }
}

/** The broker's first answer to a new member is its name, as an error. */
function toMemberId(error: unknown): string {
  for (const part of toChain(error)) {
    if ('memberId' in part && typeof part.memberId === 'string') return part.memberId;
  }
  return '';
}
