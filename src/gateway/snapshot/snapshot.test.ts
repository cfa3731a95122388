import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEvent } from '../../../test/support/gateway.ts';
import { type Catalogue, createCatalogue } from '../../catalogue/catalogue.ts';
import { applyChunk, encodeChunk } from '../../catalogue/codec.ts';
import { encodeEvent } from '../../event/encode.ts';
import type { QuakeEvent } from '../../event/types.ts';
import { HISTORY_BOUNDS } from '../live/history.ts';
import { createView, type View } from '../view.ts';
import { chooseEncoding } from './body.ts';
import { listMonths, toMonth, toMonthName, toMonthStartMs } from './months.ts';
import { createSnapshot, type Snapshot } from './snapshot.ts';

const DAY_MS = 86_400_000;
const EPOCH = 'epoch';

/** What a reader would show: everything but the offset, which a chunk does not carry. */
function toPicture(catalogue: Catalogue): Map<string, unknown> {
  const picture = new Map<string, unknown>();
  for (let row = 0; row < catalogue.count; row++) {
    const { offset: _, ...entry } = catalogue.entryAt(row);
    picture.set(entry.id, entry);
  }
  return picture;
}

async function readBody({ body }: { body: { encoded(encoding: 'identity'): Promise<Uint8Array> } }) {
  return body.encoded('identity');
}

/** An entry of a starter chunk for the same event that the log may bring. */
function createStarter(numbers: readonly number[]): Uint8Array {
  const catalogue = createCatalogue();
  for (const number of numbers) {
    const { id, origin, magnitude, region, eventType, agency, author } = toEvent(number, 1, number * 20);
    const { originTimeMs, latitudeDeg, longitudeDeg, depthKm } = origin;
    catalogue.upsertEntry({
      ...{ id, revision: 1, state: 'live', starter: true, originTimeMs, latitudeDeg, longitudeDeg, depthKm },
      ...{ magnitude, region, eventType, agency, author, offset: -1 },
    });
  }
  return encodeChunk(catalogue, catalogue.timeOrder, { cursor: 'starter:-1' });
}

/** An event on a day counted from 2023-01-01; revisions may move it over months. */
function toEvent(number: number, revision: number, day: number): QuakeEvent {
  const event = createEvent(number, { revision, state: revision === 4 ? 'withdrawn' : 'live' });
  return { ...event, origin: { ...event.origin, originTimeMs: Date.UTC(2023, 0, 1) + day * DAY_MS } };
}

type Step =
  | { kind: 'record'; number: number; revision: number; day: number }
  | { kind: 'rebuild' }
  | { kind: 'read' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('record' as const),
      number: fc.nat(25),
      revision: fc.integer({ min: 1, max: 4 }),
      day: fc.nat(150),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'rebuild' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'read' as const }) },
);

interface Reader {
  readonly catalogue: Catalogue;
  cursor: number;
}

/** Reads the manifest, then, while the gateway goes on, chunks and tail in any order. */
async function load(snapshot: Snapshot, meanwhile: () => void): Promise<Reader> {
  const catalogue = createCatalogue();
  const { chunks, generation } = snapshot.manifest();
  meanwhile();
  const tail = snapshot.tail(generation);
  if (!tail) return load(snapshot, () => {});
  applyChunk(catalogue, await readBody(tail));
  for (const { hash } of chunks) {
    const chunk = snapshot.chunk(hash);
    if (!chunk) return load(snapshot, () => {});
    applyChunk(catalogue, await readBody(chunk));
  }
  return { catalogue, cursor: Number(tail.cursor.split(':')[1]) };
}

