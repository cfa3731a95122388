// From EMSC's messages to the log: reports to `quake.reports.v1`, what cannot be read to the dead letters,
// and how far that has come (the cursor). Both ways, websocket and FDSN, end here.

import { DEAD_LETTER_RAW_BYTES_MAX, encodeDeadLetter, encodeReport } from '../../event/encode.ts';
import { toGlimpse } from '../../event/glimpse.ts';
import { toReportKey } from '../../event/identity.ts';
import type { DeadLetter, Report, SolutionReport } from '../../event/types.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { createAcknowledgements } from '../acknowledgements.ts';
import type { Appender } from '../appender.ts';
import type { KnownEvents } from '../known-events.ts';
import { EMSC, type Rejection } from './feature.ts';
import type { ListedItem } from './listing.ts';
import { parseEmscMessage } from './parse.ts';

/** Of what cannot be written whole. */
const UNWRITABLE_CHARS = 1_000;

export interface IntakeOptions {
  readonly appender: Appender;
  readonly known: KnownEvents;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Present for the reports, ms since the epoch UTC: replayed where the agency is a replay. */
  readonly receivedAtMs: () => number;
  /** A report or a dead letter has been taken, or acknowledged. */
  readonly onChange: () => void;
  /** A message found no room while the log was in trouble: it must be fetched again. */
  readonly onLoss: () => void;
  /** An action spoke of a deletion. */
  readonly onSuspect: (unid: string) => void;
  /** What no retry can help. */
  readonly onFatal: (error: unknown) => void;
}

export interface Intake {
  /** Takes one websocket frame; true when it carried an event. Never waits, never throws. */
  takeFrame(bytes: Uint8Array): boolean;
  /** Takes what is news in a list, and waits until the log has it; gives how many reports that were. */
  takeList(items: readonly ListedItem[]): Promise<number>;
  /** Appends a withdrawal and waits until the log has it. */
  takeReport(report: Report): Promise<void>;
  /** Newest `updatedAt` up to which all that came by websocket is acknowledged; −Infinity: none yet. */
  acknowledgedMs(): number;
  counts(): { reports: number; deadLetters: number; unknownActions: number };
}

/** Hashes of rejected features kept, so that a list does not put the same dead letter there every half hour. */
const REJECTED_KEPT = 1_000;
/** Least step between two versions in the agency's time that a double of 1.7e12 ms can tell apart with ease. */
const STEP_MS = 0.001;

