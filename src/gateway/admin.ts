// The admin port: metrics, health and the log level, on an address of its own, never open to other origins.

import Fastify, { type FastifyInstance } from 'fastify';
import { LOG_LEVELS, type Logger, type LogLevel } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { answerProblems, sendProblem } from './problem.ts';
import { routeHealth } from './routes/status.ts';

export interface AdminOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** What the process waits for, in words; null when it is ready. */
  readonly waitsFor: () => string | null;
}

/** An app that listens nowhere yet. `PUT /log-level` takes `{"level": "debug"}`. */
export function createAdmin({ logger, metrics, waitsFor }: AdminOptions): FastifyInstance {
  const app = Fastify({ bodyLimit: 1024, requestTimeout: 10_000, forceCloseConnections: true });
  answerProblems(app, logger);
  routeHealth(app, waitsFor);
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  app.get('/log-level', async () => ({ level: logger.level }));
  app.put<{ Body: unknown }>('/log-level', async (request, reply) => {
    const level = (request.body as { level?: unknown } | null)?.level;
    if (!LOG_LEVELS.includes(level as LogLevel)) {
      const detail = `level is ${JSON.stringify(level)}, expected one of ${LOG_LEVELS.join(', ')}`;
      return sendProblem(reply, { status: 400, code: 'QUERY_INVALID', detail, parameter: 'level' });
    }
    logger.level = level as LogLevel;
    logger.info(`Log level is ${logger.level} now`);
    return { level: logger.level };
  });
  return app;
}
