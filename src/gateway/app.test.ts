// The gateway's routes but /live, over real HTTP.

import { mkdirSync, mkdtempSync, rmSync, statfsSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { expect, test } from 'vitest';
import { createEvent, startGateway } from '../../test/support/gateway.ts';
import { createCatalogue } from '../catalogue/catalogue.ts';
import { applyChunk, encodeChunk, readChunkStamp } from '../catalogue/codec.ts';
import { QuakewireError } from '../errors.ts';
import type { Report } from '../event/types.ts';
import { createEmbeddedStore } from '../store/embedded.ts';
import type { Store } from '../store/store.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { createAdmin } from './admin.ts';

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

/** One request without a client that decompresses or caches. */
function ask(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(url, { headers, method, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) }),
      );
    })
      .on('error', reject)
      .end();
  });
}

const parse = ({ body }: Answer) => JSON.parse(body.toString());

function createStarter(): Uint8Array {
  const catalogue = createCatalogue();
  catalogue.upsertEntry({
    ...{ id: 'usgs-us7000abcd' as never, revision: 1, state: 'live', starter: true },
    ...{ originTimeMs: Date.UTC(2022, 5, 1), latitudeDeg: 10, longitudeDeg: 20, depthKm: null },
    ...{ magnitude: { value: 5.1, type: 'mww' }, region: 'Somewhere', eventType: 'earthquake' },
    ...{ agency: 'USGS', author: 'us', offset: -1 },
  });
  return encodeChunk(catalogue, catalogue.timeOrder, { cursor: 'starter:-1' });
}

