import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import type { EventId, QuakeEvent } from '../event/types.ts';
import { createLogger } from '../telemetry/logger.ts';
import { toArrival, toKind, toMagnitudeClass, toNews } from './news.ts';

const ORIGIN_MS = Date.parse('2023-02-06T01:17:32.600Z');
const MINUTE_MS = 60_000;

const event = (given: Partial<QuakeEvent> = {}): QuakeEvent => ({
  schemaVersion: 1,
  id: 'emsc-20230206_0000008' as EventId,
  revision: 1,
  state: 'live',
  origin: {
    originTimeMs: ORIGIN_MS,
    latitudeDeg: 37.23,
    longitudeDeg: 37.02,
    depthKm: 10,
    evaluationMode: null,
  },
  magnitude: { value: 7.8, type: 'mw' },
  region: 'CENTRAL TURKEY',
  eventType: 'earthquake',
  typeCertainty: 'known',
  agency: 'EMSC',
  author: 'EMSC',
  updatedAtMs: ORIGIN_MS + 20 * MINUTE_MS,
  receivedAtMs: ORIGIN_MS + 21 * MINUTE_MS,
  firstReceivedAtMs: ORIGIN_MS + 21 * MINUTE_MS,
  reports: [{ agency: 'EMSC', agencyEventId: '20230206_0000008' }],
  changed: [],
  ...given,
});

test.each([
  [-0.4, '<2'],
  [1.94, '<2'],
  [1.95, '2-2.9'],
  [2, '2-2.9'],
  [6.94, '6-6.9'],
  [6.95, '7+'],
  [9.5, '7+'],
])('toMagnitudeClass() puts %d into %s: by what is shown, one decimal', (value, expected) => {
  expect(toMagnitudeClass({ value, type: null })).toBe(expected);
});

test('toMagnitudeClass() keeps events without a magnitude apart', () => {
  expect(toMagnitudeClass(null)).toBe('none');
});

test('toArrival() calls late what came more than a day after its earthquake', () => {
  expect(toArrival(event())).toBe('prompt');
  expect(toArrival(event({ receivedAtMs: ORIGIN_MS + 25 * 60 * MINUTE_MS }))).toBe('late');
});

test('toKind() tells new, revised and withdrawn apart', () => {
  expect([event(), event({ revision: 3 }), event({ revision: 3, state: 'withdrawn' })].map(toKind)).toEqual([
    'new',
    'revised',
    'withdrawn',
  ]);
});

test('toNews() says in words and in fields what happened where', () => {
  expect(toNews(event())).toEqual({
    event: {
      id: 'emsc-20230206_0000008',
      revision: 1,
      kind: 'new',
      magnitude: 7.8,
      magnitudeType: 'mw',
      latitudeDeg: 37.23,
      longitudeDeg: 37.02,
      depthKm: 10,
      region: 'CENTRAL TURKEY',
      originTime: '2023-02-06T01:17:32.600Z',
      agency: 'EMSC',
    },
    message: 'Mw 7.8, CENTRAL TURKEY (new)',
  });
  const bare = event({ magnitude: null, region: null, revision: 2 });
  expect(toNews(bare)).toMatchObject({
    event: { magnitude: null, region: null },
    message: 'M ?, 37.23, 37.02 (revision 2)',
  });
});

test('what a back-fill brings is told to machines, and not line by line to a person', () => {
  const linesOf = (format: 'json' | 'text') => {
    let text = '';
    const stream = new Writable({
      write(bytes: Buffer, _encoding, done) {
        text += bytes.toString();
        done();
      },
    });
    const logger = createLogger({ role: 'test', level: 'info', format, stream });
    for (const one of [event(), event({ receivedAtMs: ORIGIN_MS + 10 * 60 * MINUTE_MS })]) {
      const { message, ...fields } = toNews(one);
      logger.info(fields, message);
    }
    return text.trim().split('\n');
  };
  expect(linesOf('json').map((line) => (JSON.parse(line) as { bulk?: true }).bulk)).toEqual([
    undefined,
    true,
  ]);
  expect(linesOf('text')).toHaveLength(1);
});
