import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SolutionReport } from '../../event/types.ts';
import { toEventType } from './event-type.ts';
import { formatFdsnInstant, parseInstant } from './instant.ts';
import { FRAME_BYTES_MAX, parseEmscCollection, parseEmscFeature, parseEmscMessage } from './parse.ts';

const FIXTURES = new URL('../../../fixtures/emsc/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, FIXTURES));
const AT_MS = Date.UTC(2026, 10, 22);
const accept = (name: string): SolutionReport => {
  const message = parseEmscMessage(read(name), AT_MS);
  if (message.kind === 'rejection') throw new Error(message.reason);
  return message.report;
};

test('parseEmscMessage() reads the frame as the server writes it, depth positive down', () => {
  expect(parseEmscMessage(read('websocket/update-20240330_0000303.wire.json'), AT_MS)).toEqual({
    kind: 'report',
    actionKnown: true,
    suspectUnid: null,
    report: {
      schemaVersion: 1,
      kind: 'solution',
      agency: 'EMSC',
      agencyEventId: '20240330_0000303',
      updatedAtMs: Date.UTC(2024, 3, 6, 3, 28, 24) + 385.933,
      receivedAtMs: AT_MS,
      origin: {
        originTimeMs: Date.UTC(2024, 2, 30, 4, 9, 58, 597),
        latitudeDeg: -4.027,
        longitudeDeg: 143.2849,
        depthKm: 10,
        evaluationMode: null,
      },
      magnitude: { value: 4.6, type: 'mb' },
      region: 'NEW GUINEA, PAPUA NEW GUINEA',
      eventType: 'earthquake',
      typeCertainty: 'known',
      author: 'NEIC',
    },
  });
});

test.each([
  [
    'create-20210502_0000100.old-format.json',
    '20210502_0000100',
    -30.07,
    -71.53,
    38,
    2.7,
    'ml',
    'GUC',
    'OFFSHORE COQUIMBO, CHILE',
  ],
  [
    'create-20241004_0000179.json',
    '20241004_0000179',
    9.02,
    -82.876,
    20,
    3.1,
    'm',
    'UCR',
    'PANAMA-COSTA RICA BORDER REGION',
  ],
  ['create-20241214_0000249.json', '20241214_0000249', 46.0554, 7.8865, 8, 0.9, 'ml', 'ETHZ', 'SWITZERLAND'],
  [
    'create-20250305_0000090.json',
    '20250305_0000090',
    40.115,
    28.5381,
    7,
    1.4,
    'ml',
    'AFAD',
    'WESTERN TURKEY',
  ],
  [
    'create-20260430_0000391.json',
    '20260430_0000391',
    40.515,
    142.8124,
    44.7,
    4.5,
    'mb',
    'NEIC',
    'NEAR EAST COAST OF HONSHU, JAPAN',
  ],
  [
    'create-20260817_0000558.json',
    '20260817_0000558',
    -8.29,
    121.48,
    10,
    2.7,
    'm',
    'BMKG',
    'FLORES REGION, INDONESIA',
  ],
  [
    'update-20240330_0000303.wire.json',
    '20240330_0000303',
    -4.027,
    143.2849,
    10,
    4.6,
    'mb',
    'NEIC',
    'NEW GUINEA, PAPUA NEW GUINEA',
  ],
  [
    'update-20260509_0000357.json',
    '20260509_0000357',
    38.0572,
    28.9794,
    7,
    1,
    'ml',
    'EMSC',
    'WESTERN TURKEY',
  ],
])(
  'parseEmscMessage() reads %s',
  (file, unid, latitudeDeg, longitudeDeg, depthKm, value, type, author, region) => {
    const report = accept(`websocket/${file}`);
    expect(report).toMatchObject({ agencyEventId: unid, author, region, magnitude: { value, type } });
    expect(report.origin).toMatchObject({ latitudeDeg, longitudeDeg, depthKm });
  },
);

test('the list above has every recorded websocket message', () => {
  expect(readdirSync(new URL('websocket', FIXTURES))).toHaveLength(8);
});

describe('bad input', () => {
  test.each([
    [
      'latitude-123.65.json',
      'properties.lat',
      'properties.lat is 123.65, expected degrees north from -90 to 90',
    ],
    ['longitude-181.json', 'properties.lon', 'properties.lon is 181, expected degrees east from -180 to 180'],
    ['depth-as-text.json', 'properties.depth', 'properties.depth is "deep", expected kilometres as a number'],
    ['latitude-as-text.json', 'properties.lat', 'properties.lat is "37.23", expected degrees north'],
    [
      'region-error-text.json',
      'properties.flynn_region',
      'expected the name of a region, not the error text',
    ],
    ['region-web-page.json', 'properties.flynn_region', 'expected the name of a region, not the error text'],
    ['id-missing.json', 'properties.unid', 'properties.unid is missing, expected an identifier such as'],
    ['time-missing.json', 'properties.time', 'properties.time is missing, expected a UTC instant'],
    [
      'lastupdate-no-date.json',
      'properties.lastupdate',
      'is "2023-02-30T01:41:00.0Z", expected a UTC instant',
    ],
    ['magnitude-as-object.json', 'properties.mag', 'is {"value":7.8}, expected a magnitude as a number'],
    ['data-missing.json', 'data', 'data is missing, expected a GeoJSON Feature'],
    ['not-json.txt', null, 'expected JSON'],
  ])('parseEmscMessage() rejects broken/%s at %s', (file, field, reason) => {
    const message = parseEmscMessage(read(`broken/${file}`), AT_MS);
    expect(message).toMatchObject({ kind: 'rejection', field, reason: expect.stringContaining(reason) });
    expect(message).toMatchObject({ reason: expect.stringMatching(/^Cannot read EMSC message: .*[^.]$/) });
  });

  test('parseEmscMessage() rejects a frame of 10 MB without parsing it', () => {
    const message = parseEmscMessage('9'.repeat(10_000_000), AT_MS);
    expect(message).toMatchObject({
      kind: 'rejection',
      reason: expect.stringContaining(`at most ${FRAME_BYTES_MAX}`),
    });
  });

  test('parseEmscMessage() takes what is unusual as what it is: absent stays absent', () => {
    expect(accept('broken/accepted-magnitude-null.json').magnitude).toBeNull();
    expect(accept('broken/accepted-magnitude-missing.json').magnitude).toBeNull();
    expect(accept('broken/accepted-magnitude-negative.json').magnitude).toEqual({ value: -0.5, type: 'ml' });
    expect(accept('broken/accepted-depth-null.json').origin.depthKm).toBeNull();
    expect(accept('broken/accepted-depth-from-geometry.json').origin.depthKm).toBe(10);
    expect(accept('broken/accepted-depth-negative.json').origin.depthKm).toBe(-1.2);
    expect(accept('broken/accepted-longitude-180.json').origin.longitudeDeg).toBe(-180);
    expect(accept('broken/accepted-region-unicode-html.json').region).toBe(
      'ΚΡΗΤΗ <b>日本</b> & <script>alert(1)</script> 🌍',
    );
    expect(accept('broken/accepted-fields-unknown.json')).toMatchObject({
      agencyEventId: '20230206_0000008',
    });
    expect(accept('broken/accepted-event-type-ue.json')).toMatchObject({
      eventType: 'earthquake',
      typeCertainty: null,
    });
  });

  test('parseEmscMessage() takes an unknown action as an update and says so; a deletion names its suspect', () => {
    expect(parseEmscMessage(read('broken/accepted-action-unknown.json'), AT_MS)).toMatchObject({
      kind: 'report',
      actionKnown: false,
      suspectUnid: null,
    });
    expect(parseEmscMessage(read('broken/accepted-action-delete.json'), AT_MS)).toMatchObject({
      kind: 'report',
      actionKnown: false,
      suspectUnid: '20230206_0000008',
    });
    expect(parseEmscMessage('{"action":"delete","data":{"id":"20230206_0000008"}}', AT_MS)).toMatchObject({
      kind: 'rejection',
      suspectUnid: '20230206_0000008',
    });
  });

  test('parseEmscMessage() never throws, whatever JSON or bytes come', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        expect(['report', 'rejection']).toContain(parseEmscMessage(text, AT_MS).kind);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(parseEmscMessage(bytes, AT_MS).kind).toBe('rejection');
      }),
    );
  });

  test('parseEmscMessage() rejects or keeps every value of every field, and never turns it into another', () => {
    const good = JSON.parse(read('broken/accepted-action-unknown.json').toString());
    const field = fc.constantFrom(
      'lat',
      'lon',
      'depth',
      'mag',
      'magtype',
      'flynn_region',
      'evtype',
      'auth',
      'time',
      'lastupdate',
      'unid',
    );
    fc.assert(
      fc.property(field, fc.jsonValue(), (name, value) => {
        const data = { ...good.data, properties: { ...good.data.properties, [name]: value } };
        const message = parseEmscMessage(JSON.stringify({ action: 'update', data }), AT_MS);
        if (message.kind === 'rejection') expect(message.field).toBe(`properties.${name}`);
        else if (name === 'depth') expect(message.report.origin.depthKm).toBe(value);
        else if (name === 'mag') expect(message.report.magnitude?.value ?? null).toBe(value);
      }),
    );
  });
});

