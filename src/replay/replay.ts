// A recorded agency: speaks EMSC's standing-order websocket and its FDSN event service from a revision log,
// at any speed, with faults on demand. Everything it answers says that it is a replay (`Quakewire-Replay`).

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { type Clock, createReplayClock, type ReplayTime } from '../clock.ts';
import { QuakewireError } from '../errors.ts';
import { createReplayCatalogue } from './catalogue.ts';
import { type ControlCommand, createControlRoute } from './control.ts';
import { drawFault, type FaultRates, FDSN_FAULTS, type FdsnFault } from './faults.ts';
import { answerFdsn, type FdsnAnswer } from './fdsn.ts';
import { encodeFrame } from './frame.ts';
import { createPump } from './pump.ts';
import { type RevlogRow, toRevlogRow } from './revlog.ts';
import { createSockets } from './sockets.ts';
import { type PublishedAction, type TimelineEntry, toTimeline } from './timeline.ts';

export const WEBSOCKET_PATH = '/standing_order/websocket';
export const FDSN_PATH = '/fdsnws/event/1/';
/** HTTP header of every answer: `replayed-ms=<n>; at-ms=<n>; speed=<n>; end-ms=<n>`, see ReplayTime. */
export const REPLAY_HEADER = 'Quakewire-Replay';

export interface ReplayOptions {
  readonly rows: readonly RevlogRow[];
  /** Recorded seconds in one real second, greater than 0; `max`: as fast as the clients read. */
  readonly speed: number | 'max';
  /** Recorded instant to begin at, ms since the epoch UTC; null: the first publication. */
  readonly startMs: number | null;
  readonly faults: FaultRates;
  readonly random: () => number;
  readonly clock: Clock;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Longest hold of a delayed frame, real milliseconds; default 2000. */
  readonly delayMaxMs?: number;
  /** Stands still at the start until `control.resume()`; default false. */
  readonly paused?: boolean;
  /** Answers `POST /control` too; off unless asked for, since it lets anyone who reaches the port steer. */
  readonly controlRoute?: boolean;
}

/** What a test or an operator can make the agency do now. */
export interface ReplayControl {
  /** Sends these bytes as a frame to every client; the catalogue does not hear of it. */
  send(frame: string | Uint8Array): void;
  /** Publishes a Feature (its JSON text) now: to the catalogue and, unless `quietly`, as a frame. */
  publish(action: 'create' | 'update', featureText: string, options?: { quietly?: boolean }): void;
  /** Takes an event off the catalogue, without a word, as EMSC does. */
  remove(unid: string): void;
  drop(): void;
  freeze(): void;
  setFaults(faults: FaultRates): void;
  /** The next requests to the FDSN service get these faults, one each, before any by rate. */
  failNext(...faults: FdsnFault[]): void;
  /** Refuses (false) or takes (true) new websocket connections. */
  accept(connections: boolean): void;
  pause(): void;
  resume(): void;
}

export interface Replay {
  /** Listens, then lets the recording run. Rejects with `PORT_TAKEN`. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Both are only known once started. */
  readonly websocketUrl: string;
  readonly fdsnUrl: string;
  readonly control: ReplayControl;
  readonly finished: Promise<void>;
  time(): ReplayTime;
  status(): { clients: number; published: number; remaining: number; fdsnRequests: readonly FdsnRequest[] };
}

/** One request to the FDSN service; the last 1000 are kept, for tests of politeness. */
export interface FdsnRequest {
  readonly atMs: number;
  readonly query: string;
  readonly status: number;
}

const FDSN_REQUESTS_KEPT = 1000;

