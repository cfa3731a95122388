// What EMSC takes back, it takes back without a word. So the last day is listed now and then and compared with
// what we know; what lacks is looked for by its identifier, twice, with time between; only then is it withdrawn.

import type { Logger } from '../../telemetry/logger.ts';
import type { KnownEvents } from '../known-events.ts';
import { createSuspects } from '../suspects.ts';
import { formatFdsnInstant } from './instant.ts';
import { type Intake, toWithdrawal } from './intake.ts';
import { EMPTY_FAULT, type ListFault, type Listing, type TakePage, toFault } from './listing.ts';

export interface ReconcilerOptions {
  readonly listing: Listing;
  readonly intake: Intake;
  readonly known: KnownEvents;
  readonly logger: Logger;
  /** Real time, ms since the epoch UTC. */
  readonly nowMs: () => number;
  /** The agency's present, ms since the epoch UTC. */
  readonly agencyNowMs: () => number;
  /** How often the last day is compared. */
  readonly reconcileMs: number;
  /** Origin times that are compared, back from the agency's present. */
  readonly reconcileWindowMs: number;
  /** Least time between the two looks that confirm a withdrawal. */
  readonly confirmMs: number;
}

export interface Reconciler {
  /** Suspects an event by name, because a message spoke of its deletion. */
  suspect(unid: string): void;
  /** Compares soon: messages may have been missed. */
  hurry(): void;
  /** One whose look is due; null: none. */
  dueSuspect(): string | null;
  /** True when the comparison is due. */
  isDue(): boolean;
  /** When either is due next, real ms since the epoch; Infinity: not before `hurry`. */
  nextAtMs(): number;
  compare(signal: AbortSignal): Promise<ListFault | null>;
  confirm(unid: string, signal: AbortSignal): Promise<ListFault | null>;
}

/** After a gap fill the comparison comes at once, but not more often than this. */
const AFTER_FILL_MIN_MS = 300_000;
/** Suspects at a time: two requests each, 10 s apart, are half an hour of asking. */
const SUSPECTS_MAX = 100;
/** Origins this close to the edge of the window may lie outside by now, revised. */
const WINDOW_EDGE_MS = 60_000;

export function createReconciler(options: ReconcilerOptions): Reconciler {
  const { listing, intake, known, logger, nowMs, agencyNowMs, reconcileMs, reconcileWindowMs, confirmMs } =
    options;
  const suspects = createSuspects({ confirmMs, countMax: SUSPECTS_MAX });
  let comparedAtMs = Number.NEGATIVE_INFINITY;
  let compareAtMs = Number.POSITIVE_INFINITY;

  return {
    suspect: (unid) => suspects.add(unid, nowMs()),
    hurry() {
      const soonMs = Math.max(nowMs(), comparedAtMs + Math.min(reconcileMs, AFTER_FILL_MIN_MS));
      compareAtMs = Math.min(compareAtMs, soonMs);
    },
    dueSuspect: () => suspects.due(nowMs()),
    isDue: () => nowMs() >= compareAtMs,
    nextAtMs: () => Math.min(compareAtMs, suspects.nextAtMs() ?? Number.POSITIVE_INFINITY),

    async compare(signal) {
      const startMs = agencyNowMs() - reconcileWindowMs;
      // What we knew before asking: what arrives meanwhile may be newer than the answer.
      const before = known.within(startMs + WINDOW_EDGE_MS, agencyNowMs());
      const listed = new Set<string>();
      const take: TakePage = async (items) => {
        for (const { result } of items) if (result.kind === 'report') listed.add(result.report.agencyEventId);
        await intake.takeList(items);
      };
      const outcome = await listing.list({ startMs, newestFirst: false }, take, signal);
      if (outcome.kind !== 'complete') return toFault(outcome);
      if (outcome.count === 0 && before.length > 0) return EMPTY_FAULT;
      comparedAtMs = nowMs();
      compareAtMs = comparedAtMs + reconcileMs;
      known.forgetBefore(startMs - reconcileWindowMs);
      const missing = before.filter(({ agencyEventId }) => !listed.has(agencyEventId));
      // An answer that lacks most of a day is cut, whatever its status says.
      if (listed.size > missing.length)
        for (const { agencyEventId } of missing) suspects.add(agencyEventId, nowMs());
      else if (missing.length > 0)
        logger.warn(
          `EMSC lists ${listed.size} events of the last day and lacks ${missing.length}: not believed`,
        );
      return null;
    },

    async confirm(unid, signal) {
      const found = await listing.find(unid, signal);
      if (found === null) {
        if (!suspects.absent(unid, nowMs())) return null;
        const lastMs = known.get(unid)?.updatedAtMs ?? agencyNowMs();
        const at = formatFdsnInstant(agencyNowMs()).slice(0, 19);
        const reason = `EMSC no longer lists it: twice not found by its identifier, last at ${at}Z`;
        await intake.takeReport(toWithdrawal(unid, lastMs, agencyNowMs(), reason));
        logger.info(`EMSC withdrew ${unid}`);
      } else if ('kind' in found) {
        suspects.postpone(unid, nowMs() + confirmMs);
        return found;
      } else {
        suspects.clear(unid);
        await intake.takeList([found]);
      }
      return null;
    },
  };
}
