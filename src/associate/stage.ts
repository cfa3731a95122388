// The association stage: reads quake.reports.v1 from where the newest event came from, writes quake.events.v1.
// Its only state is what the events themselves say, so that a kill at any moment is followed by exactly what an
// undisturbed run would have written: docs/decisions/0002-events-are-the-checkpoint.md.

import { setTimeout as sleep } from 'node:timers/promises';
import { createLetterWriter, type LetterWriter } from '../dead-letters/writer.ts';
import { QuakewireError } from '../errors.ts';
import { decodeReport, encodeEvent, toKeyAgency } from '../event/encode.ts';
import { toCursor, toEventId } from '../event/identity.ts';
import type { QuakeEvent } from '../event/types.ts';
import type { EventLog } from '../log/log.ts';
import { type HealthPart, UNHEARD } from '../telemetry/health.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { revise } from './associate.ts';
import { InFlight } from './in-flight.ts';
import { ARRIVALS, KINDS, MAGNITUDE_CLASSES, toArrival, toKind, toMagnitudeClass, toNews } from './news.ts';
import { EventView } from './view.ts';

/** Appends under way at most: two groups of the embedded log, a few round trips of Kafka. */
const APPENDS_MAX = 2_048;
const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 10_000;
/** For the appends under way when it is to stop. */
const STOP_WAIT_MS = 1_000;

export interface AssociateParts {
  readonly log: EventLog;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health?: HealthPart;
  /** What is known of the events already (./standby.ts); left out: nothing, the whole topic is read at the start. */
  readonly view?: EventView;
}

/**
 * Works until the signal fires, then resolves. While the log is unavailable or full it waits and starts again
 * from what the log holds. Rejects only on what no retry heals: `DATABASE_NEWER`, a programmer's mistake.
 */
export async function runAssociate(parts: AssociateParts, signal: AbortSignal): Promise<void> {
  const run: Run = {
    letters: createLetterWriter({ ...parts, topic: 'quake.reports.v1' }),
    view: parts.view ?? new EventView(),
    appends: new InFlight(APPENDS_MAX),
    eventsEpoch: null,
  };
  startCounts(parts.metrics);
  let retryDelayMs = RETRY_MIN_MS;
  const onProgress = () => {
    retryDelayMs = RETRY_MIN_MS;
  };
  while (!signal.aborted) {
    try {
      await follow(parts, run, signal, onProgress);
    } catch (error) {
      if (!(error instanceof QuakewireError && error.retriable)) throw error;
      if (signal.aborted) return;
      parts.health?.waits(error.message);
      parts.metrics.stageRetries.inc({ stage: 'associate' });
      parts.logger.warn({ err: error, retryDelayMs }, 'Association waits for the log');
      await sleep(retryDelayMs, undefined, { signal }).catch(() => {});
      retryDelayMs = Math.min(retryDelayMs * 2, RETRY_MAX_MS);
    }
  }
}

/** What stays from one beginning to the next. */
interface Run {
  readonly letters: LetterWriter;
  readonly view: EventView;
  /** Of the run before, at the beginning. */
  appends: InFlight;
  /** Of quake.events.v1 as it was last seen; null: not yet. */
  eventsEpoch: string | null;
}

/** One run from what the log holds to the end of the signal, or to the first append that fails. */
async function follow(
  { log, logger, metrics, health = UNHEARD }: AssociateParts,
  run: Run,
  stopSignal: AbortSignal,
  onProgress: () => void,
): Promise<void> {
  // Until their fate is known, the topic's end is not: what they still write would be made again from its report.
  await Promise.race([run.appends.idle(), untilAborted(stopSignal)]);
  const appends = new InFlight(APPENDS_MAX);
  run.appends = appends;
  const { view } = run;
  // An append may fail while the loop below waits for a report that does not come.
  const signal = AbortSignal.any([stopSignal, appends.failed]);
  await view.catchUp(log, signal);
  if (signal.aborted) return;
  const epoch = await log.epoch('quake.reports.v1');
  // In a topic created anew under our hands stands perhaps what we last wrote, and nothing of what led there.
  const isAnew = run.eventsEpoch !== null && run.eventsEpoch !== view.epoch;
  if (isAnew)
    logger.warn({ epoch: view.epoch }, 'quake.events.v1 is another one now: all events are made again');
  run.eventsEpoch = view.epoch;
  const from = view.cause?.epoch === epoch && !isAnew ? view.cause.offset + 1 : 0;
  logger.info({ events: view.size, fromOffset: from }, 'Association starts');
  const offsetGauge = metrics.stageOffset.labels({ stage: 'associate', topic: 'quake.reports.v1' });
  offsetGauge.set(from - 1);
  health.works();

  for await (const record of log.read('quake.reports.v1', from, { signal, isolation: 'uncommitted' })) {
    const { value: report, rejection } = decodeReport(record.value);
    if (rejection) {
      const { reason, field } = rejection;
      logger.warn(
        { offset: record.offset, deadLetter: { agency: toKeyAgency(record.key), via: 'log', field, reason } },
        `Buried record ${record.offset} of quake.reports.v1: ${reason}`,
      );
      appends.add(run.letters.write(record, epoch, rejection));
      // Before any later event: whoever begins again begins behind the newest one, and would pass this record over.
      await appends.settled();
    } else {
      const id = toEventId(report.agency, report.agencyEventId);
      let prior = view.peek(id);
      if (prior === undefined) {
        prior = await view.load(log, id, signal);
        if (signal.aborted) break;
      }
      const revision = revise(prior, report);
      if (revision.event) {
        const event: QuakeEvent = { ...revision.event, cause: toCursor(epoch, record.offset) };
        const acknowledge = view.put(event);
        const acknowledged = metrics.appendDuration.startTimer({ topic: 'quake.events.v1' });
        const appended = log.append('quake.events.v1', id, encodeEvent(event));
        appends.add(
          appended.then((offset) => {
            acknowledged();
            acknowledge(offset);
            onProgress();
          }),
        );
        tell(event, logger, metrics);
      } else if (revision.unchanged === 'foreign') {
        metrics.reportsForeign.inc();
        logger.warn(
          { event: id, offset: record.offset },
          `${report.agency} now uses ${report.agencyEventId} for another earthquake: not taken`,
        );
      } else {
        metrics.reportsUnchanging.inc();
      }
    }
    offsetGauge.set(record.offset);
    if (appends.full) await appends.room();
    if (signal.aborted) break;
  }
  // Who is to stop gives up on brokers that are away: what they have not acknowledged is made again from the log.
  const late = stopSignal.aborted ? [sleep(STOP_WAIT_MS, undefined, { ref: false })] : [];
  await Promise.race([appends.settled(), ...late]);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** What counts from 0 shows its first one, too: the first great earthquake after a start. */
function startCounts({ events, revisions, stageRetries }: Metrics): void {
  for (const kind of KINDS) revisions.inc({ kind }, 0);
  for (const magnitude of MAGNITUDE_CLASSES) {
    for (const arrival of ARRIVALS) events.inc({ magnitude, arrival }, 0);
  }
  stageRetries.inc({ stage: 'associate' }, 0);
}

/** Counts a revision, and tells it where it is news: a line for each of a back-fill's would hide what happens. */
function tell(event: QuakeEvent, logger: Logger, metrics: Metrics): void {
  const arrival = toArrival(event);
  metrics.revisions.inc({ kind: toKind(event) });
  if (event.revision === 1) metrics.events.inc({ magnitude: toMagnitudeClass(event.magnitude), arrival });
  if (arrival !== 'prompt') return;
  const { message, ...fields } = toNews(event);
  logger.info(fields, message);
}
