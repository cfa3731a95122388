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

export interface HeaderOptions {
  /** `report-only`: a page that breaks the policy says so on the browser's console and is not stopped; who may frame it stays. */
  readonly csp: 'enforce' | 'report-only';
  /** Seconds for which browsers shall come by https alone; said to those that came by https; 0: not said. */
  readonly hstsMaxAgeS: number;
  /** Other origins whose pages may show ours in a frame; `*`: any. */
  readonly frameAncestors: readonly string[];
}

export const HEADER_OPTIONS: HeaderOptions = { csp: 'enforce', hstsMaxAgeS: 0, frameAncestors: [] };

/** Feeds are for everyone: any page may read these. */
const OPEN_PATHS = /^\/(live|catalogue|events|status|map\.svg)(\/|\?|$)/;

const OPEN_HEADERS: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'ETag, Retry-After',
  'cross-origin-resource-policy': 'cross-origin',
};

/** Adds the headers to every answer, and answers the pre-flights of other origins. */
export function addHeaders(app: FastifyInstance, options: HeaderOptions = HEADER_OPTIONS): void {
  const { hstsMaxAgeS } = options;
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    // Over http it would mean nothing, and a proxy that speaks for the reader is asked only where it is trusted.
    if (hstsMaxAgeS > 0 && request.protocol === 'https')
      reply.header('strict-transport-security', `max-age=${hstsMaxAgeS}`);
    if (OPEN_PATHS.test(request.url)) reply.headers(OPEN_HEADERS);
    else reply.header('cross-origin-resource-policy', 'same-origin');
  });
  adjustPolicy(app, options);
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

/** Pages add to the policy what they alone have; the operator's wishes are met at the door, whoever wrote it. */
function adjustPolicy(app: FastifyInstance, { csp, frameAncestors }: HeaderOptions): void {
  if (csp === 'enforce' && frameAncestors.length === 0) return;
  const ancestors = ["frame-ancestors 'self'", ...frameAncestors].join(' ');
  app.addHook('onSend', async (_request, reply) => {
    const policy = reply.getHeader('content-security-policy');
    if (typeof policy !== 'string') return;
    const adjusted = policy.replace("frame-ancestors 'self'", ancestors);
    if (csp === 'enforce') {
      reply.header('content-security-policy', adjusted);
      return;
    }
    // Whose frames may show us is nothing that a page breaks: that is for others to keep, and stays.
    reply.header('content-security-policy', ancestors);
    reply.header('content-security-policy-report-only', adjusted);
  });
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
