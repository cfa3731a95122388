// The story of one event: its reports in the order of arrival, each with what it changed against the one before.
// Pure, browser-safe.

import { distanceDeg } from '../../event/geodesy.ts';
import { toMagnitudeTypeName } from '../../event/magnitude-type.ts';
import { isSameEarthquake } from '../../event/same-earthquake.ts';
import type { Report, SolutionReport } from '../../event/types.ts';
import { KM_PER_DEGREE, type Place } from '../state/order.ts';
import type { Text } from '../text/english.ts';
import type { MoreText } from '../text/english-more.ts';
import { type Formats, formatMagnitude } from '../text/formats.ts';

export interface ReportLine {
  readonly kind: Report['kind'];
  readonly agency: string;
  readonly author: string | null;
  /**
   * The agency's own time of this version, ms since the epoch UTC. An agency gives none when it withdraws: then when that was
   * noticed here.
   */
  readonly atMs: number;
  /**
   * From the origin time to `atMs`, ms; negative when a later solution moved the origin. Null: no origin, or
   * that of another earthquake.
   */
  readonly delayMs: number | null;
  /** "Mw 7.4"; null when the report has no magnitude. */
  readonly magnitude: string | null;
  readonly magnitudeValue: number | null;
  readonly depthKm: number | null;
  /** It speaks of another earthquake, for which the agency used the same number; it was not taken. */
  readonly foreign: boolean;
  /** What holds now: the newest that was taken. */
  readonly current: boolean;
  /** What changed, in words; empty for the first report. */
  readonly changes: readonly string[];
}

/** Smaller shifts are rounding, not news. */
const SHIFT_MIN_KM = 0.5;
const SHIFT_MIN_MS = 100;

export function toReportLines(
  reports: readonly Report[],
  text: Text,
  more: MoreText,
  formats: Formats,
): ReportLine[] {
  let before: SolutionReport | null = null;
  let withdrawn = false;
  let current = -1;
  const lines = reports.map((report, i): ReportLine => {
    const solution: SolutionReport | null = report.kind === 'solution' ? report : null;
    const foreign =
      !withdrawn && before !== null && solution !== null && !isSameEarthquake(before.origin, solution.origin);
    const basis: SolutionReport | null = solution ?? before;
    const atMs = report.kind === 'withdrawal' ? report.receivedAtMs : report.updatedAtMs;
    const line = {
      kind: report.kind,
      agency: report.agency,
      author: solution?.author ?? null,
      atMs,
      delayMs: foreign || basis === null ? null : atMs - basis.origin.originTimeMs,
      magnitude: solution?.magnitude ? formatMagnitude(solution.magnitude, formats) : null,
      magnitudeValue: solution?.magnitude?.value ?? null,
      depthKm: solution?.origin.depthKm ?? null,
      foreign,
      current: false,
      changes:
        i === 0 ? [] : foreign ? [more.foreignReport] : describeChanges(before, report, text, more, formats),
    };
    if (!foreign) {
      before = solution ?? before;
      withdrawn = solution === null;
      // As events are made of them: the newest version, of two alike the later arrival (associate/associate.ts).
      if (current === -1 || report.updatedAtMs >= reports[current]!.updatedAtMs) current = i;
    }
    return line;
  });
  return lines.map((line, i) => (i === current ? { ...line, current: true } : line));
}

function describeChanges(
  before: SolutionReport | null,
  report: Report,
  text: Text,
  more: MoreText,
  formats: Formats,
): string[] {
  if (report.kind === 'withdrawal') return [report.reason];
  if (before === null) return [];
  const changes: string[] = [];
  const told = (magnitude: SolutionReport['magnitude']) =>
    magnitude === null ? text.noMagnitude : formatMagnitude(magnitude, formats);
  const deep = (depthKm: number | null) => (depthKm === null ? text.noDepth : formats.distance(depthKm));
  const [was, is] = [before.magnitude, report.magnitude];
  if (was !== null && is !== null && formats.magnitude(was.value) === formats.magnitude(is.value)) {
    const [from, to] = [toMagnitudeTypeName(was.type), toMagnitudeTypeName(is.type)];
    if (from !== to) changes.push(more.changedMagnitudeType(from, to));
  } else if (told(was) !== told(is)) changes.push(more.changedMagnitude(told(was), told(is)));
  const shiftKm = distanceKm(before.origin, report.origin);
  if (shiftKm >= SHIFT_MIN_KM) changes.push(more.changedEpicentre(formats.distance(shiftKm)));
  if (deep(before.origin.depthKm) !== deep(report.origin.depthKm))
    changes.push(more.changedDepth(deep(before.origin.depthKm), deep(report.origin.depthKm)));
  const shiftMs = report.origin.originTimeMs - before.origin.originTimeMs;
  if (Math.abs(shiftMs) >= SHIFT_MIN_MS) changes.push(more.changedTime(formatShift(shiftMs, formats)));
  if (before.region !== report.region) changes.push(more.changedRegion);
  if (before.eventType !== report.eventType && report.eventType !== null)
    changes.push(more.changedType(text.eventTypes[report.eventType] ?? report.eventType));
  if (before.author !== report.author && report.author !== null)
    changes.push(more.changedAuthor(report.author));
  return changes.length === 0 ? [more.nothingChanged] : changes;
}

/** "+1.3 s", "−2 min 5 s" */
function formatShift(shiftMs: number, formats: Formats): string {
  const sign = shiftMs < 0 ? '−' : '+';
  const absoluteMs = Math.abs(shiftMs);
  const length =
    absoluteMs < 10_000 ? `${formats.kilometres(absoluteMs / 1000)} s` : formats.duration(absoluteMs);
  return `${sign}${length}`;
}

/** Distance between two epicentres, kilometres. */
export function distanceKm(a: Place, b: Place): number {
  return distanceDeg(a.latitudeDeg, a.longitudeDeg, b.latitudeDeg, b.longitudeDeg) * KM_PER_DEGREE;
}
