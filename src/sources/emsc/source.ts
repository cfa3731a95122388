// The source EMSC: websocket and FDSN service on one side, the log on the other. Puts the parts together
// (connection, intake, catch-up), guards that recorded and live data never meet, and says how it stands.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, createReplayClock, type ReplayTime } from '../../clock.ts';
import { QuakewireError, toMessage } from '../../errors.ts';
import type { EventLog } from '../../log/log.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { createAppender } from '../appender.ts';
import { createConnection } from '../connection.ts';
import { createSourceCursor } from '../cursor.ts';
import { createFdsnClient } from '../fdsn/client.ts';
import { createKnownEvents } from '../known-events.ts';
import { recallKnown } from '../recall.ts';
import { parseReplayHeader, REPLAY_HEADER } from '../replay-header.ts';
import type { Source, SourceMemory, SourceState, SourceStatus } from '../source.ts';
import { createCatchUp } from './catch-up.ts';
import { EMSC } from './feature.ts';
import { createIntake } from './intake.ts';
import { createListing } from './listing.ts';
import { createReconciler } from './reconcile.ts';
import { EMSC_TIMING, type EmscSourceTiming } from './timing.ts';
import { createEmscSocketOpener } from './websocket.ts';

export interface EmscSourceOptions {
  readonly websocketUrl: string;
  /** Address of the FDSN event service, ending in `/`. */
  readonly fdsnUrl: string;
  readonly log: EventLog;
  readonly memory: SourceMemory;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly random: () => number;
  readonly fetch: typeof globalThis.fetch;
  readonly timing?: Partial<EmscSourceTiming>;
}

/** `live` or `replay`: what a data directory holds, for ever. */
const PROVENANCE_KEY = 'provenance';
const CURSOR_KEY = 'emsc.cursor';
/** An answer of 1,000 features has 0.5 MB; ten times the largest that EMSC gives. */
const BODY_BYTES_MAX = 100 * 1024 ** 2;
/** Reports on their way into the log at most: half an hour of the busiest day, about 1 MB. */
const UNDER_WAY_MAX = 1_024;
/** Two days at ten times the world's rate. */
const KNOWN_MAX = 20_000;
/** Frames kept while a first connection's provenance is being written. */
const FRAMES_HELD_MAX = 1_000;
const MEMORY_RETRY_MS = 1_000;

