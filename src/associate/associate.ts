// Association, pure: what one report makes of the event it speaks of. An event is one agency's own event,
// known by the agency's own identifier; its solution is that of its newest report.
// The order of reports, and why ties fall as they do: docs/decisions/0001-order-of-reports.md.

import { toEventId } from '../event/identity.ts';
import { isSameEarthquake } from '../event/same-earthquake.ts';
import { SCHEMA_VERSION } from '../event/schema.ts';
import type { ChangedField, QuakeEvent, Report, SolutionReport, WithdrawalReport } from '../event/types.ts';

/**
 * What a report came to. Nothing, when it is
 * - `older`: the agency has said something newer already
 * - `repeated`: it says what is known
 * - `unknown`: it withdraws an event that was never reported, so there is nothing to show
 * - `foreign`: it speaks of another earthquake, for which the agency now uses the same identifier
 */
export type Revision =
  | { readonly event: QuakeEvent; readonly unchanged?: never }
  | { readonly unchanged: 'older' | 'repeated' | 'unknown' | 'foreign'; readonly event?: never };

/**
 * Applies one report to the event it speaks of; null when there is none yet. The newer `updatedAtMs` wins, on a
 * tie the later arrival. The event's revision grows by exactly 1; it has no `cause` yet.
 */
export function revise(prior: QuakeEvent | null, report: Report): Revision {
  if (prior && report.updatedAtMs < prior.updatedAtMs) return { unchanged: 'older' };
  if (prior && isForeign(prior, report)) return { unchanged: 'foreign' };
  const revision = report.kind === 'solution' ? solve(prior, report) : withdraw(prior, report);
  if (!prior || !revision.event || report.updatedAtMs > prior.updatedAtMs) return revision;
  return isRepetition(prior, revision.event) ? { unchanged: 'repeated' } : revision;
}

/** A withdrawn event is another matter: with it the agency has given up what it said. */
function isForeign({ state, origin }: QuakeEvent, report: Report): boolean {
  return state === 'live' && report.kind === 'solution' && !isSameEarthquake(origin, report.origin);
}

function solve(prior: QuakeEvent | null, report: SolutionReport): { event: QuakeEvent } {
  const { agency, agencyEventId } = report;
  const event: QuakeEvent = {
    schemaVersion: SCHEMA_VERSION,
    id: prior?.id ?? toEventId(agency, agencyEventId),
    revision: (prior?.revision ?? 0) + 1,
    state: 'live',
    origin: report.origin,
    magnitude: report.magnitude,
    region: report.region,
    eventType: report.eventType,
    typeCertainty: report.typeCertainty,
    agency,
    author: report.author,
    updatedAtMs: report.updatedAtMs,
    receivedAtMs: report.receivedAtMs,
    firstReceivedAtMs: prior?.firstReceivedAtMs ?? report.receivedAtMs,
    reports: prior?.reports ?? [{ agency, agencyEventId }],
    changed: [],
  };
  return { event: { ...event, changed: prior ? compare(prior, event) : [] } };
}

/** The last solution stays, so that the ghost has a place on the map. */
function withdraw(prior: QuakeEvent | null, report: WithdrawalReport): Revision {
  if (!prior) return { unchanged: 'unknown' };
  const { cause: _, ...known } = prior;
  return {
    event: {
      ...known,
      revision: prior.revision + 1,
      state: 'withdrawn',
      updatedAtMs: report.updatedAtMs,
      receivedAtMs: report.receivedAtMs,
      changed: prior.state === 'withdrawn' ? [] : ['state'],
    },
  };
}

/** What a reader is shown, by the name under which a change of it is announced. */
const SHOWN: Readonly<Record<ChangedField, readonly ((event: QuakeEvent) => unknown)[]>> = {
  originTime: [(event) => event.origin.originTimeMs],
  epicentre: [(event) => event.origin.latitudeDeg, (event) => event.origin.longitudeDeg],
  depth: [(event) => event.origin.depthKm],
  magnitude: [(event) => event.magnitude?.value ?? null],
  magnitudeType: [(event) => event.magnitude?.type ?? null],
  region: [(event) => event.region],
  eventType: [(event) => event.eventType, (event) => event.typeCertainty],
  author: [(event) => event.author],
  state: [(event) => event.state],
};

function compare(before: QuakeEvent, after: QuakeEvent): ChangedField[] {
  const fields = Object.keys(SHOWN) as ChangedField[];
  return fields.filter((field) => SHOWN[field].some((get) => get(before) !== get(after)));
}

/**
 * On equal `updatedAtMs`: does the later arrival say the same? A name alone makes no difference: USGS's servers
 * gave two spellings of `place` in turn for 18 months without a new `updated` (1.24 million times).
 */
function isRepetition(prior: QuakeEvent, event: QuakeEvent): boolean {
  return (
    prior.origin.evaluationMode === event.origin.evaluationMode &&
    event.changed.every((field) => field === 'region')
  );
}
