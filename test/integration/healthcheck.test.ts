// bin/healthcheck.mjs, as a container's health check starts it.

import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** On one address alone, ready and not alive: no process is so, and the two can be told apart. */
const server = createServer((request, response) => {
  response.writeHead(request.url === '/readyz' ? 200 : 503).end(request.url);
});
let port: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = String((server.address() as AddressInfo).port);
});
afterAll(() => {
  server.close();
});

/** Its exit code and what it said. */
function check(host: string | null, ...words: string[]): Promise<[code: number, said: string]> {
  const { QUAKEWIRE_ADMIN_HOST: _, ...rest } = process.env;
  const env = { ...rest, QUAKEWIRE_ADMIN_PORT: port, ...(host !== null && { QUAKEWIRE_ADMIN_HOST: host }) };
  return new Promise((resolve) => {
    execFile(process.execPath, ['bin/healthcheck.mjs', ...words], { env }, (error, said) =>
      resolve([Number(error?.code ?? 0), said.trim()]),
    );
  });
}

test('the health check asks the admin port on the loopback, of one that listens everywhere too', async () => {
  for (const host of [null, '', '127.0.0.1', '0.0.0.0'])
    expect(await check(host), String(host)).toEqual([0, '200 /readyz']);
  expect(await check(null, '/healthz')).toEqual([1, '503 /healthz']);
  expect(await check('192.0.2.1', `http://127.0.0.1:${port}/readyz`)).toEqual([0, '200 /readyz']);
});

test('the health check asks the one address that the admin port was put on', async () => {
  for (const [host, url] of [
    ['127.0.0.2', `http://127.0.0.2:${port}/readyz`],
    ['::1', `http://[::1]:${port}/readyz`],
    ['::', `http://[::1]:${port}/readyz`],
  ] as const)
    expect(await check(host)).toEqual([1, expect.stringContaining(`${url}: `)]);
});
