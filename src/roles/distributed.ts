// The stages on Kafka and PostgreSQL: each as a process of its own, or all in one. Any of them may start, stop and be
// killed at any time in any order: each waits for what it needs and says so on /readyz.

import { createKafkaLeadership } from '../log/kafka-leadership.ts';
import type { Leadership } from '../log/leadership.ts';
import type { EventLog } from '../log/log.ts';
import { TOPIC_NAMES } from '../log/topics.ts';
import { followStatuses } from '../sources/follow.ts';
import { createLogMemory } from '../sources/log-memory.ts';
import {
  openAdmin,
  openKafkaLog,
  openPostgresStore,
  type Role,
  toKafkaSettings,
  untilAborted,
  work,
} from './setup.ts';
import {
  createSource,
  type StatusFeed,
  startAssociate,
  startGateway,
  startPublishing,
  startSource,
  startStore,
  toAgencyEnd,
} from './stages.ts';

/** Works until the role's signal fires; what it began ends with the role's endings. */
export type RunRole = (role: Role) => Promise<void>;

export const runSource: RunRole = async (role) => {
  const log = openKafkaLog(role, ['quake.reports.v1', 'quake.sources.v1'], true);
  await openAdmin(role);
  beginSource(role, log);
  await untilAborted(role.signal);
};

export const runAssociation: RunRole = async (role) => {
  const topics = ['quake.reports.v1', 'quake.events.v1', 'quake.dead-letters.v1'] as const;
  const log = openKafkaLog(role, topics, true);
  await openAdmin(role);
  startAssociate(role, openLeadership(role), log);
  await untilAborted(role.signal);
};

export const runStorage: RunRole = async (role) => {
  const store = openPostgresStore(role);
  const log = openKafkaLog(role, ['quake.reports.v1', 'quake.events.v1'], true);
  await openAdmin(role);
  startStore(role, log, store);
  await untilAborted(role.signal);
};

// A gateway whose log is away still shows what it has: it stays ready, and its pages say how old the news is.
export const runGateway: RunRole = async (role) => {
  const store = openPostgresStore(role);
  const log = openKafkaLog(role, ['quake.events.v1'], false);
  const feed = beginFollowing(role, log);
  await openAdmin(role);
  const url = await startGateway(role, log, store, feed);
  if (url !== null) role.logger.info({ url }, `The gateway is at ${url}/`);
  await untilAborted(role.signal);
};

/** All stages in one process. */
export const runTogether: RunRole = async (role) => {
  const store = openPostgresStore(role);
  const log = openKafkaLog(role, TOPIC_NAMES, false);
  startAssociate(role, openLeadership(role), log);
  startStore(role, log, store);
  const feed = beginFollowing(role, log);
  await openAdmin(role);
  const url = await startGateway(role, log, store, feed);
  if (url !== null) role.logger.info({ url }, `Quakewire is at ${url}/; Ctrl-C ends it`);
  beginSource(role, log);
  await untilAborted(role.signal);
};

function beginSource(role: Role, log: EventLog): void {
  const memory = createLogMemory(log, role.signal);
  const source = createSource(role, log, memory, toAgencyEnd(role));
  role.health.watch('the source', () => {
    const { state, reason } = source.status();
    return state === 'refused' ? reason : null;
  });
  startPublishing(role, source, log);
  startSource(role, source);
}

function beginFollowing(role: Role, log: EventLog): StatusFeed {
  const { clock, logger } = role;
  const statuses = followStatuses({ log, clock, logger });
  work(role, (signal) => statuses.run(signal));
  return statuses;
}

function openLeadership(role: Role): Leadership {
  const leadership = createKafkaLeadership({
    ...toKafkaSettings(role),
    office: 'associate',
    topics: ['quake.events.v1', 'quake.dead-letters.v1'],
    health: role.health.part('the group of associates'),
  });
  role.endings.defer(() => leadership.close());
  return leadership;
}
