// The supervisor's own port, on the loopback alone: the page /cluster, the view as JSON, and the buttons. A page from
// elsewhere that a visitor has open can neither press a button (Origin) nor reach this port under a name of its own (Host).

import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { isAction } from './commands.ts';
import { ROOT } from './plans.ts';
import type { Action, ClusterView } from './view.ts';

export interface ClusterAdmin {
  /** Of the page. */
  readonly url: string;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

export interface ClusterAdminOptions {
  /** Of the loopback; 0 takes a free one. */
  readonly port: number;
  /** The newest view; null before the first. */
  readonly view: () => ClusterView | null;
  /** Does what a button says and tells it in words; throws RangeError for a part that is not there. */
  readonly act: (action: Action, name: string) => string;
}

export async function startAdmin({ port, view, act }: ClusterAdminOptions): Promise<ClusterAdmin> {
  const files = readFiles();
  const server = createServer((request, response) => {
    const { status, type, body } = answer(request);
    response.writeHead(status, { ...HEADERS, 'content-type': type }).end(body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
  const origin = `http://${HOST}:${(server.address() as AddressInfo).port}`;
  const origins = new Set([origin, origin.replace(HOST, 'localhost')]);

  function answer(request: IncomingMessage): Answer {
    const { method, url: path = '/' } = request;
    if (!origins.has(`http://${request.headers.host}`))
      return say(403, `Host is "${request.headers.host}", expected this machine's own`);
    if (method === 'POST') return obeyButton(request, path);
    if (method !== 'GET' && method !== 'HEAD') return say(405, 'Expected GET, or POST of a button');
    if (path === '/cluster/view') {
      return { status: 200, type: 'application/json', body: JSON.stringify(view()) };
    }
    return (
      files.get(path === '/' ? '/cluster' : path) ?? say(404, 'There is nothing here; /cluster is the page')
    );
  }

  function obeyButton(request: IncomingMessage, path: string): Answer {
    // A browser always says where a POST comes from; who says nothing is no page of ours.
    if (request.headers.origin !== `http://${request.headers.host}`)
      return say(403, `Origin is "${request.headers.origin ?? ''}", expected this page's own`);
    const [, name = '', action = ''] = /^\/cluster\/parts\/([\w-]+)\/(\w+)$/.exec(path) ?? [];
    if (!isAction(action)) return say(404, 'There is no such button');
    try {
      return say(200, act(action, name));
    } catch (error) {
      if (error instanceof RangeError) return say(404, error.message);
      throw error;
    }
  }

  return {
    url: `${origin}/cluster`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const say = (status: number, words: string): Answer => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: `${words}\n`,
});

function readFiles(): ReadonlyMap<string, Answer> {
  const folder = join(ROOT, 'scripts/cluster');
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');
  const script = (path: string) =>
    stripTypeScriptTypes(read(path)).replaceAll(/(from '\.\.?\/[\w./-]+)\.ts'/g, "$1.js'");
  const file = (type: string, body: string): Answer => ({
    status: 200,
    type: `${type}; charset=utf-8`,
    body,
  });
  const tokens = readFileSync(join(ROOT, 'src/web/styles/tokens.css'), 'utf8');
  return new Map([
    ['/cluster', file('text/html', read('page/index.html'))],
    ['/cluster/page.css', file('text/css', `${tokens}\n${read('page/page.css')}`)],
    ['/cluster/page.js', file('text/javascript', script('page/page.ts'))],
    ['/words.js', file('text/javascript', script('words.ts'))],
  ]);
}
