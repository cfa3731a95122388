// Records on their way into the log: several at once, a bounded number, and none given up while the log is
// in trouble. Stands between everything a source learns and the EventLog.

import { QuakewireError } from '../errors.ts';
import type { EventLog } from '../log/log.ts';
import type { Topic } from '../log/topics.ts';
import type { Metrics } from '../telemetry/metrics.ts';

export interface LogEntry {
  readonly topic: Topic;
  readonly key: string;
  readonly value: Uint8Array;
}

export interface AppenderOptions {
  readonly log: EventLog;
  readonly metrics: Pick<Metrics, 'appendDuration'>;
  readonly signal: AbortSignal;
  /** Records under way at most, waiting for the log's acknowledgement or for its recovery. */
  readonly underWayMax: number;
  /** First and longest pause between two tries of a record that the log did not take. */
  readonly retryDelayMs: { readonly min: number; readonly max: number };
  /** The log takes nothing (with the reason), or takes records again (null). */
  readonly onFault: (fault: string | null) => void;
  /** The log has acknowledged this record at this offset. */
  readonly onAcknowledged?: (entry: LogEntry, offset: number) => void;
}

export interface Appender {
  /**
   * Appends a record and resolves when the log has acknowledged it, however long its trouble lasts; null when
   * `underWayMax` is reached: then it is not taken. Rejects with the signal's reason, or with what no retry can help.
   */
  offer(entry: LogEntry): Promise<void> | null;
  /** The same, but waits for room. */
  append(entry: LogEntry): Promise<void>;
  fault(): string | null;
}

export function createAppender(options: AppenderOptions): Appender {
  const { log, signal, underWayMax, retryDelayMs } = options;
  let underWay = 0;
  let fault: string | null = null;
  const waiting: (() => void)[] = [];

  const pausing = new Set<() => void>();
  signal.addEventListener('abort', () => {
    for (const end of pausing) end();
  });

  const setFault = (next: string | null) => {
    if (fault === next) return;
    fault = next;
    if (next === null) for (const end of pausing) end();
    options.onFault(next);
  };

  const write = async (entry: LogEntry): Promise<void> => {
    const { topic, key, value } = entry;
    const appended = options.metrics.appendDuration.startTimer({ topic });
    for (let delayMs = retryDelayMs.min; ; delayMs = Math.min(retryDelayMs.max, delayMs * 2)) {
      try {
        const offset = await log.append(topic, key, value);
        appended();
        options.onAcknowledged?.(entry, offset);
        setFault(null);
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof QuakewireError && error.retriable)) throw error;
        setFault(error.message);
      }
      await pause(delayMs);
    }
  };
  /** Until the time is over, another record got through, or the signal fires. */
  const pause = async (delayMs: number) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = () => resolve();
    const timer = setTimeout(end, delayMs);
    pausing.add(end);
    await promise;
    clearTimeout(timer);
    pausing.delete(end);
    signal.throwIfAborted();
  };
  const take = async (entry: LogEntry): Promise<void> => {
    underWay++;
    try {
      await write(entry);
    } finally {
      underWay--;
      waiting.shift()?.();
    }
  };

  return {
    offer: (entry) => (underWay < underWayMax ? take(entry) : null),
    async append(entry) {
      while (underWay >= underWayMax) await new Promise<void>((resolve) => waiting.push(resolve));
      await take(entry);
    },
    fault: () => fault,
  };
}
