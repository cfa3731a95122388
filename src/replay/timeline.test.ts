import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeFrame, indentJson } from './frame.ts';
import { parseRevlog, readRevlog, toRevlogRow } from './revlog.ts';
import { toTimeline } from './timeline.ts';

const FIXTURES = new URL('../../fixtures/emsc/', import.meta.url);
const rows = await readRevlog([new URL('kahramanmaras-2023-02-06.tsv.gz', FIXTURES).pathname]);
const timeline = toTimeline(rows);
const feature = (unid: string, time: string, lastupdate: string) =>
  JSON.stringify({ id: unid, properties: { unid, time, lastupdate, lat: 1, lon: 2, depth: 3, mag: 4 } });

test('readRevlog() reads the 998 rows of the fixture', () => {
  expect(rows).toHaveLength(998);
  expect(rows[0]).toMatchObject({ observedAtMs: 1675555430000, op: 'N' });
});

test('parseRevlog() names the line that is no row', () => {
  expect(() => parseRevlog('1\tN\tnothing\n')).toThrow('line 1');
});

test('toTimeline() publishes every row once, in order of time, never before its earthquake nor after its look', () => {
  expect(timeline).toHaveLength(rows.length);
  for (const [i, { atMs, row }] of timeline.entries()) {
    expect(atMs).toBeGreaterThanOrEqual(timeline[i - 1]?.atMs ?? 0);
    expect(atMs).toBeGreaterThanOrEqual(row.originTimeMs);
    expect(atMs).toBeLessThanOrEqual(row.observedAtMs);
  }
});

test('toTimeline() publishes the M 7.8 of Kahramanmaraş in the minute of its lastupdate', () => {
  const first = timeline.find(({ row }) => row.unid === '20230206_0000008')!;
  expect(first.action).toBe('create');
  expect(new Date(first.atMs).toISOString().slice(0, 16)).toBe('2023-02-06T01:41');
});

test('toTimeline() keeps the rows of one event in their order and takes D as a removal', () => {
  const looks = [3_600_000, 7_200_000, 10_800_000];
  const old = feature('a', '1970-01-01T00:10:00Z', '1970-01-01T00:20:00Z');
  const entries = toTimeline([
    toRevlogRow(looks[0]!, 'N', old),
    toRevlogRow(looks[1]!, 'U', old),
    toRevlogRow(looks[2]!, 'D', old),
  ]);
  expect(entries.map(({ action }) => action)).toEqual(['create', 'update', 'remove']);
  expect(entries[1]!.atMs).toBeGreaterThanOrEqual(looks[0]!);
  expect(entries[2]!.atMs).toBeGreaterThanOrEqual(looks[1]!);
});

test('encodeFrame() has the white space of a real frame, byte for byte', () => {
  const wire = readFileSync(new URL('websocket/update-20240330_0000303.wire.json', FIXTURES), 'utf8');
  const featureText = wire.slice('{"action":"update","data":'.length, -1).replace(/\n\s*/g, '');
  expect(encodeFrame('update', featureText)).toBe(wire.trimEnd());
});

test('indentJson() changes white space alone', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(indentJson(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
