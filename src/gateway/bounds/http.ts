// What a gateway takes of HTTP: how slow, how large, how many. Every limit of node:http is set here on purpose, also where it
// is Node's default: a bound that nobody chose is one that nobody keeps. Streams are answers and may last; what is bounded is
// the way there.

import type { Server } from 'node:http';
import { BlockList, isIP, type Socket } from 'node:net';
import type { ConnectionError, FastifyHttpOptions, FastifyInstance } from 'fastify';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { sendProblem, toProblemText } from '../problem.ts';
import { toAddressKey } from './address.ts';
import { createRequestRate } from './request-rate.ts';

export interface HttpBounds {
  /** Requests of one address in `REQUEST_WINDOW_MS`; null: no such bound. */
  readonly requestsPerAddressMax: number | null;
  /** Connections of one address at a time, those of trusted proxies not counted; null: no such bound. */
  readonly connectionsPerAddressMax: number | null;
  /** Connections beside the streams: for pages, snapshots, and refusals of more streams. */
  readonly connectionsSpare: number;
  /** Between two looks for connections that are too slow, milliseconds. */
  readonly checkMs: number;
  /** Time for a request's head, and for the whole of it. Milliseconds. */
  readonly headMs: number;
  readonly requestMs: number;
  /** A connection on which nothing moves for so long is closed: who asks for much and does not read it, too. */
  readonly silenceMs: number;
}

export const HTTP_BOUNDS: HttpBounds = {
  requestsPerAddressMax: 2000,
  connectionsPerAddressMax: 1500,
  connectionsSpare: 4000,
  // Node looks every 30 s unless told otherwise, which would make 10 s up to 40.
  checkMs: 2_000,
  headMs: 10_000,
  requestMs: 15_000,
  // A stream has a heartbeat every 15 s, so none is ever silent for so long.
  silenceMs: 60_000,
};

/** The window of the bound on requests: a page with its parts takes about 30 at once, then a few a minute. */
export const REQUEST_WINDOW_MS = 10_000;
/** About 10 MB of addresses. */
const ADDRESSES_MAX = 100_000;
/** Longer than any idle connection of the balancers we know (HAProxy 30 s, ALB 60 s): they close first, never we under their hands. */
const KEEP_ALIVE_MS = 65_000;
/** All header fields together: what browsers and balancers send is a tenth of it. Node's default, on purpose. */
const HEAD_BYTES_MAX = 16 * 1024;
/** The longest address that means something, a filter with all its parameters, has 400. */
const URL_LENGTH_MAX = 4096;
/** No route takes a body; this is for what slips through. */
const BODY_BYTES_MAX = 1024;
/** An event's id has 135 characters at most. */
const PARAM_LENGTH_MAX = 200;
/** Whoever watches the process must not be kept out by a crowd behind the same address. */
const UNBOUNDED_PATHS: ReadonlySet<string> = new Set(['/healthz', '/readyz']);
const WARN_EVERY_MS = 60_000;
const REASONS = ['rate', 'malformed', 'address-connections', 'connections'];

/** What Fastify and node:http are made with. */
export function toServerOptions(bounds: HttpBounds, metrics: Metrics) {
  return {
    requestTimeout: bounds.requestMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionTimeout: bounds.silenceMs,
    // A balancer sends everyone's requests over a few connections: what bounds requests is the address behind it.
    maxRequestsPerSocket: 0,
    bodyLimit: BODY_BYTES_MAX,
    http: {
      headersTimeout: bounds.headMs,
      connectionsCheckingInterval: bounds.checkMs,
      maxHeaderSize: HEAD_BYTES_MAX,
      requireHostHeader: true,
      insecureHTTPParser: false,
    },
    routerOptions: { maxParamLength: PARAM_LENGTH_MAX },
    clientErrorHandler: (error: ConnectionError, socket: Socket) => {
      metrics.refused.inc({ reason: 'malformed' });
      answerMalformed(error, socket);
    },
  } satisfies FastifyHttpOptions<Server>;
}

const MALFORMED: Readonly<Record<string, readonly [status: number, reason: string, detail: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'The request took too long to arrive'],
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'The header fields are too large'],
};
const NO_HTTP = [400, 'Bad Request', 'This is no proper HTTP request'] as const;

/** Says what was wrong with bytes that never became a request, and ends the connection. */
function answerMalformed(error: ConnectionError, socket: Socket): void {
  // The peer is gone, or an answer is under way on this connection: nothing may be put into it.
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const [status, reason, detail] = MALFORMED[error.code] ?? NO_HTTP;
  const body = toProblemText({ status, code: 'REQUEST_REFUSED', detail });
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    'Connection: close',
    'Content-Type: application/problem+json; charset=utf-8',
    'Cache-Control: no-store',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ].join('\r\n');
  socket.end(`${head}\r\n\r\n${body}`, () => socket.destroy());
}

