import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyEntry, anyVersions } from '../../test/support/arbitrary-entries.ts';
import type { QuakeEvent } from '../event/types.ts';
import { type CatalogueEntry, createCatalogue } from './catalogue.ts';
import { EVERYTHING, type Filter, matchesEvent, matchesRow, parseFilter, selectRows } from './filter.ts';

function parse(query: string): Filter {
  const { filter, rejection } = parseFilter(new URLSearchParams(query));
  if (!filter) throw new Error(`${rejection.parameter}: ${rejection.detail}`);
  return filter;
}

/** The event that an entry was made of. */
function toEvent(entry: CatalogueEntry): QuakeEvent {
  const { id, revision, state, originTimeMs, latitudeDeg, longitudeDeg, depthKm, magnitude, region } = entry;
  return {
    ...{ schemaVersion: 1, id, revision, state, magnitude, region, eventType: entry.eventType },
    origin: { originTimeMs, latitudeDeg, longitudeDeg, depthKm, evaluationMode: null },
    ...{ typeCertainty: null, agency: entry.agency, author: entry.author, updatedAtMs: 0, receivedAtMs: 0 },
    ...{ firstReceivedAtMs: 0, reports: [{ agency: entry.agency, agencyEventId: id }], changed: [] },
  };
}

const [SOME_ENTRY] = fc.sample(anyEntry, { numRuns: 1, seed: 1 });
const at = (latitudeDeg: number, longitudeDeg: number, rest: Partial<CatalogueEntry> = {}) =>
  toEvent({ ...SOME_ENTRY!, latitudeDeg, longitudeDeg, ...rest });
const matches = (query: string, event: QuakeEvent) => matchesEvent(parse(query), event);

describe('parseFilter()', () => {
  it('makes no parameters into no bounds', () => {
    expect(parse('')).toEqual(EVERYTHING);
  });

  it('takes the long and the short names, in any case', () => {
    const long =
      'starttime=2023-02-06&endtime=2023-02-07T00:00:00.5&minlatitude=-1&maxlatitude=2&minlongitude=-3&maxlongitude=4&minmagnitude=5&maxmagnitude=6.5&latitude=7&longitude=8&maxradius=9';
    const short =
      'start=2023-02-06Z&END=2023-02-07T00:00:00.500000Z&minlat=-1&maxlat=2&minlon=-3&maxlon=4&minmag=5&MaxMag=6.5&lat=7&lon=8&maxradius=9';
    expect(parse(short)).toEqual(parse(long));
    expect(parse(long)).toMatchObject({
      startTimeMs: Date.UTC(2023, 1, 6),
      endTimeMs: Date.UTC(2023, 1, 7) + 500,
      circle: { latitudeDeg: 7, longitudeDeg: 8, minRadiusDeg: 0, maxRadiusDeg: 9 },
    });
  });

  it.each([
    ['minmag=x', 'minmag', '"x"'],
    ['minmag=1e1', 'minmag', 'expected a number'],
    ['minmag=', 'minmag', 'expected a number'],
    ['minlat=-91', 'minlat', 'from -90 to 90'],
    ['maxlon=361', 'maxlon', 'from -360 to 360'],
    ['maxradius=181', 'maxradius', 'from 0 to 180'],
    ['start=2023-02-30', 'start', 'is no time'],
    ['start=2023-02-06T25:00:00', 'start', 'is no time'],
    ['start=yesterday', 'start', 'is no time'],
    ['eventtype=quake', 'eventtype', 'QuakeML'],
    ['minmag=5&maxmag=4', 'minmag', 'minmagnitude is greater than maxmagnitude'],
    ['minmag=5&minmagnitude=4', 'minmagnitude', 'twice'],
    ['minimum=5', 'minimum', 'not a parameter'],
    ['constructor=5', 'constructor', 'not a parameter'],
  ])('rejects %s, naming the parameter', (query, parameter, detail) => {
    const { rejection } = parseFilter(new URLSearchParams(query));
    expect(rejection?.parameter).toBe(parameter);
    expect(rejection?.detail).toContain(detail);
  });
});