export function createReplay(options: ReplayOptions): Replay {
  const { clock, random } = options;
  const catalogue = createReplayCatalogue();
  const timeline = toTimeline(options.rows);
  const failures: FdsnFault[] = [];
  const fdsnRequests: FdsnRequest[] = [];
  let rates = options.faults;
  let wasEmpty = false;
  let accepting = true;
  let published = 0;
  let origin: { host: string; port: number } | undefined;

  const webSockets = new WebSocketServer({ noServer: true, autoPong: false, perMessageDeflate: false });
  const sockets = createSockets({
    server: webSockets,
    random,
    rates: () => rates,
    delayMaxMs: options.delayMaxMs ?? 2000,
  });
  const publish = (entry: TimelineEntry) => {
    catalogue.apply(entry);
    published++;
    if (entry.action !== 'remove') sockets.broadcast(encodeFrame(entry.action, entry.row.featureText));
    return options.speed === 'max' ? sockets.drained() : undefined;
  };
  const pump = createPump({
    timeline,
    clock,
    speed: options.speed,
    startMs: options.startMs ?? timeline[0]?.atMs ?? clock.now(),
    preload: (entry) => catalogue.apply(entry),
    publish,
  });
  const nowMs = () => createReplayClock(pump.time(), clock).now();
  /** By rate no request is told twice in a row that there is nothing: that is believed, and should be. */
  const drawFdsnFault = () => {
    const drawn = drawFault(FDSN_FAULTS, rates, random);
    const isEmpty = drawn === 'fdsn-empty' || drawn === 'fdsn-204';
    const fault = isEmpty && wasEmpty ? null : drawn;
    wasEmpty = fault !== null && isEmpty;
    return fault;
  };
  const publishNow = (action: PublishedAction, row: RevlogRow, quietly = false) => {
    const entry = { atMs: nowMs(), action, row };
    if (quietly || action === 'remove') catalogue.apply(entry);
    else void publish(entry);
  };
  const control: ReplayControl = {
    send: (frame) => sockets.send(frame),
    publish: (action, text, { quietly = false } = {}) =>
      publishNow(action, toRevlogRow(nowMs(), action === 'create' ? 'N' : 'U', text), quietly),
    remove(unid) {
      const [row] = catalogue.query({ eventid: unid }).rows;
      if (row) publishNow('remove', row);
    },
    drop: () => sockets.drop(),
    freeze: () => sockets.freeze(),
    setFaults(faults) {
      rates = faults;
    },
    failNext: (...faults) => void failures.push(...faults),
    accept(connections) {
      accepting = connections;
    },
    pause: () => pump.pause(),
    resume: () => pump.resume(),
  };
  const controlRoute = options.controlRoute ? createControlRoute(control) : null;

  const endMs = timeline.at(-1)?.atMs;
  const end = endMs === undefined ? '' : `; end-ms=${Math.ceil(endMs)}`;
  const replayHeader = () => {
    const { replayedMs, anchoredAtMs, speed } = pump.time();
    return `replayed-ms=${replayedMs}; at-ms=${anchoredAtMs}; speed=${speed}${end}`;
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    response.setHeader(REPLAY_HEADER, replayHeader());
    const url = new URL(request.url ?? '/', 'http://replay');
    if (controlRoute && url.pathname === '/control') return void controlRoute(request, response);
    if (url.pathname !== `${FDSN_PATH}query`) return void response.writeHead(404).end();
    const fault = failures.shift() ?? drawFdsnFault();
    const answer = answerFdsn(catalogue, url.searchParams, nowMs(), fault);
    fdsnRequests.push({ atMs: clock.now(), query: url.search, status: answer.status });
    if (fdsnRequests.length > FDSN_REQUESTS_KEPT) fdsnRequests.shift();
    deliver(response, answer);
  };
  const server = createServer(onRequest);
  webSockets.on('headers', (headers) => headers.push(`${REPLAY_HEADER}: ${replayHeader()}`));
  server.on('upgrade', (request, socket, head) => {
    const { pathname } = new URL(request.url ?? '/', 'http://replay');
    if (pathname !== WEBSOCKET_PATH || !accepting)
      return void socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n');
    webSockets.handleUpgrade(request, socket, head, (client) =>
      webSockets.emit('connection', client, request),
    );
  });
  const toUrl = (scheme: string, path: string) => {
    if (!origin) throw new Error('A replay has no address before it is started');
    return `${scheme}://${origin.host}:${origin.port}${path}`;
  };

  return {
    control,
    finished: pump.finished,
    time: () => pump.time(),
    get websocketUrl() {
      return toUrl('ws', WEBSOCKET_PATH);
    },
    get fdsnUrl() {
      return toUrl('http', FDSN_PATH);
    },
    async start() {
      await new Promise<void>((resolve, reject) => {
        server.once('error', (cause) => reject(toListenError(cause, options.port)));
        server.listen(options.port, options.host, resolve);
      });
      const { port } = server.address() as AddressInfo;
      origin = { host: options.host.includes(':') ? `[${options.host}]` : options.host, port };
      pump.start(options.paused ?? false);
    },
    async stop() {
      pump.stop();
      sockets.close();
      webSockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
    status: () => ({ clients: sockets.count(), published, remaining: pump.remaining(), fdsnRequests }),
  };
}

export type { ControlCommand };

function deliver(response: ServerResponse, answer: FdsnAnswer): void {
  if (answer.delivery === 'silent') return;
  const bytes = Buffer.from(answer.body);
  if (answer.retryAfterS !== null) response.setHeader('Retry-After', answer.retryAfterS);
  response.writeHead(answer.status, { 'content-type': answer.contentType, 'content-length': bytes.length });
  if (answer.delivery === 'whole') return void response.end(bytes);
  response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
}

function toListenError(cause: NodeJS.ErrnoException, port: number): unknown {
  return cause.code === 'EADDRINUSE'
    ? new QuakewireError('PORT_TAKEN', `Cannot start the replay: port ${port} is taken by another process`, {
        cause,
      })
    : cause;
}
