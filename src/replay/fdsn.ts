// The replayed agency's FDSN event service as a function: a request's query string in, an answer out.
// Pure. Shapes: FDSN event web service 1.2; EMSC's JSON of both generations (fixtures/emsc/fdsn).

import type { CatalogueQuery, ReplayCatalogue } from './catalogue.ts';
import type { FdsnFault } from './faults.ts';
import type { RevlogRow } from './revlog.ts';

export interface FdsnAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** Seconds the client is asked to wait; null: not said. */
  readonly retryAfterS: number | null;
  /** `half`: the connection is cut in the middle of the body. `silent`: nothing is ever sent. */
  readonly delivery: 'whole' | 'half' | 'silent';
}

/** EMSC's answers had `totalCount` until 2023-03-03 (between 13:05 and 14:01 UTC), and have `count` since. */
const NEW_FORMAT_FROM_MS = Date.UTC(2023, 2, 3, 13, 30);
/** More than this in one answer is refused with 413. */
const ANSWER_FEATURES_MAX = 20_000;

const SHORT_NAMES: Readonly<Record<string, string>> = {
  start: 'starttime',
  end: 'endtime',
  minlat: 'minlatitude',
  maxlat: 'maxlatitude',
  minlon: 'minlongitude',
  maxlon: 'maxlongitude',
  minmag: 'minmagnitude',
  maxmag: 'maxmagnitude',
};
const INSTANTS = new Set(['starttime', 'endtime', 'updatedafter']);
const COUNTS = new Set(['limit', 'offset']);
const NUMBERS = new Set([
  ...['minlatitude', 'maxlatitude', 'minlongitude', 'maxlongitude'],
  ...['mindepth', 'maxdepth', 'minmagnitude', 'maxmagnitude'],
]);
const WORDS: Readonly<Record<string, readonly string[]>> = {
  orderby: ['time', 'time-asc', 'magnitude', 'magnitude-asc'],
  format: ['json', 'text'],
  nodata: ['204', '404'],
};

/** Answers one `query` request from what is listed at the replayed instant `nowMs`. */
export function answerFdsn(
  catalogue: ReplayCatalogue,
  parameters: URLSearchParams,
  nowMs: number,
  fault: FdsnFault | null,
): FdsnAnswer {
  if (fault === 'fdsn-silent') return { ...textAnswer(200, ''), delivery: 'silent' };
  if (fault === 'fdsn-204') return textAnswer(204, '');
  if (fault === 'fdsn-html') return { ...textAnswer(200, HTML_BODY), contentType: 'text/html' };
  if (fault === 'fdsn-429') return { ...errorAnswer(429, 'too many requests'), retryAfterS: 1 };
  if (fault === 'fdsn-500') return errorAnswer(500, 'internal error');
  if (fault === 'fdsn-503') return { ...errorAnswer(503, 'service unavailable'), retryAfterS: 1 };
  if (fault === 'fdsn-413') return errorAnswer(413, `more than ${ANSWER_FEATURES_MAX} events`);
  const read = readQuery(parameters);
  if (typeof read === 'string') return errorAnswer(400, read);
  const { query, format, nodata } = read;
  if (fault === 'fdsn-refuse-updatedafter' && query.updatedafter !== undefined)
    return errorAnswer(400, 'unknown parameter updatedafter');
  const countKey = nowMs < NEW_FORMAT_FROM_MS ? 'totalCount' : 'count';
  if (fault === 'fdsn-empty')
    return jsonAnswer(`{"type":"FeatureCollection","metadata":{"${countKey}":1018663},"features":[]}`);
  const { rows, total } = catalogue.query(query);
  if (rows.length > ANSWER_FEATURES_MAX)
    return errorAnswer(413, `${total} events, at most ${ANSWER_FEATURES_MAX}`);
  if (rows.length === 0) return textAnswer(nodata, '');
  if (format === 'text') return textAnswer(200, toFdsnText(rows));
  const features = rows.map((row) => row.featureText);
  const body =
    query.eventid === undefined
      ? `{"type":"FeatureCollection","metadata":{"${countKey}":${total}},"features":[${features.join(',')}]}`
      : features[0]!;
  return { ...jsonAnswer(body), delivery: fault === 'fdsn-half-body' ? 'half' : 'whole' };
}

/** The query, or in words what is wrong with it. A parameter given twice counts once, the last. */
function readQuery(
  parameters: URLSearchParams,
): { query: CatalogueQuery; format: string; nodata: number } | string {
  const query: Record<string, number | string> = {};
  const words: Record<string, string> = {};
  for (const [given, value] of parameters) {
    const name = SHORT_NAMES[given] ?? given;
    if (value === '') continue;
    if (name === 'eventid') query['eventid'] = value;
    else if (INSTANTS.has(name)) {
      const ms = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,6})?)?Z?$/.test(value)
        ? Date.parse(value.length > 10 && !value.endsWith('Z') ? `${value}Z` : value)
        : Number.NaN;
      if (Number.isNaN(ms)) return `${name} is "${value}", expected an instant`;
      query[name] = ms;
    } else if (NUMBERS.has(name) || COUNTS.has(name)) {
      const number = Number(value);
      if (!Number.isFinite(number) || (COUNTS.has(name) && !(Number.isInteger(number) && number >= 1)))
        return `${name} is "${value}", expected a number`;
      query[name] = number;
    } else if (WORDS[name]?.includes(value)) words[name] = value;
    else return `unknown parameter or value ${name}=${value}`;
  }
  if (words['orderby']) query['orderby'] = words['orderby'];
  if (!words['format']) return 'format is missing, this replay answers json and text';
  return { query: query as CatalogueQuery, format: words['format'], nodata: Number(words['nodata'] ?? 204) };
}

const TEXT_HEADER =
  '#EventID | Time | Latitude | Longitude | Depth/km | Author | Catalog | Contributor | ContributorID | MagType | Magnitude | MagAuthor | EventLocationName';

function toFdsnText(rows: readonly RevlogRow[]): string {
  const lines = rows.map(({ unid, featureText }) => {
    const { properties: p } = JSON.parse(featureText) as { properties: Record<string, unknown> };
    const fields = [unid, p['time'], p['lat'], p['lon'], p['depth'], p['auth'], p['source_catalog'], 'EMSC'];
    const rest = [p['source_id'], p['magtype'], p['mag'], p['auth'], p['flynn_region']];
    return [...fields, ...rest].map((field) => String(field ?? '').replaceAll('|', '/')).join('|');
  });
  return [TEXT_HEADER, ...lines, ''].join('\n');
}

const HTML_BODY =
  '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head><title>Service under maintenance</title></head></html>\n';

function jsonAnswer(body: string): FdsnAnswer {
  return { status: 200, contentType: 'application/json', body, retryAfterS: null, delivery: 'whole' };
}

function textAnswer(status: number, body: string): FdsnAnswer {
  return { status, contentType: 'text/plain', body, retryAfterS: null, delivery: 'whole' };
}

function errorAnswer(status: number, details: string): FdsnAnswer {
  return textAnswer(status, `Error ${status}: ${details}\n\nThis is a replay of recorded data\n`);
}
