// GET /status: how the gateway and the agencies stand, and /healthz, /readyz for whoever watches the process.

import type { FastifyInstance } from 'fastify';
import { type GatewayParts, toPresent } from '../gateway.ts';
import { sendProblem } from '../problem.ts';

export function routeStatus(app: FastifyInstance, gateway: GatewayParts): void {
  const { version, startedAtMs, clock, stage, hub } = gateway;
  app.get('/status', async (_request, reply) => {
    const sources = gateway.sources();
    reply.header('cache-control', 'no-cache');
    return {
      version,
      ...toPresent(sources),
      nowMs: clock.now(),
      startedAtMs,
      cursor: stage.view.cursor,
      events: stage.view.counts,
      streams: hub.size,
      sources,
    };
  });
}

/** Health: the process answers. Readiness: the catalogue is loaded and streams are welcome; `isLeaving` says why it is not. */
export function routeHealth(
  app: FastifyInstance,
  isReady: () => boolean,
  isLeaving: () => boolean = () => false,
): void {
  app.get('/healthz', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ ok: true }),
  );
  app.get('/readyz', async (_request, reply) => {
    if (isReady()) return reply.header('cache-control', 'no-store').send({ ready: true });
    return sendProblem(reply, {
      status: 503,
      code: 'NOT_READY',
      detail: isLeaving() ? 'This gateway is leaving' : 'The catalogue is still being loaded',
      retryAfterS: 1,
    });
  });
}