describe('matchesEvent()', () => {
  it('has inclusive bounds', () => {
    const event = at(10, 20, { magnitude: { value: 4.5, type: null }, depthKm: 33 });
    expect(
      matches('minmag=4.5&maxmag=4.5&mindepth=33&maxdepth=33&minlat=10&maxlat=10&minlon=20&maxlon=20', event),
    ).toBe(true);
    expect(matches('minmag=4.51', event)).toBe(false);
    expect(matches('maxdepth=32.9', event)).toBe(false);
  });

  it('lets an absent magnitude or depth meet no bound, not even the widest', () => {
    const event = at(0, 0, { magnitude: null, depthKm: null });
    for (const query of ['minmag=-100', 'maxmag=100', 'mindepth=-10000', 'maxdepth=10000']) {
      expect(matches(query, event)).toBe(false);
    }
    expect(matches('', event)).toBe(true);
  });

  it('takes boxes across the date line however they are written', () => {
    for (const query of ['minlon=170&maxlon=-170', 'minlon=170&maxlon=190', 'minlon=-190&maxlon=-170']) {
      for (const inside of [170, 175, 180, -180, -175, -170])
        expect(matches(query, at(0, inside))).toBe(true);
      for (const outside of [169.9, -169.9, 0]) expect(matches(query, at(0, outside))).toBe(false);
    }
    expect(matches('minlon=170.1&maxlon=190.1', at(0, -169.9))).toBe(true);
    expect(matches('minlon=175', at(0, -180))).toBe(true);
    expect(matches('minlon=175', at(0, -179.9))).toBe(false);
    expect(matches('minlon=0&maxlon=360', at(0, -90))).toBe(true);
  });

  it('measures the circle across the date line and the pole', () => {
    expect(matches('lat=-17&lon=179&maxradius=3', at(-17, -179))).toBe(true);
    expect(matches('lat=-17&lon=179&maxradius=1', at(-17, -179))).toBe(false);
    expect(matches('lat=89&lon=0&maxradius=2', at(89, 180))).toBe(true);
    expect(matches('lat=0&lon=0&minradius=5&maxradius=10', at(0, 4))).toBe(false);
    expect(matches('lat=0&lon=270&maxradius=1', at(0, -90))).toBe(true);
  });

  it('takes event types in any case, and unknown for none', () => {
    expect(matches('eventtype=Quarry%20Blast,earthquake', at(0, 0, { eventType: 'quarry blast' }))).toBe(
      true,
    );
    expect(matches('eventtype=earthquake', at(0, 0, { eventType: null }))).toBe(false);
    expect(matches('eventtype=unknown', at(0, 0, { eventType: null }))).toBe(true);
    expect(matches('eventtype=', at(0, 0, { eventType: null }))).toBe(true);
  });
});

const nullable = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null });
const latitude = fc.integer({ min: -90, max: 90 });
const longitude = fc.integer({ min: -180, max: 180 });
const radius = fc.integer({ min: 0, max: 180 });
const time = fc.integer({ min: 0, max: 86_400_000 });
const anyFilter: fc.Arbitrary<Filter> = fc.record({
  minMagnitude: nullable(fc.integer({ min: -500, max: 1200 }).map((e2) => e2 / 100)),
  maxMagnitude: nullable(fc.integer({ min: -500, max: 1200 }).map((e2) => e2 / 100)),
  minDepthKm: nullable(fc.integer({ min: -15, max: 700 })),
  maxDepthKm: nullable(fc.integer({ min: -15, max: 700 })),
  minLatitudeDeg: nullable(latitude),
  maxLatitudeDeg: nullable(latitude),
  minLongitudeDeg: nullable(longitude),
  maxLongitudeDeg: nullable(longitude),
  circle: nullable(
    fc.record({ latitudeDeg: latitude, longitudeDeg: longitude, minRadiusDeg: radius, maxRadiusDeg: radius }),
  ),
  eventTypes: nullable(fc.subarray(['earthquake', 'quarry blast', 'unknown'])),
  startTimeMs: nullable(time),
  endTimeMs: nullable(time),
});

describe('matchesRow()', () => {
  it('agrees with matchesEvent() for events whose values lie on the steps of the columns', () => {
    fc.assert(
      fc.property(anyFilter, anyEntry, (filter, entry) => {
        const catalogue = createCatalogue();
        const { row } = catalogue.upsert(toEvent(entry), 0);
        expect(matchesRow(filter, catalogue, row)).toBe(matchesEvent(filter, toEvent(entry)));
      }),
      { numRuns: 2000 },
    );
  });

  it('differs from matchesEvent() by half a step at most', () => {
    const catalogue = createCatalogue();
    const event = at(0, 0, { magnitude: { value: 4.496, type: null } });
    const { row } = catalogue.upsert(event, 0);
    expect(matchesEvent(parse('minmag=4.5'), event)).toBe(false);
    expect(matchesRow(parse('minmag=4.5'), catalogue, row)).toBe(true);
  });
});

describe('selectRows()', () => {
  it('gives the rows that match, by time either way, up to the limit', () => {
    fc.assert(
      fc.property(
        anyVersions,
        anyFilter,
        fc.boolean(),
        fc.nat({ max: 10 }),
        (versions, filter, newestFirst, limit) => {
          const catalogue = createCatalogue();
          for (const entry of versions) catalogue.upsertEntry(entry);
          const order = Array.from(catalogue.timeOrder);
          const expected = (newestFirst ? order.toReversed() : order).filter((row) =>
            matchesRow(filter, catalogue, row),
          );
          expect([...selectRows(catalogue, filter, { newestFirst })]).toEqual(expected);
          expect([...selectRows(catalogue, filter, { newestFirst, limit })]).toEqual(
            expected.slice(0, limit),
          );
        },
      ),
    );
  });
});
