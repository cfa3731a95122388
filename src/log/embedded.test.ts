import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { QuakewireError } from '../errors.ts';
import { createEmbeddedLog, type EmbeddedLog, type EmbeddedLogOptions } from './embedded.ts';
import type { LogRecord, ReadOptions } from './log.ts';
import { LOG_MIGRATIONS } from './tables.ts';
import { TOPICS, type Topic } from './topics.ts';

const DAY_MS = 86_400_000;
const REPORTS: Topic = 'quake.reports.v1';
const EVENTS: Topic = 'quake.events.v1';
const LETTERS: Topic = 'quake.dead-letters.v1';

let folder = '';
let nowMs = 0;
const logs: EmbeddedLog[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quakewire-log-'));
  nowMs = 1_700_000_000_000;
});
afterEach(async () => {
  for (const log of logs.splice(0)) await log.close();
  await rm(folder, { recursive: true, force: true });
});

function open(options: Partial<EmbeddedLogOptions> = {}): EmbeddedLog {
  const log = createEmbeddedLog({ path: join(folder, 'log.db'), clock: { now: () => nowMs }, ...options });
  logs.push(log);
  return log;
}

const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(0x61);

/** All records with offset from `from` up to the present end. */
async function readAll(log: EmbeddedLog, topic: Topic, from = 0): Promise<LogRecord[]> {
  const controller = new AbortController();
  const end = await log.end(topic);
  const records: LogRecord[] = [];
  if ((await log.start(topic)) >= end) return records;
  for await (const record of log.read(topic, from, { signal: controller.signal })) {
    records.push(record);
    if (record.offset >= end - 1) break;
  }
  return records;
}

async function readOne(log: EmbeddedLog, topic: Topic, options: Omit<ReadOptions, 'signal'>) {
  const { signal } = new AbortController();
  for await (const record of log.read(topic, await log.end(topic), { signal, ...options })) return record;
  return null;
}

describe('following', () => {
  test('a reader that begins on disk goes on in memory without a gap or a double', async () => {
    const first = open();
    await Promise.all(Array.from({ length: 3_000 }, (_, i) => first.append(EVENTS, `${i}`, bytes(10))));
    await first.close();
    const log = open();
    const controller = new AbortController();
    const keys: string[] = [];
    const reading = (async () => {
      for await (const record of log.read(EVENTS, 0, { signal: controller.signal })) {
        keys.push(record.key);
        if (keys.length === 8_000) controller.abort();
      }
    })();
    for (let i = 3_000; i < 8_000; i++) {
      const appended = log.append(EVENTS, `${i}`, bytes(10));
      if (i % 100 === 0) await appended;
    }
    await reading;
    expect(keys).toEqual(Array.from({ length: 8_000 }, (_, i) => `${i}`));
  });

  test('an uncommitted reader gets a record before it is durable, and what it appends shares the transaction', async () => {
    const log = open();
    const order: string[] = [];
    const reading = (async () => {
      const record = await readOne(log, REPORTS, { isolation: 'uncommitted' });
      order.push(`read ${record?.key}`, `end ${await log.end(REPORTS)}`);
      return log.append(EVENTS, 'event', bytes(1)).then(() => order.push('event durable'));
    })();
    await turn();
    const appended = log.append(REPORTS, 'report', bytes(1)).then(() => order.push('report durable'));
    await Promise.all([reading, appended]);
    expect(order).toEqual(['read report', 'end 0', 'report durable', 'event durable']);
  });

  test('a committed reader gets a record no earlier than its writer learns that it is durable', async () => {
    const log = open();
    const { signal } = new AbortController();
    // Keeps the transaction open for a turn.
    const uncommitted = log.read(REPORTS, 0, { signal, isolation: 'uncommitted' })[Symbol.asyncIterator]();
    const seenUncommitted = uncommitted.next();
    let end = -1;
    const reading = readOne(log, REPORTS, {}).then(async () => {
      end = await log.end(REPORTS);
    });
    await turn();
    const appended = log.append(REPORTS, 'a', bytes(1));
    await seenUncommitted;
    expect(end).toBe(-1);
    await Promise.all([appended, reading]);
    expect(end).toBe(1);
  });
});

