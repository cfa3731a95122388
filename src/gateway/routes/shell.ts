// The front page and the web app's files. Files whose name carries a hash of their content are immutable; all others are
// asked for again each time. Compressed forms that the build left beside a file are sent where accepted.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { FRESH } from '../answer.ts';
import type { GatewayParts } from '../gateway.ts';
import type { Pages } from '../page/pages.ts';
import { sendPage, toReader } from './page.ts';

/** `name-Bx3kQ9aZ.js`: Vite's eight or more characters of hash before the ending. */
const HASHED_NAME = /-[\w-]{8,}\.[a-z0-9]+(\.(br|gz))?$/;

export async function routeShell(
  app: FastifyInstance,
  { webRoot, publicOrigin }: GatewayParts,
  pages: Pages | null,
): Promise<void> {
  if (webRoot === null || pages === null) {
    app.get('/', async (_request, reply) =>
      reply
        .code(503)
        .type('text/plain; charset=utf-8')
        .send(
          'The web app is not built: run "npm run build". The data is here: /live /catalogue/manifest.json /status\n',
        ),
    );
    return;
  }
  app.get('/', async (request, reply) => {
    reply.header('vary', 'accept-encoding, accept-language');
    const { search } = new URL(request.url, 'http://gateway');
    return sendPage(request, reply, await pages.front(toReader(request, publicOrigin), search));
  });
  await app.register(fastifyStatic, {
    root: webRoot,
    preCompressed: true,
    cacheControl: false,
    index: false,
    setHeaders(reply, path) {
      const immutable = path.startsWith(join(webRoot, 'assets')) && HASHED_NAME.test(path);
      reply.header('cache-control', immutable ? 'public, max-age=31536000, immutable' : FRESH);
    },
  });
}

/** The folder when it holds a built app, else null. */
export function findWebRoot(folder: string): string | null {
  return existsSync(join(folder, 'index.html')) ? folder : null;
}
