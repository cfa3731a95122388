import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { createFdsnClient, type FdsnClientOptions } from './client.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});
const never = new AbortController().signal;

/** A client of a server that answers as told. */
async function startClient(answer: RequestListener, options: Partial<FdsnClientOptions> = {}) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fdsnws/event/1/`;
  const bounds = { intervalMs: 0, timeoutMs: 5000, bodyBytesMax: 1000 };
  return createFdsnClient({ url, fetch: globalThis.fetch, clock: systemClock, ...bounds, ...options });
}

test.each([
  [200, {}, '{}', { kind: 'body', body: '{}' }],
  [204, {}, '', { kind: 'no-data', status: 204 }],
  [404, { 'content-type': 'text/plain' }, 'Error 404: no data', { kind: 'no-data', status: 404 }],
  [404, { 'content-type': 'text/html' }, '<h1>Not Found</h1>', { kind: 'fault' }],
  [
    400,
    {},
    'Error 400: unknown parameter',
    { kind: 'refused', reason: expect.stringContaining('Error 400: unknown') },
  ],
  [413, {}, 'Error 413', { kind: 'too-much' }],
  [429, { 'retry-after': '7' }, '', { kind: 'fault', retryAfterMs: 7000 }],
  [503, { 'retry-after': '999999' }, '', { kind: 'fault', retryAfterMs: 3_600_000 }],
  [500, { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, '', { kind: 'fault', retryAfterMs: null }],
  [200, {}, 'x'.repeat(1001), { kind: 'fault', reason: expect.stringContaining('more than 1000 bytes') }],
] as const)('query() tells %i %o apart', async (status, headers, body, result) => {
  const client = await startClient((_, response) => response.writeHead(status, headers).end(body));
  expect(await client.query({ format: 'json' }, never)).toMatchObject(result);
});

test('query() is not sent elsewhere: a redirect is a fault that names the place', async () => {
  let stolen = 0;
  const inner = createServer((_, response) => {
    stolen++;
    response.end('{"secret":1}');
  });
  await new Promise<void>((resolve) => inner.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => inner.close());
  const location = `http://127.0.0.1:${(inner.address() as AddressInfo).port}/latest/meta-data`;
  const client = await startClient((_, response) => response.writeHead(302, { location }).end());
  expect(await client.query({}, never)).toMatchObject({
    kind: 'fault',
    reason: expect.stringContaining(`has moved to ${location}`),
  });
  expect(stolen).toBe(0);
});

test('query() sends its parameters encoded to the method query', async () => {
  let asked = '';
  const client = await startClient((request, response) => {
    asked = request.url!;
    response.end('{}');
  });
  await client.query({ format: 'json', starttime: '2023-02-06T00:00:00.000' }, never);
  expect(asked).toBe('/fdsnws/event/1/query?format=json&starttime=2023-02-06T00%3A00%3A00.000');
});

test('query() never has two requests under way, and keeps its pause between the starts of two', async () => {
  const startedAtMs: number[] = [];
  let underWay = 0;
  let underWayMost = 0;
  const client = await startClient(
    (_, response) => {
      startedAtMs.push(performance.now());
      underWayMost = Math.max(underWayMost, ++underWay);
      setTimeout(() => {
        underWay--;
        response.end('{}');
      }, 20);
    },
    { intervalMs: 50 },
  );
  await Promise.all(Array.from({ length: 5 }, () => client.query({}, never)));
  expect(underWayMost).toBe(1);
  for (const [i, ms] of startedAtMs.entries())
    if (i > 0) expect(ms - startedAtMs[i - 1]!).toBeGreaterThan(49);
});

test('query() gives up on a silent service after its time, and goes on with the next', async () => {
  let requests = 0;
  const client = await startClient((_, response) => (requests++ === 0 ? undefined : response.end('{}')), {
    timeoutMs: 3000,
  });
  const [silent, next] = await Promise.all([client.query({}, never), client.query({}, never)]);
  expect(silent).toMatchObject({ kind: 'fault', reason: expect.stringContaining('no answer in time') });
  expect(next).toMatchObject({ kind: 'body' });
});

test('query() takes half a body and a dead port as faults, and an abort as an abort', async () => {
  const half = await startClient((_, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('{"type":', () => response.destroy());
  });
  expect(await half.query({}, never)).toMatchObject({ kind: 'fault' });
  const dead = await startClient(() => {}, { url: 'http://127.0.0.1:2/' });
  expect(await dead.query({}, never)).toEqual({
    kind: 'fault',
    reason: '127.0.0.1:2 cannot be reached: the connection was refused',
    retryAfterMs: null,
  });
  await expect(dead.query({}, AbortSignal.abort())).rejects.toThrow();
});
