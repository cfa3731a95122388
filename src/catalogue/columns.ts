// The columns of a catalogue: one typed array a field, one index an event, values rounded to a stated step.
// The gateway scans them, the browser hands them to the GPU as they are, the codec sends them.
// Pure, browser-safe.

/** In `depthHm` and `magnitudeE2`: the agency gave none. */
export const ABSENT_INT16 = -32768;
/** Bit of `flags`: the event is withdrawn. */
export const FLAG_WITHDRAWN = 1;
/** Bit of `flags`: the event comes from the starter catalogue, no log has it. */
export const FLAG_STARTER = 2;
/** Origin times are kept within what a Date can hold, ±8.64e15 ms. */
export const TIME_MAX_MS = 8.64e15;
/** Zero of `originTimeS`, 2000-01-01T00:00:00Z: 32 bits of seconds then reach from 1931 to 2068. */
export const GPU_EPOCH_MS = 946_684_800_000;
/** `revision` saturates here; among such the higher offset is the newer. */
export const REVISION_MAX = 65_535;

/** Typed arrays, each of length ≥ count; longer ones take their place when the catalogue grows. */
export interface Columns {
  /** Whole milliseconds since 1970-01-01T00:00:00Z. */
  readonly originTimeMs: Float64Array;
  /** Whole seconds since 2000-01-01T00:00:00Z, rounded down and clamped to 32 bits: for the GPU. */
  readonly originTimeS: Int32Array;
  /** 1e-4 degrees east, −1 800 000 to 1 800 000 (a float32 holds it exactly). */
  readonly longitudeE4: Int32Array;
  /** 1e-4 degrees north, −900 000 to 900 000. */
  readonly latitudeE4: Int32Array;
  /** 0.1 km below sea level, positive down; ABSENT_INT16: none given. */
  readonly depthHm: Int16Array;
  /** Hundredths of a magnitude; ABSENT_INT16: none given. */
  readonly magnitudeE2: Int16Array;
  /** Counts from 1, saturates at REVISION_MAX. */
  readonly revision: Uint16Array;
  /** FLAG_WITHDRAWN, FLAG_STARTER. */
  readonly flags: Uint8Array;
  /** Indices into the dictionaries of the same name; 0: null. */
  readonly eventType: Uint8Array;
  readonly magnitudeType: Uint8Array;
  readonly agency: Uint8Array;
  readonly author: Uint16Array;
  /** 32 bits, because agencies that name the nearest town have more than 65 536 places. */
  readonly region: Uint32Array;
  /** Offset of the newest record in quake.events.v1; −1: from a chunk. */
  readonly offset: Float64Array;
}

/** One event's columns as numbers: its coded id, and what `Columns` holds at its row. */
export interface CodedRow {
  idPrefix: number;
  idNumber: number;
  originTimeMs: number;
  longitudeE4: number;
  latitudeE4: number;
  depthHm: number;
  magnitudeE2: number;
  revision: number;
  flags: number;
  eventType: number;
  magnitudeType: number;
  agency: number;
  author: number;
  region: number;
  offset: number;
}

/** A row that is all zeros; made once and filled again and again where a million pass. */
export function createCodedRow(): CodedRow {
  return {
    idPrefix: 0,
    idNumber: 0,
    originTimeMs: 0,
    longitudeE4: 0,
    latitudeE4: 0,
    depthHm: 0,
    magnitudeE2: 0,
    revision: 0,
    flags: 0,
    eventType: 0,
    magnitudeType: 0,
    agency: 0,
    author: 0,
    region: 0,
    offset: 0,
  };
}

/** Columns for `capacity` events, beginning with the content of `from`. */
export function createColumns(capacity: number, from?: Columns): Columns {
  const columns: Columns = {
    originTimeMs: new Float64Array(capacity),
    originTimeS: new Int32Array(capacity),
    longitudeE4: new Int32Array(capacity),
    latitudeE4: new Int32Array(capacity),
    depthHm: new Int16Array(capacity),
    magnitudeE2: new Int16Array(capacity),
    revision: new Uint16Array(capacity),
    flags: new Uint8Array(capacity),
    eventType: new Uint8Array(capacity),
    magnitudeType: new Uint8Array(capacity),
    agency: new Uint8Array(capacity),
    author: new Uint16Array(capacity),
    region: new Uint32Array(capacity),
    offset: new Float64Array(capacity),
  };
  if (from) for (const name of Object.keys(columns) as (keyof Columns)[]) columns[name].set(from[name]);
  return columns;
}

/** Writes a coded row, all but its id, into the columns. */
export function writeRow(columns: Columns, row: number, next: CodedRow): void {
  columns.originTimeMs[row] = next.originTimeMs;
  columns.originTimeS[row] = toGpuSeconds(next.originTimeMs);
  columns.longitudeE4[row] = next.longitudeE4;
  columns.latitudeE4[row] = next.latitudeE4;
  columns.depthHm[row] = next.depthHm;
  columns.magnitudeE2[row] = next.magnitudeE2;
  columns.revision[row] = next.revision;
  columns.flags[row] = next.flags;
  columns.eventType[row] = next.eventType;
  columns.magnitudeType[row] = next.magnitudeType;
  columns.agency[row] = next.agency;
  columns.author[row] = next.author;
  columns.region[row] = next.region;
  columns.offset[row] = next.offset;
}

/** Whole seconds since GPU_EPOCH_MS of milliseconds since 1970, clamped to 32 bits. */
export function toGpuSeconds(timeMs: number): number {
  return clamp(Math.floor((timeMs - GPU_EPOCH_MS) / 1000), -2_147_483_648, 2_147_483_647);
}

/** `value` in whole steps of 1/`stepsPerUnit`, kept clear of ABSENT_INT16; null becomes ABSENT_INT16. */
export function toInt16(value: number | null, stepsPerUnit: number): number {
  return value === null ? ABSENT_INT16 : clamp(Math.round(value * stepsPerUnit), -32_767, 32_767);
}

export function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