describe('disk full', () => {
  const SMALL = { sizeBytesMax: 400_000 };

  /** Appends until the log is full; gives the offsets that were acknowledged. */
  async function fill(log: EmbeddedLog, topic: Topic): Promise<number[]> {
    const offsets: number[] = [];
    while (true) {
      const settled = await Promise.allSettled(
        Array.from({ length: 20 }, () => log.append(topic, 'k', bytes(1_000))),
      );
      for (const result of settled) if (result.status === 'fulfilled') offsets.push(result.value);
      const failures = settled.filter((result) => result.status === 'rejected');
      if (failures.length === 0) continue;
      // All of the group or nothing of it.
      expect(failures).toHaveLength(20);
      for (const { reason } of failures) expect(reason).toMatchObject({ code: 'LOG_FULL', retriable: true });
      return offsets;
    }
  }

  test('append() rejects with LOG_FULL, and what was acknowledged is there, that and nothing more', async () => {
    const log = open(SMALL);
    const offsets = await fill(log, REPORTS);
    expect(offsets.length).toBeGreaterThan(100);
    expect((await readAll(log, REPORTS)).map(({ offset }) => offset)).toEqual(offsets);
    await log.close();
    const again = open();
    expect((await readAll(again, REPORTS)).map(({ offset }) => offset)).toEqual(offsets);
  });

  test('appending goes on by itself once there is room', async () => {
    const log = open(SMALL);
    const offsets = await fill(log, LETTERS);
    nowMs += 31 * DAY_MS;
    while (log.retain());
    expect(await log.append(REPORTS, 'k', bytes(1_000))).toBe(0);
    expect(await log.append(LETTERS, 'k', bytes(1_000))).toBe(offsets.length);
  });

  test('an uncommitted reader is told that what it was given is gone; a committed one never saw it', async () => {
    const log = open(SMALL);
    await log.append(REPORTS, 'durable', bytes(10));
    const controller = new AbortController();
    const { signal } = controller;
    const committed: string[] = [];
    const reading = (async () => {
      for await (const { key } of log.read(REPORTS, 0, { signal })) committed.push(key);
    })();
    const given: string[] = [];
    let dependent: Promise<unknown> = Promise.resolve();
    const told = (async () => {
      for await (const { key } of log.read(REPORTS, 1, { signal, isolation: 'uncommitted' })) {
        given.push(key);
        dependent = log.append(EVENTS, 'too large', bytes(500_000)).catch((error) => error.code);
      }
    })();
    await turn();
    const first = log.append(REPORTS, 'lost', bytes(10)).catch((error) => error.code);
    await expect(told).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE', retriable: true });
    expect([await first, await dependent]).toEqual(['LOG_FULL', 'LOG_FULL']);
    expect(given).toEqual(['lost']);
    expect([await log.end(REPORTS), await log.end(EVENTS)]).toEqual([1, 0]);
    expect(await log.append(REPORTS, 'next', bytes(10))).toBe(1);
    while (committed.length < 2) await turn();
    controller.abort();
    await reading;
    expect(committed).toEqual(['durable', 'next']);
  });
});

