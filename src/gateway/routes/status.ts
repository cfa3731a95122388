// GET /status: how the gateway and the agencies stand, and /healthz, /readyz for whoever watches the process.

import type { FastifyInstance } from 'fastify';
import type { GatewayParts } from '../gateway.ts';
import { toPresent } from '../present.ts';
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

/** Health: the process answers. Readiness: it waits for nothing; what it waits for is told in words. */
export function routeHealth(app: FastifyInstance, waitsFor: () => string | null): void {
  app.get('/healthz', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ ok: true }),
  );
  app.get('/readyz', async (_request, reply) => {
    const detail = waitsFor();
    if (detail === null) return reply.header('cache-control', 'no-store').send({ ready: true });
    return sendProblem(reply, {
      status: 503,
      code: 'NOT_READY',
      detail,
      retryAfterS: 1,
    });
  });
}