export interface BoundedParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Streams at most: each is a connection. */
  readonly streamsMax: number;
  /** Addresses and networks whose connections are those of many. */
  readonly trustedProxies: readonly string[];
}

/** Puts the bounds before all routes of an app, those it does not have too. */
export function boundRequests(app: FastifyInstance, parts: BoundedParts, bounds: HttpBounds): void {
  const { clock, logger, metrics, trustedProxies } = parts;
  const { requestsPerAddressMax } = bounds;
  const rate =
    requestsPerAddressMax === null
      ? null
      : createRequestRate({
          perAddressMax: requestsPerAddressMax,
          windowMs: REQUEST_WINDOW_MS,
          addressesMax: ADDRESSES_MAX,
        });
  const warn = atMostEvery(WARN_EVERY_MS, clock, (facts: { address: string; forwarded: boolean }) => {
    const hint =
      facts.forwarded && trustedProxies.length === 0
        ? '; it comes through a proxy: name that with --trusted-proxies, or all its readers count as one'
        : '';
    logger.warn(facts, `Refused: too many requests come from ${facts.address}${hint}`);
  });
  boundConnections(app.server, parts, bounds);
  app.addHook('onRequest', async (request, reply) => {
    const { url, headers } = request;
    // It had gone before its turn came, as a balancer does that was kept waiting: no one is there to count or to answer.
    if (request.socket.remoteAddress === undefined) {
      request.raw.destroy();
      return reply.hijack();
    }
    const key = toAddressKey(request.ip);
    const waitMs = rate && !UNBOUNDED_PATHS.has(url) ? rate.take(key, clock.now()) : 0;
    if (waitMs > 0) {
      metrics.refused.inc({ reason: 'rate' });
      warn({ address: key, forwarded: headers['x-forwarded-for'] !== undefined });
      const detail = 'Too many requests come from your address';
      return sendProblem(reply, { status: 429, code: 'RATE_EXCEEDED', detail, retryAfterS: waitMs / 1000 });
    }
    const hasBody =
      headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
    if (hasBody || url.length > URL_LENGTH_MAX) {
      metrics.refused.inc({ reason: 'malformed' });
      // What still comes on this connection is not read.
      reply.header('connection', 'close');
      return hasBody
        ? sendProblem(reply, { status: 400, code: 'REQUEST_REFUSED', detail: 'No request takes a body here' })
        : sendProblem(reply, {
            status: 414,
            code: 'REQUEST_REFUSED',
            detail: `The address has ${url.length} characters, expected at most ${URL_LENGTH_MAX}`,
          });
    }
  });
}

/** Closes connections beyond the bounds as they come, before a byte of them is read. */
function boundConnections(server: Server, parts: BoundedParts, bounds: HttpBounds): void {
  const { clock, logger, metrics, streamsMax, trustedProxies } = parts;
  const { connectionsPerAddressMax } = bounds;
  // What counts from 0 shows its first one, too.
  for (const reason of REASONS) metrics.refused.inc({ reason }, 0);
  const proxies = toBlockList(trustedProxies);
  const open = new Map<string, number>();
  const warn = atMostEvery(WARN_EVERY_MS, clock, (facts: { address: string; open: number }) =>
    logger.warn(facts, `Closed: ${facts.open} connections are open from ${facts.address}`),
  );
  const warnFull = atMostEvery(WARN_EVERY_MS, clock, (connections: number) =>
    logger.warn(`Closed: ${connections} connections are open, as many as this gateway takes`),
  );
  server.maxConnections = streamsMax + bounds.connectionsSpare;
  server.on('drop', () => {
    metrics.refused.inc({ reason: 'connections' });
    warnFull(server.maxConnections);
  });
  server.on('connection', (socket) => {
    const { remoteAddress } = socket;
    if (connectionsPerAddressMax === null || remoteAddress === undefined) return;
    if (proxies.check(remoteAddress, isIP(remoteAddress) === 6 ? 'ipv6' : 'ipv4')) return;
    const key = toAddressKey(remoteAddress);
    const count = open.get(key) ?? 0;
    if (count >= connectionsPerAddressMax) {
      metrics.refused.inc({ reason: 'address-connections' });
      warn({ address: key, open: count });
      socket.destroy();
      return;
    }
    open.set(key, count + 1);
    socket.once('close', () => {
      const left = open.get(key)! - 1;
      if (left === 0) open.delete(key);
      else open.set(key, left);
    });
  });
}

function toBlockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', length] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (length === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(length), family);
  }
  return list;
}

/** Calls at most once in so long; the first time at once. A flood shall not write the log full. */
function atMostEvery<T>(pauseMs: number, clock: Clock, act: (facts: T) => void): (facts: T) => void {
  let nextMs = Number.NEGATIVE_INFINITY;
  return (facts) => {
    const nowMs = clock.now();
    if (nowMs < nextMs && nextMs - nowMs <= pauseMs) return;
    nextMs = nowMs + pauseMs;
    act(facts);
  };
}