describe('retention and compaction', () => {
  /** Days go by and records come; then every step of retention that there is to do. */
  const anyHistory = fc.array(
    fc.record({ day: fc.integer({ min: 0, max: 3 }), key: fc.constantFrom('a', 'b', 'c') }),
    { minLength: 1, maxLength: 40 },
  );

  async function replay(log: EmbeddedLog, topic: Topic, history: { day: number; key: string }[]) {
    const sent: { offset: number; key: string; appendedAtMs: number }[] = [];
    for (const { day, key } of history) {
      nowMs += day * DAY_MS;
      sent.push({ offset: await log.append(topic, key, bytes(1)), key, appendedAtMs: nowMs });
    }
    while (log.retain());
    return sent;
  }

  test('a compacted topic keeps every record of the last week, and before it the last of each key', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, async (history) => {
        const log = open({ path: ':memory:' });
        const sent = await replay(log, EVENTS, history);
        const weekAgoMs = nowMs - TOPICS[EVENTS].retentionMs;
        const expected = sent.filter(
          ({ offset, key, appendedAtMs }) =>
            appendedAtMs >= weekAgoMs ||
            !sent.some(
              (later) => later.key === key && later.offset > offset && later.appendedAtMs < weekAgoMs,
            ),
        );
        expect((await readAll(log, EVENTS)).map(({ offset }) => offset)).toEqual(
          expected.map(({ offset }) => offset),
        );
        expect(await log.end(EVENTS)).toBe(sent.length);
        await log.close();
      }),
      { numRuns: 60 },
    );
  });

  test('a topic with retention keeps what is young enough', async () => {
    const log = open();
    const sent = await replay(
      log,
      LETTERS,
      Array.from({ length: 60 }, () => ({ day: 1, key: 'k' })),
    );
    const expected = sent.filter(({ appendedAtMs }) => appendedAtMs >= nowMs - 30 * DAY_MS);
    expect((await readAll(log, LETTERS)).map(({ offset }) => offset)).toEqual(
      expected.map(({ offset }) => offset),
    );
    expect(await log.start(LETTERS)).toBe(expected[0]!.offset);
  });

  test('a topic with a bound in bytes loses its oldest records, whatever their age', async () => {
    const log = open({ path: ':memory:' });
    const sizeBytes = 1024 ** 2;
    for (let i = 0; i < 70; i++) await log.append(LETTERS, 'k', bytes(sizeBytes));
    while (log.retain());
    const left = await readAll(log, LETTERS);
    expect(left).toHaveLength(63);
    expect(left[0]!.offset).toBe(7);
  });

  test('an offset is never used twice, even when all records have left and the log was opened anew', async () => {
    const log = open();
    for (let i = 0; i < 5; i++) await log.append(LETTERS, 'k', bytes(1));
    nowMs += 31 * DAY_MS;
    while (log.retain());
    expect([await log.start(LETTERS), await log.end(LETTERS)]).toEqual([5, 5]);
    await log.close();
    expect(await open().append(LETTERS, 'k', bytes(1))).toBe(5);
  });

  test('retain() looks at a bounded number of records at a time', async () => {
    const log = open({ path: ':memory:' });
    await Promise.all(Array.from({ length: 1_000 }, () => log.append(LETTERS, 'k', bytes(1))));
    nowMs += 31 * DAY_MS;
    expect(log.retain()).toBe(true);
    expect(await log.start(LETTERS)).toBe(64);
  });

  test('a reader passes the holes that compaction left', async () => {
    const log = open();
    for (const key of ['a', 'b', 'a', 'a', 'b', 'c']) await log.append(EVENTS, key, bytes(1));
    nowMs += 8 * DAY_MS;
    while (log.retain());
    const records = await readAll(log, EVENTS);
    expect(records.map(({ offset, key }) => [offset, key])).toEqual([
      [3, 'a'],
      [4, 'b'],
      [5, 'c'],
    ]);
  });
});

