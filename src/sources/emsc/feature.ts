// One GeoJSON Feature of EMSC as a report, or the reason why it cannot be one. Where the two formats of
// EMSC's answers (before and after 2023-03-03) differ (key order, decimals) nothing here depends on it. Pure.
// Fixtures: fixtures/emsc. Fields: EMSC-CSEM/webservices101; formats of IMS event types: ./event-type.ts.

import { toGlimpse } from '../../event/glimpse.ts';
import type { SolutionReport } from '../../event/types.ts';
import { toEventType } from './event-type.ts';
import { parseInstant } from './instant.ts';

export const EMSC = 'EMSC';

/** Why a message is no report: in words, with the path of the field at fault (null: the whole message is). */
export interface Rejection {
  readonly kind: 'rejection';
  readonly reason: string;
  readonly field: string | null;
}

export interface Accepted {
  readonly kind: 'report';
  readonly report: SolutionReport;
}

type Bag = Readonly<Record<string, unknown>>;

const DEPTH_KM = { min: -15, max: 1000 };
const MAGNITUDE = { min: -5, max: 12 };
/** Identifiers end up in addresses and log keys; EMSC's are `YYYYMMDD_NNNNNNN`. */
const UNID = /^[\w.:~-]{1,128}$/;

/**
 * EMSC's services have put the text of a failed look-up where the region belongs: an HTML or XML document,
 * an FDSN error ("Error 400: …"), an HTTP status line, a program's exception. No name of a region reads like
 * that (checked against the 1,017 names of 27 recorded months); single tags and any alphabet do pass.
 */
const SERVICE_ERROR =
  /^\s*<(?:!doctype|\?xml|html|head|title|body)\b|^\s*error\s*:?\s*\d{3}\b|^\s*[45]\d\d\s+[a-z]|\b(?:internal server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out|too many requests|connection (?:refused|timed out|reset)|traceback \(most recent call last\)|\w*exception:)/i;

/** Reads one Feature. `receivedAtMs`: when it reached us, ms since the epoch UTC; kept in the report. */
export function parseEmscFeature(feature: unknown, receivedAtMs: number): Accepted | Rejection {
  if (!isBag(feature)) return reject(null, feature, 'a GeoJSON Feature');
  const properties = feature['properties'];
  if (!isBag(properties)) return reject('properties', properties, 'an object');
  // One rejection is enough: the first fault ends the reading by a throw that this function alone catches.
  try {
    return { kind: 'report', report: readReport(feature, properties, receivedAtMs) };
  } catch (fault) {
    if (fault instanceof FieldFault) return reject(fault.field, fault.found, fault.expected);
    throw fault;
  }
}

/** EMSC's identifier in a Feature or in what is left of one; null when none can be read. */
export function readUnid(feature: unknown): string | null {
  if (!isBag(feature)) return null;
  const properties = isBag(feature['properties']) ? feature['properties'] : {};
  for (const found of [properties['unid'], feature['unid'], feature['id']]) {
    if (typeof found === 'string' && UNID.test(found)) return found;
  }
  return null;
}

