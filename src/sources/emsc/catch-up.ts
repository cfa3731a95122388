// Everything a source asks EMSC's FDSN service, one job after the other, the most urgent first: what was
// missed while away (gap fill), events it may have taken back, the days before a first start (back-fill),
// and now and then the whole last day against what we know (reconciliation). Drives ./listing.ts.

import { QuakewireError, toMessage } from '../../errors.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { KnownEvents } from '../known-events.ts';
import type { SourceMemory } from '../source.ts';
import { createSuspects } from '../suspects.ts';
import { type Backfill, decodeBackfill, encodeBackfill, toNextWindow } from './backfill.ts';
import { formatFdsnInstant } from './instant.ts';
import { type Intake, toWithdrawal } from './intake.ts';
import type { Listing, ListOutcome, ListQuery } from './listing.ts';

export interface CatchUpOptions {
  readonly listing: Listing;
  readonly intake: Intake;
  readonly known: KnownEvents;
  readonly memory: SourceMemory;
  readonly logger: Logger;
  readonly random: () => number;
  /** Real time. */
  readonly nowMs: () => number;
  /** The agency's present: replayed where it is a replay. Both in ms since the epoch UTC. */
  readonly agencyNowMs: () => number;
  /** Jobs are only done while this is true. */
  readonly mayAsk: () => boolean;
  readonly onChange: () => void;
  /** Asked again this much before the cursor: news do not come in the order of their `lastupdate`. */
  readonly overlapMs: number;
  readonly backfillDays: number;
  readonly reconcileMs: number;
  /** Origin times that a reconciliation looks at, back from now. */
  readonly reconcileWindowMs: number;
  readonly confirmMs: number;
  /** First pause after a fault; doubles up to FAULT_PAUSE_MAX_MS. */
  readonly faultPauseMs: number;
}

export interface CatchUp {
  /** Reads what was left by the process before. Rejects as the memory does. */
  load(): Promise<void>;
  /** Messages may have been missed from now on: the cursor stands still until they are fetched. */
  wantFill(): void;
  suspect(unid: string): void;
  /** Saves the cursor if the intake has come further; called after acknowledgements. */
  advance(): void;
  /** Works until the signal fires. */
  run(signal: AbortSignal): Promise<void>;
  status(): {
    /** Nothing is known to be missing. */
    readonly filled: boolean;
    readonly backfill: { readonly done: number; readonly reports: number } | null;
    readonly fdsnFault: string | null;
  };
}

const CURSOR_KEY = 'emsc.cursor';
const BACKFILL_KEY = 'emsc.backfill';
const FAULT_PAUSE_MAX_MS = 300_000;
/** After a gap fill the last day is compared at once, but not more often than this. */
const RECONCILE_AFTER_FILL_MIN_MS = 300_000;
/** How long a refused `updatedafter` is not tried again. */
const REFUSED_MS = 3_600_000;
/** In a gap fill without `updatedafter`: origin times this far before the cursor are listed for revisions. */
const REVISIONS_BACK_MS = 86_400_000;
/** Suspects at a time: two requests each, 10 s apart, are half an hour of asking. */
const SUSPECTS_MAX = 100;
/** Origins this close to the edge of the window may lie outside by now, revised. */
const WINDOW_EDGE_MS = 60_000;

/** Longest sleep without anything to do; whatever comes up interrupts it. */
const IDLE_MS = 60_000;

type Fault = Extract<ListOutcome, { kind: 'fault' }>;

const toFault = (outcome: Exclude<ListOutcome, { kind: 'complete' }>): Fault =>
  outcome.kind === 'fault' ? outcome : { ...outcome, kind: 'fault', retryAfterMs: null };
const emptyFault: Fault = { kind: 'fault', reason: 'the answer has no events', retryAfterMs: null };

