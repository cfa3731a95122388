// GET /live/recent.json: the poll for readers that get no stream (docs/wire.md). Good for a second in any cache, so that
// one gateway and a cache carry a crowd.

import type { FastifyInstance } from 'fastify';
import { sendBody } from '../answer.ts';
import type { GatewayParts } from '../gateway.ts';
import { answerUnchanged } from '../headers.ts';
import { sendLoading } from '../problem.ts';

/** Seconds: how old an answer may get in a cache, and how long it may be given out while the next one is fetched. */
const CACHE_CONTROL = 'public, max-age=1, s-maxage=1, stale-while-revalidate=1';

export function routeRecent(app: FastifyInstance, { stage, recent }: GatewayParts): void {
  app.get('/live/recent.json', async (request, reply) => {
    if (!stage.ready) return sendLoading(reply);
    const { etag, body } = recent.document();
    reply.header('cache-control', CACHE_CONTROL).header('vary', 'accept-encoding');
    if (answerUnchanged(request, reply, etag)) return reply;
    return sendBody(request, reply, body, 'application/json; charset=utf-8');
  });
}
