// Which streams a chunk has, in their order, and what the numbers in each mean. Pure, browser-safe.

export const STREAMS = [
  // In the order of time:
  'kind', // index into kinds
  'seconds', // whole seconds since the event before
  // Kind by kind, within a kind in the order of time:
  'centiseconds', // 10 ms, 0 to 99
  'milliseconds', // the rest, 0 to 9
  'cell', // square of 0.1°: 1 + its rank among the recent ones of this kind; 0: a new one
  'newCell', // of those: rows, then columns of squares since the new one before
  'latitude', // within the square, 1e-3°, 0 to 99
  'latitudeFine', // the rest, 1e-4°, 0 to 9
  'longitude',
  'longitudeFine',
  'depth', // index into depths; RARE: RARE more than the next number of depthRare
  'depthRare',
  'magnitude', // as depth
  'magnitudeRare',
  'revision', // less 1
  'idPrefix', // 0: as the event of this kind before; 1: as that of this agency; else 2 + index into prefixes
  'idNumber', // since the event of this prefix before (in the order of time)
  'town', // 0: as the event of this agency in this square before; 1: no region; else 2 + index into towns
  'direction', // compass point, see ./place.ts
  'distance', // km, where there is a direction
] as const;

export type StreamName = (typeof STREAMS)[number];

/** First index of a table that does not fit a byte. */
export const RARE = 255;

/** In `town`: the event has no region. */
export const NO_REGION = 1;
/** Added to an index in `town`. */
export const TOWN_BASE = 2;