describe('FDSN answers', () => {
  test('parseEmscCollection() reads the formats before and after 2023-03-03', () => {
    const firstOf = (file: string) => {
      const answer = parseEmscCollection(read(`fdsn/${file}`).toString(), AT_MS);
      if (answer.kind !== 'collection') throw new Error(answer.reason);
      expect(answer.items.every(({ result }) => result.kind === 'report')).toBe(true);
      return { count: answer.items.length, first: answer.items[0]!.result };
    };
    const old = firstOf('collection-2023-03-03-old-format.json');
    expect(old.count).toBe(5);
    expect(old.first).toMatchObject({
      report: {
        agencyEventId: '20230303_0000189',
        updatedAtMs: Date.UTC(2023, 2, 3, 12, 57),
        origin: { depthKm: 25 },
      },
    });
    const now = firstOf('collection-2024-04-24-new-format.json');
    expect(now.count).toBe(5);
    expect(now.first).toMatchObject({
      report: {
        agencyEventId: '20240424_0000104',
        origin: { originTimeMs: Date.UTC(2024, 3, 24, 8, 58, 1) + 511.16, depthKm: 14.3 },
      },
    });
    expect(firstOf('feature-eventid-2024-04-24.json')).toEqual({ count: 1, first: now.first });
  });

  test('parseEmscCollection() gives no items for an empty answer and calls the rest unusable', () => {
    const parse = (file: string) => parseEmscCollection(read(file).toString(), AT_MS);
    expect(parse('fdsn/empty-2021-11-22.json')).toEqual({
      kind: 'collection',
      declared: 1_018_663,
      items: [],
    });
    expect(parse('broken/web-page.html')).toEqual({
      kind: 'unusable',
      reason: 'the answer is a web page, expected JSON',
    });
    expect(parse('broken/half-a-body.json.txt')).toMatchObject({
      reason: expect.stringContaining('no whole JSON text'),
    });
    expect(parseEmscCollection('', AT_MS)).toEqual({ kind: 'unusable', reason: 'the answer is empty' });
    expect(parseEmscCollection('{"error":1}', AT_MS)).toMatchObject({ kind: 'unusable' });
  });

  test('every recorded row of the day of Kahramanmaraş is a report', () => {
    const rows = gunzipSync(read('kahramanmaras-2023-02-06.tsv.gz')).toString().trimEnd().split('\n');
    const results = rows.map((row) => parseEmscFeature(JSON.parse(row.split('\t')[2]!), AT_MS));
    expect(results).toHaveLength(998);
    expect(results.filter(({ kind }) => kind === 'rejection')).toEqual([]);
  });
});

