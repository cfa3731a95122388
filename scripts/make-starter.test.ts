import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createCatalogue } from '../src/catalogue/catalogue.ts';
import { applyChunk, readChunkStamp } from '../src/catalogue/codec.ts';
import type { EventId } from '../src/event/types.ts';
import { encodeStarter, selectStarter } from './make-starter.ts';
import { parseUsgsCsv } from './usgs-csv.ts';

const CSV = `time,latitude,longitude,depth,mag,magType,nst,gap,dmin,rms,net,id,updated,place,type,horizontalError
2024-01-01T07:10:09.692Z,37.4976,137.2416,10,7.5,mww,120,39,0.97,1.01,us,us6000m0xl,2024-01-02T06:53:53.863Z,"42 km NE of ""Anamizu"", Japan",earthquake,5.43
2021-12-31T23:59:59.999Z,1,2,3,6,mb,,,,,us,us1,2022-01-01T00:00:00Z,"Too early",earthquake,
2024-01-02T00:00:00.000Z,1,2,,,,,,,,nn,nn1,2024-01-02T00:00:00Z,,quarry,
2024-01-01T07:00:00.000Z,-1.5,179.99,,4.5,,,,,,us,us2,2024-01-02T00:00:00Z,"At sea",sonicboom,
`;

describe('parseUsgsCsv()', () => {
  it('reads quoted cells, absent values and old event types', () => {
    const [first, , third] = parseUsgsCsv(CSV);
    expect(first).toMatchObject({
      id: 'usgs-us6000m0xl',
      region: '42 km NE of "Anamizu", Japan',
      author: 'us',
    });
    expect(third).toMatchObject({ depthKm: null, magnitude: null, region: null, eventType: 'quarry blast' });
  });
});

describe('selectStarter()', () => {
  it('keeps M 4.5 and more of the years, by time, with Flinn-Engdahl regions', () => {
    expect(selectStarter([CSV, CSV]).map(({ id, region, starter }) => [id, region, starter])).toEqual([
      ['usgs-us2', 'GILBERT ISLANDS, KIRIBATI REGION', true],
      ['usgs-us6000m0xl', 'NEAR WEST COAST OF HONSHU, JAPAN', true],
    ]);
  });

  it('makes the same bytes of the same events in another order', () => {
    const lines = CSV.trimEnd().split('\n');
    const turned = [lines[0], ...lines.slice(1).toReversed()].join('\n');
    expect(encodeStarter(selectStarter([turned]))).toEqual(encodeStarter(selectStarter([CSV])));
  });
});

describe('assets/starter.qwc', () => {
  const bytes = readFileSync('assets/starter.qwc');
  const catalogue = createCatalogue();
  applyChunk(catalogue, bytes);
  const entries = Array.from({ length: catalogue.count }, (_, row) => catalogue.entryAt(row));

  it('holds 15,348 events from 2022-06-05 to 2025-06-30', () => {
    expect(readChunkStamp(bytes)).toEqual({ cursor: 'starter:-1', count: 15_348 });
    expect(new Date(entries[0]!.originTimeMs).toISOString().slice(0, 10)).toBe('2022-06-05');
    expect(new Date(entries.at(-1)!.originTimeMs).toISOString().slice(0, 10)).toBe('2025-06-30');
  });

  it('marks each as a starter event of M 4.5 or more, with a region and a magnitude type', () => {
    for (const entry of entries) {
      expect(entry).toMatchObject({ starter: true, state: 'live', revision: 1, agency: 'USGS', offset: -1 });
      expect(entry.magnitude!.value).toBeGreaterThanOrEqual(4.5);
      expect(entry.magnitude!.type).not.toBeNull();
      expect(entry.region).not.toBeNull();
    }
  });

  it('knows the Kahramanmaraş and the Noto earthquake', () => {
    expect(catalogue.entryAt(catalogue.rowOf('usgs-us6000jllz' as EventId))).toMatchObject({
      originTimeMs: Date.parse('2023-02-06T01:17:35.796Z'),
      ...{ latitudeDeg: 37.1736, longitudeDeg: 37.032, depthKm: 17.9, region: 'TURKEY' },
      ...{ magnitude: { value: 7.8, type: 'mww' }, eventType: 'earthquake', author: 'us' },
    });
    expect(catalogue.entryAt(catalogue.rowOf('usgs-us6000m0xl' as EventId))).toMatchObject({
      originTimeMs: Date.parse('2024-01-01T07:10:09.692Z'),
      ...{ magnitude: { value: 7.5, type: 'mww' }, region: 'NEAR WEST COAST OF HONSHU, JAPAN' },
    });
  });
});
