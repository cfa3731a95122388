import { expect, test } from 'vitest';
import { revise } from '../../../src/associate/associate.ts';
import { type CatalogueEntry, createCatalogue } from '../../../src/catalogue/catalogue.ts';
import {
  decodeReport,
  encodeDeadLetter,
  encodeEvent,
  encodeReport,
  toRecordLetter,
} from '../../../src/event/encode.ts';
import { toCursor } from '../../../src/event/identity.ts';
import type { QuakeEvent, Report } from '../../../src/event/types.ts';
import type { LogRecord } from '../../../src/log/log.ts';
import { judge, PROMISES, type Promised } from './checker.ts';
import type { History, ReaderStep } from './history.ts';

const report = (unid: string, updatedAtMs: number, value = 4): Report => ({
  schemaVersion: 1,
  kind: 'solution',
  agency: 'EMSC',
  agencyEventId: unid,
  updatedAtMs,
  receivedAtMs: 0,
  origin: { originTimeMs: 0, latitudeDeg: 0, longitudeDeg: 0, depthKm: null, evaluationMode: null },
  magnitude: { value, type: 'ml' },
  region: null,
  eventType: 'earthquake',
  typeCertainty: null,
  author: null,
});
const record = (offset: number, key: string, value: Uint8Array): LogRecord => ({
  ...{ offset, key, value },
  appendedAtMs: offset,
});
const caused = (event: QuakeEvent, offset: number) => ({ ...event, cause: toCursor('reports', offset) });

// Reports a, b, garbage, a again; events a1, b1, a2 at offsets 0, 1, 2.
const garbage = record(2, 'EMSC/x', Buffer.from('garbage'));
const reports = [
  record(0, 'EMSC/a', encodeReport(report('a', 1))),
  record(1, 'EMSC/b', encodeReport(report('b', 1))),
  garbage,
  record(3, 'EMSC/a', encodeReport(report('a', 2, 5))),
];
const a1 = caused(revise(null, report('a', 1)).event!, 0);
const b1 = caused(revise(null, report('b', 1)).event!, 1);
const a2 = caused(revise(a1, report('a', 2, 5)).event!, 3);
const events = [a1, b1, a2].map((event, i) => record(i, event.id, encodeEvent(event)));
const toStep = (event: QuakeEvent, offset: number, atMs = 10): ReaderStep => ({
  ...{ kind: 'event', offset, atMs, id: event.id, revision: event.revision },
  json: JSON.stringify(event),
});
const frameLetter = (text: string) => ({
  ...{ schemaVersion: 1, agency: 'EMSC', receivedAtMs: 0, reason: 'no JSON', field: null, via: 'websocket' },
  rawBase64: Buffer.from(text).toString('base64'),
});
const garbageLetter = toRecordLetter(
  { ...garbage, topic: 'quake.reports.v1', epoch: 'reports' },
  decodeReport(garbage.value).rejection!,
);
const toLetters = (...letters: readonly object[]) =>
  letters.map((letter, i) => record(i, 'EMSC', encodeDeadLetter(letter as typeof garbageLetter)));
const letters = toLetters(garbageLetter, frameLetter('frame 1'));
const begun: ReaderStep = { kind: 'snapshot', atMs: 0, offset: -1, revisions: new Map() };
const steps = [begun, toStep(a1, 0, 0), toStep(b1, 1, 1), toStep(a2, 2, 2)];
const shown = toShown(a2, b1);
const stored = {
  events: [
    { json: JSON.stringify(a2), offset: 2 },
    { json: JSON.stringify(b1), offset: 1 },
  ],
  reports: [report('a', 1), report('b', 1), report('a', 2, 5)].map((each) => JSON.stringify(each)),
};

function toShown(...all: readonly QuakeEvent[]): CatalogueEntry[] {
  const catalogue = createCatalogue();
  for (const event of all) catalogue.upsert(event, 0);
  return all.map((_, row) => catalogue.entryAt(row));
}

const good: History = {
  ...{ reportsEpoch: 'reports', reports, events, letters, stored },
  followed: { 'quake.reports.v1': reports, 'quake.events.v1': events, 'quake.dead-letters.v1': letters },
  acknowledged: [
    { topic: 'quake.reports.v1', offset: 0, key: 'EMSC/a' },
    { topic: 'quake.dead-letters.v1', offset: 1, key: 'EMSC' },
  ],
  published: new Map([a2, b1].map((event) => [event.id as string, event])),
  frames: [
    { text: 'frame 1', calm: true },
    { text: 'frame 2', calm: false },
  ],
  readers: [{ name: 'reader 1', steps, shown }],
  ends: [],
  recoveries: [{ who: 'reader 1', tookMs: 30_000 }],
};
const reader = (...given: readonly ReaderStep[]) => ({
  readers: [{ name: 'reader 1', steps: given, shown }],
});

test('judge() finds nothing in a good history', () => {
  expect(judge(good)).toEqual(Object.fromEntries(Object.keys(PROMISES).map((name) => [name, 0])));
});

test('judge() lets a resumed reader go without a revision that was replaced before its cursor passed it', () => {
  const { readerGaps } = judge({ ...good, ...reader(begun, toStep(b1, 1), toStep(a2, 2)) });
  expect(readerGaps).toBe(0);
});

