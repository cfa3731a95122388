// GET /card.png and /events/{id}/card.png: what a preview of a link shows (map/card.ts).

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EventId } from '../../event/types.ts';
import type { GatewayParts } from '../gateway.ts';
import { answerUnchanged } from '../headers.ts';
import { createCards } from '../page/cards.ts';
import { sendLoading, sendProblem } from '../problem.ts';

/** An event may be revised: after a minute its card is asked for again. */
const CACHE_CONTROL = 'public, max-age=60, s-maxage=60';

export function routeCard(app: FastifyInstance, { stage, sources, clock }: GatewayParts): void {
  const cards = createCards({ stage, sources, clock });

  async function send(request: FastifyRequest, reply: FastifyReply, id: EventId | null) {
    if (!stage.ready) return sendLoading(reply);
    const found = cards.card(id);
    if (found === 'unknown')
      return sendProblem(reply, {
        status: 404,
        code: 'EVENT_UNKNOWN',
        detail: `No event has the id "${id}"`,
      });
    if (found === 'busy') {
      const detail = 'As many cards are being drawn as this gateway draws';
      return sendProblem(reply, { status: 503, code: 'NOT_READY', detail, retryAfterS: 1 });
    }
    const { etag, png } = await found;
    // Previews are shown by other sites.
    reply.header('cache-control', CACHE_CONTROL).header('cross-origin-resource-policy', 'cross-origin');
    if (answerUnchanged(request, reply, etag)) return reply;
    return reply.type('image/png').send(png);
  }

  app.get('/card.png', (request, reply) => send(request, reply, null));
  app.get<{ Params: { id: string } }>('/events/:id/card.png', (request, reply) =>
    send(request, reply, request.params.id as EventId),
  );
}
