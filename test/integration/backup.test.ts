// Back up while it works under load, kill it, lose the disk, restore: by the commands that an operator uses.

import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Backup, listBackups } from '../../src/backup/backup.ts';
import { parseCursor } from '../../src/event/identity.ts';
import type { QuakeEvent } from '../../src/event/types.ts';
import type { Replay } from '../../src/replay/replay.ts';
import { startAgency, toAgencyArgs, toFeatureText } from '../support/agency.ts';
import { openStream, type Stream } from '../support/gateway.ts';
import { type Quakewire, startQuakewire } from '../support/quakewire.ts';

/** Nothing listens on the discard port: what is there after a restore came from the backup alone. */
const UNREACHABLE = ['--emsc-websocket-url', 'ws://127.0.0.1:9/', '--emsc-fdsn-url', 'http://127.0.0.1:9/'];

let directory: string;
let running: Quakewire[];
let agencies: Replay[];
let streams: Stream[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'quakewire-backup-'));
  running = [];
  agencies = [];
  streams = [];
});
afterEach(async () => {
  for (const stream of streams) stream.close();
  await Promise.all(running.map((one) => one.kill()));
  await Promise.all(agencies.map((one) => one.stop()));
  rmSync(directory, { recursive: true, force: true });
});

async function start(dataDir: string, args: readonly string[]): Promise<Quakewire> {
  const quakewire = await startQuakewire({ args: ['--data-dir', dataDir, '--starter', 'false', ...args] });
  running.push(quakewire);
  return quakewire;
}

