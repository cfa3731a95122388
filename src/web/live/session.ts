// One reader's session: the snapshot into the catalogue, the stream's messages into it and into the page's signals.

import { batch } from '@preact/signals';
import { createCatalogue } from '../../catalogue/catalogue.ts';
import { readChunkStamp } from '../../catalogue/codec.ts';
import { parseCursor } from '../../event/identity.ts';
import type { QuakeEvent } from '../../event/types.ts';
import type { App } from '../state/app.ts';
import { DELIVERIES_MAX, toDelivery } from '../state/deliveries.ts';
import { type Connection, startConnection } from './connection.ts';
import { isFlowing } from './connection-state.ts';
import { type FirstView, loadFirstView } from './snapshot.ts';
import type { SseMessage } from './sse-parse.ts';
import { wait } from './wait.ts';
import type { CaughtUp, GatewayState } from './wire.ts';

export interface SessionOptions {
  readonly app: App;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly random: () => number;
  readonly browserOnline: boolean;
}

/** A new event of at least this magnitude is told, if it is news (../panel/big-news.tsx). */
const TOLD_MAGNITUDE = 5.5;
/** So many are kept until they are told: enough for what comes at once, by poll or while the code for it loads. */
const BIG_NEWS_MAX = 8;
/**
 * Older events that could not be had are asked for again after the first, then after twice as long, and so on up to the
 * other; each time between half as long and half as long again.
 */
const OLDER_PAUSE_MS = 2000;
const OLDER_PAUSE_MAX_MS = 60_000;

/** Starts at once; ends with the input `stop`. */
export function startSession(options: SessionOptions): Connection {
  const { app } = options;
  let loadingOlder = new AbortController();
  /** False while missed events are caught up with: those are not news to ring for. */
  let caughtUp = false;
  /** True until the stream has caught up with a snapshot just loaded: nobody was away, so nothing is said of it. */
  let afterSnapshot = true;

  const connection = startConnection({
    ...options,
    loadSnapshot,
    onMessage,
    onState: (state) => {
      if (!isFlowing(state)) caughtUp = false;
      if (state.name === 'stopped') loadingOlder.abort();
      app.present.hold(isFlowing(state) ? null : state.downSinceMs);
      app.connection.value = state;
    },
  });
  app.triesWanted.subscribe((count) => {
    if (count > 0) connection.tell({ type: 'tryNow' });
  });
  return connection;

  /** After a reset a new catalogue is filled beside the old one, which stays in view until then. */
  async function loadSnapshot(signal: AbortSignal, onBytes: () => void): Promise<string> {
    loadingOlder.abort();
    loadingOlder = new AbortController();
    afterSnapshot = true;
    const fresh = createCatalogue();
    const view = await loadFirstView({
      fetch: options.fetch,
      signal,
      onBytes,
      onProgress: (progress) => {
        app.progress.value = progress;
      },
      target: {
        apply: (bytes) => app.catalogue.applyChunk(bytes, fresh),
        cursorOf: (bytes) => readChunkStamp(bytes).cursor,
      },
    });
    signal.throwIfAborted();
    app.catalogue.replace(fresh);
    const { signal: older } = loadingOlder;
    loadOlder(view, older).catch((error: unknown) => {
      if (!older.aborted) throw error;
    });
    return view.cursor;
  }

  /** Until all of it is there: no stream brings what the snapshot is lacking, and until then the page says that it loads. */
  async function loadOlder(view: FirstView, signal: AbortSignal): Promise<void> {
    let pauseMs = OLDER_PAUSE_MS;
    for (let missed = Number.POSITIVE_INFINITY; ; ) {
      const missing = await view.loadOlder(signal).catch((error: unknown) => {
        if (signal.aborted) throw error;
        // Told in the browser's console; the gateway may have mended it by the next time.
        void Promise.reject(error);
        return Number.POSITIVE_INFINITY;
      });
      if (missing === 0) break;
      pauseMs = missing < missed ? OLDER_PAUSE_MS : Math.min(2 * pauseMs, OLDER_PAUSE_MAX_MS);
      missed = missing;
      // Pages that failed together shall not come back together.
      await wait(pauseMs * (0.5 + options.random()), signal);
    }
    app.progress.value = null;
  }

  function onMessage(message: SseMessage): void {
    switch (message.event) {
      case 'event':
        takeEvent(JSON.parse(message.data) as QuakeEvent, parseCursor(message.id ?? '')?.offset ?? -1);
        break;
      case 'hello':
      case 'sources':
        takeGateway(JSON.parse(message.data) as GatewayState);
        break;
      case 'caught-up': {
        const { changes } = JSON.parse(message.data) as CaughtUp;
        caughtUp = true;
        if (!afterSnapshot) app.caughtUp.value = { changes, atMs: options.now() };
        afterSnapshot = false;
        break;
      }
    }
  }

  function takeGateway(state: GatewayState): void {
    batch(() => {
      app.present.set(state);
      app.gateway.value = state;
    });
  }

  function takeEvent(event: QuakeEvent, offset: number): void {
    const applied = app.catalogue.applyEvent(event, offset);
    if (applied === null || !caughtUp) return;
    app.arrival.value = applied;
    const delivery = toDelivery(event, app.present.nowMs());
    app.deliveries.value = [...app.deliveries.peek().slice(1 - DELIVERIES_MAX), delivery];
    if (applied.arrival === 'new' && (event.magnitude?.value ?? 0) >= TOLD_MAGNITUDE)
      app.bigNews.value = [...app.bigNews.peek().slice(1 - BIG_NEWS_MAX), event];
  }
}
