import { expect, test } from 'vitest';
import { createReplayCatalogue } from './catalogue.ts';
import { createRandom, drawFault, parseFaultRates, SOCKET_FAULTS } from './faults.ts';
import { answerFdsn } from './fdsn.ts';
import { readRevlog } from './revlog.ts';
import { toTimeline } from './timeline.ts';

const FILE = new URL('../../fixtures/emsc/kahramanmaras-2023-02-06.tsv.gz', import.meta.url).pathname;
const timeline = toTimeline(await readRevlog([FILE]));
const NOW_MS = Date.UTC(2023, 1, 6, 12);
const catalogue = createReplayCatalogue();
for (const entry of timeline) if (entry.atMs <= NOW_MS) catalogue.apply(entry);
const ask = (query: string) => answerFdsn(catalogue, new URLSearchParams(query), NOW_MS, null);
const listed = (query: string): { id: string; properties: Record<string, string> }[] =>
  JSON.parse(ask(`format=json&${query}`).body).features;

test('answerFdsn() lists what was published by the replayed instant, newest first', () => {
  const all = listed('');
  const times = all.map(({ properties }) => properties['time']!);
  expect(times).toEqual(times.toSorted().reverse());
  expect(times[0]! < '2023-02-06T12:00').toBe(true);
  const unids = new Set(timeline.filter(({ atMs }) => atMs <= NOW_MS).map(({ row }) => row.unid));
  expect(new Set(all.map(({ id }) => id))).toEqual(unids);
});

test('answerFdsn() cuts by time with long and short names, and pages from offset 1', () => {
  const day = listed('start=2023-02-06T01:00:00&endtime=2023-02-06T02:00:00Z&orderby=time-asc');
  expect(day.length).toBeGreaterThan(10);
  expect(day.every(({ properties }) => properties['time']!.startsWith('2023-02-06T01'))).toBe(true);
  const pages = [1, 6, 11].flatMap((offset) =>
    listed(`start=2023-02-06T01:00:00&end=2023-02-06T02:00:00&orderby=time-asc&limit=5&offset=${offset}`),
  );
  expect(pages).toEqual(day.slice(0, 15));
});

test('answerFdsn() gives what was published after updatedafter, also with an older lastupdate', () => {
  const afterMs = Date.UTC(2023, 1, 6, 11);
  const expected = timeline.filter(({ atMs }) => atMs > afterMs && atMs <= NOW_MS).map(({ row }) => row.unid);
  const found = listed('updatedafter=2023-02-06T11:00:00').map(({ id }) => id);
  expect(new Set(found)).toEqual(new Set(expected));
});

test('answerFdsn() gives the bare Feature for eventid, and 204 once it is gone', () => {
  expect(JSON.parse(ask('format=json&eventid=20230206_0000008').body)).toMatchObject({
    type: 'Feature',
    properties: { mag: 7.8 },
  });
  const small = createReplayCatalogue();
  const entry = timeline[0]!;
  small.apply(entry);
  small.apply({ ...entry, action: 'remove' });
  const query = `format=json&eventid=${entry.row.unid}`;
  expect(answerFdsn(small, new URLSearchParams(query), NOW_MS, null).status).toBe(204);
  expect(answerFdsn(small, new URLSearchParams(`${query}&nodata=404`), NOW_MS, null).status).toBe(404);
});

test('answerFdsn() writes the generation of the replayed day, FDSN text, and 400 for what it does not know', () => {
  expect(ask('format=json&limit=1').body).toMatch(
    /^\{"type":"FeatureCollection","metadata":\{"totalCount":\d+\}/,
  );
  const later = answerFdsn(catalogue, new URLSearchParams('format=json&limit=1'), Date.UTC(2023, 2, 4), null);
  expect(later.body).toContain('"metadata":{"count":');
  expect(ask('format=text&eventid=20230206_0000008').body.split('\n')[1]).toMatch(
    /^20230206_0000008\|2023-02-06T01:17:\d\d\.\dZ\|37\.\d+\|37\.\d+\|\d+\|EMSC\|EMSC-RTS\|EMSC\|\d+\|mw\|7\.8\|EMSC\|CENTRAL TURKEY$/,
  );
  for (const bad of [
    'format=json&colour=red',
    'format=json&limit=0',
    'format=json&start=monday',
    'format=xml',
    '',
  ])
    expect(ask(bad).status).toBe(400);
});

test('parseFaultRates() reads a list and refuses what is no fault', () => {
  expect(parseFaultRates('drop=0.01,fdsn-500=1')).toEqual({ drop: 0.01, 'fdsn-500': 1 });
  for (const bad of ['dorp=0.1', 'drop=2', 'drop', 'drop=']) expect(() => parseFaultRates(bad)).toThrow(bad);
});

test('drawFault() strikes at its rate, and with the same seed at the same draws', () => {
  const draws = (seed: number) => {
    const random = createRandom(seed);
    return Array.from({ length: 10_000 }, () =>
      drawFault(SOCKET_FAULTS, { garbage: 0.1, drop: 0.02 }, random),
    );
  };
  const one = draws(7);
  expect(draws(7)).toEqual(one);
  expect(draws(8)).not.toEqual(one);
  expect(one.filter((fault) => fault === 'garbage').length / one.length).toBeCloseTo(0.1, 1);
  expect(one.filter((fault) => fault === 'reorder')).toEqual([]);
});