export function createCatchUp(options: CatchUpOptions): CatchUp {
  const { listing, intake, known, memory, logger, nowMs, agencyNowMs } = options;
  const suspects = createSuspects({ confirmMs: options.confirmMs, countMax: SUSPECTS_MAX });
  let cursorMs: number | null = null;
  let backfill: Backfill | null = null;
  let backfillReports = 0;
  /** Gap fills asked for and done: equal when nothing is missing. */
  let wanted = 0;
  let done = 0;
  let emptyAnswerTo: string | null = null;
  let refusedUntilMs = Number.NEGATIVE_INFINITY;
  let reconciledAtMs = Number.NEGATIVE_INFINITY;
  let reconcileAtMs = Number.POSITIVE_INFINITY;
  let faults = 0;
  let fdsnFault: string | null = null;
  let interrupt = () => {};
  let saving = false;
  let savedMs = Number.NEGATIVE_INFINITY;

  const isFilled = () => wanted > 0 && done === wanted;

  const saveCursor = async () => {
    saving = true;
    try {
      while (cursorMs !== null && cursorMs > savedMs) {
        const savingMs = cursorMs;
        await memory.write(CURSOR_KEY, String(savingMs));
        savedMs = savingMs;
      }
    } catch (error) {
      // An older cursor only means that more is fetched again; the next acknowledgement tries anew.
      logger.warn({ err: error }, `Cannot save the cursor: ${toMessage(error)}`);
    } finally {
      saving = false;
    }
  };
  /** Moves the cursor, never back, and never into the future: a wrong `lastupdate` must not hide what comes. */
  const moveCursor = (toMs: number) => {
    const nextMs = Math.min(toMs, agencyNowMs());
    if (cursorMs !== null && nextMs <= cursorMs) return;
    cursorMs = nextMs;
    if (!saving) void saveCursor();
  };

  /** An empty list is believed when it comes twice in a row. */
  const settleEmpty = (job: string, outcome: ListOutcome): ListOutcome => {
    if (outcome.kind !== 'complete' || outcome.count > 0 || emptyAnswerTo === job) {
      if (outcome.kind === 'complete') emptyAnswerTo = null;
      return outcome;
    }
    emptyAnswerTo = job;
    return emptyFault;
  };

  async function fillGap(signal: AbortSignal): Promise<Fault | null> {
    const fill = wanted;
    const fromMs = (cursorMs ?? agencyNowMs()) - options.overlapMs;
    const byOrigin = nowMs() < refusedUntilMs;
    const query: ListQuery = byOrigin
      ? { startMs: fromMs - REVISIONS_BACK_MS, newestFirst: false }
      : { updatedAfterMs: fromMs, newestFirst: false };
    let newestMs = cursorMs ?? agencyNowMs();
    let reports = 0;
    const take = async (items: Parameters<Intake['takeList']>[0]) => {
      reports += await intake.takeList(items);
      for (const { result } of items)
        if (result.kind === 'report')
          newestMs = Math.max(newestMs, Math.min(result.report.updatedAtMs, agencyNowMs()));
    };
    const outcome = settleEmpty('fill', await listing.list(query, take, signal));
    if (outcome.kind === 'refused') {
      refusedUntilMs = nowMs() + REFUSED_MS;
      logger.warn(
        `EMSC's FDSN service refuses updatedafter, asking by origin time instead: ${outcome.reason}`,
      );
      return { kind: 'fault', reason: outcome.reason, retryAfterMs: 0 };
    }
    if (outcome.kind === 'fault') return outcome;
    done = fill;
    if (reports > 0) logger.info(`Filled the gap: ${reports} reports had been missed`);
    if (isFilled()) moveCursor(Math.max(newestMs, intake.acknowledgedMs()));
    const soonMs = Math.max(
      nowMs(),
      reconciledAtMs + Math.min(options.reconcileMs, RECONCILE_AFTER_FILL_MIN_MS),
    );
    reconcileAtMs = Math.min(reconcileAtMs, soonMs);
    return null;
  }

  async function confirm(unid: string, signal: AbortSignal): Promise<Fault | null> {
    const found = await listing.find(unid, signal);
    if (found !== null && 'kind' in found) {
      suspects.postpone(unid, nowMs() + options.confirmMs);
      return found;
    }
    if (found !== null) {
      suspects.clear(unid);
      await intake.takeList([found]);
    } else if (suspects.absent(unid, nowMs())) {
      const lastMs = known.get(unid)?.updatedAtMs ?? agencyNowMs();
      const at = formatFdsnInstant(agencyNowMs()).slice(0, 19);
      const reason = `EMSC no longer lists it: twice not found by its identifier, last at ${at}Z`;
      logger.info(`EMSC withdrew ${unid}`);
      await intake.takeReport(toWithdrawal(unid, lastMs, agencyNowMs(), reason));
    }
    return null;
  }

  async function fillDay(plan: Backfill, window: { startMs: number; endMs: number }, signal: AbortSignal) {
    const take = async (items: Parameters<Intake['takeList']>[0]) => {
      backfillReports += await intake.takeList(items);
    };
    const job = `day ${plan.daysDone}`;
    const outcome = settleEmpty(job, await listing.list({ ...window, newestFirst: true }, take, signal));
    if (outcome.kind !== 'complete') return toFault(outcome);
    const next = { ...plan, daysDone: plan.daysDone + 1 };
    await memory.write(BACKFILL_KEY, encodeBackfill(next));
    backfill = next;
    logger.info(`Back-fill: ${next.daysDone} of ${next.days} days, ${backfillReports} reports`);
    return null;
  }

  async function reconcile(signal: AbortSignal): Promise<Fault | null> {
    const startMs = agencyNowMs() - options.reconcileWindowMs;
    // What we knew before asking: what arrives meanwhile may be newer than the answer.
    const before = known.within(startMs + WINDOW_EDGE_MS, agencyNowMs());
    const listed = new Set<string>();
    const take = async (items: Parameters<Intake['takeList']>[0]) => {
      for (const { result } of items) if (result.kind === 'report') listed.add(result.report.agencyEventId);
      await intake.takeList(items);
    };
    const outcome = await listing.list({ startMs, newestFirst: false }, take, signal);
    if (outcome.kind !== 'complete') return toFault(outcome);
    if (outcome.count === 0 && before.length > 0) return emptyFault;
    reconciledAtMs = nowMs();
    reconcileAtMs = reconciledAtMs + options.reconcileMs;
    known.forgetBefore(startMs - options.reconcileWindowMs);
    const missing = before.filter(({ agencyEventId }) => !listed.has(agencyEventId));
    // An answer that lacks most of a day is cut, whatever its status says.
    if (listed.size > missing.length)
      for (const { agencyEventId } of missing) suspects.add(agencyEventId, nowMs());
    else if (missing.length > 0)
      logger.warn(
        `EMSC lists ${listed.size} events of the last day and lacks ${missing.length}: not believed`,
      );
    return null;
  }

  /** The most urgent job that is due; null when there is none. */
  const toNextJob = (): ((signal: AbortSignal) => Promise<Fault | null>) | null => {
    if (wanted === 0) return null;
    if (!isFilled()) return fillGap;
    const suspect = suspects.due(nowMs());
    if (suspect !== null) return (signal) => confirm(suspect, signal);
    const plan = backfill;
    const window = plan && toNextWindow(plan);
    if (plan && window) return (signal) => fillDay(plan, window, signal);
    return nowMs() >= reconcileAtMs ? reconcile : null;
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

  const setFault = (fault: string | null) => {
    if (fault !== null && fault !== fdsnFault) logger.warn(`EMSC's FDSN service: ${fault}`);
    fdsnFault = fault;
    options.onChange();
  };

  /** One job, or the wait for the next. */
  const work = async (signal: AbortSignal) => {
    if (!options.mayAsk()) return pause(IDLE_MS, signal);
    if (cursorMs === null) {
      // A first start: from here on the cursor, before here the back-fill. The plan is written first, so that a
      // kill between the two starts over.
      backfill = { endMs: agencyNowMs(), days: options.backfillDays, daysDone: 0 };
      await memory.write(BACKFILL_KEY, encodeBackfill(backfill));
      moveCursor(backfill.endMs);
    }
    const job = toNextJob();
    if (!job) {
      const nextAtMs = Math.min(reconcileAtMs, suspects.nextAtMs() ?? Number.POSITIVE_INFINITY);
      return pause(Math.min(IDLE_MS, Math.max(1, nextAtMs - nowMs())), signal);
    }
    const fault = await job(signal);
    setFault(fault?.reason ?? null);
    if (fault === null) {
      faults = 0;
      return;
    }
    const ceilingMs = Math.min(FAULT_PAUSE_MAX_MS, options.faultPauseMs * 2 ** Math.min(++faults, 20));
    await pause(fault.retryAfterMs ?? options.random() * ceilingMs, signal);
  };

  return {
    async load() {
      const cursor = Number((await memory.read(CURSOR_KEY)) ?? Number.NaN);
      cursorMs = Number.isFinite(cursor) ? cursor : null;
      savedMs = cursorMs ?? Number.NEGATIVE_INFINITY;
      backfill = decodeBackfill(await memory.read(BACKFILL_KEY));
    },
    wantFill() {
      wanted++;
      faults = 0;
      interrupt();
    },
    suspect(unid) {
      suspects.add(unid, nowMs());
      interrupt();
    },
    advance() {
      if (isFilled()) moveCursor(intake.acknowledgedMs());
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
