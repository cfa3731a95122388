import { expect, test } from 'vitest';
import { toEventId } from '../../src/event/identity.ts';
import type { QuakeEvent } from '../../src/event/types.ts';
import type { LiveRecord } from '../support/live-client.ts';
import { type History, judge } from './checker.ts';

const event = (unid: string, revision: number, value = 4): QuakeEvent => ({
  schemaVersion: 1,
  id: toEventId('EMSC', unid),
  revision,
  state: 'live',
  origin: { originTimeMs: 0, latitudeDeg: 0, longitudeDeg: 0, depthKm: null, evaluationMode: null },
  magnitude: { value, type: 'ml' },
  region: null,
  eventType: 'earthquake',
  typeCertainty: null,
  agency: 'EMSC',
  author: null,
  updatedAtMs: value,
  receivedAtMs: 0,
  firstReceivedAtMs: 0,
  reports: [{ agency: 'EMSC', agencyEventId: unid }],
  changed: [],
});
const sent = (offset: number, one: QuakeEvent): LiveRecord => ({
  kind: 'event',
  cursor: `e:${offset}`,
  event: one,
  data: '',
  atMs: 0,
});
const byId = (...events: QuakeEvent[]) => new Map(events.map((one) => [one.id as string, one]));

const [a1, a2, b1] = [event('a', 1), event('a', 2, 5), event('b', 1)];
const good: History = {
  acknowledged: [{ offset: 0, key: 'EMSC/a' }],
  logged: new Map([[0, 'EMSC/a']]),
  revisions: [a1, b1, a2],
  stored: byId(a2, b1),
  undisturbed: byId(a2, b1),
  readers: [[sent(0, a1), sent(1, b1), sent(2, a2)]],
};

test('judge() finds nothing in a good history', () => {
  expect(Object.values(judge(good)).every((count) => count === 0)).toBe(true);
});

test.each<[keyof ReturnType<typeof judge>, Partial<History>]>([
  ['lostReports', { logged: new Map() }],
  ['doubledEvents', { revisions: [a1, b1, a2, { ...event('c', 1), reports: a1.reports }] }],
  ['revisionGaps', { revisions: [a1, b1, event('a', 3, 5)] }],
  ['differingEvents', { undisturbed: byId(a1, b1) }],
  ['storeDiffers', { stored: byId(a1, b1) }],
  ['revisionsBackwards', { readers: [[sent(0, a1), sent(2, a2), sent(3, a1), sent(3, a2), sent(3, b1)]] }],
  ['revisionsTwice', { readers: [[sent(0, a1), sent(0, a1), sent(1, b1), sent(2, a2)]] }],
  ['readersBehind', { readers: [[sent(0, a1), sent(1, b1)]] }],
  ['cursorsBackwards', { readers: [[sent(2, a2), sent(1, b1)]] }],
])('judge() counts %s', (name, change) => {
  expect(judge({ ...good, ...change })[name]).toBeGreaterThan(0);
});
