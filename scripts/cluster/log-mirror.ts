// What the supervisor itself reads from the log: the last offset of each topic, to tell how far behind a stage is, and
// every revision of quake.events.v1, by which the watchers are judged.

import { setTimeout as sleep } from 'node:timers/promises';
import { decodeEvent } from '../../src/event/encode.ts';
import { createKafkaLog } from '../../src/log/kafka.ts';
import type { EventLog } from '../../src/log/log.ts';
import type { Topic } from '../../src/log/topics.ts';

export interface Revision {
  readonly offset: number;
  readonly id: string;
  readonly revision: number;
}

export interface LogMirror {
  /** Offset of the last record of a topic; −1 while it is empty or not yet read. */
  last(topic: MirroredTopic): number;
  /** Revisions of quake.events.v1 read so far, in the order of offsets, without those that were forgotten. */
  readonly revisions: readonly Revision[];
  /** Records a second that came to quake.events.v1 over the last ten seconds. */
  eventsPerS(): number;
  /** Lets go of revisions up to and including this offset. */
  forget(offset: number): void;
  close(): Promise<void>;
}

export type MirroredTopic = Extract<Topic, 'quake.reports.v1' | 'quake.events.v1'>;
export const MIRRORED_TOPICS: readonly MirroredTopic[] = ['quake.reports.v1', 'quake.events.v1'];

const RETRY_MS = 500;
const RATE_WINDOW_MS = 10_000;

/** Reads from now until closed; an unreachable cluster is asked again every half second. */
export function createLogMirror(brokers: readonly string[]): LogMirror {
  const log: EventLog = createKafkaLog({ brokers: [...brokers], clientId: 'quakewire-cluster' });
  const last = new Map<MirroredTopic, number>();
  let revisions: Revision[] = [];
  let arrivalsMs: number[] = [];
  const stop = new AbortController();

  async function follow(topic: MirroredTopic, take: (offset: number, value: Uint8Array) => void) {
    while (!stop.signal.aborted) {
      try {
        for await (const { offset, value } of log.read(topic, (last.get(topic) ?? -1) + 1, {
          signal: stop.signal,
        })) {
          last.set(topic, offset);
          take(offset, value);
        }
      } catch {
        // The brokers are away: the view says so, and here it is tried again.
      }
      await sleep(RETRY_MS, undefined, { signal: stop.signal }).catch(() => {});
    }
  }

  const running = [
    follow('quake.reports.v1', () => {}),
    follow('quake.events.v1', (offset, bytes) => {
      const { value } = decodeEvent(bytes);
      if (value) revisions.push({ offset, id: value.id, revision: value.revision });
      arrivalsMs.push(performance.now());
    }),
  ];

  return {
    last: (topic) => last.get(topic) ?? -1,
    get revisions() {
      return revisions;
    },
    eventsPerS() {
      const fromMs = performance.now() - RATE_WINDOW_MS;
      arrivalsMs = arrivalsMs.filter((atMs) => atMs > fromMs);
      return arrivalsMs.length / (RATE_WINDOW_MS / 1000);
    },
    forget(offset) {
      const keep = revisions.findIndex((revision) => revision.offset > offset);
      revisions = keep < 0 ? [] : revisions.slice(keep);
    },
    async close() {
      stop.abort();
      await log.close();
      await Promise.all(running);
    },
  };
}
