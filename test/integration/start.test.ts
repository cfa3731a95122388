// Quakewire as a process: what a person sees who starts it wrongly, and what an operator can do while it runs.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Replay } from '../../src/replay/replay.ts';
import { startAgency, toAgencyArgs, toFeatureText } from '../support/agency.ts';
import { findFreePort } from '../support/free-port.ts';
import { type Quakewire, startQuakewire } from '../support/quakewire.ts';

/** Nothing listens on the discard port: as without internet, at once. */
const UNREACHABLE = ['--emsc-websocket-url', 'ws://127.0.0.1:9/', '--emsc-fdsn-url', 'http://127.0.0.1:9/'];

/** Half a second on a quiet machine. */
const REFUSAL_MS_MAX = 45_000;

let directory: string;
let running: Quakewire[];
let agency: Replay | null;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'quakewire-start-'));
  running = [];
  agency = null;
});
afterEach(async () => {
  await Promise.all(running.map((one) => one.kill()));
  await agency?.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function start(args: readonly string[] = [], dataDir = directory): Promise<Quakewire> {
  const quakewire = await startQuakewire({
    args: ['--data-dir', dataDir, '--drain-s', '0', ...UNREACHABLE, ...args],
  });
  running.push(quakewire);
  return quakewire;
}

/** Starts and waits for the end: exit code and what was said on stderr. */
async function refuse(args: readonly string[]): Promise<{ code: number | null; text: string }> {
  const ports = ['--port', String(await findFreePort()), '--admin-port', String(await findFreePort())];
  const flags = [...ports, '--data-dir', directory, ...UNREACHABLE, ...args];
  const { status, stderr } = spawnSync(process.execPath, ['bin/quakewire.mjs', ...flags], {
    encoding: 'utf8',
    timeout: REFUSAL_MS_MAX,
  });
  return { code: status, text: stderr.trim() };
}

describe('a start that cannot succeed ends with one plain sentence', () => {
  test('an unknown flag', async () => {
    expect(await refuse(['--prot', '1'])).toEqual({
      code: 2,
      text: 'Cannot start: --prot: there is no such flag; the nearest is --port, --help lists all',
    });
  });

  test('a Node that is too old names the one that came with the install', () => {
    const old =
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } })";
    const args = ['--import', `data:text/javascript,${old}`, 'bin/quakewire.mjs', '--help'];
    const { status, stderr } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      timeout: REFUSAL_MS_MAX,
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Cannot start: Quakewire needs Node 26, this is 20\.19\.0\. .*npm start/);
  });

  test('a port that is taken names the flag to change', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const { code, text } = await refuse(['--port', String(port)]);
    other.close();
    expect(code).toBe(1);
    expect(text).toBe(`Cannot listen on 127.0.0.1:${port}: it is taken; choose another with --port`);
  });

  test('a data directory that is a file', async () => {
    writeFileSync(join(directory, 'file'), 'x');
    const { code, text } = await refuse(['--data-dir', join(directory, 'file')]);
    expect(code).toBe(1);
    expect(text).not.toContain('\n');
    expect(text).toContain('file');
  });

  test('a data directory that another Quakewire uses', async () => {
    await start();
    const { code, text } = await refuse([]);
    expect(code).toBe(1);
    expect(text).not.toContain('\n');
    expect(text).toMatch(/another Quakewire process uses it/);
  });

  test('a database of a newer version', async () => {
    await (await start()).stop();
    const database = new DatabaseSync(join(directory, 'store.db'));
    database.exec('PRAGMA user_version = 9999');
    database.close();
    const { code, text } = await refuse([]);
    expect(code).toBe(1);
    expect(text).not.toContain('\n');
    expect(text).toMatch(/newer/);
  });
});

test('without internet it serves the starter catalogue and says since when and why EMSC is not there', async () => {
  const { url } = await start();
  const status = (await (await fetch(`${url}/status`)).json()) as {
    events: { log: number; starter: number };
    sources: { agency: string; state: string; sinceMs: number; reason: string | null }[];
  };
  expect(status.events.starter).toBeGreaterThan(10_000);
  expect(status.events.log).toBe(0);
  await expect
    .poll(async () => ((await (await fetch(`${url}/status`)).json()) as typeof status).sources[0]?.state)
    .toBe('waiting');
  const [source] = ((await (await fetch(`${url}/status`)).json()) as typeof status).sources;
  expect(source?.reason).toMatch(/refused/);
  expect(Date.now() - source!.sinceMs).toBeLessThan(30_000);
});

