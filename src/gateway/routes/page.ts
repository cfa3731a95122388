// How a page is sent: origin and language from the request, compressed as asked, unchanged when it is.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { FRESH, sendBody } from '../answer.ts';
import { answerUnchanged } from '../headers.ts';
import type { PageDocument, Reader } from '../page/pages.ts';

const HOST = /^(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(?::\d{1,5})?$/i;

export function toReader(request: FastifyRequest, publicOrigin: string | null): Reader {
  return {
    origin: publicOrigin ?? toOrigin(request),
    acceptLanguage: request.headers['accept-language'] ?? '',
  };
}

/**
 * `http://127.0.0.1:8080`: where this page is, for links to itself and its picture, where the operator (`--public-url`) does
 * not say: the request's own Host (never X-Forwarded-Host, which balancers pass on from anyone), the loopback's name when
 * that is none that may stand in a page.
 */
function toOrigin(request: FastifyRequest): string {
  const { host = '' } = request.headers;
  return `${request.protocol}://${HOST.test(host) ? host : 'localhost'}`;
}

export async function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  document: PageDocument,
): Promise<FastifyReply> {
  const { status, etag, body, contentSecurityPolicy } = document;
  reply.header('cache-control', FRESH).header('content-security-policy', contentSecurityPolicy);
  if (answerUnchanged(request, reply, etag)) return reply;
  return sendBody(request, reply.code(status), body, 'text/html; charset=utf-8');
}
