import { createParser, type EventSourceMessage } from 'eventsource-parser';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeFrame, hasLineBreak, LAST_CHUNK } from './frame.ts';

const word = fc.stringMatching(/^[a-z-]{1,12}$/);
const frameFields = fc.record({
  event: word,
  id: fc.stringMatching(/^[A-Za-z0-9_-]{1,20}:\d{1,9}$/),
  data: fc.json(),
});

/** Parses bytes that arrive cut at the given places. */
function parseInPieces(bytes: Buffer, cuts: readonly number[]): EventSourceMessage[] {
  const messages: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => messages.push(message) });
  const decoder = new TextDecoder();
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const to of [...places, bytes.length]) {
    parser.feed(decoder.decode(bytes.subarray(from, to), { stream: true }));
    from = to;
  }
  return messages;
}

/** Takes HTTP/1.1 chunked framing off (RFC 9112 section 7.1). */
function unchunk(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let position = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', position);
    const length = Number.parseInt(bytes.toString('latin1', position, lineEnd), 16);
    if (length === 0) return Buffer.concat(parts);
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + length));
    position = lineEnd + 2 + length + 2;
  }
}

test('encodeFrame() gives what a parser reads back, however the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(frameFields, { maxLength: 6 }),
      fc.array(fc.nat(), { maxLength: 8 }),
      (all, cuts) => {
        const bytes = Buffer.concat(all.map((fields) => encodeFrame(fields).plain));
        const seen = parseInPieces(bytes, cuts);
        expect(seen).toEqual(all.map(({ event, id, data }) => ({ event, id, data })));
      },
    ),
  );
});

test('the chunked view of a frame is the plain one in HTTP chunk framing', () => {
  fc.assert(
    fc.property(fc.array(frameFields, { minLength: 1, maxLength: 6 }), (all) => {
      const frames = all.map(encodeFrame);
      const body = Buffer.concat([...frames.map(({ chunked }) => chunked), LAST_CHUNK]);
      expect(unchunk(body)).toEqual(Buffer.concat(frames.map(({ plain }) => plain)));
    }),
  );
});

test("a heartbeat moves the reader's id and dispatches nothing", () => {
  const heartbeat = encodeFrame({ comment: 'heartbeat', id: 'e:7' });
  expect(heartbeat.plain.toString()).toBe(': heartbeat\nid: e:7\n\n');
  expect(parseInPieces(heartbeat.plain, [])).toEqual([]);
});

test('encodeFrame() refuses a line break in any field', () => {
  for (const fields of [
    { id: 'a\nb' },
    { event: 'a\rb' },
    { comment: '\n' },
    { data: '{}\n' },
    { data: 'a\rb' },
  ]) {
    expect(() => encodeFrame(fields)).toThrow(RangeError);
  }
  expect(hasLineBreak(Buffer.from('{"a":"\\n"}'))).toBe(false);
});