test('manifest, chunks and tail make the catalogue, compressed as asked and kept as long as they are true', async () => {
  const options = { snapshot: { tailRowsMax: 20 }, rebuildMs: 10 };
  await using running = await startGateway({ options });
  for (let i = 0; i < 60; i++) await running.publish(createEvent(i));
  let manifest = await ask(`${running.url}/catalogue/manifest.json`);
  for (let waited = 0; parse(manifest).tail.count > 20 && waited < 100; waited++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    manifest = await ask(`${running.url}/catalogue/manifest.json`);
  }
  const { chunks, tail, count, cursor } = parse(manifest);
  expect(chunks).toHaveLength(1);
  expect(chunks[0]).toMatchObject({ name: '2023-02', provenance: 'log' });
  expect(manifest.headers['cache-control']).toBe('public, max-age=0, s-maxage=1, must-revalidate');
  const catalogue = createCatalogue();
  const raw = await ask(running.url + chunks[0].url);
  expect(raw.body).toHaveLength(chunks[0].bytes);
  expect(raw.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  const brotli = await ask(running.url + chunks[0].url, { 'accept-encoding': 'gzip, br' });
  expect(brotli.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' });
  expect(brotliDecompressSync(brotli.body)).toEqual(raw.body);
  const gzip = await ask(running.url + chunks[0].url, { 'accept-encoding': 'gzip' });
  expect(gunzipSync(gzip.body)).toEqual(raw.body);
  const tailAnswer = await ask(running.url + tail.url);
  applyChunk(catalogue, raw.body);
  applyChunk(catalogue, tailAnswer.body);
  expect(catalogue.count).toBe(count);
  expect(readChunkStamp(tailAnswer.body).cursor).toBe(cursor);
  for (const [url, etag] of [
    ['/catalogue/manifest.json', manifest.headers['etag']],
    [tail.url, tailAnswer.headers['etag']],
    [chunks[0].url, raw.headers['etag']],
  ]) {
    const again = await ask(running.url + url, { 'if-none-match': etag });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  }
});

test('a chunk or generation that is not there is said to be gone', async () => {
  await using running = await startGateway();
  const chunk = await ask(`${running.url}/catalogue/chunks/0123456789abcdef.qwc`);
  expect([chunk.status, parse(chunk).code]).toEqual([404, 'CHUNK_UNKNOWN']);
  const gone = await ask(`${running.url}/catalogue/tail.qwc?generation=0123456789abcdef`);
  expect([gone.status, parse(gone).code, parse(gone).title]).toEqual([
    409,
    'CHUNK_UNKNOWN',
    'Not as things are',
  ]);
  const missing = await ask(`${running.url}/catalogue/tail.qwc`);
  expect([missing.status, parse(missing).parameter]).toEqual([400, 'generation']);
});

test('the starter catalogue is a chunk of its own, marked as such everywhere', async () => {
  await using running = await startGateway({ starter: createStarter() });
  const manifest = parse(await ask(`${running.url}/catalogue/manifest.json`));
  expect(manifest).toMatchObject({ count: 1, tail: { count: 0 } });
  expect(manifest.chunks).toMatchObject([{ name: 'starter', provenance: 'starter', count: 1 }]);
  expect(parse(await ask(`${running.url}/status`)).events).toEqual({ log: 0, starter: 1 });
  const event = parse(await ask(`${running.url}/events/usgs-us7000abcd`));
  expect(event).toMatchObject({
    provenance: 'starter',
    reports: [],
    event: {
      id: 'usgs-us7000abcd',
      receivedAtMs: null,
      reports: [{ agency: 'USGS', agencyEventId: 'us7000abcd' }],
    },
  });
  expect((await ask(`${running.url}/map.svg`)).body.toString()).toContain('STARTER CATALOGUE');
});

test('what is wrong with the database is told to the operator, not to readers', async () => {
  const embedded = createEmbeddedStore({ path: ':memory:' });
  const fault = 'Cannot use PostgreSQL at db.internal:5432/quake: password authentication failed';
  for (const code of ['STORE_UNAVAILABLE', 'CONFIG_INVALID'] as const) {
    const store: Store = { ...embedded, event: () => Promise.reject(new QuakewireError(code, fault)) };
    await using running = await startGateway({ store });
    const answer = await fetch(`${running.url}/events/emsc-x`);
    expect([answer.status, (await answer.json()) as { code: string }]).toMatchObject([
      code === 'STORE_UNAVAILABLE' ? 503 : 500,
      { code },
    ]);
    expect(JSON.stringify(await (await fetch(`${running.url}/events/emsc-x`)).json())).not.toContain(
      'internal',
    );
  }
});

test('GET /events/{id} gives the event with its reports, and waits for a database that is a little behind', async () => {
  await using running = await startGateway();
  const event = createEvent(1);
  const report: Report = {
    ...{ schemaVersion: 1, kind: 'solution', agency: 'EMSC', agencyEventId: event.reports[0]!.agencyEventId },
    ...{ updatedAtMs: event.updatedAtMs, receivedAtMs: event.receivedAtMs, origin: event.origin },
    ...{
      magnitude: event.magnitude,
      region: event.region,
      eventType: null,
      typeCertainty: null,
      author: null,
    },
  };
  await running.publish(event);
  for (let waited = 0; waited < 100; waited++) {
    if (parse(await ask(`${running.url}/status`)).events.log === 1) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const behind = await ask(`${running.url}/events/${event.id}`);
  expect([behind.status, parse(behind).code]).toEqual([503, 'STORE_UNAVAILABLE']);
  const asked = ask(`${running.url}/events/${event.id}`);
  await running.store.applyReports([report], { topic: 'quake.reports.v1', epoch: 'e', offset: 0 });
  await running.store.applyEvents([{ event, offset: 0 }], {
    topic: 'quake.events.v1',
    epoch: 'e',
    offset: 0,
  });
  const answer = await asked;
  expect(parse(answer)).toEqual({ event, reports: [report], provenance: 'log' });
  expect(answer.headers['vary']).toContain('accept');
  const unknown = await ask(`${running.url}/events/emsc-nothing`);
  expect([unknown.status, parse(unknown).code]).toEqual([404, 'EVENT_UNKNOWN']);
});

test('the app is served with immutable assets, a page that is asked for again, and compressed forms where they are', async () => {
  const webRoot = mkdtempSync(join(tmpdir(), 'quakewire-web-'));
  mkdirSync(join(webRoot, 'assets'));
  writeFileSync(join(webRoot, 'index.html'), '<!doctype html><title>Quakewire</title>');
  writeFileSync(join(webRoot, 'assets/main-Bx3kQ9aZ.js'), 'export {};');
  writeFileSync(join(webRoot, 'assets/main-Bx3kQ9aZ.js.br'), 'compressed');
  {
    await using running = await startGateway({ webRoot });
    const page = await ask(`${running.url}/`);
    expect(page.headers).toMatchObject({
      'cache-control': 'public, max-age=0, s-maxage=1, must-revalidate',
      'content-type': 'text/html; charset=utf-8',
    });
    expect((await ask(`${running.url}/`, { 'if-none-match': String(page.headers['etag']) })).status).toBe(
      304,
    );
    const script = await ask(`${running.url}/assets/main-Bx3kQ9aZ.js`);
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const brotli = await ask(`${running.url}/assets/main-Bx3kQ9aZ.js`, { 'accept-encoding': 'br' });
    expect([brotli.headers['content-encoding'], brotli.body.toString()]).toEqual(['br', 'compressed']);
    const event = await ask(`${running.url}/events/anything`, {
      accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
    });
    expect([event.status, event.body.toString()]).toEqual([200, page.body.toString()]);
    expect(event.headers['vary']).toContain('accept');
    expect((await ask(`${running.url}/../../etc/passwd`)).status).toBe(404);
    expect((await ask(`${running.url}/assets/other.js`)).status).toBe(404);
  }
  rmSync(webRoot, { recursive: true });
});

test('every answer carries the security headers; data is open to all origins, the rest is not', async () => {
  await using running = await startGateway();
  for (const path of [
    '/',
    '/status',
    '/map.svg',
    '/nothing',
    '/live?x=1',
    '/catalogue/manifest.json',
    '/healthz',
  ]) {
    const { headers } = await ask(running.url + path);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'strict-origin-when-cross-origin',
    });
    const open = /^\/(status|map|live|catalogue)/.test(path);
    expect(headers['access-control-allow-origin']).toBe(open ? '*' : undefined);
  }
});

test('report-only moves the policy of every answer, pages too, to the header that stops nothing, but for whose frames may show it', async () => {
  const frameAncestors = ['https://news.example'];
  await using running = await startGateway({ options: { headers: { csp: 'report-only', frameAncestors } } });
  for (const path of ['/', '/status', '/nothing', '/map.svg']) {
    const { headers } = await ask(running.url + path);
    expect(headers['content-security-policy']).toBe("frame-ancestors 'self' https://news.example");
    expect(String(headers['content-security-policy-report-only'])).toContain("default-src 'self'");
    expect(headers['x-content-type-options']).toBe('nosniff');
  }
});

test('frames: of our own origin alone, and of those that the operator names', async () => {
  const ancestorsOf = async (url: string) =>
    /frame-ancestors [^;]*/.exec(String((await ask(url)).headers['content-security-policy']))?.[0];
  {
    await using running = await startGateway();
    expect(await ancestorsOf(`${running.url}/status`)).toBe("frame-ancestors 'self'");
  }
  const frameAncestors = ['https://news.example', 'https://tv.example'];
  await using running = await startGateway({ options: { headers: { frameAncestors } } });
  for (const path of ['/', '/status'])
    expect(await ancestorsOf(running.url + path)).toBe(
      "frame-ancestors 'self' https://news.example https://tv.example",
    );
});

test('strict transport security is said to those alone who came by https, as a trusted proxy tells', async () => {
  const hstsOf = async (url: string, forwarded: string) =>
    (await ask(`${url}/status`, { 'x-forwarded-proto': forwarded })).headers['strict-transport-security'];
  {
    await using plain = await startGateway({ options: { headers: { hstsMaxAgeS: 86_400 } } });
    expect(await hstsOf(plain.url, 'https')).toBeUndefined();
  }
  const options = { headers: { hstsMaxAgeS: 86_400 }, trustedProxies: ['127.0.0.1'] };
  await using running = await startGateway({ options });
  expect(await hstsOf(running.url, 'https')).toBe('max-age=86400');
  expect(await hstsOf(running.url, 'http')).toBeUndefined();
  await using silent = await startGateway({ options: { trustedProxies: ['127.0.0.1'] } });
  expect(await hstsOf(silent.url, 'https')).toBeUndefined();
});

test('an unknown address and a refused request are problem documents', async () => {
  await using running = await startGateway();
  const unknown = await ask(`${running.url}/nothing?x=1`);
  expect(unknown.headers['content-type']).toContain('application/problem+json');
  expect(parse(unknown)).toEqual({
    ...{ type: 'about:blank', title: 'Not found', status: 404, code: 'ROUTE_UNKNOWN' },
    detail: 'Nothing is served at GET /nothing',
  });
  expect(parse(await ask(`${running.url}/status`, {}, 'DELETE')).code).toBe('ROUTE_UNKNOWN');
  expect(parse(await ask(`${running.url}/events/%ZZ`))).toMatchObject({
    code: 'REQUEST_REFUSED',
    status: 400,
  });
});

test('before the catalogue is loaded the gateway says so and when to come back', async () => {
  const running = await startGateway();
  await running.gateway.close();
  const { createGateway } = await import('./app.ts');
  const gateway = createGateway({
    ...{ log: running.log, store: running.store, metrics: createMetrics(), clock: { now: () => 0 } },
    logger: createLogger({ role: 'test', level: 'silent', format: 'json' }),
    ...{ sources: () => [], onSources: () => () => {}, webRoot: '/nonexistent', starter: null },
  });
  for (const url of ['/live', '/live/recent.json', '/catalogue/manifest.json', '/readyz']) {
    const answer = await gateway.app.inject({ url });
    expect([url, answer.statusCode, answer.json().code]).toEqual([url, 503, 'NOT_READY']);
    expect(answer.headers['retry-after']).toBeDefined();
  }
  expect((await gateway.app.inject({ url: '/healthz' })).statusCode).toBe(200);
  await gateway.start();
  expect((await gateway.app.inject({ url: '/readyz' })).statusCode).toBe(200);
  await gateway.close();
  await running.log.close();
  await running.store.close();
});

test('GET /map.svg is asked for again after some seconds and refuses what it cannot draw, by name', async () => {
  await using running = await startGateway();
  await running.publish(createEvent(1, { region: '<script>alert("x")</script>' }));
  const svg = await ask(`${running.url}/map.svg?theme=light&width=600`);
  expect(svg.headers).toMatchObject({
    'content-type': 'image/svg+xml; charset=utf-8',
    'cache-control': 'public, max-age=5',
  });
  expect(svg.body.toString()).toContain('width="600" height="315"');
  const again = await ask(`${running.url}/map.svg?theme=light&width=600`, {
    'if-none-match': String(svg.headers['etag']),
  });
  expect(again.status).toBe(304);
  for (const [query, parameter] of [
    ['theme=pink', 'theme'],
    ['width=9', 'width'],
    ['width=1e3', 'width'],
    ['color=red', 'color'],
  ]) {
    const refused = await ask(`${running.url}/map.svg?${query}`);
    expect([refused.status, parse(refused).parameter]).toEqual([400, parameter]);
  }
});

test('the admin port gives metrics and health and turns the log level', async () => {
  let waits: string | null = 'the log: no broker answers';
  const logger = createLogger({ role: 'test', level: 'silent', format: 'json' });
  const app = createAdmin({
    logger,
    metrics: createMetrics(),
    waitsFor: () => waits,
    dataDir: 'not/there/yet',
    backups: null,
  });
  const measured = async (name: string) =>
    Number(new RegExp(`^${name} (\\S+)$`, 'm').exec((await app.inject({ url: '/metrics' })).body)?.[1]);
  expect(await measured('quakewire_ready')).toBe(0);
  waits = null;
  expect(await measured('quakewire_ready')).toBe(1);
  waits = 'the log: no broker answers';
  const { bavail, blocks, bsize } = statfsSync('.');
  expect(await measured('quakewire_disk_size_bytes')).toBe(blocks * bsize);
  expect(Math.abs((await measured('quakewire_disk_free_bytes')) / (bavail * bsize) - 1)).toBeLessThan(0.1);
  expect((await app.inject({ url: '/readyz' })).statusCode).toBe(503);
  expect((await app.inject({ url: '/healthz' })).headers['access-control-allow-origin']).toBeUndefined();
  const turned = await app.inject({ url: '/log-level', method: 'PUT', payload: { level: 'fatal' } });
  expect([turned.json(), logger.level]).toEqual([{ level: 'fatal' }, 'fatal']);
  const refused = await app.inject({ url: '/log-level', method: 'PUT', payload: { level: 'loud' } });
  expect([refused.statusCode, refused.json().parameter, logger.level]).toEqual([400, 'level', 'fatal']);
  await app.close();
});

test('the admin port makes a backup of its own data directory, by whatever name; of another it refuses', async () => {
  const logger = createLogger({ role: 'test', level: 'silent', format: 'json' });
  const folder = mkdtempSync(join(tmpdir(), 'quakewire-admin-'));
  symlinkSync(folder, `${folder}.link`);
  const backups = { make: async () => ({ folder: 'made' }), newestAtMs: () => null };
  const parts = { logger, metrics: createMetrics(), waitsFor: () => null, backups };
  const app = createAdmin({ ...parts, dataDir: relative('.', folder) });
  const put = (payload?: object) =>
    app.inject({ url: '/backup', method: 'PUT', ...(payload && { payload }) });
  for (const payload of [undefined, { dataDir: folder }, { dataDir: `${folder}.link` }])
    expect((await put(payload)).json()).toEqual({ folder: 'made' });
  for (const dataDir of [tmpdir(), join(folder, 'backups'), 7]) {
    const refused = await put({ dataDir });
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'DATA_DIR_UNUSABLE']);
    expect(refused.json().title).toBe('Not as things are');
    expect(refused.json().detail).toContain(folder);
  }
  await app.close();
  rmSync(`${folder}.link`);
  rmSync(folder, { recursive: true });
});