test.each([
  ['ke', 'earthquake', 'known'],
  ['fe', 'earthquake', 'known'],
  ['se', 'earthquake', 'suspected'],
  ['ue', 'earthquake', null],
  ['uk', null, null],
  ['si', 'induced or triggered event', 'suspected'],
  ['uh', 'chemical explosion', null],
  ['ls', 'landslide', null],
  ['zz', null, null],
  ['constructor', null, null],
  [null, null, null],
])('toEventType(%s) is %s, %s', (code, eventType, typeCertainty) => {
  expect(toEventType(code)).toEqual({ eventType, typeCertainty });
});

test('parseInstant() keeps microseconds, and knows which days exist', () => {
  expect(parseInstant('2026-08-17T17:07:27.26815Z')).toBe(Date.UTC(2026, 7, 17, 17, 7, 27) + 268.15);
  expect(parseInstant('2023-02-06')).toBe(Date.UTC(2023, 1, 6));
  expect(parseInstant('2016-12-31T23:59:60Z')).toBe(Date.UTC(2017, 0, 1));
  for (const wrong of [
    '2023-02-30T00:00:00Z',
    '2023-02-06T24:00:00Z',
    '2023-02-06T01:00:00+02:00',
    'yesterday',
    '',
  ])
    expect(parseInstant(wrong)).toBeNull();
});

