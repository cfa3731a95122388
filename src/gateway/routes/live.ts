// GET /live: the stream of events (docs/wire.md). Reads the query and the cursor, sends the response's head, and
// hands the socket over to the hub; from then on Fastify has no part in it.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EVERYTHING, type Filter, parseFilter } from '../../catalogue/filter.ts';
import { parseCursor } from '../../event/identity.ts';
import type { EventLog } from '../../log/log.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { toAddressKey } from '../bounds/address.ts';
import type { GatewayParts } from '../gateway.ts';
import { encodeFrame, type Frame } from '../live/frame.ts';
import { RESET_REASONS, type ResetReason, type Verdict } from '../live/history.ts';
import { toPresent } from '../present.ts';
import { LOADING, sendProblem } from '../problem.ts';
import type { View } from '../view.ts';

/** Seconds after which a refused reader may come back: from the first to the second, at random. */
const RETRY_AFTER_S = [5, 20] as const;
/** How long a gateway that is behind another one waits to learn what the reader knows already, in steps. */
const BEHIND_STEPS_MAX = 40;
const BEHIND_STEP_MS = 50;

const STREAM_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store, no-transform',
  // nginx and those who follow it hold an answer back until a buffer is full, unless told otherwise.
  'x-accel-buffering': 'no',
};

export function routeLive(app: FastifyInstance, gateway: GatewayParts): void {
  startCounts(gateway.metrics);
  app.head('/live', async (_request, reply) => reply.headers(STREAM_HEADERS).send());
  app.get('/live', { exposeHeadRoute: false }, async (request, reply) => {
    const query = readQuery(request);
    if ('rejection' in query) {
      const { parameter, detail } = query.rejection;
      return sendProblem(reply, { status: 400, code: 'QUERY_INVALID', detail, parameter });
    }
    if (query.cursor !== null) await waitUntilKnown(gateway, query.cursor);
    if (request.raw.socket.destroyed) return reply.hijack();
    const refusal = findRefusal(gateway, request.ip);
    if (refusal) {
      const { reason, ...problem } = refusal;
      gateway.metrics.liveRefused.inc({ reason });
      const retryAfterS = RETRY_AFTER_S[0] + Math.random() * (RETRY_AFTER_S[1] - RETRY_AFTER_S[0]);
      return sendProblem(reply, { status: 503, retryAfterS, ...problem });
    }
    openStream(gateway, request, reply, query.filter, query.cursor);
  });
}

interface LiveQuery {
  readonly filter: Filter | null;
  readonly cursor: string | null;
}

function readQuery(
  request: FastifyRequest,
): LiveQuery | { readonly rejection: { readonly parameter: string; readonly detail: string } } {
  const params = new URL(request.url, 'http://gateway').searchParams;
  const header = request.headers['last-event-id'];
  const cursor = (typeof header === 'string' && header !== '' ? header : null) ?? params.get('cursor');
  params.delete('cursor');
  for (const parameter of ['starttime', 'start', 'endtime', 'end']) {
    if (params.has(parameter)) {
      const detail = `"${parameter}" is for questions about the past; the stream is what comes`;
      return { rejection: { parameter, detail } };
    }
  }
  const parsed = parseFilter(params);
  if ('rejection' in parsed) return { rejection: parsed.rejection };
  return { filter: params.size === 0 || parsed.filter === EVERYTHING ? null : parsed.filter, cursor };
}

function findRefusal({ stage, hub }: GatewayParts, address: string) {
  if (!stage.ready) return { reason: 'loading', code: 'NOT_READY' as const, detail: LOADING };
  const full = hub.refusal(toAddressKey(address));
  if (full === null) return null;
  const details = {
    streams: 'As many streams are open as this gateway takes',
    address: 'As many streams are open from your address as this gateway takes',
    draining: 'This gateway is stopping',
  };
  return { reason: full, code: 'STREAMS_FULL' as const, detail: details[full] };
}

/** Questions under way, by log: any number of readers with invented cursors ask the brokers no more than one at a time. */
const ends = new WeakMap<EventLog, Promise<number>>();

