// GET /catalogue/…: the snapshot in columns (docs/wire.md). Chunks are immutable and may be kept for ever by anyone;
// manifest and tail are asked for again and answered 304 while nothing has changed.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { FRESH, sendBody } from '../answer.ts';
import type { GatewayParts } from '../gateway.ts';
import { answerUnchanged } from '../headers.ts';
import { sendLoading, sendProblem } from '../problem.ts';
import type { Chunk } from '../snapshot/snapshot.ts';

const CHUNK_TYPE = 'application/octet-stream';

export function routeCatalogue(app: FastifyInstance, { snapshot, stage }: GatewayParts): void {
  const onRequest = async (_request: FastifyRequest, reply: FastifyReply) => {
    if (!stage.ready) return sendLoading(reply);
  };

  app.get('/catalogue/manifest.json', { onRequest }, async (request, reply) => {
    const { cursor, generation, count, chunks, tail } = snapshot.manifest();
    reply.header('cache-control', FRESH);
    if (answerUnchanged(request, reply, tail.etag)) return reply;
    return {
      cursor,
      generation,
      count,
      chunks: chunks.map(describeChunk),
      tail: { url: `/catalogue/tail.qwc?generation=${generation}`, count: tail.count },
    };
  });

  app.get<{ Params: { file: string } }>('/catalogue/chunks/:file', { onRequest }, async (request, reply) => {
    const hash = /^([0-9a-f]{16})\.qwc$/.exec(request.params.file)?.[1];
    const chunk = hash ? snapshot.chunk(hash) : null;
    if (!chunk) {
      const detail = 'No such chunk: read /catalogue/manifest.json again';
      return sendProblem(reply, { status: 404, code: 'CHUNK_UNKNOWN', detail });
    }
    reply.header('cache-control', 'public, max-age=31536000, immutable');
    if (answerUnchanged(request, reply, `"${chunk.hash}"`)) return reply;
    return sendBody(request, reply.header('vary', 'accept-encoding'), chunk.body, CHUNK_TYPE);
  });

  app.get<{ Querystring: Record<string, string | string[]> }>(
    '/catalogue/tail.qwc',
    { onRequest },
    async (request, reply) => {
      const { generation } = request.query;
      if (typeof generation !== 'string') {
        const detail = '"generation" is missing: take it from /catalogue/manifest.json';
        return sendProblem(reply, { status: 400, code: 'QUERY_INVALID', detail, parameter: 'generation' });
      }
      const tail = snapshot.tail(generation);
      if (!tail) {
        const detail = 'This generation is gone: read /catalogue/manifest.json again';
        return sendProblem(reply, { status: 409, code: 'CHUNK_UNKNOWN', detail });
      }
      reply.header('cache-control', FRESH);
      if (answerUnchanged(request, reply, tail.etag)) return reply;
      return sendBody(request, reply.header('vary', 'accept-encoding'), tail.body, CHUNK_TYPE);
    },
  );
}

function describeChunk({ hash, name, count, fromMs, toMs, provenance, body }: Chunk) {
  const url = `/catalogue/chunks/${hash}.qwc`;
  return { url, name, count, bytes: body.bytes, fromMs, toMs, provenance };
}
