import { describe, expect, test } from 'vitest';
import { judgeRecent, parseRecent, type RecentDocument, toGatewayNowMs } from './recent.ts';

const document = (cursor: string, since: string, ids: readonly string[] = []): RecentDocument =>
  parseRecent(
    JSON.stringify({
      ...{ cursor, since, nowMs: 1000, mode: 'live', clock: null, sources: [] },
      events: ids.map((id) => ({ id, event: id })),
    }),
  );
const idsOf = (verdict: ReturnType<typeof judgeRecent>) =>
  verdict.kind === 'take' ? verdict.messages.map(({ id }) => id) : verdict.kind;

describe('judgeRecent()', () => {
  const present = document('e:9', 'e:4', ['e:5', 'e:7', 'e:9']);

  test('takes what is newer than the reader’s cursor, and moves it over what changed nothing', () => {
    expect(idsOf(judgeRecent(present, 'e:4'))).toEqual(['e:5', 'e:7', 'e:9']);
    expect(idsOf(judgeRecent(present, 'e:7'))).toEqual(['e:9']);
    expect(judgeRecent(document('e:12', 'e:4', ['e:9']), 'e:9')).toEqual({
      ...{ kind: 'take', messages: [], cursor: 'e:12' },
    });
  });

  test('takes nothing from an older copy, and keeps its own cursor', () => {
    for (const cursor of ['e:9', 'e:11'])
      expect(judgeRecent(present, cursor)).toEqual({ kind: 'take', messages: [], cursor });
  });

  test('starts over where the document does not reach back to, and in another epoch', () => {
    for (const cursor of ['e:3', 'e:-1', 'f:9', 'nonsense'])
      expect(judgeRecent(present, cursor)).toEqual({ kind: 'reset' });
  });
});

test.each([
  ['{"since":"e:1","events":[],"sources":[]}', 'cursor is no cursor'],
  ['{"cursor":"e:1","since":7,"events":[],"sources":[]}', 'since is no cursor'],
  ['{"cursor":"e:1","since":"e:0","events":{},"sources":[]}', 'events is no list'],
  ['null', 'cursor is no cursor'],
  ['<html>', 'JSON'],
])('parseRecent() refuses %s by name', (text, reason) => {
  expect(() => parseRecent(text)).toThrow(reason);
});

test('toGatewayNowMs() reads the time of a kept copy from Date and Age, else from the document', () => {
  const date = 'Mon, 23 Nov 2026 12:00:00 GMT';
  const atMs = Date.UTC(2026, 10, 23, 12);
  const read = (headers: Record<string, string>) =>
    toGatewayNowMs(new Headers(headers), document('e:1', 'e:0'));
  expect(read({ Date: date })).toBe(atMs + 500);
  expect(read({ Date: date, Age: '7' })).toBe(atMs + 7500);
  expect(read({ Date: date, Age: 'old' })).toBe(1000);
  expect(read({})).toBe(1000);
});