describe('the data directory', () => {
  const errorOf = (act: () => unknown): QuakewireError => {
    try {
      act();
    } catch (error) {
      if (error instanceof QuakewireError) return error;
      throw error;
    }
    throw new Error('Nothing was thrown, expected a QuakewireError');
  };

  test('a second log on the same file is refused in plain words', () => {
    open();
    const error = errorOf(() => open());
    expect(error.code).toBe('DATA_DIR_UNUSABLE');
    expect(error.message).toContain('another Quakewire process uses it; stop that one or choose another');
  });

  test('a file where the folder should be is refused with what to do', () => {
    writeFileSync(join(folder, 'file'), '');
    const error = errorOf(() => open({ path: join(folder, 'file', 'log.db') }));
    expect(error.code).toBe('DATA_DIR_UNUSABLE');
    expect(error.message).toContain('make the folder writable for this user or choose another --data-dir');
  });

  test('a folder where the file should be is refused', () => {
    mkdirSync(join(folder, 'log.db'));
    expect(errorOf(() => open()).code).toBe('DATA_DIR_UNUSABLE');
  });

  test('a file that is no database is refused, and left as it is', () => {
    writeFileSync(join(folder, 'log.db'), 'my letters to the landlord '.repeat(100));
    const error = errorOf(() => open());
    expect(error.code).toBe('DATA_DIR_UNUSABLE');
    expect(error.message).toContain('move it away');
  });

  test('a log written by a newer Quakewire is refused, naming both versions', async () => {
    await open().close();
    const database = new DatabaseSync(join(folder, 'log.db'));
    database.exec('PRAGMA user_version = 99');
    database.close();
    const error = errorOf(() => open());
    expect(error.code).toBe('DATABASE_NEWER');
    expect(error.facts).toMatchObject({ version: 99, versionMax: LOG_MIGRATIONS.length });
  });
});

describe('memory of sources', () => {
  test('a value written is there after the log is opened again; an unknown key is null', async () => {
    const log = open();
    await log.memory.write('emsc', 'one');
    await log.memory.write('emsc', 'two');
    await log.close();
    const again = open();
    expect(await again.memory.read('emsc')).toBe('two');
    expect(await again.memory.read('usgs')).toBeNull();
  });
});

test('append() refuses callers that wait for nothing when the queue is full', async () => {
  const log = open({ path: ':memory:' });
  const appends = Array.from({ length: 65_537 }, () => log.append(REPORTS, 'k', bytes(1)));
  await expect(appends.at(-1)).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
  await expect(appends.at(-2)).resolves.toBe(65_535);
});

test('no acknowledged record is lost, none doubled, when the process is killed', async () => {
  const path = join(folder, 'log.db');
  const acknowledged = new Map<number, string>();
  let number = 0;
  for (let kill = 0; kill < 8; kill++) {
    const script = new URL('../../test/support/append-until-killed.ts', import.meta.url).pathname;
    // Into a file, not a pipe: what it acknowledges is written before it goes on, however late we read it.
    const acknowledgedPath = join(folder, `acknowledged-${kill}`);
    const output = openSync(acknowledgedPath, 'w');
    const child = spawn(process.execPath, [script, path, `${number}`], {
      stdio: ['ignore', output, 'inherit'],
    });
    closeSync(output);
    const exited = new Promise((resolve) => child.once('close', resolve));
    while (statSync(acknowledgedPath).size === 0 && child.exitCode === null) await sleep(5);
    await sleep(Math.random() * 60);
    expect(child.exitCode).toBeNull();
    child.kill('SIGKILL');
    await exited;
    // The last line may be cut.
    for (const line of readFileSync(acknowledgedPath, 'utf8').split('\n').slice(0, -1)) {
      const [offset, mine] = line.split(' ');
      acknowledged.set(Number(offset), mine!);
      number = Math.max(number, Number(mine));
    }
    // Those on their way when the process died, 16 at most, may be in the log.
    number += 1_000;
  }
  const log = open();
  const records = await readAll(log, REPORTS);
  const keys = new Map(records.map(({ offset, key }) => [offset, key]));
  expect([...acknowledged].filter(([offset, key]) => keys.get(offset) !== key)).toEqual([]);
  expect(records.map(({ offset }) => offset)).toEqual(records.map((_, i) => i));
  expect(new Set(records.map(({ key }) => key)).size).toBe(records.length);
  expect(records.map(({ key }) => Number(key))).toEqual(
    records.map(({ key }) => Number(key)).sort((a, b) => a - b),
  );
  expect(acknowledged.size).toBeGreaterThan(100);
}, 60_000);
