// The bounds on HTTP over real sockets, as who means harm uses them.

import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { createEvent, openStream, type RunningGateway, startGateway } from '../../../test/support/gateway.ts';
import { exchange, openRaw } from '../../../test/support/raw-socket.ts';
import { createLogger } from '../../telemetry/logger.ts';

/** Small, so that no test waits for long. */
const QUICK = { checkMs: 50, headMs: 300, requestMs: 600, silenceMs: 400 };

/** Nobody gains a request while a busy machine takes its time. */
const STANDING = { now: () => Date.UTC(2026, 10, 25) };

/** In a thread of its own: connects, asks, and resets the connection. */
const ASK_AND_RESET = `
  const { connect } = require('node:net');
  const { workerData: { port, gone } } = require('node:worker_threads');
  const socket = connect(port, '127.0.0.1', () =>
    socket.write('GET /status HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n', () => socket.resetAndDestroy()));
  socket.on('close', () => {
    Atomics.store(gone, 0, 1);
    Atomics.notify(gone, 0);
  });`;

/** Far beyond what a busy machine takes, far below Node's own limits. */
const CUT_OFF_MAX_MS = 20_000;

const countConnections = (running: RunningGateway) =>
  new Promise<number>((resolve) => running.gateway.app.server.getConnections((_, count) => resolve(count)));

const problemOf = (answer: string) => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));

async function refusedBy(running: RunningGateway, reason: string): Promise<number> {
  const { values } = await running.metrics.refused.get();
  return values.find(({ labels }) => labels.reason === reason)?.value ?? 0;
}

test('who sends a head a byte at a time is cut off, told why where anything was sent', async () => {
  await using running = await startGateway({ options: { http: QUICK } });
  const slow = await openRaw(running.url);
  slow.send('GET /status HTTP/1.1\r\nHost: x\r\n');
  // What has come is read before more is sent: a write to a connection that is closed already would throw the answer away.
  const drip = setInterval(() => setImmediate(() => slow.text === '' && slow.send('X: y\r\n')), 20);
  const afterMs = await slow.closed;
  clearInterval(drip);
  expect(afterMs).toBeGreaterThan(250);
  expect(afterMs).toBeLessThan(CUT_OFF_MAX_MS);
  expect(slow.text).toMatch(/^HTTP\/1\.1 408 /);
  expect(problemOf(slow.text)).toMatchObject({ status: 408, code: 'REQUEST_REFUSED' });
});

test('who connects and says nothing is cut off', async () => {
  await using running = await startGateway({ options: { http: QUICK } });
  const silent = await openRaw(running.url);
  expect(await silent.closed).toBeLessThan(CUT_OFF_MAX_MS);
});

test('a thousand slow senders keep nobody else from being answered', async () => {
  await using running = await startGateway({
    options: { http: { ...QUICK, headMs: 60_000, requestMs: 60_000, silenceMs: 60_000 } },
  });
  const slow = await Promise.all(Array.from({ length: 1000 }, () => openRaw(running.url)));
  for (const each of slow) each.send('GET / HTTP/1.1\r\nHost: x\r\nX-');
  const startedAtMs = performance.now();
  expect((await fetch(`${running.url}/status`)).status).toBe(200);
  expect(performance.now() - startedAtMs).toBeLessThan(20_000);
  for (const { socket } of slow) socket.destroy();
});