/** From another folder than the tests', so that a relative name means another place. */
async function call(...args: string[]): Promise<{ code: number | null; said: string; errors: string }> {
  const child = spawn(process.execPath, [resolve('bin/quakewire.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: directory,
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [said, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, said, errors };
}

async function backUp(quakewire: Quakewire, dataDir: string): Promise<Backup> {
  const { port } = new URL(quakewire.adminUrl);
  const flags = ['--data-dir', dataDir, '--admin-port', port, '--format', 'json'];
  const { code, said, errors } = await call('backup', ...flags);
  expect([code, errors]).toEqual([0, '']);
  return JSON.parse(said) as Backup;
}

async function startFed(
  dataDir: string,
): Promise<{ quakewire: Quakewire; publish: (number: number) => void }> {
  const agency = await startAgency();
  agencies.push(agency);
  const quakewire = await start(dataDir, toAgencyArgs(agency));
  await expect.poll(() => agency.status().clients).toBe(1);
  const publish = (number: number) => {
    const nowMs = Date.now();
    // Each event twice: the second is its revision.
    const unid = `20261125_${String(Math.floor(number / 2)).padStart(7, '0')}`;
    const magnitude = number % 2 === 0 ? 4 : 5;
    const change = { unid, timeMs: nowMs - 60_000, lastUpdateMs: nowMs + number, magnitude };
    agency.control.publish(number % 2 === 0 ? 'create' : 'update', toFeatureText(change));
  };
  return { quakewire, publish };
}

async function follow(url: string, cursor?: string): Promise<Stream> {
  const stream = await openStream(url, cursor === undefined ? {} : { 'last-event-id': cursor });
  streams.push(stream);
  return stream;
}

const readStatus = async (url: string) =>
  (await (await fetch(`${url}/status`)).json()) as { cursor: string; events: { log: number } };
const offsetOf = (cursor: string) => parseCursor(cursor)!.offset;

test('a backup of a running, busy Quakewire holds everything up to its cursor; restored, nothing of that is missing', async () => {
  const dataDir = join(directory, 'data');
  const { quakewire, publish } = await startFed(dataDir);
  const reader = await follow(quakewire.url);
  let published = 0;
  const load = setInterval(() => {
    for (let i = 0; i < 3; i++) publish(published++);
  }, 10);
  await expect.poll(async () => (await readStatus(quakewire.url)).events.log).toBeGreaterThan(200);
  const first = await backUp(quakewire, dataDir);
  const second = await backUp(quakewire, dataDir);
  await reader.until((messages) =>
    messages.some(({ id }) => id && offsetOf(id) > offsetOf(second.cursor) + 50),
  );
  clearInterval(load);
  await quakewire.kill();
  expect(offsetOf(second.cursor)).toBeGreaterThan(offsetOf(first.cursor));
  expect(first.folder).toContain(join(dataDir, 'backups'));

  const restored = join(directory, 'restored');
  const { code, said } = await call('restore', second.folder, '--data-dir', restored);
  expect([code, said]).toEqual([0, expect.stringContaining(`Its epoch was ${second.epoch} and is `)]);
  const again = await start(restored, [...UNREACHABLE, '--requests-per-address-max', '1000000']);
  const sent = new Map<string, QuakeEvent>();
  for (const { event, id, data } of reader.messages) {
    if (event !== 'event' || offsetOf(id!) > offsetOf(second.cursor)) continue;
    const each = JSON.parse(data) as QuakeEvent;
    sent.set(each.id, each);
  }
  expect(sent.size).toBeGreaterThan(100);
  for (const { id, revision } of sent.values()) {
    const answer = await fetch(`${again.url}/events/${id}`);
    expect(answer.status, id).toBe(200);
    const kept = (await answer.json()) as { event: QuakeEvent; reports: unknown[] };
    expect(kept.event.revision).toBeGreaterThanOrEqual(revision);
    expect(kept.reports.length).toBeGreaterThanOrEqual(kept.event.revision);
  }
}, 120_000);

test('who comes back to a restored log from beyond it is told to start over, also when the log has grown past the cursor', async () => {
  const dataDir = join(directory, 'data');
  const { quakewire, publish } = await startFed(dataDir);
  for (let i = 0; i < 20; i++) publish(i);
  await expect.poll(async () => offsetOf((await readStatus(quakewire.url)).cursor)).toBe(19);
  const { folder, cursor } = await backUp(quakewire, dataDir);
  for (let i = 20; i < 40; i++) publish(i);
  await expect.poll(async () => offsetOf((await readStatus(quakewire.url)).cursor)).toBe(39);
  const { cursor: held } = await readStatus(quakewire.url);
  await quakewire.kill();

  // Put back by hand, as it is.
  const restored = join(directory, 'restored');
  cpSync(folder, restored, { recursive: true });
  const { quakewire: again, publish: publishOther } = await startFed(restored);
  expect((await readStatus(again.url)).cursor).toMatch(/:19$/);
  for (let i = 1000; i < 1060; i++) publishOther(i);
  await expect
    .poll(async () => offsetOf((await readStatus(again.url)).cursor))
    .toBeGreaterThan(offsetOf(held));
  for (const known of [held, cursor]) {
    const stream = await follow(again.url, known);
    await stream.until((messages) => messages.some(({ event }) => event === 'reset'));
    const reset = stream.messages.find(({ event }) => event === 'reset')!;
    expect(JSON.parse(reset.data)).toMatchObject({ reason: 'epoch-changed' });
  }
}, 120_000);

test('a running Quakewire backs up no data directory but its own, and says so; a relative one is found by whoever asks', async () => {
  const dataDir = join(directory, 'data');
  const quakewire = await start(relative('.', dataDir), UNREACHABLE);
  const other = join(directory, 'other');
  const { port } = new URL(quakewire.adminUrl);
  const { code, errors } = await call('backup', '--data-dir', other, '--admin-port', port);
  expect([code, errors]).toEqual([1, expect.stringMatching(/answers 409: .*\/data", not ".*\/other"/)]);
  expect(existsSync(join(dataDir, 'backups'))).toBe(false);
  const { folder } = await backUp(quakewire, dataDir);
  expect(folder).toContain(join(dataDir, 'backups'));
}, 120_000);

test('what came after the backup is asked of the agency again', async () => {
  const dataDir = join(directory, 'data');
  const { quakewire, publish } = await startFed(dataDir);
  for (let i = 0; i < 10; i++) publish(i);
  await expect.poll(async () => (await readStatus(quakewire.url)).events.log).toBe(5);
  const { folder } = await backUp(quakewire, dataDir);
  for (let i = 10; i < 20; i++) publish(i);
  await expect.poll(async () => (await readStatus(quakewire.url)).events.log).toBe(10);
  await quakewire.kill();
  const restored = join(directory, 'restored');
  expect((await call('restore', folder, '--data-dir', restored)).code).toBe(0);
  const again = await start(restored, toAgencyArgs(agencies[0]!));
  await expect.poll(async () => (await readStatus(again.url)).events.log, { timeout: 30_000 }).toBe(10);
}, 120_000);

test('a backup is made without a running Quakewire too; the oldest go; a snapshot of the disk is restored like a backup', async () => {
  const dataDir = join(directory, 'data');
  const { quakewire, publish } = await startFed(dataDir);
  for (let i = 0; i < 10; i++) publish(i);
  await expect.poll(async () => (await readStatus(quakewire.url)).events.log).toBe(5);
  // The database too has the last report.
  await expect
    .poll(async () => {
      const answer = await fetch(`${quakewire.url}/events/emsc-20261125_0000004`);
      return ((await answer.json()) as { reports?: unknown[] }).reports?.length;
    })
    .toBe(2);
  await quakewire.kill();
  // As the disk was when the machine died: with what stands in the write-ahead log alone.
  const snapshot = join(directory, 'snapshot');
  cpSync(dataDir, snapshot, { recursive: true });
  expect(existsSync(join(snapshot, 'log.db-wal'))).toBe(true);

  const backups = join(directory, 'elsewhere');
  const flags = ['--data-dir', dataDir, '--backup-dir', backups, '--backups-kept', '2'];
  for (let i = 0; i < 3; i++) {
    const { code, said } = await call('backup', ...flags, '--admin-port', '9');
    expect([code, said]).toEqual([0, expect.stringContaining('5 events, 10 reports')]);
  }
  expect(readdirSync(backups)).toHaveLength(2);

  const restored = join(directory, 'restored');
  const { said } = await call('restore', snapshot, '--data-dir', restored);
  expect(said).toMatch(/up to 9\. Its epoch was (\S+) and is (?!\1)\S+:/);
  const again = await start(restored, UNREACHABLE);
  expect((await readStatus(again.url)).events.log).toBe(5);
  expect((await fetch(`${again.url}/events/emsc-20261125_0000004`)).status).toBe(200);
}, 120_000);

test('restore refuses a data directory that has a log, a folder without one, and damage; and leaves all as it was', async () => {
  const dataDir = join(directory, 'data');
  await (await start(dataDir, UNREACHABLE)).stop();
  const empty = join(directory, 'empty');
  const expectRefusal = async (from: string, into: string, words: RegExp) => {
    const { code, errors } = await call('restore', from, '--data-dir', into);
    expect([code, errors.trim()]).toEqual([1, expect.stringMatching(words)]);
    expect(errors.trim()).not.toContain('\n');
  };
  await expectRefusal(dataDir, dataDir, /there is log\.db, store\.db.* in it already/);
  await expectRefusal(empty, join(directory, 'new'), /no log\.db/);
  const damaged = join(directory, 'damaged');
  cpSync(dataDir, damaged, { recursive: true });
  const bytes = readFileSync(join(damaged, 'log.db'));
  writeFileSync(join(damaged, 'log.db'), bytes.fill(7, 4096, 20_000));
  await expectRefusal(damaged, join(directory, 'new'), /Cannot restore/);
  writeFileSync(join(damaged, 'log.db'), 'no database');
  await expectRefusal(damaged, join(directory, 'new'), /Cannot restore/);
  expect(existsSync(join(directory, 'new', 'log.db'))).toBe(false);
}, 120_000);

test('a write-ahead log left over in the data directory does not bring the old log back: restore refuses and names it', async () => {
  const dataDir = join(directory, 'data');
  const { quakewire, publish } = await startFed(dataDir);
  publish(0);
  await expect.poll(async () => (await readStatus(quakewire.url)).events.log).toBe(1);
  const { folder, epoch } = await backUp(quakewire, dataDir);
  publish(2);
  await expect.poll(async () => (await readStatus(quakewire.url)).events.log).toBe(2);
  await quakewire.kill();
  for (const leftOver of ['log.db-wal', 'store.db', 'store.db-wal', 'log.db-journal']) {
    const into = join(directory, `into-${leftOver}`);
    mkdirSync(into);
    const old = join(dataDir, leftOver);
    if (existsSync(old)) cpSync(old, join(into, leftOver));
    else writeFileSync(join(into, leftOver), '');
    const { code, errors } = await call('restore', folder, '--data-dir', into);
    expect([code, errors]).toEqual([1, expect.stringContaining(`there is ${leftOver} in it already`)]);
    expect(readdirSync(into)).toEqual([leftOver]);
    rmSync(join(into, leftOver));
    const { said } = await call('restore', folder, '--data-dir', into);
    expect(said).toContain(`up to 0. Its epoch was ${epoch} and is `);
  }
}, 120_000);

test('a Quakewire that is stopped in the middle of a backup stops, and the next backup is whole', async () => {
  const dataDir = join(directory, 'data');
  const { quakewire, publish } = await startFed(dataDir);
  for (let i = 0; i < 10; i++) publish(i);
  await expect.poll(async () => (await readStatus(quakewire.url)).events.log).toBe(5);
  expect(await quakewire.stop()).toBe(0);
  const backups = join(dataDir, 'backups');
  const unfinished = join(backups, '.unfinished', 'log.db');
  let outcome: string | null = null;
  // Copying 200 MB takes a second. Where this process stands still for as long, the stop comes after it: then twice as much.
  for (let rows = 20; outcome !== 'failed' && rows <= 80; rows *= 2) {
    const log = new DatabaseSync(join(dataDir, 'log.db'));
    log.exec('CREATE TABLE IF NOT EXISTS ballast (bytes BLOB)');
    for (let i = 0; i < rows; i++) log.exec('INSERT INTO ballast VALUES (zeroblob(10000000))');
    log.close();
    const again = await start(dataDir, UNREACHABLE);
    outcome = null;
    const asked = fetch(`${again.adminUrl}/backup`, { method: 'PUT' })
      .then(
        ({ status }) => `answered ${status}`,
        () => 'failed',
      )
      .then((how) => {
        outcome = how;
      });
    await expect.poll(() => outcome !== null || existsSync(unfinished), { interval: 5 }).toBe(true);
    expect(await again.stop()).toBe(0);
    await asked;
  }
  expect(outcome).toBe('failed');
  const { code, said } = await call('backup', '--data-dir', dataDir, '--admin-port', '9');
  expect([code, said]).toEqual([0, expect.stringContaining('5 events, ')]);
  expect(readdirSync(backups)).toEqual(listBackups(backups));
}, 120_000);
