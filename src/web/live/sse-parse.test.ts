import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSseParser } from './sse-parse.ts';

type Told = ['message', string, string] | ['id', string] | ['retry', number] | ['comment', string];

const encoder = new TextEncoder();

/** Feeds the bytes of `text` in slices that end at `cuts`. */
function parseInSlices(text: string, cuts: readonly number[], blockCharsMax?: number): Told[] {
  const told: Told[] = [];
  const parser = createSseParser(
    {
      onMessage: (message) => told.push(['message', message.event, message.data]),
      onId: (id) => told.push(['id', id]),
      onRetry: (delayMs) => told.push(['retry', delayMs]),
      onComment: (comment) => told.push(['comment', comment]),
    },
    blockCharsMax,
  );
  const bytes = encoder.encode(text);
  let start = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    const end = Math.min(Math.max(cut, start), bytes.length);
    parser.push(bytes.subarray(start, end));
    start = end;
  }
  parser.push(bytes.subarray(start));
  return told;
}

/** The same stream read by eventsource-parser in one piece; its id comes before the message, ours after. */
function parseWithPeer(text: string): Told[] {
  const told: Told[] = [];
  const parser = createParser({
    onEvent: (message) => {
      told.push(['message', message.event ?? 'message', message.data]);
      if (message.id !== undefined) told.push(['id', message.id]);
    },
    onRetry: (delayMs) => told.push(['retry', delayMs]),
    onComment: (comment) => told.push(['comment', comment]),
  });
  parser.feed(text);
  return told;
}

const lineEnd = fc.constantFrom('\n', '\r', '\r\n');
const value = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', ' ', ':', 'ü', '震', '🌏', '{', '0'), maxLength: 12 }),
  fc.constantFrom('a\0b', '15000'),
);
const field = fc.constantFrom('data', 'data', 'data', 'event', 'id', 'retry', '', 'unknown', 'dat', 'Data');
const line = fc
  .tuple(field, fc.constantFrom(':', ': ', ''), value, lineEnd)
  .map(([name, colon, text, end]) => (colon === '' ? `${name}${end}` : `${name}${colon}${text}${end}`));
const stream = fc
  .array(fc.oneof({ weight: 3, arbitrary: line }, { weight: 1, arbitrary: lineEnd }), { maxLength: 40 })
  .map((lines) => lines.join(''));

describe('createSseParser()', () => {
  test('reads any stream in any slices as eventsource-parser reads it whole', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(600), { maxLength: 30 }), (text, cuts) => {
        const ours = parseInSlices(text, cuts);
        const peers = parseWithPeer(text);
        // An id in a block without data is told by ours alone; everything else must be the same.
        expect(ours.filter((entry) => entry[0] !== 'id')).toEqual(peers.filter((entry) => entry[0] !== 'id'));
        const withMessage = (told: Told[]) =>
          told.filter((entry, i) => entry[0] === 'id' && told[i - 1]?.[0] === 'message');
        expect(withMessage(ours)).toEqual(expect.arrayContaining(withMessage(peers)));
      }),
      { numRuns: 500 },
    );
  });

  test('tells the same whatever the slices', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(600), { maxLength: 30 }), (text, cuts) => {
        expect(parseInSlices(text, cuts)).toEqual(parseInSlices(text, []));
      }),
    );
  });

  test('reads one byte at a time, with characters of four bytes', () => {
    const text = 'event: event\nid: e1:7\ndata: {"region":"🌏 Türkiye"}\n\n';
    const everyByte = Array.from({ length: encoder.encode(text).length }, (_, i) => i);
    expect(parseInSlices(text, everyByte)).toEqual([
      ['message', 'event', '{"region":"🌏 Türkiye"}'],
      ['id', 'e1:7'],
    ]);
  });

  test('tells the id of a heartbeat, which has no data', () => {
    expect(parseInSlices(': still here\nid: e1:9\n\n', [])).toEqual([
      ['comment', 'still here'],
      ['id', 'e1:9'],
    ]);
  });

  test('tells nothing of a block that has not ended', () => {
    expect(parseInSlices('id: e1:9\ndata: {"half":', [])).toEqual([]);
  });

  test('drops one byte order mark at the start', () => {
    expect(parseInSlices('\uFEFFdata: 1\n\n', [1, 2])).toEqual([['message', 'message', '1']]);
  });

  test('throws when one line grows beyond the bound', () => {
    expect(() => parseInSlices(`data: ${'x'.repeat(200)}`, [50, 100, 150], 100)).toThrow(RangeError);
  });

  test('throws when one block of many lines grows beyond the bound', () => {
    expect(() => parseInSlices('data: 0123456789\n'.repeat(20), [], 100)).toThrow(RangeError);
  });
});
