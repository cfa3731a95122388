// What `quakewire dead-letters` does, on whatever log. Run against each implementation by dead-letters.*.test.ts.

import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { runAssociate } from '../../src/associate/stage.ts';
import { type Action, parseAction } from '../../src/dead-letters/action.ts';
import type { Format } from '../../src/dead-letters/format.ts';
import { runDeadLetters } from '../../src/dead-letters/run.ts';
import { decodeEvent, encodeDeadLetter, encodeReport } from '../../src/event/encode.ts';
import type { DeadLetter, SolutionReport } from '../../src/event/types.ts';
import type { EventLog } from '../../src/log/log.ts';
import { parseEmscMessage } from '../../src/sources/emsc/parse.ts';
import { reparseEmsc } from '../../src/sources/emsc/reparse.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { startStage, testLogger, until } from '../support/stages.ts';

const FRAME = readFileSync(
  new URL('../../fixtures/emsc/websocket/update-20240330_0000303.wire.json', import.meta.url),
);
const AT_MS = Date.parse('2024-04-06T03:28:30Z');
const parsed = parseEmscMessage(FRAME, AT_MS) as { report: SolutionReport };
const FEATURE = Buffer.from(JSON.stringify(JSON.parse(FRAME.toString()).data));

/** A letter about bytes, as a source or a stage of another day wrote it. */
const toLetter = (raw: Uint8Array, over: Partial<DeadLetter> = {}): DeadLetter => ({
  schemaVersion: 1,
  agency: 'EMSC',
  receivedAtMs: AT_MS,
  reason: 'Cannot read EMSC message: properties.depth is "deep", expected kilometres as a number',
  field: 'properties.depth',
  rawBase64: Buffer.from(raw).toString('base64'),
  via: 'websocket',
  ...over,
});

