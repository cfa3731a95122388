// Answers to what cannot be done, as problem documents (RFC 9457) that carry a code of docs/errors.md.

import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorCode, QuakewireError } from '../errors.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface Problem {
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  /** The query parameter at fault. */
  readonly parameter?: string;
  /** Seconds after which a new try can help. */
  readonly retryAfterS?: number;
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  403: 'Not for you',
  404: 'Not found',
  408: 'Too slow',
  409: 'Not as things are',
  414: 'Address too long',
  429: 'Too many requests',
  431: 'Header too large',
  500: 'Unexpected fault',
  503: 'Not now',
};

const UNEXPECTED = 'A fault in Quakewire itself; its log has the cause';

const STATUS_BY_CODE: Partial<Record<ErrorCode, number>> = {
  QUERY_INVALID: 400,
  EVENT_UNKNOWN: 404,
  CHUNK_UNKNOWN: 404,
  STORE_UNAVAILABLE: 503,
  LOG_UNAVAILABLE: 503,
  BACKUP_FAILED: 503,
};

/** What a reader is told; the cause names hosts and settings, which are the operator's: it is logged. */
const WORDS_BY_CODE: Partial<Record<ErrorCode, string>> = {
  STORE_UNAVAILABLE: 'The database is away; it is asked again with the next request',
  LOG_UNAVAILABLE: 'The event log is away; it is asked again with the next request',
};

/** Sends a problem document. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.retryAfterS !== undefined) reply.header('retry-after', Math.ceil(problem.retryAfterS));
  // By it the request is found in the log.
  reply.header('x-request-id', reply.request.id);
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json; charset=utf-8')
    .send(toProblemText(problem));
}

/** A problem document as text. */
export function toProblemText({ status, code, detail, parameter }: Problem): string {
  const title = TITLES[status] ?? 'Request refused';
  return JSON.stringify({
    ...{ type: 'about:blank', title, status, detail, code },
    ...(parameter ? { parameter } : {}),
  });
}

/** What is told while a gateway has no catalogue yet. */
export const LOADING = 'The catalogue is still being loaded';

export const sendLoading = (reply: FastifyReply): FastifyReply =>
  sendProblem(reply, { status: 503, code: 'NOT_READY', detail: LOADING, retryAfterS: 1 });

/** Makes every error and every unknown address of an app end as a problem document. */
export function answerProblems(app: FastifyInstance, logger: Logger): void {
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, {
      status: 404,
      code: 'ROUTE_UNKNOWN',
      detail: `Nothing is served at ${request.method} ${toPath(request)}`,
    }),
  );
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error instanceof QuakewireError) {
      const status = STATUS_BY_CODE[error.code] ?? 500;
      if (status >= 500) logger.warn({ err: error, ...toFacts(request) }, 'Request failed');
      const words = WORDS_BY_CODE[error.code] ?? (status === 500 ? UNEXPECTED : error.message);
      const problem = { status, code: error.code, detail: words };
      return sendProblem(reply, error.retriable ? { ...problem, retryAfterS: 2 } : problem);
    }
    const status = error.statusCode ?? 500;
    if (status < 500) return sendProblem(reply, { status, code: 'REQUEST_REFUSED', detail: error.message });
    logger.error({ err: error, ...toFacts(request) }, 'Request failed unexpectedly');
    return sendProblem(reply, {
      status: 500,
      code: 'UNEXPECTED',
      detail: UNEXPECTED,
    });
  });
}

/** What every log line about a request says of it. */
export const toFacts = (request: FastifyRequest) => ({ requestId: request.id, path: toPath(request) });

/** The request's path without its query. */
export function toPath(request: FastifyRequest): string {
  return request.url.split('?', 1)[0]!;
}
