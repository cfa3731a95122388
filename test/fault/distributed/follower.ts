// Reads the log from its beginning through all faults, as any role's reader does: what it was given is compared with what
// stands there at the end, and tells meanwhile how far association has come.

import { setTimeout as sleep } from 'node:timers/promises';
import { decodeEvent } from '../../../src/event/encode.ts';
import type { QuakeEvent } from '../../../src/event/types.ts';
import { createKafkaLog } from '../../../src/log/kafka.ts';
import type { LogRecord } from '../../../src/log/log.ts';
import { FOLLOWED, type FollowedTopic } from './history.ts';

export interface Follower {
  readonly followed: Readonly<Record<FollowedTopic, readonly LogRecord[]>>;
  /** Newest revision of each event. */
  readonly newest: ReadonlyMap<string, QuakeEvent>;
  /** Offset of the last record given; −1: none. */
  last(topic: FollowedTopic): number;
  close(): Promise<void>;
}

const RETRY_MS = 200;

export function startFollower(brokers: readonly string[]): Follower {
  const log = createKafkaLog({ brokers: [...brokers], clientId: 'quakewire-fault' });
  const stop = new AbortController();
  const followed: Record<FollowedTopic, LogRecord[]> = {
    'quake.reports.v1': [],
    'quake.events.v1': [],
    'quake.dead-letters.v1': [],
  };
  const newest = new Map<string, QuakeEvent>();
  const last = (topic: FollowedTopic) => followed[topic].at(-1)?.offset ?? -1;

  async function follow(topic: FollowedTopic): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        for await (const record of log.read(topic, last(topic) + 1, { signal: stop.signal })) {
          followed[topic].push(record);
          if (topic !== 'quake.events.v1') continue;
          const { value: event } = decodeEvent(record.value);
          if (event) newest.set(event.id, event);
        }
      } catch {
        // The brokers are away for longer than a reader waits: it begins again where it was.
      }
      await sleep(RETRY_MS, undefined, { signal: stop.signal }).catch(() => {});
    }
  }
  const running = FOLLOWED.map(follow);
  return {
    followed,
    newest,
    last,
    async close() {
      stop.abort();
      await log.close();
      await Promise.all(running);
    },
  };
}
