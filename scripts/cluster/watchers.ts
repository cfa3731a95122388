// Readers of /live as browsers are: through the balancer, resuming by Last-Event-ID when cut off. What each was sent is
// judged against the log, so that it can be seen that a killed gateway loses nobody anything.

import { setTimeout as sleep } from 'node:timers/promises';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { parseCursor } from '../../src/event/identity.ts';
import type { LogMirror } from './log-mirror.ts';
import { createReaderRecord, type ReaderRecord } from './reader-record.ts';
import type { WatcherCounts } from './view.ts';

export interface Watchers {
  /** Judges what can be judged and gives the counts. */
  counts(): WatcherCounts;
  close(): Promise<void>;
}

/** As the page does (src/web/live/connection-state.ts): two heartbeats missed. */
const SILENCE_MAX_MS = 35_000;
const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 5_000;
/** The supervisor's own reading of the log may be so far behind a gateway's. */
const JUDGE_AFTER_MS = 3_000;

interface Watcher {
  readonly record: ReaderRecord;
  connected: boolean;
  connections: number;
  events: number;
  awaySinceMs: number | null;
  awayMaxMs: number;
}

/** Opens `count` streams at `url` (base URL, without a slash at the end) and keeps them open until closed. */
export function startWatchers(url: string, count: number, log: LogMirror): Watchers {
  const stop = new AbortController();
  const watchers: Watcher[] = [];
  const running = Array.from({ length: count }, () => {
    const watcher: Watcher = {
      record: createReaderRecord(),
      ...{ connected: false, connections: 0, events: 0, awaySinceMs: null, awayMaxMs: 0 },
    };
    watchers.push(watcher);
    return follow(`${url}/live`, watcher, stop.signal);
  });

  return {
    counts() {
      for (const { record } of watchers) {
        record.judge(log.revisions, log.last('quake.events.v1'), performance.now() - JUDGE_AFTER_MS);
      }
      log.forget(Math.min(...watchers.map(({ record }) => record.judged)));
      const sum = (pick: (watcher: Watcher) => number) =>
        watchers.reduce((total, watcher) => total + pick(watcher), 0);
      return {
        count,
        connected: sum(({ connected }) => Number(connected)),
        reconnects: sum(({ connections }) => Math.max(0, connections - 1)),
        events: sum(({ events }) => events),
        awayMaxMs: Math.max(0, ...watchers.map(({ awayMaxMs }) => awayMaxMs)),
        gaps: sum(({ record }) => record.findings.gaps),
        duplicates: sum(({ record }) => record.findings.duplicates),
        backwards: sum(({ record }) => record.findings.backwards),
        resets: sum(({ record }) => record.findings.resets),
      };
    },
    async close() {
      stop.abort();
      await Promise.all(running);
    },
  };
}

async function follow(url: string, watcher: Watcher, signal: AbortSignal): Promise<void> {
  let cursor: string | null = null;
  let failures = 0;
  while (!signal.aborted) {
    let retryMs: number | null = null;
    const silence = new AbortController();
    const alarm = setTimeout(() => silence.abort(), SILENCE_MAX_MS);
    const parser = createParser({
      onEvent: (message) => {
        take(watcher, message, cursor !== null);
        cursor = message.id ?? cursor;
        if (message.event === 'hello') failures = 0;
      },
      onRetry: (pauseMs) => {
        retryMs = pauseMs;
      },
    });
    try {
      const response = await fetch(url, {
        headers: cursor === null ? {} : { 'last-event-id': cursor },
        signal: AbortSignal.any([signal, silence.signal]),
      });
      if (!response.ok || !response.body) await response.body?.cancel();
      else {
        const decoder = new TextDecoder();
        for await (const chunk of response.body) {
          alarm.refresh();
          parser.feed(decoder.decode(chunk, { stream: true }));
        }
      }
    } catch {
      // Refused, cut off or silent: all the same to a reader, who comes back.
    }
    clearTimeout(alarm);
    if (watcher.connected) watcher.awaySinceMs = performance.now();
    watcher.connected = false;
    const doubledMs = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** failures++);
    await sleep(retryMs ?? doubledMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {});
  }
}

function take(watcher: Watcher, { event, id, data }: EventSourceMessage, resumed: boolean): void {
  const { record } = watcher;
  const offset = parseCursor(id ?? '')?.offset ?? null;
  if (event === 'hello') {
    watcher.connected = true;
    watcher.connections++;
    if (watcher.awaySinceMs !== null)
      watcher.awayMaxMs = Math.max(watcher.awayMaxMs, performance.now() - watcher.awaySinceMs);
    watcher.awaySinceMs = null;
    if (!resumed && offset !== null) record.begin(offset, 'new');
    return;
  }
  if (event === 'reset' && offset !== null) record.begin(offset, 'reset');
  if (event === 'event') {
    const { id: name, revision } = JSON.parse(data) as { id: string; revision: number };
    watcher.events++;
    record.event(name, revision);
  }
  if (offset !== null) record.advance(offset, performance.now());
}