export function createEmscSource(options: EmscSourceOptions): Source {
  const { log, memory, clock, logger, metrics, random, websocketUrl } = options;
  const timing = { ...EMSC_TIMING, ...options.timing };
  const life = new AbortController();
  const fatal = Promise.withResolvers<never>();
  fatal.promise.catch(() => {}); // heard by `run` while it runs, and of no interest afterwards
  const listeners = new Set<(status: SourceStatus) => void>();
  const known = createKnownEvents(KNOWN_MAX);
  let provenance: string | null = null;
  /** Frames of a connection whose provenance is not settled yet; null: settled. */
  let held: Uint8Array[] | null = [];
  let replay: ReplayTime | null = null;
  let state: SourceState = 'connecting';
  let stateSinceMs = clock.now();
  let notLiveSinceMs = clock.now();
  let lastReason: string | null = null;
  let lastMessageAtMs: number | null = null;
  let lastContactAtMs: number | null = null;
  let reconnects = 0;
  metrics.sourceLive.set({ agency: EMSC }, 0);
  metrics.sourceReconnects.inc({ agency: EMSC }, 0);

  const agencyNowMs = () => (replay ? createReplayClock(replay, clock).now() : clock.now());
  const isOpen = () => connection.state().kind === 'open' && held === null;

  const appender = createAppender({
    log,
    metrics,
    signal: life.signal,
    underWayMax: UNDER_WAY_MAX,
    retryDelayMs: timing.logRetryMs,
    onAcknowledged: ({ topic, key }, offset) =>
      logger.debug({ acknowledged: topic, offset, key }, 'Acknowledged'),
    onFault(fault) {
      if (fault === null) logger.info('The log takes records again');
      else logger.error(`The log takes nothing, waiting: ${fault}`);
      update();
    },
  });
  const intake = createIntake({
    appender,
    known,
    logger,
    metrics,
    receivedAtMs: agencyNowMs,
    onChange() {
      catchUp.advance();
      update();
    },
    onLoss: () => catchUp.wantFill(),
    onSuspect: (unid) => catchUp.suspect(unid),
    onFatal(error) {
      if (!life.signal.aborted) fatal.reject(error);
    },
  });
  const client = createFdsnClient({
    url: options.fdsnUrl,
    fetch: options.fetch,
    clock,
    intervalMs: timing.fdsnIntervalMs,
    timeoutMs: timing.fdsnTimeoutMs,
    bodyBytesMax: BODY_BYTES_MAX,
  });
  const listing = createListing({
    client,
    pageSize: timing.pageSize,
    admit: async (headers) => admit(headers.get(REPLAY_HEADER)),
    receivedAtMs: agencyNowMs,
  });
  const nowMs = () => clock.now();
  const catchUp = createCatchUp({
    ...timing,
    listing,
    intake,
    reconciler: createReconciler({ ...timing, listing, intake, known, logger, nowMs, agencyNowMs }),
    cursor: createSourceCursor({ memory, key: CURSOR_KEY, agencyNowMs, logger }),
    memory,
    logger,
    random,
    nowMs,
    agencyNowMs,
    mayAsk: isOpen,
    onChange: () => update(),
    faultPauseMs: timing.fdsnIntervalMs,
  });
  const connection = createConnection({
    open: createEmscSocketOpener(websocketUrl),
    clock,
    random,
    timing: timing.reconnect,
    onOpened(header) {
      lastContactAtMs = clock.now();
      if (provenance === null) void settleProvenance(header);
      else if (admit(header)) held = null;
    },
    onMessage(bytes) {
      if (held === null) takeFrame(bytes);
      else if (held.length < FRAMES_HELD_MAX) held.push(bytes);
      else catchUp.wantFill();
    },
    onContact() {
      lastContactAtMs = clock.now();
    },
    onGap: () => catchUp.wantFill(),
    onState(next) {
      if (life.signal.aborted) return;
      if (next.kind === 'connecting' && next.connection > 1) {
        reconnects++;
        metrics.sourceReconnects.inc({ agency: EMSC });
      }
      if (next.kind === 'waiting' || next.kind === 'refused') {
        lastReason = next.reason;
        logger.warn(`EMSC: ${next.reason}`);
      }
      update();
    },
  });

  const takeFrame = (bytes: Uint8Array) => {
    if (!intake.takeFrame(bytes)) return;
    lastMessageAtMs = clock.now();
    metrics.sourceLastMessage.set({ agency: EMSC }, lastMessageAtMs / 1000);
    update();
  };

  /** True when data from this end may enter this data directory; else the source refuses to go on. */
  const admit = (header: string | null): boolean => {
    const kind = header === null ? 'live' : 'replay';
    if (provenance === kind) {
      replay = parseReplayHeader(header);
      return true;
    }
    const reason = `The log holds ${provenance === 'live' ? 'live' : 'replayed'} data and ${websocketUrl} is ${
      kind === 'live' ? 'the living agency' : 'a replay'
    }: the two are never mixed; choose another --data-dir, or --kafka-topic-prefix on Kafka`;
    logger.error({ code: 'PROVENANCE_MISMATCH' }, reason);
    connection.refuse(reason);
    return false;
  };

  /** The first connection of a data directory decides what it holds; its frames wait until that is written. */
  const settleProvenance = async (header: string | null) => {
    try {
      const kind = header === null ? 'live' : 'replay';
      await memory.write(PROVENANCE_KEY, kind);
      provenance = kind;
    } catch (error) {
      connection.cut(`Nothing can be stored: ${toMessage(error)}`);
      return;
    }
    if (!admit(header)) return;
    const frames = held ?? [];
    held = null;
    for (const frame of frames) takeFrame(frame);
    catchUp.wantFill();
  };

  /** Reads back what this source remembers; waits while the memory cannot be read. */
  const recall = async () => {
    for (;;) {
      try {
        provenance = await memory.read(PROVENANCE_KEY);
        await catchUp.load();
        await recallKnown({ log, known, agency: EMSC, recordsMax: KNOWN_MAX, signal: life.signal });
        return;
      } catch (error) {
        life.signal.throwIfAborted();
        if (!(error instanceof QuakewireError && error.retriable)) throw error;
        lastReason = `The log cannot be read: ${error.message}`;
        update();
      }
      await sleep(MEMORY_RETRY_MS, undefined, { signal: life.signal });
    }
  };

  const status = (): SourceStatus => {
    const { backfill, fdsnFault } = catchUp.status();
    const { reports, deadLetters, unknownActions } = intake.counts();
    return {
      agency: EMSC,
      state,
      sinceMs: state === 'connecting' || state === 'waiting' ? notLiveSinceMs : stateSinceMs,
      lastMessageAtMs,
      lastContactAtMs,
      reason: toReason(fdsnFault),
      retryAtMs: connection.retryAtMs(),
      backfill,
      fdsnFault,
      counts: { reports, deadLetters, unknownActions, reconnects },
      replay,
    };
  };
  const toReason = (fdsnFault: string | null): string | null => {
    if (state === 'live') return null;
    if (state !== 'filling') return lastReason ?? `Connecting to ${new URL(websocketUrl).host}`;
    if (appender.fault() !== null) return `Nothing can be stored: ${appender.fault()}`;
    return `Fetching what was missed${fdsnFault === null ? '' : `: ${fdsnFault}`}`;
  };
  const toState = (): SourceState => {
    const { kind } = connection.state();
    if (kind === 'open') return catchUp.status().filled && appender.fault() === null ? 'live' : 'filling';
    return kind === 'stopped' ? 'connecting' : kind;
  };
  /** Follows the parts' states, and tells the listeners. */
  const update = () => {
    const next = toState();
    if (next !== state) {
      const nowMs = clock.now();
      if (state === 'live') notLiveSinceMs = nowMs;
      state = next;
      stateSinceMs = nowMs;
      metrics.sourceLive.set({ agency: EMSC }, next === 'live' ? 1 : 0);
      logger.info(`EMSC: ${next}`);
    }
    if (listeners.size === 0) return;
    const present = status();
    for (const listener of listeners) listener(present);
  };

  return {
    agency: EMSC,
    status,
    onStatus(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async run(signal) {
      const stop = () => life.abort(signal.reason);
      if (signal.aborted) return;
      signal.addEventListener('abort', stop, { once: true });
      try {
        await recall();
        connection.start();
        await Promise.race([catchUp.run(life.signal), fatal.promise]);
      } catch (error) {
        if (!signal.aborted) throw error;
      } finally {
        connection.stop();
        life.abort();
        signal.removeEventListener('abort', stop);
      }
    },
  };
}