test('parseInstant() reads back what formatFdsnInstant() wrote, to the millisecond', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), (ms) => {
      expect(parseInstant(formatFdsnInstant(ms))).toBe(ms);
    }),
  );
});

test.each(['0', 'toJSON', '__proto__', 'a'])(
  'a message nested by "%s" thousands of levels deep is a rejection wherever it stands, not a stack overflow',
  (key) => {
    const deep = `${`{"${key}":`.repeat(20_000)}1${'}'.repeat(20_000)}`;
    const inFeature = `{"properties":{"unid":"x","time":"2023-02-06T01:17:32.6Z","lat":1,"lon":1,"mag":${deep}}}`;
    for (const frame of [
      deep,
      `[${deep}]`,
      `{"action":${deep}}`,
      `{"action":"create","data":[${deep}]}`,
      `{"action":"create","data":${inFeature}}`,
      `{"action":"delete","data":{"properties":{"unid":${deep}}}}`,
    ]) {
      const message = parseEmscMessage(frame, 0);
      expect(message.kind).toBe('rejection');
      expect((message as { reason: string }).reason.length).toBeLessThan(300);
    }
    expect(parseEmscCollection(`{"features":[${deep},${inFeature}]}`, 0)).toMatchObject({
      items: [{ result: { kind: 'rejection' } }, { result: { kind: 'rejection' } }],
    });
  },
);

test('of a text, commands to whoever shows it become a space; words of any alphabet stay as they are', () => {
  const regionOf = (region: string) => {
    const data = JSON.parse(
      readFileSync('fixtures/emsc/websocket/create-20250305_0000090.json', 'utf8'),
    ).data;
    data.properties.flynn_region = region;
    const message = parseEmscMessage(JSON.stringify({ action: 'create', data }), 0);
    return message.kind === 'report' ? message.report.region : message;
  };
  expect(regionOf('A\u0000\u001b[2J\r\nB')).toBe('A [2J B');
  expect(regionOf('\u202eEVIL\u2066')).toBe('EVIL');
  expect(regionOf('\ud800')).toBeNull();
  for (const words of ['ایران\u200cزمین', '👨\u200d👩\u200d👧', 'ΚΡΗΤΗ <b>日本</b> & \u200f', "D'OR, ÎLE"])
    expect(regionOf(words)).toBe(words);
});
