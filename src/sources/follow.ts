// What the sources say of themselves, read from quake.sources.v1 by whoever shows it. A source that is not heard of for
// longer than it would be silent by itself is shown as waiting: its process is down, or cut off from the log.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { toMessage } from '../errors.ts';
import type { EventLog } from '../log/log.ts';
import type { Topic } from '../log/topics.ts';
import type { Logger } from '../telemetry/logger.ts';
import { STATUS_EVERY_MS } from './publish.ts';
import { decodeStatus } from './record.ts';
import type { SourceStatus } from './source.ts';

const TOPIC: Topic = 'quake.sources.v1';
/** The last words of every source are among so many records: a busy source writes one in 2 s, an idle one in 15 s. */
const RECORDS_MAX = 2_000;
const SILENT_MS = 3 * STATUS_EVERY_MS;
const RETRY_MS = 1_000;

export interface Statuses {
  /** As each source stands, by what it said last. */
  all(): readonly SourceStatus[];
  /** Calls back after each change; gives a function that ends it. */
  onChange(listener: () => void): () => void;
  /** Follows the topic until the signal fires. */
  run(signal: AbortSignal): Promise<void>;
}

export function followStatuses(parts: {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Defaults to 45 s. */
  readonly silentMs?: number;
}): Statuses {
  const { log, clock, logger, silentMs = SILENT_MS } = parts;
  const heard = new Map<string, { readonly status: SourceStatus; readonly heardAtMs: number }>();
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };

  function hear(status: SourceStatus, heardAtMs: number): void {
    // What is read again after an outage says nothing new.
    if (heardAtMs >= (heard.get(status.agency)?.heardAtMs ?? Number.NEGATIVE_INFINITY))
      heard.set(status.agency, { status, heardAtMs });
  }

  async function follow(signal: AbortSignal): Promise<void> {
    const end = await log.end(TOPIC);
    // What was said before we listened is as old as the log says; the rest is heard as it is said.
    for await (const { key, value, appendedAtMs } of log.read(TOPIC, end - RECORDS_MAX, {
      signal,
      until: end,
    })) {
      const said = decodeStatus(key, value);
      if (said) hear(said.status, Math.min(appendedAtMs, clock.now()));
    }
    tell();
    for await (const { key, value } of log.read(TOPIC, end, { signal })) {
      const said = decodeStatus(key, value);
      if (!said) continue;
      hear(said.status, clock.now());
      tell();
    }
  }

  function toPresent({ status, heardAtMs }: { status: SourceStatus; heardAtMs: number }): SourceStatus {
    const silenceMs = clock.now() - heardAtMs;
    if (silenceMs <= silentMs) return status;
    return {
      ...status,
      state: 'waiting',
      sinceMs: heardAtMs,
      reason: `The process that listens to ${status.agency} has said nothing for ${toWords(silenceMs)}`,
      retryAtMs: null,
      backfill: null,
    };
  }

  return {
    all: () => [...heard.values()].map(toPresent),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async run(signal) {
      const timer = setInterval(tell, STATUS_EVERY_MS);
      try {
        while (!signal.aborted) {
          try {
            await follow(signal);
          } catch (error) {
            if (signal.aborted) return;
            logger.warn(`Cannot follow the sources: ${toMessage(error)}`);
            await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
          }
        }
      } finally {
        clearInterval(timer);
      }
    },
  };
}

const toWords = (ms: number): string =>
  ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`;
