import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EVERYTHING, matchesEvent } from '../../catalogue/filter.ts';
import { encodeFrame } from './frame.ts';
import { concerns, createHistory, type Filterable, type History } from './history.ts';

const FRAME = encodeFrame({ event: 'event', data: '{}' });
const BOUNDS = { recordsMax: 1_000, bytesMax: 1024 ** 2 };

function toState(magnitude: number): Filterable {
  const origin = { originTimeMs: 0, latitudeDeg: 0, longitudeDeg: 0, depthKm: null, evaluationMode: null };
  return { origin, magnitude: { value: magnitude, type: null }, eventType: null };
}

/** Records of few events with holes between offsets, as compaction leaves them. */
const records = fc
  .array(
    fc.record({
      event: fc.nat(6),
      magnitude: fc.integer({ min: 0, max: 9 }),
      step: fc.integer({ min: 1, max: 3 }),
    }),
    {
      maxLength: 60,
    },
  )
  .map((steps) => {
    let offset = -1;
    return steps.map(({ event, magnitude, step }) => {
      offset += step;
      return { offset, eventId: `e-${event}`, magnitude };
    });
  });

type Sent = { offset: number; eventId: string; magnitude: number };

function fill(history: History, sent: readonly Sent[]): void {
  const states = new Map<string, Filterable>();
  for (const { offset, eventId, magnitude } of sent) {
    const after = toState(magnitude);
    history.push({ offset, eventId, frame: FRAME, after, before: states.get(eventId) ?? null });
    states.set(eventId, after);
  }
}

function readFrom(history: History, afterOffset: number): { offset: number; eventId: string }[] {
  const read = [];
  let entry = history.next(afterOffset);
  for (; entry; entry = history.next(entry.offset))
    read.push({ offset: entry.offset, eventId: entry.eventId });
  return read;
}

test('from every cursor the history gives each missed event once, at its newest record, by offset', () => {
  fc.assert(
    fc.property(records, (sent) => {
      const history = createHistory('epoch', undefined, BOUNDS);
      fill(history, sent);
      for (let cursor = -1; cursor <= history.head; cursor++) {
        const newest = new Map(sent.filter(({ offset }) => offset > cursor).map((one) => [one.eventId, one]));
        const expected = [...newest.values()]
          .sort((a, b) => a.offset - b.offset)
          .map(({ offset, eventId }) => ({ offset, eventId }));
        expect(readFrom(history, cursor)).toEqual(expected);
        const verdict = history.judge(`epoch:${cursor}`);
        expect(verdict.kind).toBe(cursor === history.head ? 'nothing-new' : 'these-ones');
      }
    }),
  );
});

test('a reader with a filter is told of every event that matched at any time since its cursor', () => {
  fc.assert(
    fc.property(records, fc.integer({ min: 0, max: 9 }), (sent, minMagnitude) => {
      const filter = { ...EVERYTHING, minMagnitude };
      const history = createHistory('epoch', undefined, BOUNDS);
      fill(history, sent);
      for (let cursor = -1; cursor <= history.head; cursor++) {
        const told = new Set<string>();
        for (let entry = history.next(cursor); entry; entry = history.next(entry.offset)) {
          if (concerns(entry, filter, cursor)) told.add(entry.eventId);
        }
        const expected = new Set<string>();
        for (const { offset, eventId, magnitude } of sent) {
          if (offset <= cursor) continue;
          const before = sent.findLast((one) => one.eventId === eventId && one.offset < offset);
          const states = [magnitude, ...(before ? [before.magnitude] : [])];
          if (states.some((state) => matchesEvent(filter, toState(state)))) expected.add(eventId);
        }
        expect(told).toEqual(expected);
      }
    }),
  );
});

test('a bounded history continues readers down to its floor and resets those below', () => {
  fc.assert(
    fc.property(
      records,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 20 }),
      (sent, recordsMax, frames) => {
        const bytesMax = frames * FRAME.chunked.length;
        const history = createHistory('epoch', undefined, { recordsMax, bytesMax });
        fill(history, sent);
        expect(history.head - history.floor).toBeLessThanOrEqual(recordsMax);
        const complete = createHistory('epoch', undefined, BOUNDS);
        fill(complete, sent);
        for (let cursor = -1; cursor <= history.head; cursor++) {
          const verdict = history.judge(`epoch:${cursor}`);
          if (cursor < history.floor)
            expect(verdict).toMatchObject({ kind: 'start-over', reason: 'too-far-behind' });
          else expect(readFrom(history, cursor)).toEqual(readFrom(complete, cursor));
        }
      },
    ),
  );
});

test.each([
  ['', 'malformed'],
  ['epoch', 'malformed'],
  ['epoch:1; DROP TABLE', 'malformed'],
  ['epoch:-2', 'malformed'],
  ['epoch:1e3', 'malformed'],
  ['other:1', 'epoch-changed'],
  ['epoch:1000000', 'ahead-of-log'],
  ['epoch:3', 'too-far-behind'],
])('the cursor "%s" starts over: %s', (cursor, reason) => {
  const history = createHistory('epoch', { floor: 5, head: 5 }, BOUNDS);
  history.push({ offset: 9, eventId: 'e', frame: FRAME, after: toState(1), before: null });
  expect(history.judge(cursor)).toMatchObject({ kind: 'start-over', reason });
});