test('who asks for much and does not read it is cut off when nothing has moved for a while', async () => {
  await using running = await startGateway({ options: { http: QUICK } });
  for (let i = 0; i < 2_000; i++) void running.publish(createEvent(i, { region: 'x'.repeat(250) }));
  const status = () => exchange(running.url, 'GET /status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  await expect.poll(status).toContain('"log":2000,');
  const greedy = await openRaw(running.url);
  greedy.socket.pause();
  // Pipelined: more than any socket buffer takes.
  greedy.send('GET /map.svg?width=4096 HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(100));
  const connections = () => countConnections(running);
  await expect.poll(connections, { interval: 5 }).toBeGreaterThan(0);
  await expect.poll(connections, { timeout: CUT_OFF_MAX_MS }).toBe(0);
  greedy.socket.destroy();
});

test('a stream outlives every one of these limits', async () => {
  // Longer than a busy machine stands still, or the stream would not even begin.
  const http = { checkMs: 50, headMs: 2_000, requestMs: 2_500, silenceMs: 3_000 };
  await using running = await startGateway({ options: { http, hub: { heartbeatMs: 100 } } });
  const stream = await openStream(running.url);
  expect(stream.response.statusCode).toBe(200);
  await sleep(4_500);
  await running.publish(createEvent(1));
  await stream.until((messages) => messages.some(({ event }) => event === 'event'));
  stream.close();
});

test('a huge head gets 431, a long address 414', async () => {
  await using running = await startGateway();
  const huge = await exchange(running.url, `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`);
  expect(huge).toMatch(/^HTTP\/1\.1 431 /);
  expect(problemOf(huge)).toMatchObject({ status: 431, code: 'REQUEST_REFUSED' });
  const many = await exchange(running.url, `GET / HTTP/1.1\r\nHost: x\r\n${'a: b\r\n'.repeat(5_000)}\r\n`);
  expect(many).toMatch(/^HTTP\/1\.1 431 /);
  const long = await exchange(running.url, `GET /status?${'x'.repeat(5_000)} HTTP/1.1\r\nHost: x\r\n\r\n`);
  expect(long).toMatch(/^HTTP\/1\.1 414 /);
  expect(problemOf(long).detail).toContain('4096');
});

test('garbage on the port gets a problem document and an end', async () => {
  await using running = await startGateway();
  for (const garbage of [
    'hello\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003', // a TLS hello
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'GET / HTTP/1.1\r\nHo st: x\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\nX: a\u0000b\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n',
  ]) {
    const answer = await exchange(running.url, Buffer.from(garbage, 'latin1'));
    expect(answer, JSON.stringify(garbage)).toMatch(/^HTTP\/1\.1 400 /);
    expect(problemOf(answer)).toMatchObject({ code: 'REQUEST_REFUSED' });
  }
  expect(await refusedBy(running, 'malformed')).toBeGreaterThanOrEqual(7);
  expect((await fetch(`${running.url}/status`)).status).toBe(200);
});

test('one length in two ways, two lengths, or no Host are refused: no proxy can be made to see another request', async () => {
  await using running = await startGateway();
  for (const head of [
    'Host: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked',
    'Host: x\r\nContent-Length: 3\r\nContent-Length: 4',
    'Host: x\r\nTransfer-Encoding: chunked, identity',
    'Host: x\r\nTransfer-Encoding : chunked',
    'X: no host',
  ]) {
    const answer = await exchange(
      running.url,
      `GET /status HTTP/1.1\r\n${head}\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect(answer, head).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer.match(/HTTP\/1\.1 \d/g), head).toHaveLength(1);
  }
});

test('a body is refused on every route and method, and is not read', async () => {
  await using running = await startGateway();
  for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
    for (const path of ['/status', '/live', '/nothing']) {
      const head = `${method} ${path} HTTP/1.1\r\nHost: x\r\n`;
      const sized = await exchange(running.url, `${head}Content-Length: 1000000000\r\n\r\n{`);
      expect(sized, `${method} ${path}`).toMatch(/^HTTP\/1\.1 400 /);
      expect(sized.toLowerCase()).toContain('connection: close');
      const chunked = await exchange(running.url, `${head}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`);
      expect(chunked, `${method} ${path}`).toMatch(/^HTTP\/1\.1 400 /);
    }
  }
});

test('pipelined requests are answered in order; what is sent behind a stream ends it', async () => {
  await using running = await startGateway();
  const raw = await openRaw(running.url);
  raw.send('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /nothing HTTP/1.1\r\nHost: x\r\n\r\n');
  await raw.until(/HTTP\/1\.1 200 [\s\S]*HTTP\/1\.1 404 /);
  raw.send('GET /live HTTP/1.1\r\nHost: x\r\n\r\n');
  await raw.until(/event: hello/);
  raw.send('GET /status HTTP/1.1\r\nHost: x\r\n\r\n');
  await raw.closed;
  expect(raw.text).not.toMatch(/event: hello[\s\S]*HTTP\/1\.1/);
});

test('a request whose connection is gone before its turn comes is let go, without an error', async () => {
  const warnings: string[] = [];
  const logger = createLogger({
    role: 'test',
    level: 'warn',
    format: 'json',
    onLine: (level) => void warnings.push(level),
  });
  await using running = await startGateway({ logger });
  const gone = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(ASK_AND_RESET, {
    eval: true,
    workerData: { gone, port: Number(new URL(running.url).port) },
  });
  await once(worker, 'online');
  // The gateway stands still until the connection has come, asked and gone.
  expect(Atomics.wait(gone, 0, 0, 20_000)).not.toBe('timed-out');
  await worker.terminate();
  await expect.poll(() => countConnections(running)).toBe(0);
  expect((await fetch(`${running.url}/status`)).status).toBe(200);
  expect(warnings).toEqual([]);
});

test('an address that asks too often gets 429 with when to come back; health is always answered', async () => {
  await using running = await startGateway({
    options: { http: { requestsPerAddressMax: 5 } },
    clock: STANDING,
  });
  for (let i = 0; i < 5; i++) expect((await fetch(`${running.url}/status`)).status).toBe(200);
  for (const path of ['/status', '/live', '/nothing', '/%6Cive', '/catalogue/manifest.json']) {
    const refused = await fetch(running.url + path);
    expect([path, refused.status]).toEqual([path, 429]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await refused.json()).toMatchObject({ code: 'RATE_EXCEEDED', status: 429 });
    expect(refused.headers.get('x-content-type-options')).toBe('nosniff');
  }
  expect((await fetch(`${running.url}/healthz`)).status).toBe(200);
  expect((await fetch(`${running.url}/readyz`)).status).toBe(200);
  expect(await refusedBy(running, 'rate')).toBe(5);
});

test('behind a trusted proxy each reader has a bound of its own; an untrusted one cannot name itself another', async () => {
  const http = { requestsPerAddressMax: 2 };
  const ask = (url: string, from: string) =>
    fetch(`${url}/status`, { headers: { 'x-forwarded-for': from } }).then(({ status }) => status);
  {
    await using running = await startGateway({
      options: { http, trustedProxies: ['127.0.0.1'] },
      clock: STANDING,
    });
    for (let i = 0; i < 4; i++) expect(await ask(running.url, `192.0.2.${i}`)).toBe(200);
    // What a reader puts in front of the address that the proxy adds is not believed.
    expect(await ask(running.url, '198.51.100.1, 203.0.113.9')).toBe(200);
    expect(await ask(running.url, '198.51.100.2, 203.0.113.9')).toBe(200);
    expect(await ask(running.url, '198.51.100.3, 203.0.113.9')).toBe(429);
    // One /64 is one reader.
    expect(await ask(running.url, '2001:db8::1')).toBe(200);
    expect(await ask(running.url, '2001:db8::2')).toBe(200);
    expect(await ask(running.url, '2001:db8::3')).toBe(429);
    expect(await ask(running.url, '2001:db8:0:1::3')).toBe(200);
  }
  const lines: string[] = [];
  const stream = { write: (line: string) => lines.push(line) } as unknown as NodeJS.WritableStream;
  const logger = createLogger({ role: 'test', level: 'warn', format: 'json', stream });
  await using running = await startGateway({ options: { http }, logger, clock: STANDING });
  expect(await ask(running.url, '192.0.2.1')).toBe(200);
  expect(await ask(running.url, '192.0.2.2')).toBe(200);
  for (let i = 0; i < 3; i++) expect(await ask(running.url, `192.0.2.${3 + i}`)).toBe(429);
  // Once, however many are refused, and with what is likely the matter.
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('--trusted-proxies');
});

test('connections of one address are bounded, those of a trusted proxy are not, nor does a closed one count', async () => {
  const http = { connectionsPerAddressMax: 3 };
  {
    await using running = await startGateway({ options: { http } });
    const open = await Promise.all(Array.from({ length: 3 }, () => openRaw(running.url)));
    await expect.poll(() => countConnections(running)).toBe(3);
    const fourth = await openRaw(running.url);
    await fourth.closed;
    expect(fourth.text).toBe('');
    expect(await refusedBy(running, 'address-connections')).toBe(1);
    open[0]!.socket.destroy();
    await expect.poll(() => countConnections(running)).toBe(2);
    expect((await fetch(`${running.url}/status`)).status).toBe(200);
    for (const each of open) each.socket.destroy();
  }
  await using trusting = await startGateway({ options: { http, trustedProxies: ['127.0.0.0/8'] } });
  const many = await Promise.all(Array.from({ length: 10 }, () => openRaw(trusting.url)));
  expect((await fetch(`${trusting.url}/status`)).status).toBe(200);
  for (const each of many) each.socket.destroy();
});

test('connections in all are bounded by the streams and some to spare', async () => {
  const options = { hub: { streamsMax: 2 }, http: { connectionsSpare: 2 } };
  await using running = await startGateway({ options });
  const open = await Promise.all(Array.from({ length: 4 }, () => openRaw(running.url)));
  await expect.poll(() => countConnections(running)).toBe(4);
  const fifth = await openRaw(running.url);
  await fifth.closed;
  expect(await refusedBy(running, 'connections')).toBe(1);
  for (const each of open) each.socket.destroy();
});
