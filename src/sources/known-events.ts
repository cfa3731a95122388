// What a source knows of its agency's recent events: enough to tell news from repetition, and to notice an
// event that the agency no longer lists. Bounded; what falls out is merely told again. No effects.

import { toReportId } from '../event/identity.ts';
import type { Report, ReportId, SolutionReport } from '../event/types.ts';

export interface KnownEvent {
  readonly agencyEventId: string;
  /** Of its newest solution, ms since the epoch UTC; null when only its withdrawal is known. */
  readonly originTimeMs: number | null;
  readonly updatedAtMs: number;
  readonly withdrawn: boolean;
  readonly reportId: ReportId;
}

export interface KnownEvents {
  /** Takes a report that the log has acknowledged; an older one than known changes nothing. */
  note(report: Report): void;
  get(agencyEventId: string): KnownEvent | null;
  /** False when the report repeats what is known or is older. */
  isNews(report: SolutionReport): boolean;
  /** Events that are not withdrawn, with origin times from…to (ms since the epoch UTC, inclusive). */
  within(fromMs: number, toMs: number): KnownEvent[];
  /** Forgets events whose origin time is before this instant. */
  forgetBefore(originTimeMs: number): void;
  size(): number;
}

/** `countMax`: events kept; the one noted first goes first. */
export function createKnownEvents(countMax: number): KnownEvents {
  const events = new Map<string, KnownEvent>();
  return {
    note(report) {
      const { agencyEventId, updatedAtMs } = report;
      const before = events.get(agencyEventId);
      if (before && before.updatedAtMs > updatedAtMs) return;
      events.delete(agencyEventId); // to the end of the order in which they go
      events.set(agencyEventId, {
        agencyEventId,
        updatedAtMs,
        originTimeMs:
          report.kind === 'solution' ? report.origin.originTimeMs : (before?.originTimeMs ?? null),
        withdrawn: report.kind === 'withdrawal',
        reportId: toReportId(report),
      });
      if (events.size > countMax) events.delete(events.keys().next().value!);
    },
    get: (agencyEventId) => events.get(agencyEventId) ?? null,
    isNews(report) {
      const known = events.get(report.agencyEventId);
      if (!known || report.updatedAtMs > known.updatedAtMs) return true;
      return report.updatedAtMs === known.updatedAtMs && toReportId(report) !== known.reportId;
    },
    within: (fromMs, toMs) =>
      [...events.values()].filter(
        ({ originTimeMs, withdrawn }) =>
          !withdrawn && originTimeMs !== null && originTimeMs >= fromMs && originTimeMs <= toMs,
      ),
    forgetBefore(limitMs) {
      for (const { agencyEventId, originTimeMs } of events.values())
        if (originTimeMs !== null && originTimeMs < limitMs) events.delete(agencyEventId);
    },
    size: () => events.size,
  };
}