test('a reader that loads the snapshot at any moment and follows the stream ends equal to the gateway', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 80 }),
      fc.array(step, { maxLength: 10 }),
      fc.boolean(),
      fc.nat(3),
      async (steps, between, withStarter, tailRowsMax) => {
        const starter = withStarter ? createStarter([0, 1, 2, 3]) : null;
        const view: View = createView({ epoch: EPOCH, head: -1, starter, bounds: HISTORY_BOUNDS });
        let nowMs = 0;
        const snapshot = createSnapshot({
          view: () => view,
          clock: { now: () => nowMs },
          starter,
          bounds: { tailRowsMax, rebuildRowsMax: 8, tailAgeMaxMs: 3 },
        });
        const records: QuakeEvent[] = [];
        const readers: Reader[] = [];
        const take = (one: Step) => {
          nowMs++;
          if (one.kind === 'rebuild') snapshot.rebuild();
          if (one.kind !== 'record') return;
          const event = toEvent(one.number, one.revision, one.day);
          view.apply(event, records.length, encodeEvent(event));
          records.push(event);
        };
        for (const one of steps) {
          take(one);
          if (one.kind === 'read') readers.push(await load(snapshot, () => between.forEach(take)));
        }
        readers.push(await load(snapshot, () => {}));
        const expected = toPicture(view.catalogue);
        for (const { catalogue, cursor } of readers) {
          for (let offset = cursor + 1; offset < records.length; offset++) {
            catalogue.upsert(records[offset]!, offset);
          }
          expect(toPicture(catalogue)).toEqual(expected);
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('the same events give the same chunks, whatever was read since', async () => {
  const build = (later: number) => {
    const view = createView({ epoch: EPOCH, head: -1, starter: null, bounds: HISTORY_BOUNDS });
    const bounds = { tailRowsMax: 10 };
    const snapshot = createSnapshot({ view: () => view, clock: { now: () => 0 }, starter: null, bounds });
    for (let i = 0; i < 20; i++) {
      const event = toEvent(i, 1, i);
      view.apply(event, i, encodeEvent(event));
    }
    for (let i = 0; i < later; i++) {
      const event = toEvent(100 + i, 1, 60);
      view.apply(event, 20 + i, encodeEvent(event));
    }
    snapshot.rebuild();
    return snapshot.manifest().chunks.map(({ hash, name }) => ({ hash, name }));
  };
  const [january] = build(0);
  expect(january!.name).toBe('2023-01');
  expect(build(9)).toContainEqual(january);
});

test('the tail stays within its bound once rebuilt, and rebuilding is done in parts', () => {
  const view = createView({ epoch: EPOCH, head: -1, starter: null, bounds: HISTORY_BOUNDS });
  const bounds = { tailRowsMax: 50, rebuildRowsMax: 100 };
  const snapshot = createSnapshot({ view: () => view, clock: { now: () => 0 }, starter: null, bounds });
  for (let i = 0; i < 1000; i++) {
    const event = toEvent(i, 1, i);
    view.apply(event, i, encodeEvent(event));
  }
  let parts = 1;
  while (snapshot.rebuild()) parts++;
  expect(parts).toBeGreaterThan(5);
  const { tail, chunks, count } = snapshot.manifest();
  expect(tail.count).toBeLessThanOrEqual(50);
  expect(chunks.reduce((sum, chunk) => sum + chunk.count, tail.count)).toBe(count);
  expect(chunks.map(({ toMs }) => toMs)).toEqual(chunks.map(({ toMs }) => toMs).sort((a, b) => b - a));
  expect(snapshot.rebuild()).toBe(false);
});

test('a clock that was set back does not keep an old tail', () => {
  const view = createView({ epoch: EPOCH, head: -1, starter: null, bounds: HISTORY_BOUNDS });
  let nowMs = 10 * DAY_MS;
  const snapshot = createSnapshot({ view: () => view, clock: { now: () => nowMs }, starter: null });
  const readTail = (offset: number) => {
    const event = toEvent(offset, 1, offset);
    view.apply(event, offset, encodeEvent(event));
    return snapshot.manifest().tail.count;
  };
  expect(readTail(0)).toBe(1);
  nowMs -= 3 * 3_600_000;
  expect(readTail(1)).toBe(2);
});

test('months are calendar months in UTC, before 1970 too, and their ranges cover the time order', () => {
  expect(toMonthName(toMonth(Date.UTC(1969, 11, 31, 23, 59)))).toBe('1969-12');
  expect(toMonthName(toMonth(Date.UTC(2024, 1, 29)))).toBe('2024-02');
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -40_000, max: 30_000 }), { maxLength: 60 }), (days) => {
      const catalogue = createCatalogue();
      for (const [number, day] of days.entries()) catalogue.upsert(toEvent(number, 1, day), number);
      const months = listMonths(catalogue);
      expect(months.map(({ from }) => from)).toEqual(
        [0, ...months.map(({ to }) => to)].slice(0, months.length),
      );
      expect(months.at(-1)?.to ?? 0).toBe(catalogue.count);
      for (const { month, from, to } of months) {
        for (let i = from; i < to; i++) {
          const timeMs = catalogue.columns.originTimeMs[catalogue.timeOrder[i]!]!;
          expect(timeMs).toBeGreaterThanOrEqual(toMonthStartMs(month));
          expect(timeMs).toBeLessThan(toMonthStartMs(month + 1));
        }
      }
    }),
  );
});

test.each([
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip, br;q=0', 'gzip'],
  ['gzip;q=0, *', 'br'],
  ['identity', 'identity'],
  ['', 'identity'],
  [undefined, 'identity'],
])('Accept-Encoding %s is answered with %s', (header, encoding) => {
  expect(chooseEncoding(header)).toBe(encoding);
});
