// How an answer of this gateway is sent that many ask for: how long it is good, compressed as asked.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Body, chooseEncoding } from './snapshot/body.ts';

/** A browser asks again each time; a cache before many may answer for a second: in a crowd, one request in place of thousands. */
export const FRESH = 'public, max-age=0, s-maxage=1, must-revalidate';

/** Sends a body in the encoding that the reader likes best; status and other headers are the caller's. */
export async function sendBody(
  request: FastifyRequest,
  reply: FastifyReply,
  body: Body,
  type: string,
): Promise<FastifyReply> {
  const encoding = chooseEncoding(request.headers['accept-encoding']);
  const bytes = await body.encoded(encoding);
  if (encoding !== 'identity') reply.header('content-encoding', encoding);
  return reply.type(type).send(bytes);
}
