// The store stage: follows reports and events at the same time, each batch in one transaction with the position
// it brings the view to. A database outage is not a poison message: the stage waits and goes on from where the
// database then stands. A record that cannot be decoded is counted and left out; the dead letter of an event is this
// stage's to write, that of a report association's: docs/decisions/0022-who-writes-dead-letters.md.

import { setTimeout as sleep } from 'node:timers/promises';
import { createLetterWriter, type LetterWriter } from '../dead-letters/writer.ts';
import { QuakewireError, toNewerError } from '../errors.ts';
import { type Decoded, decodeEvent, decodeReport, type Rejection, toKeyAgency } from '../event/encode.ts';
import type { Report } from '../event/types.ts';
import type { EventLog, LogRecord } from '../log/log.ts';
import type { Topic } from '../log/topics.ts';
import { type Health, type HealthPart, UNHEARD } from '../telemetry/health.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { toBatches } from './batches.ts';
import type { LogPosition, Store, StoredEvent } from './store.ts';

/** About 10 ms of writing, so that the event loop is not held for longer. */
const BATCH_BOUNDS = { countMax: 512, durationMaxMs: 50 };
const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 15_000;

export interface StoreParts {
  readonly log: EventLog;
  readonly store: Store;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health?: Health;
}

/**
 * Works until the signal fires, then resolves. Waits while the log or the database is unavailable. Rejects only on
 * what no retry heals, such as `DATABASE_NEWER`: an event that a newer Quakewire wrote is not passed over.
 */
export async function runStore(parts: StoreParts, signal: AbortSignal): Promise<void> {
  const { log, store, metrics } = parts;
  const failed = new AbortController();
  const both = AbortSignal.any([signal, failed.signal]);
  const followers = [
    keepFollowing(parts, both, {
      topic: 'quake.reports.v1',
      decode: decodeReport,
      letters: null,
      apply: (batch, position) =>
        store.applyReports(
          batch.map(({ value }) => value),
          position,
        ),
    } satisfies View<Report>),
    keepFollowing(parts, both, {
      topic: 'quake.events.v1',
      decode: decodeEvent,
      letters: createLetterWriter({ log, metrics, topic: 'quake.events.v1' }),
      apply: (batch, position) =>
        store.applyEvents(
          batch.map(({ value, offset }): StoredEvent => ({ event: value, offset })),
          position,
        ),
    }),
  ];
  try {
    await Promise.all(followers);
  } finally {
    // One that ended with an error takes the other along.
    failed.abort();
    await Promise.allSettled(followers);
  }
}

/** How one topic is kept in the store. */
interface View<T> {
  readonly topic: Topic;
  readonly decode: (bytes: Uint8Array) => Decoded<T>;
  /** For what cannot be decoded; then what a newer Quakewire wrote stops the stage. Null: the letters are another's. */
  readonly letters: LetterWriter | null;
  readonly apply: (
    batch: readonly { readonly value: T; readonly offset: number }[],
    position: LogPosition,
  ) => Promise<void>;
}

async function keepFollowing<T>(parts: StoreParts, signal: AbortSignal, view: View<T>): Promise<void> {
  const health = parts.health?.part(`${view.topic} into the database`) ?? UNHEARD;
  // What counts from 0 shows its first one, too.
  parts.metrics.stageRetries.inc({ stage: 'store' }, 0);
  parts.metrics.storeRecordsSkipped.inc({ topic: view.topic }, 0);
  let retryDelayMs = RETRY_MIN_MS;
  const onProgress = () => {
    retryDelayMs = RETRY_MIN_MS;
  };
  while (!signal.aborted) {
    try {
      await follow(parts, health, signal, view, onProgress);
    } catch (error) {
      if (!(error instanceof QuakewireError && error.retriable)) throw error;
      if (signal.aborted) return;
      health.waits(error.message);
      parts.metrics.stageRetries.inc({ stage: 'store' });
      parts.logger.warn({ err: error, topic: view.topic, retryDelayMs }, 'The store waits');
      await sleep(retryDelayMs, undefined, { signal }).catch(() => {});
      retryDelayMs = Math.min(retryDelayMs * 2, RETRY_MAX_MS);
    }
  }
}

/** One run from where the store stands to the end of the signal, or to the first failure. */
async function follow<T>(
  { log, store, logger, metrics }: StoreParts,
  health: HealthPart,
  stopSignal: AbortSignal,
  view: View<T>,
  onProgress: () => void,
): Promise<void> {
  const { topic } = view;
  const epoch = await log.epoch(topic);
  let { epoch: storedEpoch, offset } = await store.position(topic);
  // Same epoch but ahead of the log: the log was put back from an older copy.
  if (offset >= 0 && (storedEpoch !== epoch || offset >= (await log.end(topic)))) {
    logger.warn({ topic, storedEpoch, epoch, offset }, 'The log is another one: its view starts over');
    await store.reset(topic);
    offset = -1;
  }
  const offsetGauge = metrics.stageOffset.labels({ stage: 'store', topic });
  offsetGauge.set(offset);
  health.works();
  // Ends the reader whichever way this run ends.
  const ended = new AbortController();
  const signal = AbortSignal.any([stopSignal, ended.signal]);
  try {
    for await (const records of toBatches(log.read(topic, offset + 1, { signal }), BATCH_BOUNDS)) {
      const { decoded, rejected } = decodeAll(records, view);
      if (view.letters) refuseNewer(rejected, topic);
      for (const each of rejected) {
        metrics.storeRecordsSkipped.inc({ topic });
        const { offset: place, key } = each.record;
        const { reason, field } = each.rejection;
        const deadLetter = { agency: toKeyAgency(key), via: 'log', field, reason };
        logger.warn(
          { topic, offset: place, ...(view.letters && { deadLetter }) },
          `Left out record ${place} of ${topic}: ${reason}`,
        );
        // Before the position passes the record: a kill between the two loses no letter.
        await view.letters?.write(each.record, epoch, each.rejection);
      }
      offset = records.at(-1)!.offset;
      const written = metrics.storeWriteDuration.startTimer({ topic });
      await view.apply(decoded, { topic, epoch, offset });
      written();
      offsetGauge.set(offset);
      onProgress();
    }
  } finally {
    ended.abort();
  }
}

interface Rejected {
  readonly record: LogRecord;
  readonly rejection: Rejection;
}

function decodeAll<T>(
  records: readonly LogRecord[],
  { decode }: View<T>,
): { decoded: { value: T; offset: number }[]; rejected: Rejected[] } {
  const decoded: { value: T; offset: number }[] = [];
  const rejected: Rejected[] = [];
  for (const record of records) {
    const { value, rejection } = decode(record.value);
    if (rejection) rejected.push({ record, rejection });
    else decoded.push({ value: value as T, offset: record.offset });
  }
  return { decoded, rejected };
}

/** What a newer Quakewire wrote is no garbage: passed over, it would be missing from the database for good. */
function refuseNewer(rejected: readonly Rejected[], topic: Topic): void {
  const newer = rejected.find(({ rejection }) => rejection.isNewer);
  if (!newer) return;
  const { offset } = newer.record;
  throw toNewerError(`store ${topic} from offset ${offset} on`, newer.rejection.reason, { topic, offset });
}
