// The gateway stage: quake.events.v1 → a view in memory → frames to every reader of /live.
// Loads the view from the store, or from the log's beginning where the store is away or of another log, then follows the
// log from there; waits and retries while the log fails, and starts over when its epoch changes.

import { QuakewireError, toMessage, toNewerError } from '../errors.ts';
import { decodeEvent, encodeEvent } from '../event/encode.ts';
import type { EventLog, LogRecord } from '../log/log.ts';
import type { Topic } from '../log/topics.ts';
import type { Store } from '../store/store.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { hasLineBreak } from './live/frame.ts';
import type { HistoryBounds } from './live/history.ts';
import type { Broadcast } from './live/turn.ts';
import { createView, type View } from './view.ts';

const TOPIC: Topic = 'quake.events.v1';
/** Pauses between tries when the log or the store fails; the last one repeats. Milliseconds. */
const RETRY_PAUSES_MS = [100, 250, 1_000, 5_000];

export interface StageOptions {
  readonly log: EventLog;
  readonly store: Store;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly starter: Uint8Array | null;
  readonly bounds: HistoryBounds;
  /** Called after each record that changed the view, in the same turn. */
  readonly onChange: (change: Broadcast) => void;
  /** Called when another view took the place of the one before: its readers have to start over. */
  readonly onReplaced: (view: View) => void;
}

export interface Stage {
  /** The newest view; empty until ready. */
  readonly view: View;
  /** True once there is a view with everything that was in the log when it was loaded. */
  readonly ready: boolean;
  /** What it waits for since it last got on, in words; null: nothing it knows of. */
  readonly trouble: string | null;
  /** Works until the signal fires. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves when ready for the first time. */
  readonly whenReady: Promise<void>;
}

export function createStage(options: StageOptions): Stage {
  const { log, store, logger, metrics, bounds } = options;
  let view = createView({ epoch: 'none', head: -1, starter: options.starter, bounds });
  let ready = false;
  let trouble: string | null = null;
  const readiness = Promise.withResolvers<void>();
  metrics.stageRetries.inc({ stage: 'gateway' }, 0);

  /** A view to read the log on from. The log has every event: without the store that only takes longer. */
  async function load(epoch: string, signal: AbortSignal): Promise<View> {
    try {
      return await loadFromStore(epoch, signal);
    } catch (error) {
      if (signal.aborted || !(error instanceof QuakewireError)) throw error;
      logger.warn({ err: error }, 'The database is away: all events are loaded from the log');
      return createView({ epoch, head: -1, starter: options.starter, bounds });
    }
  }

  /** A view with all that the store has of this epoch of the log; nothing when the store has another epoch. */
  async function loadFromStore(epoch: string, signal: AbortSignal): Promise<View> {
    const { position, batches } = await store.loadEvents(signal);
    const usable = position.epoch === epoch && position.offset < (await log.end(TOPIC));
    const loaded = createView({
      epoch,
      head: usable ? position.offset : -1,
      starter: options.starter,
      bounds,
    });
    if (!usable) return loaded;
    for await (const batch of batches) {
      for (const { event, offset } of batch) loaded.load(event, offset);
    }
    loaded.finishLoading(encodeEvent);
    return loaded;
  }

  function take(into: View, record: LogRecord): Broadcast | null {
    metrics.stageOffset.set({ stage: 'gateway', topic: TOPIC }, record.offset);
    const { value: event, rejection } = decodeEvent(record.value);
    if (rejection) {
      // Passed over, it would be missing from this map for good, and readers' cursors would be behind it.
      if (rejection.isNewer)
        throw toNewerError(`show ${TOPIC} from offset ${record.offset} on`, rejection.reason, {
          offset: record.offset,
        });
      logger.error({ offset: record.offset, key: record.key }, rejection.reason);
      into.skip(record.offset);
      return null;
    }
    // The record's bytes are the data line already, unless someone else wrote them with line breaks.
    const json = hasLineBreak(record.value) ? encodeEvent(event) : record.value;
    return into.apply(event, record.offset, json);
  }

  /**
   * One life with one epoch: load when there is no view of it yet, then follow. Ends when the log's reader ends. Until
   * the new view is whole the old one is served; then one turn puts it in place and tells the readers.
   */
  async function follow(signal: AbortSignal): Promise<void> {
    const epoch = await log.epoch(TOPIC);
    // Behind what was shown: it lost its end (brokers without power, a copy put back), and gives those offsets anew.
    if (view.epoch !== epoch || (await log.end(TOPIC)) <= view.head) {
      if (ready) logger.warn({ epoch }, 'The event log is another one now; readers will start over');
      const loaded = await load(epoch, signal);
      await readUntil(loaded, await log.end(TOPIC), signal);
      if (signal.aborted) return;
      view = loaded;
      ready = true;
      trouble = null;
      options.onReplaced(view);
      readiness.resolve();
      metrics.stageOffset.set({ stage: 'gateway', topic: TOPIC }, view.head);
      countEvents();
      logger.info({ events: view.catalogue.count, cursor: view.cursor }, 'Catalogue ready');
    }
    for await (const record of log.read(TOPIC, view.head + 1, { signal })) {
      const change = take(view, record);
      countEvents();
      if (change) options.onChange(change);
    }
  }

  function countEvents(): void {
    const { log: ofLog, starter } = view.counts;
    metrics.catalogueEvents.set({ from: 'log' }, ofLog);
    metrics.catalogueEvents.set({ from: 'starter' }, starter);
  }

  async function readUntil(into: View, until: number, signal: AbortSignal): Promise<void> {
    for await (const record of log.read(TOPIC, into.head + 1, { signal, until })) take(into, record);
  }

  return {
    get view() {
      return view;
    },
    get ready() {
      return ready;
    },
    get trouble() {
      return trouble;
    },
    whenReady: readiness.promise,
    async run(signal) {
      for (let failures = 0; !signal.aborted; ) {
        const headBefore = view.head;
        try {
          await follow(signal);
        } catch (error) {
          if (signal.aborted) return;
          metrics.stageRetries.inc({ stage: 'gateway' });
          trouble = toMessage(error);
          logger.warn({ err: error }, `Gateway waits for its log: ${toMessage(error)}`);
        }
        failures = view.head > headBefore ? 0 : failures + 1;
        await pause(RETRY_PAUSES_MS[Math.min(failures, RETRY_PAUSES_MS.length - 1)]!, signal);
      }
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
