// The gateway: builds the Fastify app around the live hub, the stage that follows quake.events.v1, and the snapshot.
// Building is not starting: nothing is read before `start`, nothing listens before `app.listen`.

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import fastifyCompress from '@fastify/compress';
import Fastify, { type FastifyInstance } from 'fastify';
import packageJson from '../../package.json' with { type: 'json' };
import { type Clock, toRealMs } from '../clock.ts';
import type { EventLog } from '../log/log.ts';
import type { SourceStatus } from '../sources/source.ts';
import type { Store } from '../store/store.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { boundRequests, HTTP_BOUNDS, type HttpBounds, toServerOptions } from './bounds/http.ts';
import type { GatewayParts } from './gateway.ts';
import { addHeaders, HEADER_OPTIONS, type HeaderOptions, SECURITY_HEADERS } from './headers.ts';
import { createAnnouncer } from './live/announcer.ts';
import { encodeFrame } from './live/frame.ts';
import { HISTORY_BOUNDS, type HistoryBounds } from './live/history.ts';
import { createHub, HUB_DEFAULTS, type HubOptions } from './live/hub.ts';
import { createRecent, RECENT_BOUNDS, type RecentBounds } from './live/recent.ts';
import { createPages } from './page/pages.ts';
import { toPresent } from './present.ts';
import { answerProblems, LOADING, sendProblem, toFacts } from './problem.ts';
import { routeCard } from './routes/card.ts';
import { routeCatalogue } from './routes/catalogue.ts';
import { routeEvent } from './routes/event.ts';
import { encodeReset, routeLive } from './routes/live.ts';
import { routeMap } from './routes/map-svg.ts';
import { routeRecent } from './routes/recent.ts';
import { findWebRoot, routeShell } from './routes/shell.ts';
import { routeHealth, routeStatus } from './routes/status.ts';
import { createSnapshot, type SnapshotOptions } from './snapshot/snapshot.ts';
import { createStage } from './stage.ts';

export interface GatewayOptions {
  readonly log: EventLog;
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** How the sources of this process stand now; empty where a gateway runs alone. */
  readonly sources: () => readonly SourceStatus[];
  /** Calls back after each change of a source's status; gives a function that ends it. */
  readonly onSources: (listener: () => void) => () => void;
  /** Folder of the built web app; without an index.html in it the page says how to build it. */
  readonly webRoot: string;
  /** A chunk of starter events (assets/starter.qwc); null: none. */
  readonly starter: Uint8Array | null;
  readonly options?: {
    readonly hub?: Partial<HubOptions>;
    readonly history?: Partial<HistoryBounds>;
    readonly snapshot?: Partial<SnapshotOptions>;
    readonly recent?: Partial<RecentBounds>;
    /** Addresses and networks (CIDR) of proxies whose X-Forwarded-For says who the reader is; none: the peer is. */
    readonly trustedProxies?: readonly string[];
    /** How slow, how large, how many requests and connections may be. */
    readonly http?: Partial<HttpBounds>;
    readonly headers?: Partial<HeaderOptions>;
    /** Origin that pages name as their own; null or left out: what the request says. */
    readonly publicOrigin?: string | null;
    /** How often months are looked at that may have to become chunks, milliseconds. */
    readonly rebuildMs?: number;
  };
}

export interface Gateway {
  readonly app: FastifyInstance;
  /** What keeps it from welcoming readers, in words; null while the catalogue is loaded and streams are welcome. */
  readonly waitsFor: () => string | null;
  /** Begins to load and follow the log; resolves when the catalogue is ready to be asked. */
  start(): Promise<void>;
  /**
   * Is unready at once and goes on as ever for `noticeMs`, so that a balancer learns of it; then takes no new streams and
   * sends the readers away evenly over `spreadMs`; then stops listening and lets go of the log.
   */
  close(spreadMs?: number, noticeMs?: number): Promise<void>;
}

const REBUILD_MS = 2_000;
/** For a stage that waits for a log or a database that is away: it ends when those are let go of. */
const STOP_WAIT_MS = 1_000;
const LEAVING = 'This gateway is leaving';

