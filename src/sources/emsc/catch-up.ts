// Everything a source asks EMSC's FDSN service, one job after the other, the most urgent first: what was
// missed while away (gap fill), events it may have taken back, the days before a first start (back-fill),
// and the comparison of the last day (./reconcile.ts).

import { QuakewireError } from '../../errors.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { SourceCursor } from '../cursor.ts';
import type { SourceMemory } from '../source.ts';
import { type Backfill, decodeBackfill, encodeBackfill, toNextWindow } from './backfill.ts';
import type { Intake } from './intake.ts';
import {
  EMPTY_FAULT,
  type ListFault,
  type Listing,
  type ListOutcome,
  type TakePage,
  toFault,
} from './listing.ts';
import type { Reconciler } from './reconcile.ts';

export interface CatchUpOptions {
  readonly listing: Listing;
  readonly intake: Intake;
  readonly reconciler: Reconciler;
  readonly cursor: SourceCursor;
  readonly memory: SourceMemory;
  readonly logger: Logger;
  readonly random: () => number;
  /** Real time, ms since the epoch UTC. */
  readonly nowMs: () => number;
  /** The agency's present (replayed where it is a replay), ms since the epoch UTC. */
  readonly agencyNowMs: () => number;
  /** Jobs are only done while this is true. */
  readonly mayAsk: () => boolean;
  readonly onChange: () => void;
  /** A gap fill begins this much before the cursor: news do not come in the order of their `lastupdate`. */
  readonly overlapMs: number;
  readonly backfillDays: number;
  /** Ceiling of the first pause after a fault; doubles up to FAULT_PAUSE_MAX_MS, with full jitter. */
  readonly faultPauseMs: number;
}

export interface CatchUp {
  /** Reads what was left by the process before. Rejects as the memory does. */
  load(): Promise<void>;
  /** Messages may have been missed: the cursor stands still until they are fetched. */
  wantFill(): void;
  suspect(unid: string): void;
  /** Moves the cursor if nothing is missing; called after acknowledgements. */
  advance(): void;
  /** Works until the signal fires; then rejects or resolves, whichever comes first. */
  run(signal: AbortSignal): Promise<void>;
  status(): {
    /** Nothing is known to be missing. */
    readonly filled: boolean;
    readonly backfill: { readonly done: number; readonly reports: number } | null;
    readonly fdsnFault: string | null;
  };
}

type Job = (signal: AbortSignal) => Promise<ListFault | null>;

const BACKFILL_KEY = 'emsc.backfill';
const FAULT_PAUSE_MAX_MS = 300_000;
/** How long a refused `updatedafter` is not tried again. */
const REFUSED_MS = 3_600_000;
/** In a gap fill without `updatedafter`: origin times this far before the cursor are listed for revisions. */
const REVISIONS_BACK_MS = 86_400_000;
/** Longest sleep without anything to do; whatever comes up interrupts it. */
const IDLE_MS = 60_000;