export function createIntake(options: IntakeOptions): Intake {
  const { appender, known, logger, metrics, receivedAtMs } = options;
  const acknowledgements = createAcknowledgements();
  const rejected = new Set<string>();
  // What counts from 0 shows its first one, too.
  for (const via of ['websocket', 'fdsn'] as const) {
    metrics.reports.inc({ agency: EMSC, via }, 0);
    metrics.deadLetters.inc({ agency: EMSC, via }, 0);
  }
  metrics.sourceUnknownActions.inc({ agency: EMSC }, 0);
  const counts = { reports: 0, deadLetters: 0, unknownActions: 0 };

  const toEntry = (report: Report) =>
    ({ topic: 'quake.reports.v1', key: toReportKey(report), value: encodeReport(report) }) as const;
  const noteAcknowledged = (report: Report, via: DeadLetter['via']) => {
    known.note(report);
    counts.reports++;
    metrics.reports.inc({ agency: EMSC, via });
    options.onChange();
  };
  const toDeadLetter = (rejection: Rejection, raw: Uint8Array, via: DeadLetter['via']) => {
    const letter: DeadLetter = {
      schemaVersion: 1,
      agency: EMSC,
      receivedAtMs: receivedAtMs(),
      reason: rejection.reason,
      field: rejection.field,
      rawBase64: Buffer.from(raw.subarray(0, DEAD_LETTER_RAW_BYTES_MAX)).toString('base64'),
      via,
    };
    return { topic: 'quake.dead-letters.v1', key: EMSC, value: encodeDeadLetter(letter) } as const;
  };
  const noteDeadLetter = ({ reason, field }: Rejection, via: DeadLetter['via']) => {
    counts.deadLetters++;
    metrics.deadLetters.inc({ agency: EMSC, via });
    logger.warn({ deadLetter: { agency: EMSC, via, field, reason } }, `Dead letter from EMSC: ${reason}`);
    options.onChange();
  };

  return {
    takeFrame(bytes) {
      const message = parseEmscMessage(bytes, receivedAtMs());
      if (!message.actionKnown) {
        counts.unknownActions++;
        metrics.sourceUnknownActions.inc({ agency: EMSC });
      }
      if (message.suspectUnid !== null) options.onSuspect(message.suspectUnid);
      if (message.kind === 'rejection') {
        // A dead letter that finds no room is not worth a gap: the agency's words would be the same again.
        const taken = appender.offer(toDeadLetter(message, bytes, 'websocket'));
        taken?.then(() => noteDeadLetter(message, 'websocket'), options.onFatal);
        return false;
      }
      const { report } = message;
      observeDelays(metrics, report, known);
      const taken = appender.offer(toEntry(report));
      if (taken === null) options.onLoss();
      else {
        const acknowledge = acknowledgements.begin(report.updatedAtMs);
        taken.then(() => {
          acknowledge();
          noteAcknowledged(report, 'websocket');
        }, options.onFatal);
      }
      return true;
    },

    async takeList(items) {
      const taken = items.map(async ({ feature, result }) => {
        if (result.kind === 'rejection') {
          const raw = Buffer.from(toText(feature));
          const text = `${result.reason}\n${raw.toString('utf8', 0, 512)}`;
          if (rejected.has(text)) return 0;
          await appender.append(toDeadLetter(result, raw, 'fdsn'));
          rejected.add(text);
          if (rejected.size > REJECTED_KEPT) rejected.delete(rejected.values().next().value!);
          noteDeadLetter(result, 'fdsn');
          return 0;
        }
        const report = revive(result.report, known);
        if (!known.isNews(report)) return 0;
        await appender.append(toEntry(report));
        noteAcknowledged(report, 'fdsn');
        return 1;
      });
      return (await Promise.all(taken)).reduce<number>((sum, one) => sum + one, 0);
    },

    async takeReport(report) {
      await appender.append(toEntry(report));
      noteAcknowledged(report, 'fdsn');
    },
    acknowledgedMs: () => acknowledgements.newestMs(),
    counts: () => ({ ...counts }),
  };
}

/** The report that withdraws an event: strictly newer than all that is known of it. `reason` in words. */
export function toWithdrawal(
  agencyEventId: string,
  lastUpdatedAtMs: number,
  receivedAtMs: number,
  reason: string,
): Report {
  const updatedAtMs = lastUpdatedAtMs + STEP_MS;
  return {
    schemaVersion: 1,
    kind: 'withdrawal',
    agency: EMSC,
    agencyEventId,
    updatedAtMs,
    receivedAtMs,
    reason,
  };
}

/** A withdrawn event that the service lists again unchanged is older than its withdrawal: it is made newer. */
function revive(report: SolutionReport, known: KnownEvents): SolutionReport {
  const before = known.get(report.agencyEventId);
  return before?.withdrawn && report.updatedAtMs <= before.updatedAtMs
    ? { ...report, updatedAtMs: before.updatedAtMs + STEP_MS }
    : report;
}

function observeDelays(metrics: Metrics, report: SolutionReport, known: KnownEvents): void {
  const { receivedAtMs, updatedAtMs, origin } = report;
  const agency = { agency: EMSC };
  const sinceUpdateS = (receivedAtMs - updatedAtMs) / 1000;
  if (sinceUpdateS >= 0) metrics.agencyDelay.observe(agency, sinceUpdateS);
  const sinceOriginS = (receivedAtMs - origin.originTimeMs) / 1000;
  if (sinceOriginS >= 0 && !known.get(report.agencyEventId))
    metrics.publicationDelay.observe(agency, sinceOriginS);
}

/** A feature as it will be read again; only its beginning where it is nested so deep that it cannot be written. */
function toText(feature: unknown): string {
  try {
    return JSON.stringify(feature);
  } catch {
    return toGlimpse(feature, UNWRITABLE_CHARS);
  }
}
