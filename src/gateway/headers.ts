// Headers that go with every answer: what the page may load and do, who may read the data, and whether a reader's
// copy is still good.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Everything comes from our own origin; MapLibre's worker too (setWorkerUrl). `data:` and `blob:` are its icons and canvases. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "worker-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
  "form-action 'none'",
].join('; ');

export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'permissions-policy':
    'camera=(), display-capture=(), geolocation=(self), microphone=(), payment=(), usb=(), browsing-topics=()',
  'cross-origin-opener-policy': 'same-origin',
};

/** Feeds are for everyone: any page may read these. */
const OPEN_PATHS = /^\/(live|catalogue|events|status|map\.svg)(\/|\?|$)/;

const OPEN_HEADERS: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'ETag, Retry-After',
  'cross-origin-resource-policy': 'cross-origin',
};

/** Adds the headers to every answer, and answers the pre-flights of other origins. */
export function addHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    if (OPEN_PATHS.test(request.url)) reply.headers(OPEN_HEADERS);
    else reply.header('cross-origin-resource-policy', 'same-origin');
  });
  for (const url of ['/live', '/live/recent.json', '/status', '/map.svg', '/catalogue/*', '/events/*']) {
    app.options(url, async (_request, reply) =>
      reply
        .code(204)
        .header('allow', 'GET, HEAD, OPTIONS')
        .header('access-control-allow-methods', 'GET, HEAD, OPTIONS')
        .header('access-control-allow-headers', 'Last-Event-ID, Cache-Control, If-None-Match')
        .header('access-control-max-age', '86400')
        .send(),
    );
  }
}

/** Sets the ETag; true when the reader has this version already, and 304 was sent. */
export function answerUnchanged(request: FastifyRequest, reply: FastifyReply, etag: string): boolean {
  reply.header('etag', etag);
  const known = request.headers['if-none-match'];
  if (known === undefined) return false;
  const bare = (tag: string) => tag.trim().replace(/^W\//, '');
  const unchanged = known.trim() === '*' || known.split(',').some((tag) => bare(tag) === bare(etag));
  if (unchanged) reply.code(304).send();
  return unchanged;
}