function readReport(feature: Bag, properties: Bag, receivedAtMs: number): SolutionReport {
  const [longitude, latitude, upKm] = readCoordinates(feature);
  const unid = properties['unid'] ?? feature['id'];
  if (typeof unid !== 'string' || !UNID.test(unid))
    throw new FieldFault('properties.unid', unid, 'an identifier such as "20230206_0000008"');
  const originTimeMs = readInstant(properties, 'time');
  const magnitude = readNumber(properties, 'mag', MAGNITUDE, 'a magnitude as a number');
  const region = readText(properties, 'flynn_region', 256);
  if (region !== null && SERVICE_ERROR.test(region))
    throw new FieldFault(
      'properties.flynn_region',
      region,
      'the name of a region, not the error text of a service',
    );
  return {
    schemaVersion: 1,
    kind: 'solution',
    agency: EMSC,
    agencyEventId: unid,
    // Without its own time a version is as old as its earthquake: repeated, it stays the same report.
    updatedAtMs: properties['lastupdate'] == null ? originTimeMs : readInstant(properties, 'lastupdate'),
    receivedAtMs,
    origin: {
      originTimeMs,
      latitudeDeg: readCoordinate(properties, 'lat', latitude, 90, 'degrees north'),
      longitudeDeg: readCoordinate(properties, 'lon', longitude, 180, 'degrees east'),
      // The property is positive down, the third coordinate positive up.
      depthKm:
        properties['depth'] === undefined && typeof upKm === 'number'
          ? readNumber({ depth: 0 - upKm }, 'depth', DEPTH_KM, 'kilometres as a number')
          : readNumber(properties, 'depth', DEPTH_KM, 'kilometres as a number'),
      evaluationMode: null,
    },
    magnitude: magnitude === null ? null : { value: magnitude, type: readText(properties, 'magtype', 32) },
    region,
    ...toEventType(readText(properties, 'evtype', 64)),
    author: readText(properties, 'auth', 64),
  };
}

function readCoordinates(feature: Bag): readonly unknown[] {
  const geometry = feature['geometry'];
  const coordinates = isBag(geometry) ? geometry['coordinates'] : undefined;
  return Array.isArray(coordinates) ? coordinates : [];
}

/** The property where there is one, else the geometry's; ±limit included. */
function readCoordinate(
  properties: Bag,
  name: string,
  fallback: unknown,
  limit: number,
  unit: string,
): number {
  const value = properties[name] ?? fallback;
  if (typeof value === 'number' && value >= -limit && value <= limit) return value;
  throw new FieldFault(`properties.${name}`, value, `${unit} from -${limit} to ${limit}`);
}

/** Null when absent; absent is never 0. */
function readNumber(
  properties: Bag,
  name: string,
  range: { min: number; max: number },
  unit: string,
): number | null {
  const value = properties[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'number') throw new FieldFault(`properties.${name}`, value, unit);
  if (value >= range.min && value <= range.max) return value;
  throw new FieldFault(`properties.${name}`, value, `${unit} from ${range.min} to ${range.max}`);
}

/**
 * What is no text but a command to whoever shows it: controls, line and paragraph separators, overrides of the writing direction
 * (Unicode TR 36, section 3.2), halves of surrogates and non-characters. Joiners and direction marks, which words need, are not.
 */
const COMMANDS = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]+/gu;

/** Null when absent or empty. Any alphabet and any markup is kept as the text it is; commands become a space. */
function readText(properties: Bag, name: string, lengthMax: number): string | null {
  const value = properties[name];
  if (value === undefined || value === null || value === '') return null;
  if (typeof value !== 'string') throw new FieldFault(`properties.${name}`, value, 'text');
  if (value.length > lengthMax)
    throw new FieldFault(`properties.${name}`, value, `text of at most ${lengthMax} characters`);
  return value.replace(COMMANDS, ' ').trim() || null;
}

function readInstant(properties: Bag, name: string): number {
  const value = properties[name];
  const ms = typeof value === 'string' ? parseInstant(value) : null;
  if (ms === null)
    throw new FieldFault(`properties.${name}`, value, 'a UTC instant such as "2023-02-06T01:17:32.6Z"');
  return ms;
}

/** Carries the first fault out of the reading of one feature; never leaves this module. */
class FieldFault {
  readonly field: string;
  readonly found: unknown;
  readonly expected: string;
  constructor(field: string, found: unknown, expected: string) {
    this.field = field;
    this.found = found;
    this.expected = expected;
  }
}

const GLIMPSE_CHARS = 80;

/** A rejection in the project's form of words. What was found is quoted, cut at 80 characters. */
export function reject(field: string | null, found: unknown, expected: string): Rejection {
  return {
    kind: 'rejection',
    field,
    reason: `Cannot read EMSC message: ${field ?? 'it'} is ${toGlimpse(found, GLIMPSE_CHARS)}, expected ${expected}`,
  };
}

export function isBag(value: unknown): value is Bag {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