test('the admin port tells the time of the newest backup, and none where there is none', async () => {
  const logger = createLogger({ role: 'test', level: 'silent', format: 'json' });
  let newestAtMs: number | null = null;
  const backups = { make: async () => ({}), newestAtMs: () => newestAtMs };
  const parts = { logger, metrics: createMetrics(), waitsFor: () => null, dataDir: '.' };
  const told = async (app: FastifyInstance) =>
    /^quakewire_backup_last_success_timestamp_seconds (\S+)$/m.exec(
      (await app.inject({ url: '/metrics' })).body,
    )?.[1];
  const app = createAdmin({ ...parts, backups });
  expect(await told(app)).toBeUndefined();
  newestAtMs = 1_700_000_000_500;
  expect(await told(app)).toBe('1700000000.5');
  newestAtMs = null;
  expect(await told(app)).toBeUndefined();
  await app.close();
  const withoutLog = createAdmin({ ...parts, metrics: createMetrics(), backups: null });
  expect(await told(withoutLog)).toBeUndefined();
  await withoutLog.close();
});

test('a page in a browser cannot use the admin port of its machine', async () => {
  const logger = createLogger({ role: 'test', level: 'silent', format: 'json' });
  const app = createAdmin({
    logger,
    metrics: createMetrics(),
    waitsFor: () => null,
    dataDir: '.',
    backups: null,
  });
  const put = { url: '/log-level', method: 'PUT', payload: { level: 'trace' } } as const;
  // A page of another origin, and one whose name was turned to this machine's address.
  for (const origin of ['https://evil.example', 'http://evil.example:9090', 'null']) {
    const refused = await app.inject({ ...put, headers: { origin, host: 'evil.example:9090' } });
    expect([refused.statusCode, logger.level]).toEqual([403, 'silent']);
  }
  const preflight = await app.inject({ url: '/log-level', method: 'OPTIONS', headers: { origin: 'null' } });
  expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
  // What a form can send without asking first is no JSON.
  const form = { 'content-type': 'text/plain' };
  const posted = await app.inject({ ...put, payload: '{"level":"trace"}', headers: form });
  expect([posted.statusCode, logger.level]).toEqual([400, 'silent']);
  expect((await app.inject(put)).statusCode).toBe(200);
  await app.close();
});
