import { request } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ClusterAdmin, startAdmin } from './admin.ts';

const killed: string[] = [];
const act = (action: string, name: string): string => {
  if (name !== 'gateway-1') throw new RangeError(`No part is named "${name}"`);
  if (action === 'kill') killed.push(name);
  return 'done';
};
let admin: ClusterAdmin;

beforeEach(async () => {
  killed.length = 0;
  admin = await startAdmin({ port: 0, view: () => null, act });
});
afterEach(() => admin.close());

function send(method: string, path: string, headers: Record<string, string>): Promise<number> {
  const { hostname, port } = new URL(admin.url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    sent.on('error', reject).end();
  });
}

const KILL = '/cluster/parts/gateway-1/kill';

test('a button of the page itself is obeyed', async () => {
  expect(await send('POST', KILL, { origin: new URL(admin.url).origin })).toBe(200);
  expect(killed).toEqual(['gateway-1']);
});

test('a button pressed by another page, or by nobody known, is refused', async () => {
  for (const origin of ['http://elsewhere.example', 'null', 'http://127.0.0.1:1', '']) {
    expect(await send('POST', KILL, origin === '' ? {} : { origin }), origin).toBe(403);
  }
  expect(killed).toEqual([]);
});

test('a page that made its own name point here reaches nothing', async () => {
  const host = `elsewhere.example:${new URL(admin.url).port}`;
  expect(await send('GET', '/cluster/view', { host })).toBe(403);
  expect(await send('POST', KILL, { host, origin: `http://${host}` })).toBe(403);
  expect(killed).toEqual([]);
});

test('neither GET nor an unknown part or button kills anything', async () => {
  const { origin } = new URL(admin.url);
  expect(await send('GET', KILL, { origin })).toBe(404);
  expect(await send('POST', '/cluster/parts/gateway-9/kill', { origin })).toBe(404);
  expect(await send('POST', '/cluster/parts/gateway-1/constructor', { origin })).toBe(404);
  expect(killed).toEqual([]);
});

test('the page, its style and its scripts are there, with nothing to strip left in them', async () => {
  for (const path of ['/cluster', '/cluster/page.css', '/cluster/page.js', '/words.js']) {
    const response = await fetch(new URL(path, admin.url));
    expect(response.status, path).toBe(200);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    if (path.endsWith('.js')) expect(await response.text()).not.toMatch(/from '[^']*\.ts'|import type/);
  }
});