export function createGateway(given: GatewayOptions): Gateway {
  const { log, store, clock, logger, metrics, sources, starter } = given;
  const tuning = given.options ?? {};
  const stop = new AbortController();
  const stage = createStage({
    ...{ log, store, logger, metrics, starter },
    bounds: { ...HISTORY_BOUNDS, ...tuning.history },
    onChange: (change) => {
      recent.notice();
      const { clock: replay } = toPresent(sources());
      // A replay's reports came at replayed times; what is measured from them is real time.
      const receivedAtMs = replay ? toRealMs(replay, change.receivedAtMs) : change.receivedAtMs;
      hub.broadcast({ ...change, receivedAtMs });
    },
    onReplaced: (view) => hub.startOver(encodeReset(view, 'epoch-changed', `The log is "${view.epoch}" now`)),
  });
  const hubOptions: HubOptions = { ...HUB_DEFAULTS, ...tuning.hub };
  const hub = createHub(() => stage.view.history, clock, metrics, hubOptions);
  const recent = createRecent(() => stage.view, sources, clock, { ...RECENT_BOUNDS, ...tuning.recent });
  const snapshot = createSnapshot({
    view: () => stage.view,
    clock,
    starter,
    ...(tuning.snapshot ? { bounds: tuning.snapshot } : {}),
  });
  const parts: GatewayParts = {
    version: packageJson.version,
    startedAtMs: clock.now(),
    ...{ log, store, clock, logger, metrics, sources, stage, hub, recent, snapshot },
    webRoot: findWebRoot(given.webRoot),
    publicOrigin: tuning.publicOrigin ?? null,
  };
  const announcer = createAnnouncer(sources, (present) => {
    const data = { nowMs: clock.now(), ...toPresent(present), sources: present };
    hub.announce(encodeFrame({ event: 'sources', data: JSON.stringify(data) }));
  });
  const endSources = given.onSources(() => announcer.notice());
  let leaving = false;
  const waitsFor = () => (leaving ? LEAVING : stage.ready ? null : (stage.trouble ?? LOADING));
  /** For everyone; what is the matter, with hosts and settings, is for the admin port. */
  const publicWaitsFor = () => (waitsFor() === null ? null : leaving ? LEAVING : LOADING);
  const app = createApp(parts, publicWaitsFor, {
    trustedProxies: tuning.trustedProxies ?? [],
    streamsMax: hubOptions.streamsMax,
    http: { ...HTTP_BOUNDS, ...tuning.http },
    headers: { ...HEADER_OPTIONS, ...tuning.headers },
  });
  let working: Promise<void> | null = null;
  let rebuildTimer: NodeJS.Timeout | null = null;

  /** Brings the chunks up to date a part at a time, so that readers are served in between. */
  async function rebuild(): Promise<void> {
    while (!stop.signal.aborted && stage.ready && snapshot.rebuild()) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  function rebuildLater(): void {
    rebuildTimer = setTimeout(async () => {
      try {
        if (stage.ready) await rebuild();
        await snapshot.compress();
      } catch (error) {
        logger.error({ err: error }, 'Snapshot could not be made anew');
      }
      if (!stop.signal.aborted) rebuildLater();
    }, tuning.rebuildMs ?? REBUILD_MS);
    rebuildTimer.unref();
  }

  return {
    app,
    waitsFor,
    async start() {
      working ??= stage.run(stop.signal);
      await Promise.race([stage.whenReady, working]);
      await rebuild();
      rebuildLater();
    },
    async close(spreadMs = 0, noticeMs = 0) {
      leaving = true;
      if (noticeMs > 0) await sleep(noticeMs);
      endSources();
      announcer.close();
      // It listens until the last reader is gone: a balancer that found nobody there would cut the others off.
      await hub.drain(spreadMs);
      await app.close();
      stop.abort();
      if (rebuildTimer) clearTimeout(rebuildTimer);
      await Promise.race([working, sleep(STOP_WAIT_MS, undefined, { ref: false })]);
    },
  };
}

/** Ids of requests that no other process gives: a random word for this one, and a count. */
function createRequestIds(): () => string {
  const word = randomBytes(4).toString('hex');
  let count = 0;
  return () => `${word}-${++count}`;
}

interface AppOptions {
  readonly trustedProxies: readonly string[];
  readonly streamsMax: number;
  readonly http: HttpBounds;
  readonly headers: HeaderOptions;
}

function createApp(
  parts: GatewayParts,
  waitsFor: () => string | null,
  { trustedProxies, streamsMax, http, headers }: AppOptions,
): FastifyInstance {
  const { logger, metrics, hub } = parts;
  const app = Fastify({
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    genReqId: createRequestIds(),
    ...toServerOptions(http, metrics),
    frameworkErrors: (error, _request, reply) => {
      reply.headers(SECURITY_HEADERS);
      sendProblem(reply, { status: 400, code: 'REQUEST_REFUSED', detail: error.message });
    },
  });
  answerProblems(app, logger);
  app.addHook('onRequest', async (request, reply) => {
    // Requests sent behind a stream on the same connection could never be answered.
    if (hub.owns(request.raw.socket)) {
      reply.hijack();
      request.raw.socket.destroy();
    }
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    metrics.httpRequests.inc({ route, status: `${Math.floor(reply.raw.statusCode / 100)}xx` });
    metrics.httpDuration.observe({ route }, reply.elapsedTime / 1000);
    logger.debug(
      {
        ...toFacts(request),
        method: request.method,
        status: reply.raw.statusCode,
        durationMs: Math.round(reply.elapsedTime),
        address: request.ip,
      },
      'Answered',
    );
  });
  addHeaders(app, headers);
  boundRequests(app, { clock: parts.clock, logger, metrics, streamsMax, trustedProxies }, http);
  app.register(fastifyCompress, { threshold: 1024, encodings: ['br', 'gzip', 'identity'] });
  app.register(async (routes) => {
    routeLive(routes, parts);
    routeRecent(routes, parts);
    routeCatalogue(routes, parts);
    routeStatus(routes, parts);
    routeMap(routes, parts);
    routeCard(routes, parts);
    routeHealth(routes, waitsFor);
  });
  const { webRoot, stage, sources, clock } = parts;
  const pages = webRoot === null ? null : createPages({ webRoot, stage, sources, clock, logger });
  app.register(async (routes) => {
    await routeShell(routes, parts, pages);
    routeEvent(routes, parts, pages);
  });
  return app;
}
