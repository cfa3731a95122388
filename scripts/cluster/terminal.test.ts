import { expect, test } from 'vitest';
import { drawView } from './terminal.ts';
import type { ClusterView, PartView } from './view.ts';

const part = (over: Partial<PartView>): PartView => ({
  ...{ name: 'store', kind: 'store', state: 'running', pid: 4711, upMs: 65_000, restarts: 0 },
  ...{ backInMs: null, waitsFor: null, lastWords: null, duty: null, lag: [], readers: null, address: null },
  ...over,
});
const view: ClusterView = {
  url: 'http://127.0.0.1:20001',
  balancerLeftOut: null,
  upMs: 3_723_000,
  topics: [{ name: 'quake.events.v1', end: 1234 }],
  eventsPerS: 2.5,
  parts: [
    part({ waitsFor: 'the database' }),
    part({
      name: 'gateway-1',
      kind: 'gateway',
      readers: 12,
      lag: [{ topic: 'quake.events.v1', records: 3 }],
    }),
    part({ name: 'gateway-2', kind: 'gateway', state: 'dead', pid: null, upMs: null, backInMs: 4_200 }),
    part({ name: 'source', state: 'backing off', pid: null, upMs: null, lastWords: 'Cannot start' }),
  ],
  watchers: {
    ...{ count: 20, connected: 19, reconnects: 4, events: 99, awayMaxMs: 640 },
    ...{ gaps: 1, duplicates: 2, backwards: 3, resets: 5 },
  },
};

test('the view says who runs, what each waits for, how far behind it is, and what the watchers miss', () => {
  const lines = drawView(view, 'http://127.0.0.1:9/cluster', 200);
  const find = (name: string) => lines.find((line) => line.slice(3).startsWith(`${name} `));
  expect(lines[0]).toContain('up 1:02:03   2.5 events/s');
  expect(find('store')).toMatch(/^ a store +4711 +1:05 +1 {2}the database$/);
  expect(find('gateway-1')).toContain('3 events behind · 12 readers');
  expect(find('gateway-2')).toContain('dead, back in 5 s');
  expect(find('source')).toContain('ended by itself: Cannot start');
  expect(lines.at(-2)).toContain('19 of 20 connected');
  expect(lines.at(-1)).toBe('Missed 1   twice 2   backwards 3   started over 5');
});

test('no line is wider than the terminal', () => {
  for (const line of drawView(view, 'http://127.0.0.1:9/cluster', 40))
    expect(line.length).toBeLessThanOrEqual(40);
});