test('judge() counts nothing of what follows a reset until the next snapshot', () => {
  const anew: ReaderStep = {
    ...{ kind: 'snapshot', atMs: 9, offset: 2 },
    revisions: new Map([a2, b1].map((event) => [event.id as string, event.revision])),
  };
  const reset: ReaderStep = { kind: 'reset', atMs: 5, reason: 'too-far-behind' };
  const verdict = judge({ ...good, ...reader(...steps, reset, toStep(a1, 0), anew) });
  expect(Object.values(verdict).every((count) => count === 0)).toBe(true);
});

const broken: readonly [Promised, string, Partial<History>][] = [
  ['reportsLost', 'an acknowledged report that the log does not have', { reports: reports.slice(1) }],
  ['reportsLost', 'an acknowledged dead letter that the log does not have', { letters: letters.slice(0, 1) }],
  ['publicationsMissed', 'an older solution', { published: new Map([[a1.id, a1]]) }],
  [
    'publicationsMissed',
    'an unknown event',
    { published: new Map([['emsc-c', { ...b1, id: 'emsc-c' as typeof b1.id }]]) },
  ],
  ['eventsAmiss', 'an event too few', { events: events.slice(0, 2) }],
  ['eventsAmiss', 'two events in another order', { events: [events[1]!, events[0]!, events[2]!] }],
  [
    'eventsAmiss',
    'another content',
    { events: [events[0]!, events[1]!, record(2, a2.id, encodeEvent({ ...a2, region: 'elsewhere' }))] },
  ],
  ['revisionsAmiss', 'a revision twice', { events: [...events, record(3, a2.id, encodeEvent(a2))] }],
  ['revisionsAmiss', 'a missing revision', { events: [events[1]!, events[2]!] }],
  [
    'followerAmiss',
    'a record that the follower was not given',
    { followed: { ...good.followed, 'quake.events.v1': events.slice(1) } },
  ],
  [
    'followerAmiss',
    'a record given twice',
    { followed: { ...good.followed, 'quake.reports.v1': [reports[0]!, ...reports] } },
  ],
  [
    'storedEventsAmiss',
    'an older revision',
    { stored: { ...stored, events: [{ json: JSON.stringify(a1), offset: 0 }, stored.events[1]!] } },
  ],
  ['storedEventsAmiss', 'a missing event', { stored: { ...stored, events: stored.events.slice(1) } }],
  ['storedReportsAmiss', 'a missing report', { stored: { ...stored, reports: stored.reports.slice(1) } }],
  [
    'storedReportsAmiss',
    'reports in another order',
    { stored: { ...stored, reports: stored.reports.toReversed() } },
  ],
  ['readerGaps', 'an event never given', reader(begun, toStep(a1, 0), toStep(a2, 2))],
  ['readerGaps', 'a cursor that ran ahead', reader(begun, { kind: 'cursor', atMs: 1, offset: 1 })],
  ['readerGaps', 'a snapshot with a hole', reader({ ...begun, offset: 1, revisions: new Map([[a1.id, 1]]) })],
  ['readerRepeats', 'a revision given twice', reader(...steps, toStep(a2, 2))],
  ['readerBackwards', 'an older revision', reader(...steps, toStep(a1, 2))],
  ['readerBackwards', 'a cursor that went back', reader(...steps, { kind: 'cursor', atMs: 20, offset: 0 })],
  ['readerContentAmiss', 'other bytes', reader(begun, toStep({ ...a1, region: 'elsewhere' }, 0))],
  ['readersAmiss', 'an older revision', { readers: [{ name: 'r', steps, shown: toShown(a1, b1) }] }],
  ['readersAmiss', 'a missing event', { readers: [{ name: 'r', steps, shown: toShown(a2) }] }],
  ['lettersMissing', 'garbage without a letter', { letters: toLetters(frameLetter('frame 1')) }],
  ['lettersMissing', 'a calm frame without a letter', { letters: toLetters(garbageLetter) }],
  [
    'lettersTwice',
    'a record with two letters',
    { letters: toLetters(garbageLetter, frameLetter('frame 1'), garbageLetter) },
  ],
  [
    'lettersTwice',
    'a frame with two letters',
    { letters: toLetters(garbageLetter, frameLetter('frame 1'), frameLetter('frame 1')) },
  ],
  [
    'lettersAmiss',
    'another reason',
    { letters: toLetters({ ...garbageLetter, reason: 'because' }, frameLetter('frame 1')) },
  ],
  [
    'lettersAmiss',
    'a letter about nothing',
    { letters: toLetters(garbageLetter, frameLetter('frame 1'), frameLetter('frame 3')) },
  ],
  ['endsUnasked', 'a process that ended', { ends: ['store: without a word'] }],
  ['lateRecoveries', 'a recovery after 30 s', { recoveries: [{ who: 'database', tookMs: 30_001 }] }],
];

test.each(broken)('judge() counts in %s %s', (name, _what, change) => {
  expect(judge({ ...good, ...change })[name]).toBeGreaterThan(0);
});

test('a broken history is tried for every promise', () => {
  expect(new Set(broken.map(([name]) => name))).toEqual(new Set(Object.keys(PROMISES)));
});