test('the log level is changed while it runs, by signal and over the admin port', async () => {
  const quakewire = await start();
  const readLevel = async () =>
    ((await (await fetch(`${quakewire.adminUrl}/log-level`)).json()) as { level: string }).level;
  expect(await readLevel()).toBe('info');
  quakewire.process.kill('SIGUSR2');
  await expect.poll(readLevel).toBe('debug');
  await fetch(`${quakewire.adminUrl}/log-level`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ level: 'warn' }),
  });
  expect(await readLevel()).toBe('warn');
});

test('every log line is JSON with level, time, role and message', async () => {
  const quakewire = await start(['--log-level', 'debug']);
  await fetch(`${quakewire.url}/status`);
  expect(await quakewire.stop()).toBe(0);
  expect(quakewire.lines.length).toBeGreaterThan(3);
  for (const line of quakewire.lines) {
    expect(line).toMatchObject({
      level: expect.any(String),
      time: expect.any(String),
      role: 'all',
      message: expect.any(String),
    });
  }
});

test('the admin port serves Prometheus metrics of every stage', async () => {
  const quakewire = await start();
  const text = await (await fetch(`${quakewire.adminUrl}/metrics`)).text();
  for (const name of [
    'quakewire_live_streams',
    'quakewire_source_live',
    'quakewire_stage_offset',
    'process_cpu_seconds_total',
  ]) {
    expect(text).toContain(`# TYPE ${name} `);
  }
});

test('the admin port is on the loopback alone, and says so when it was put elsewhere', async () => {
  const usual = await start();
  const { port } = new URL(usual.adminUrl);
  const others = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4');
  for (const { address } of others) {
    await expect(fetch(`http://${address}:${port}/healthz`)).rejects.toThrow();
  }
  const warning = (lines: Quakewire['lines']) =>
    lines.filter(({ level, message }) => level === 'warn' && message.includes('--admin-host'));
  expect(warning(usual.lines)).toEqual([]);
  await usual.stop();
  const open = await start(['--admin-host', '0.0.0.0']);
  // Its answers may be read before its lines.
  await expect.poll(() => warning(open.lines)).toHaveLength(1);
});

test('garbage of the agency becomes dead letters, and the next report comes through', async () => {
  agency = await startAgency();
  const quakewire = await start([...toAgencyArgs(agency)]);
  await expect.poll(() => agency!.status().clients).toBe(1);
  for (const frame of [
    '',
    'not JSON',
    '{"action":"create"}',
    '[]',
    '{"action":"create","data":{"properties":{"lat":123.65}}}',
    '\u0000'.repeat(100),
  ]) {
    agency.control.send(frame);
  }
  const nowMs = Date.now();
  agency.control.publish(
    'create',
    toFeatureText({ unid: '20261122_0000001', timeMs: nowMs, lastUpdateMs: nowMs }),
  );
  await expect
    .poll(async () => (await fetch(`${quakewire.url}/events/emsc-20261122_0000001`)).status)
    .toBe(200);
  const status = (await (await fetch(`${quakewire.url}/status`)).json()) as {
    sources: { counts: { deadLetters: number } }[];
  };
  expect(status.sources[0]!.counts.deadLetters).toBe(6);
});

test('live data and a replay never share a data directory', async () => {
  agency = await startAgency();
  const replayed = await start([...toAgencyArgs(agency)]);
  // By then it has written down what it holds.
  await expect
    .poll(async () => (await (await fetch(`${replayed.url}/status`)).text()).includes('"state":"live"'))
    .toBe(true);
  await replayed.stop();
  const database = new DatabaseSync(join(directory, 'log.db'));
  database.exec("UPDATE memory SET value = 'live' WHERE key = 'provenance'");
  database.close();
  const quakewire = await start([...toAgencyArgs(agency)]);
  const readSource = async () =>
    (
      (await (await fetch(`${quakewire.url}/status`)).json()) as {
        sources: { state: string; reason: string }[];
      }
    ).sources[0]!;
  await expect.poll(async () => (await readSource()).state).toBe('refused');
  expect((await readSource()).reason).toMatch(/data directory|--data-dir/);
});