export function describeDeadLetters(name: string, open: () => Promise<EventLog>): void {
  describe(name, () => {
    const closing: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const close of closing.splice(0).reverse()) await close();
    });

    async function openLog(...letters: DeadLetter[]): Promise<EventLog> {
      const log = await open();
      closing.push(() => log.close());
      for (const letter of letters) await bury(log, letter);
      return log;
    }
    const bury = (log: EventLog, letter: DeadLetter) =>
      log.append('quake.dead-letters.v1', letter.agency, encodeDeadLetter(letter));

    async function run(
      log: EventLog,
      words: string,
      over: { sinceMs?: number; countMax?: number; format?: Format } = {},
    ): Promise<string> {
      const action: Action = parseAction(words.split(' '));
      let said = '';
      const write = (text: string) => {
        said += text;
      };
      const parsers = new Map([['EMSC', reparseEmsc]]);
      const options = { log, parsers, action, write, sinceMs: null, countMax: 20, format: 'text' as const };
      await runDeadLetters({ ...options, ...over }, new AbortController().signal);
      return said;
    }
    const readUpdated = async (log: EventLog): Promise<number[]> => {
      const updated: number[] = [];
      const { signal } = new AbortController();
      const end = await log.end('quake.events.v1');
      for await (const { value } of log.read('quake.events.v1', 0, { signal, until: end }))
        updated.push(decodeEvent(value).value!.updatedAtMs);
      return updated;
    };

    test('a log without letters says so', async () => {
      const log = await openLog();
      for (const words of ['list', 'counts']) expect(await run(log, words)).toBe('No dead letters\n');
      expect(await run(log, 'redrive')).toBe('0 redriven, 0 still dead, 0 already applied\n');
    });

    test('list shows the newest first, with their place in the log, and how many are left out', async () => {
      const record = { topic: 'quake.reports.v1', partition: 0, offset: 41, epoch: 'e1' };
      const log = await openLog(
        toLetter(FRAME),
        toLetter(FRAME, { via: 'fdsn', reason: 'second' }),
        toLetter(Buffer.from('x'), { via: 'log', record, reason: 'third' }),
      );
      const time = String.raw`\d{4}-\d\d-\d\dT[\d:.]+Z`;
      expect(await run(log, 'list', { countMax: 2 })).toMatch(
        new RegExp(
          `^2  ${time}  EMSC quake\\.reports\\.v1 partition 0 offset 41: third\n1  ${time}  EMSC fdsn: second\n1 older ones are not shown; .*\n$`,
        ),
      );
    });

    test('list since an instant shows them as they came, the earlier ones not', async () => {
      const log = await openLog(toLetter(FRAME, { reason: 'early' }));
      await new Promise((resolve) => setTimeout(resolve, 50));
      const between = Date.now();
      await new Promise((resolve) => setTimeout(resolve, 50));
      for (const reason of ['late', 'later']) await bury(log, toLetter(FRAME, { reason }));
      const lines = (await run(log, 'list', { sinceMs: between })).trim().split('\n');
      expect(lines.map((line) => line.split(': ')[1])).toEqual(['late', 'later']);
    });

    test('as JSON each letter is a line with all its fields', async () => {
      const letter = toLetter(FRAME);
      const log = await openLog(letter);
      for (const words of ['list', 'show 0']) {
        const [line, ...more] = (await run(log, words, { format: 'json' })).trim().split('\n');
        expect([JSON.parse(line!), more]).toEqual([
          { offset: 0, appendedAt: expect.stringMatching(/Z$/), ...letter },
          [],
        ]);
      }
    });

    test('counts adds up by agency and reason, whatever the letters quote', async () => {
      const log = await openLog(
        ...['"deep"', '"very, very deep"', '[]'].map((found) =>
          toLetter(FRAME, {
            reason: `Cannot read EMSC message: properties.depth is ${found}, expected kilometres as a number`,
          }),
        ),
        toLetter(FRAME, { agency: 'USGS' }),
      );
      expect((await run(log, 'counts')).split('\n')).toEqual([
        '      3  EMSC websocket: Cannot read EMSC message: properties.depth is …, expected kilometres as a number (newest: 2)',
        '      1  USGS websocket: Cannot read EMSC message: properties.depth is …, expected kilometres as a number (newest: 3)',
        '',
      ]);
    });

    test('show gives the raw bytes: text as text, without commands to the screen, others in hexadecimal', async () => {
      const log = await openLog(
        toLetter(Buffer.from('{"a":\n "\u001b[2Jb"}'), { reason: 'an \u001b[31mescape' }),
        toLetter(Uint8Array.of(0xff, 0x00, 0x7b)),
      );
      const shown = await run(log, 'show 0');
      expect(shown).toContain('reason    an \\u001b[31mescape\n');
      expect(shown.endsWith('\n\n{"a":\n "\\u001b[2Jb"}\n')).toBe(true);
      expect(shown).not.toContain('\u001b');
      expect((await run(log, 'show 1')).endsWith('\n\nff 00 7b\n')).toBe(true);
      await expect(run(log, 'show 2')).rejects.toThrow('Cannot show dead letter 2: there is none');
    });

    test('a letter that is itself unreadable is listed, counted, shown, and stays', async () => {
      const log = await openLog();
      await log.append('quake.dead-letters.v1', 'x', Buffer.from('<html>'));
      expect(await run(log, 'list')).toMatch(/unreadable letter: Cannot decode record: .*<html>/);
      expect(await run(log, 'counts')).toContain('1  ? ?: the letter is unreadable');
      expect(await run(log, 'show 0')).toContain('<html>');
      expect(await run(log, 'redrive')).toMatch(
        /^0 stays dead: .*\n0 redriven, 1 still dead, 0 already applied\n$/s,
      );
    });

    test('a letter that was written twice about one record is one', async () => {
      const letter = toLetter(encodeReport(parsed.report), {
        via: 'log',
        record: { topic: 'quake.reports.v1', partition: 0, offset: 41, epoch: 'e1' },
      });
      const log = await openLog(letter, letter);
      expect((await run(log, 'list')).trim().split('\n')).toHaveLength(1);
      expect(await run(log, 'redrive')).toBe('1 redriven, 0 still dead, 0 already applied\n');
    });

    test('redrive brings what can be read today to the map, once, and says what stays dead', async () => {
      const later = { ...parsed.report, updatedAtMs: parsed.report.updatedAtMs + 1_000 };
      const log = await openLog(
        // The newer version first: the older one must not be too old when its turn comes.
        toLetter(encodeReport(later), { via: 'log' }),
        toLetter(FRAME),
        toLetter(FEATURE, { via: 'fdsn' }),
        toLetter(Buffer.from('{"action":"create","data":{}}')),
        toLetter(FEATURE.subarray(0, 100), { via: 'fdsn' }),
        toLetter(FRAME, { agency: 'NOBODY' }),
        toLetter(Buffer.from('{"schemaVersion":2}'), { via: 'log' }),
        toLetter(Buffer.from('{}'), {
          via: 'log',
          record: { topic: 'quake.events.v1', partition: 0, offset: 3, epoch: 'e1' },
        }),
      );
      const said = await run(log, 'redrive');
      expect(said.split('\n').map((line) => line.replace(/(stays dead: ).*/, '$1…'))).toEqual([
        ...[3, 4, 5, 6, 7].map((offset) => `${offset} stays dead: …`),
        '2 redriven, 5 still dead, 1 already applied',
        '',
      ]);
      expect(said).toContain(
        '6 stays dead: Cannot decode record: schemaVersion is 2, written by a newer Quakewire',
      );
      expect(await log.end('quake.reports.v1')).toBe(2);
      const parts = { log, logger: testLogger, metrics: createMetrics() };
      const association = startStage((signal) => runAssociate(parts, signal));
      closing.push(association.stop);
      await until(async () =>
        expect(await readUpdated(log)).toEqual([later.updatedAtMs - 1_000, later.updatedAtMs]),
      );

      expect(await run(log, 'redrive', { format: 'json' })).toBe('{"redriven":0,"dead":5,"applied":3}\n');
      expect(await log.end('quake.reports.v1')).toBe(2);
    });

    test('redriven while the agency has said something newer since, a letter changes nothing', async () => {
      const log = await openLog(toLetter(FRAME));
      const newer = { ...parsed.report, updatedAtMs: parsed.report.updatedAtMs + 1 };
      await log.append('quake.reports.v1', 'EMSC/20240330_0000303', encodeReport(newer));
      const parts = { log, logger: testLogger, metrics: createMetrics() };
      const association = startStage((signal) => runAssociate(parts, signal));
      closing.push(association.stop);
      await until(async () => expect(await readUpdated(log)).toEqual([newer.updatedAtMs]));
      expect(await run(log, 'redrive')).toBe('0 redriven, 0 still dead, 1 already applied\n');
    });

    test.each(['burn', 'show', 'show x', 'show 1 2', 'list all'])('"%s" is refused', async (words) => {
      const log = await openLog();
      await expect(run(log, words)).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('expected dead-letters list, counts, show OFFSET or redrive'),
      });
    });
  });
}