export function createCatchUp(options: CatchUpOptions): CatchUp {
  const { listing, intake, reconciler, cursor, memory, logger, nowMs, agencyNowMs } = options;
  let backfill: Backfill | null = null;
  let backfillReports = 0;
  /** Gap fills asked for and done: equal when nothing is missing. */
  let wanted = 0;
  let done = 0;
  let emptyAnswerTo: string | null = null;
  let refusedUntilMs = Number.NEGATIVE_INFINITY;
  let faults = 0;
  let fdsnFault: string | null = null;
  let interrupt = () => {};

  const isFilled = () => wanted > 0 && done === wanted;

  /** An empty list is believed when it comes twice in a row. */
  const settleEmpty = (job: string, outcome: ListOutcome): ListOutcome => {
    const believed = outcome.kind !== 'complete' || outcome.count > 0 || emptyAnswerTo === job;
    if (outcome.kind === 'complete') emptyAnswerTo = believed ? null : job;
    return believed ? outcome : EMPTY_FAULT;
  };

  const fillGap: Job = async (signal) => {
    const fill = wanted;
    const fromMs = (cursor.ms() ?? agencyNowMs()) - options.overlapMs;
    let newestMs = Number.NEGATIVE_INFINITY;
    let reports = 0;
    const take: TakePage = async (items) => {
      reports += await intake.takeList(items);
      for (const { result } of items)
        if (result.kind === 'report') newestMs = Math.max(newestMs, result.report.updatedAtMs);
    };
    const since =
      nowMs() < refusedUntilMs ? { startMs: fromMs - REVISIONS_BACK_MS } : { updatedAfterMs: fromMs };
    const outcome = settleEmpty('fill', await listing.list({ ...since, newestFirst: false }, take, signal));
    if (outcome.kind === 'refused') {
      refusedUntilMs = nowMs() + REFUSED_MS;
      return { ...toFault(outcome), retryAfterMs: 0 };
    }
    if (outcome.kind === 'fault') return outcome;
    done = fill;
    if (reports > 0) logger.info(`Filled the gap: ${reports} reports had been missed`);
    if (isFilled()) cursor.move(Math.max(newestMs, intake.acknowledgedMs()));
    reconciler.hurry();
    return null;
  };

  const fillDay = async (plan: Backfill, window: { startMs: number; endMs: number }, signal: AbortSignal) => {
    const take: TakePage = async (items) => {
      backfillReports += await intake.takeList(items);
    };
    const outcome = await listing.list({ ...window, newestFirst: true }, take, signal);
    const settled = settleEmpty(`day ${plan.daysDone}`, outcome);
    if (settled.kind !== 'complete') return toFault(settled);
    const next = { ...plan, daysDone: plan.daysDone + 1 };
    await memory.write(BACKFILL_KEY, encodeBackfill(next));
    backfill = next;
    logger.info(`Back-fill: ${next.daysDone} of ${next.days} days, ${backfillReports} reports`);
    return null;
  };

  /** The most urgent job that is due; null when there is none. */
  const toNextJob = (): Job | null => {
    if (wanted === 0) return null;
    if (!isFilled()) return fillGap;
    const suspect = reconciler.dueSuspect();
    if (suspect !== null) return (signal) => reconciler.confirm(suspect, signal);
    const plan = backfill;
    const window = plan && toNextWindow(plan);
    if (plan && window) return (signal) => fillDay(plan, window, signal);
    return reconciler.isDue() ? reconciler.compare : null;
  };

  /** Waits, until `interrupt` or the signal at the latest. */
  const pause = async (ms: number, signal: AbortSignal) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = () => resolve();
    const timer = setTimeout(end, ms);
    interrupt = end;
    signal.addEventListener('abort', end, { once: true });
    await promise;
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  };

  const setFault = (fault: ListFault | null) => {
    const reason = fault?.reason ?? null;
    if (fault && reason !== fdsnFault)
      logger[fault === EMPTY_FAULT ? 'debug' : 'warn'](`EMSC's FDSN service: ${reason}`);
    fdsnFault = reason;
    options.onChange();
  };

  /** One job, or the wait for the next. */
  const work = async (signal: AbortSignal) => {
    if (!options.mayAsk()) return pause(IDLE_MS, signal);
    if (cursor.ms() === null) {
      // A first start: from here on the cursor, before here the back-fill. The plan is written first, so that a
      // kill between the two starts over.
      backfill = { endMs: agencyNowMs(), days: options.backfillDays, daysDone: 0 };
      await memory.write(BACKFILL_KEY, encodeBackfill(backfill));
      cursor.move(backfill.endMs);
    }
    const job = toNextJob();
    if (!job) return pause(Math.min(IDLE_MS, Math.max(1, reconciler.nextAtMs() - nowMs())), signal);
    const fault = await job(signal);
    setFault(fault);
    if (fault === null) {
      faults = 0;
      return;
    }
    const ceilingMs = Math.min(FAULT_PAUSE_MAX_MS, options.faultPauseMs * 2 ** Math.min(++faults, 20));
    await pause(fault.retryAfterMs ?? options.random() * ceilingMs, signal);
  };

  return {
    async load() {
      await cursor.load();
      backfill = decodeBackfill(await memory.read(BACKFILL_KEY));
    },
    wantFill() {
      wanted++;
      faults = 0;
      interrupt();
    },
    suspect(unid) {
      reconciler.suspect(unid);
      interrupt();
    },
    advance() {
      if (isFilled()) cursor.move(intake.acknowledgedMs());
    },
    async run(signal) {
      while (!signal.aborted) {
        try {
          await work(signal);
        } catch (error) {
          signal.throwIfAborted();
          if (!(error instanceof QuakewireError && error.retriable)) throw error;
          // The memory takes nothing: what was to be remembered is done again.
          logger.warn({ err: error }, `Catching up waits: ${error.message}`);
          await pause(options.faultPauseMs, signal);
        }
      }
    },
    status: () => ({
      filled: isFilled(),
      backfill:
        backfill && backfill.daysDone < backfill.days
          ? { done: backfill.daysDone / backfill.days, reports: backfillReports }
          : null,
      fdsnFault,
    }),
  };
}