function findEnd(log: EventLog): Promise<number> {
  const asked = ends.get(log) ?? log.end('quake.events.v1').finally(() => ends.delete(log));
  ends.set(log, asked);
  return asked;
}

/** A reader that was at a faster gateway may know records that this one is just about to read: those are waited for. */
async function waitUntilKnown({ stage, log }: GatewayParts, text: string): Promise<void> {
  const cursor = parseCursor(text);
  const isBehind = () => cursor && cursor.epoch === stage.view.epoch && cursor.offset > stage.view.head;
  if (!cursor || !isBehind() || cursor.offset >= (await findEnd(log))) return;
  for (let step = 0; step < BEHIND_STEPS_MAX && isBehind(); step++) {
    await new Promise((resolve) => setTimeout(resolve, BEHIND_STEP_MS));
  }
}

/** One turn of the event loop: what is decided here about the cursor still holds when the hub takes over. */
function openStream(
  gateway: GatewayParts,
  request: FastifyRequest,
  reply: FastifyReply,
  filter: Filter | null,
  cursor: string | null,
): void {
  const { stage, hub } = gateway;
  const { view } = stage;
  const verdict = cursor === null ? null : view.history.judge(cursor);
  const opening = [encodeHello(gateway, view, verdict, cursor)];
  let resumeAfter: number | null = null;
  if (verdict?.kind === 'start-over') {
    gateway.metrics.liveResets.inc({ reason: verdict.reason });
    opening.push(encodeReset(view, verdict.reason, verdict.detail));
  } else if (verdict) {
    resumeAfter = verdict.kind === 'these-ones' ? verdict.afterOffset : view.head;
  }
  const isReset = verdict?.kind === 'start-over';
  gateway.metrics.liveOpened.inc({ as: isReset ? 'reset' : verdict ? 'resumed' : 'new' });
  const { socket } = request.raw;
  const chunked = request.raw.httpVersionMinor >= 1;
  reply.hijack();
  socket.cork();
  reply.raw.writeHead(200, { ...toPlainHeaders(reply), ...STREAM_HEADERS });
  reply.raw.flushHeaders();
  hub.join({ socket, chunked, filter, address: toAddressKey(request.ip), opening, resumeAfter });
  socket.uncork();
}

/**
 * The greeting: `cursor` is where this stream begins. It is the id too, but not before a reset: a reader cut off between
 * the two would come back from there and never learn that it has to start over.
 */
function encodeHello(
  gateway: GatewayParts,
  view: View,
  verdict: Verdict | null,
  cursor: string | null,
): Frame {
  const startsOver = verdict?.kind === 'start-over';
  const from = cursor === null || startsOver ? view.cursor : cursor;
  const sources = gateway.sources();
  const data = {
    cursor: from,
    version: gateway.version,
    ...toPresent(sources),
    nowMs: gateway.clock.now(),
    sources,
  };
  return encodeFrame({ event: 'hello', ...(startsOver ? {} : { id: from }), data: JSON.stringify(data) });
}

/** Tells a reader to load the snapshot anew; the stream goes on from the view's cursor. */
export function encodeReset(view: View, reason: ResetReason, detail: string): Frame {
  return encodeFrame({ event: 'reset', id: view.cursor, data: JSON.stringify({ reason, detail }) });
}

function toPlainHeaders(reply: FastifyReply): Record<string, string | number | string[]> {
  return Object.fromEntries(
    Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined),
  ) as Record<string, string | number | string[]>;
}

/** What counts from 0 shows its first one, too. */
function startCounts({ liveOpened, liveRefused, liveResets, liveEnded }: Metrics): void {
  for (const as of ['new', 'resumed', 'reset']) liveOpened.inc({ as }, 0);
  for (const reason of ['streams', 'address', 'loading', 'draining']) liveRefused.inc({ reason }, 0);
  for (const reason of RESET_REASONS) liveResets.inc({ reason }, 0);
  for (const reason of ['age', 'drain']) liveEnded.inc({ reason }, 0);
}
