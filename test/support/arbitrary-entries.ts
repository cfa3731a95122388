// Arbitrary entries of a catalogue for property tests: values on the columns' own steps, few ids so that revisions
// meet, and every kind of text that JSON can carry.

import fc from 'fast-check';
import type { CatalogueEntry } from '../../src/catalogue/catalogue.ts';
import type { EventId } from '../../src/event/types.ts';

/** Any text, half a surrogate pair and USGS's way of naming places among them. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom(
    '',
    '\ud800',
    'x\udfff',
    '<b>&amp;',
    '12 km NNW of Cobb, CA',
    '0 km N of ',
    '012 km S of X',
    '5 km NNN of Y',
  ),
);

/** Ids as agencies make them, and any others. */
export const anyId: fc.Arbitrary<EventId> = fc
  .oneof(
    fc.constantFrom(
      '',
      '0',
      '00000',
      'usgs-us7000pv32',
      'usgs-ak0256mi6d9a',
      'geonet-2024p000135',
      'scedc-9131988',
    ),
    fc
      .tuple(fc.constantFrom('emsc-20230206_', 'usgs-nc', 'x'), fc.integer({ min: 0, max: 30 }))
      .map(([prefix, number]) => `${prefix}${String(number).padStart(7, '0')}`),
    anyText,
  )
  .map((id) => id as EventId);

const nullable = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null });
/** Whole steps of 1/`stepsPerUnit`. */
const steps = (min: number, max: number, stepsPerUnit: number) =>
  fc.integer({ min, max }).map((step) => step / stepsPerUnit);

const DAY_MS = 86_400_000;

export const anyEntry: fc.Arbitrary<CatalogueEntry> = fc.record({
  id: anyId,
  revision: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 65_534 })),
  state: fc.constantFrom('live' as const, 'withdrawn' as const),
  starter: fc.boolean(),
  originTimeMs: fc.oneof(
    fc.integer({ min: 0, max: DAY_MS }),
    fc.integer({ min: -62e12, max: 4e12 }),
    fc.constantFrom(-8.64e15, 8.64e15),
  ),
  latitudeDeg: fc.oneof(fc.constantFrom(-90, 0, 90), steps(-900_000, 900_000, 1e4)),
  longitudeDeg: fc.oneof(fc.constantFrom(-180, 0, 180), steps(-1_800_000, 1_800_000, 1e4)),
  depthKm: nullable(steps(-150, 10_000, 10)),
  magnitude: nullable(fc.record({ value: steps(-500, 1200, 100), type: nullable(anyText) })),
  region: nullable(anyText),
  eventType: nullable(fc.constantFrom('earthquake', 'quarry blast')),
  agency: fc.constantFrom('EMSC', 'USGS', 'GÉO'),
  author: nullable(anyText),
  offset: fc.integer({ min: -1, max: 1000 }),
});

/** Versions of events; two of the same id, revision and provenance are the same, as the log has it. */
export const anyVersions: fc.Arbitrary<CatalogueEntry[]> = fc.uniqueArray(anyEntry, {
  maxLength: 60,
  selector: ({ id, revision, starter }) => JSON.stringify([id, revision, starter]),
});
