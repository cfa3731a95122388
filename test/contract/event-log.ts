// What every EventLog must do, whatever it is made of: run by event-log.<implementation>.test.ts.
// Implementations differ in durability, compaction and faults; those have tests of their own.

import { setImmediate as turn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { EventLog, LogRecord } from '../../src/log/log.ts';
import type { Topic } from '../../src/log/topics.ts';

const TOPIC: Topic = 'quake.events.v1';

export interface EventLogFixture {
  /** Opens the log; a second time, after `close`, the same one again. */
  open(): Promise<EventLog>;
  /** Removes what it left behind. */
  remove(): Promise<void>;
}

export interface EventLogContract {
  /** False: what was in it is gone after `close` (a log in memory). */
  readonly persistent: boolean;
  /** Runs of each property; a log behind a network wants few. */
  readonly numRuns: number;
  /** A fresh, empty log each time. */
  create(): Promise<EventLogFixture>;
}

export function describeEventLog(name: string, contract: EventLogContract): void {
  const fixtures: EventLogFixture[] = [];
  const logs: EventLog[] = [];
  const readers: AbortController[] = [];

  async function create(): Promise<EventLogFixture> {
    const fixture = await contract.create();
    fixtures.push(fixture);
    return fixture;
  }
  async function open(fixture?: EventLogFixture): Promise<EventLog> {
    const log = await (fixture ?? (await create())).open();
    logs.push(log);
    return log;
  }
  function startReading(log: EventLog, from: number, topic: Topic = TOPIC) {
    const controller = new AbortController();
    readers.push(controller);
    return collect(log, topic, from, controller);
  }

  afterEach(async () => {
    for (const reader of readers.splice(0)) reader.abort();
    for (const log of logs.splice(0)) await log.close();
    for (const fixture of fixtures.splice(0)) await fixture.remove();
  });

  describe(`EventLog: ${name}`, () => {
    test('an empty topic starts and ends at 0', async () => {
      const log = await open();
      expect([await log.start(TOPIC), await log.end(TOPIC)]).toEqual([0, 0]);
    });

    test('append() gives growing offsets, and a reader gets the records as they were appended', async () => {
      const log = await open();
      const values = ['', 'ünï', 'x'.repeat(70_000)];
      const offsets: number[] = [];
      for (const value of values) offsets.push(await log.append(TOPIC, `key/${value.length}`, encode(value)));
      const { records, has } = startReading(log, 0);
      await has(values.length);
      expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
      expect(records.map(({ offset }) => offset)).toEqual(offsets);
      expect(records.map(({ key }) => key)).toEqual(values.map((value) => `key/${value.length}`));
      expect(records.map(({ value }) => decode(value))).toEqual(values);
      expect(await log.end(TOPIC)).toBe(offsets.at(-1)! + 1);
      expect(await log.start(TOPIC)).toBe(offsets[0]);
    });

    test('appends that wait for nothing keep their order', async () => {
      const log = await open();
      const sent = Array.from({ length: 300 }, (_, i) => `${i}`);
      const offsets = await Promise.all(sent.map((value) => log.append(TOPIC, 'k', encode(value))));
      expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
      const { records, has } = startReading(log, 0);
      await has(sent.length);
      expect(records.map(({ value }) => decode(value))).toEqual(sent);
    });

    test('each record says when it was appended', async () => {
      const log = await open();
      const beforeMs = Date.now();
      await log.append(TOPIC, 'k', encode('a'));
      const { records, has } = startReading(log, 0);
      await has(1);
      expect(records[0]!.appendedAtMs).toBeGreaterThanOrEqual(beforeMs - 1);
      expect(records[0]!.appendedAtMs).toBeLessThanOrEqual(Date.now() + 1);
    });

    test('a reader may begin at any offset', async () => {
      const log = await open();
      const offsets = await Promise.all(
        ['a', 'b', 'c', 'd'].map((value) => log.append(TOPIC, value, encode(value))),
      );
      const { records, has } = startReading(log, offsets[2]!);
      await has(2);
      expect(records.map(({ key }) => key)).toEqual(['c', 'd']);
    });

    test('a reader before the first record begins with the first record', async () => {
      const log = await open();
      await log.append(TOPIC, 'a', encode('a'));
      const { records, has } = startReading(log, -1);
      await has(1);
      expect(records[0]!.key).toBe('a');
    });

    test('a reader at the end waits, and is woken by the next record', async () => {
      const log = await open();
      await log.append(TOPIC, 'a', encode('a'));
      const { records, has } = startReading(log, await log.end(TOPIC));
      await turn();
      expect(records).toEqual([]);
      await log.append(TOPIC, 'b', encode('b'));
      await has(1);
      expect(records.map(({ key }) => key)).toEqual(['b']);
    });

    test('a reader beyond the end gets the records from its offset on, none before', async () => {
      const log = await open();
      await log.append(TOPIC, 'a', encode('a'));
      const { records, has } = startReading(log, (await log.end(TOPIC)) + 1);
      await log.append(TOPIC, 'b', encode('b'));
      await log.append(TOPIC, 'c', encode('c'));
      await has(1);
      expect(records.map(({ key }) => key)).toEqual(['c']);
    });

    test('a reader with an end in view ends by itself once all before it are given', async () => {
      const log = await open();
      for (const key of ['a', 'b', 'c']) await log.append(TOPIC, key, encode(key));
      const end = await log.end(TOPIC);
      const { signal } = new AbortController();
      const readKeys = async (from: number, until: number) => {
        const keys: string[] = [];
        for await (const { key } of log.read(TOPIC, from, { signal, until })) keys.push(key);
        return keys;
      };
      expect(await readKeys(0, end)).toEqual(['a', 'b', 'c']);
      expect(await readKeys(0, end - 1)).toEqual(['a', 'b']);
      expect(await readKeys(end, end)).toEqual([]);
      expect(await readKeys(end - 1, 0)).toEqual([]);
    });

    test('topics do not mix', async () => {
      const log = await open();
      await log.append('quake.reports.v1', 'report', encode('r'));
      await log.append(TOPIC, 'event', encode('e'));
      const reports = startReading(log, 0, 'quake.reports.v1');
      const events = startReading(log, 0);
      await Promise.all([reports.has(1), events.has(1)]);
      expect(reports.records.map(({ key }) => key)).toEqual(['report']);
      expect(events.records.map(({ key }) => key)).toEqual(['event']);
    });

    test('an abort ends a waiting reader without an error', async () => {
      const log = await open();
      const controller = new AbortController();
      const { done } = collect(log, TOPIC, 0, controller);
      await turn();
      controller.abort();
      await expect(done).resolves.toBeUndefined();
    });

    test('an abort ends a reader between two records without an error', async () => {
      const log = await open();
      await Promise.all(['a', 'b', 'c'].map((value) => log.append(TOPIC, value, encode(value))));
      const controller = new AbortController();
      const seen: string[] = [];
      for await (const record of log.read(TOPIC, 0, { signal: controller.signal })) {
        seen.push(record.key);
        if (seen.length === 2) controller.abort();
      }
      expect(seen).toEqual(['a', 'b']);
    });

    test('a signal that has fired already reads nothing', async () => {
      const log = await open();
      await log.append(TOPIC, 'a', encode('a'));
      const controller = new AbortController();
      controller.abort();
      const { records, done } = collect(log, TOPIC, 0, controller);
      await done;
      expect(records).toEqual([]);
    });

    test('many readers get all records each', async () => {
      const log = await open();
      const all = Array.from({ length: 8 }, () => startReading(log, 0));
      const sent = Array.from({ length: 50 }, (_, i) => `${i}`);
      await Promise.all(sent.map((value) => log.append(TOPIC, value, encode(value))));
      for (const { records, has } of all) {
        await has(sent.length);
        expect(records.map(({ key }) => key)).toEqual(sent);
      }
    });

    test('a record acknowledged to its writer is at once readable and counted in the end', async () => {
      const log = await open();
      for (let i = 0; i < 5; i++) {
        const offset = await log.append(TOPIC, 'k', encode(`${i}`));
        expect(await log.end(TOPIC)).toBe(offset + 1);
        const { records, has } = startReading(log, offset);
        await has(1);
        expect(decode(records[0]!.value)).toBe(`${i}`);
      }
    });

    test('reading while appending has no gap and no double, wherever the reader begins', async () => {
      const step = fc.oneof(
        fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 40 }) }),
        fc.record({ kind: fc.constant('read' as const), backBy: fc.integer({ min: 0, max: 60 }) }),
        fc.record({ kind: fc.constant('turn' as const) }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), async (steps) => {
          const log = await open();
          const acknowledged: Promise<number>[] = [];
          const started: { from: number; reader: ReturnType<typeof collect> }[] = [];
          for (const each of steps) {
            if (each.kind === 'append') {
              for (let i = 0; i < each.count; i++) {
                acknowledged.push(log.append(TOPIC, `${acknowledged.length}`, encode('v')));
              }
            } else if (each.kind === 'read') {
              const from = Math.max(0, (await log.end(TOPIC)) - each.backBy);
              started.push({ from, reader: startReading(log, from) });
            } else {
              await turn();
            }
          }
          const offsets = await Promise.all(acknowledged);
          for (const { from, reader } of started) {
            const expected = offsets.filter((offset) => offset >= from);
            await reader.has(expected.length);
            expect(reader.records.map(({ offset }) => offset)).toEqual(expected);
            expect(reader.records.map(({ key }) => key)).toEqual(
              offsets.flatMap((offset, i) => (offset >= from ? [`${i}`] : [])),
            );
          }
        }),
        { numRuns: contract.numRuns },
      );
    });

    test('epoch() is a short name that stays the same', async () => {
      const log = await open();
      const epoch = await log.epoch(TOPIC);
      expect(epoch).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
      await log.append(TOPIC, 'a', encode('a'));
      expect(await log.epoch(TOPIC)).toBe(epoch);
    });

    test('close() waits for appends under way', async () => {
      const log = await open();
      const appended = log.append(TOPIC, 'a', encode('a'));
      await log.close();
      await expect(appended).resolves.toBeTypeOf('number');
    });

    test('append() after close() is refused as unavailable', async () => {
      const log = await open();
      await log.close();
      await expect(log.append(TOPIC, 'a', encode('a'))).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    });

    test.runIf(contract.persistent)('records, offsets and epoch outlive close()', async () => {
      const fixture = await create();
      const first = await open(fixture);
      const epoch = await first.epoch(TOPIC);
      const offset = await first.append(TOPIC, 'a', encode('a'));
      await first.close();
      const second = await open(fixture);
      expect(await second.epoch(TOPIC)).toBe(epoch);
      expect(await second.end(TOPIC)).toBe(offset + 1);
      const next = await second.append(TOPIC, 'b', encode('b'));
      expect(next).toBeGreaterThan(offset);
      const { records, has } = startReading(second, 0);
      await has(2);
      expect(records.map(({ offset, key, value }) => [offset, key, decode(value)])).toEqual([
        [offset, 'a', 'a'],
        [next, 'b', 'b'],
      ]);
    });
  });
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Reads in the background: what has come so far, a wait for a count of it, and the end. */
function collect(log: EventLog, topic: Topic, from: number, controller: AbortController) {
  const records: LogRecord[] = [];
  let onRecord = () => {};
  const done = (async () => {
    for await (const record of log.read(topic, from, { signal: controller.signal })) {
      records.push(record);
      onRecord();
    }
  })();
  // Met by `has` or `done`, whichever is awaited.
  done.catch(() => {});
  const has = (count: number) =>
    Promise.race([
      done,
      new Promise<void>((resolve) => {
        onRecord = () => {
          if (records.length >= count) resolve();
        };
        onRecord();
      }),
    ]);
  return { records, has, done };
}
