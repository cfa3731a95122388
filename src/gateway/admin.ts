// The admin port: metrics, health and the log level, on an address of its own. It asks nobody who they are: what guards it is
// that only the machine itself, or a network without strangers, reaches it. A page in a browser on that machine must not be the
// stranger that does: what changes something is refused when a page sent it.

import { realpathSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
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
  /** Whose file system is measured, and of which backups are made. */
  readonly dataDir: string;
  /** Makes a backup and says what is in it, and when the newest there is was made; null: it makes none, as its log is on Kafka, or a demo's. */
  readonly backups: { make(): Promise<object>; newestAtMs(): number | null } | null;
}

const REQUEST_MS = 10_000;
const CHECK_MS = 2_000;
/** Whoever scrapes and whoever looks, many times over. */
const CONNECTIONS_MAX = 200;
/** More than any system takes. */
const PATH_BYTES_MAX = 16_384;

/**
 * An app that listens nowhere yet. `PUT /log-level` takes `{"level": "debug"}`; `PUT /backup` nothing, or the data directory that is
 * meant, `{"dataDir": "/absolute"}`: another's is refused with 409.
 */
export function createAdmin({ logger, metrics, waitsFor, dataDir, backups }: AdminOptions): FastifyInstance {
  const app = Fastify({
    bodyLimit: 1024,
    requestTimeout: REQUEST_MS,
    http: { headersTimeout: REQUEST_MS, connectionsCheckingInterval: CHECK_MS },
    forceCloseConnections: true,
  });
  app.server.maxConnections = CONNECTIONS_MAX;
  answerProblems(app, logger);
  app.addHook('onRequest', async (request, reply) => {
    // Browsers name the page's origin with everything that is not GET or HEAD; programs have none.
    if (request.headers.origin === undefined || request.method === 'GET' || request.method === 'HEAD') return;
    const detail = 'The admin port is not for pages: this request comes from one';
    return sendProblem(reply, { status: 403, code: 'REQUEST_REFUSED', detail });
  });
  routeHealth(app, waitsFor);
  app.get('/metrics', async (_request, reply) => {
    metrics.ready.set(waitsFor() === null ? 1 : 0);
    await measureDisk(metrics, dataDir);
    const newestBackupMs = backups?.newestAtMs() ?? null;
    // None is no time at all: a 0 would be one of 1970.
    if (newestBackupMs === null) metrics.backupLastSuccess.remove();
    else metrics.backupLastSuccess.set(newestBackupMs / 1000);
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  app.get('/log-level', async () => ({ level: logger.level }));
  if (backups !== null) {
    app.put<{ Body: unknown }>('/backup', { bodyLimit: PATH_BYTES_MAX }, async (request, reply) => {
      const meant = (request.body as { dataDir?: unknown } | null | undefined)?.dataDir;
      if (meant === undefined || toRealPath(String(meant)) === toRealPath(dataDir)) return backups.make();
      const detail = `this Quakewire has the data directory "${resolve(dataDir)}", not "${meant}"; name the other's with --admin-port, or, where none runs on it, a port where nobody listens`;
      return sendProblem(reply, { status: 409, code: 'DATA_DIR_UNUSABLE', detail });
    });
  }
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

/** One name for one folder, whichever links lead to it. */
function toRealPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return resolve(folder); // not there, so nobody's
  }
}

/**
 * The file system of the data directory. A role on Kafka has none: then it is that of the nearest folder there is, which in a
 * container is the disk that the engine keeps images, volumes and the log output on.
 */
async function measureDisk(metrics: Metrics, dataDir: string): Promise<void> {
  for (let folder = resolve(dataDir); ; folder = dirname(folder)) {
    try {
      const { bavail, blocks, bsize } = await statfs(folder);
      metrics.diskFree.set(bavail * bsize);
      metrics.diskSize.set(blocks * bsize);
      return;
    } catch (error) {
      // Not there (yet), or not ours to look into: the one above it is asked.
      if (folder === dirname(folder)) throw error;
    }
  }
}
