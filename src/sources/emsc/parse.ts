// EMSC's bytes as reports: frames of the standing-order websocket and JSON answers of the FDSN service.
// Bad input is data here, never an exception: each message gives a report or a rejection with its reason. Pure.

import { type Accepted, isBag, parseEmscFeature, type Rejection, readUnid, reject } from './feature.ts';

export { parseEmscFeature, type Rejection } from './feature.ts';

/** A real frame has about 600 bytes; what is a thousand times larger is no message about one earthquake. */
export const FRAME_BYTES_MAX = 1_000_000;

/** EMSC documents `create` and `update`; libraries also speak of these, for the same. */
const KNOWN_ACTIONS = new Set(['create', 'created', 'update', 'updated']);
/** Never documented, never recorded; if one comes it is a hint that wants the confirmation of the FDSN service. */
const DELETING_ACTION = /^(?:delete|remove|cancel|withdraw|retract)/i;

export interface MessageTraits {
  /** False for an action that EMSC does not document; the message counts as an update all the same. */
  readonly actionKnown: boolean;
  /** EMSC's identifier when the action speaks of a deletion: to be confirmed, not believed; else null. */
  readonly suspectUnid: string | null;
}

export type EmscMessage = (Accepted | Rejection) & MessageTraits;

/** Reads one websocket frame: `{"action": …, "data": Feature}`. `receivedAtMs`: ms since the epoch UTC. */
export function parseEmscMessage(frame: string | Uint8Array, receivedAtMs: number): EmscMessage {
  const known: MessageTraits = { actionKnown: true, suspectUnid: null };
  if (frame.length > FRAME_BYTES_MAX) return { ...rejectSize(frame.length), ...known };
  const message = parseJson(frame);
  if (message === NOT_JSON) return { ...rejectText(frame), ...known };
  if (!isBag(message)) return { ...reject(null, message, 'an object with action and data'), ...known };
  const { action, data } = message;
  if (action !== undefined && action !== null && typeof action !== 'string')
    return { ...reject('action', action, 'text such as "create"'), ...known };
  const traits: MessageTraits = {
    actionKnown: KNOWN_ACTIONS.has(action ?? ''),
    suspectUnid: DELETING_ACTION.test(action ?? '') ? readUnid(data) : null,
  };
  if (!isBag(data)) return { ...reject('data', data, 'a GeoJSON Feature'), ...traits };
  return { ...parseEmscFeature(data, receivedAtMs), ...traits };
}

export interface EmscCollection {
  readonly kind: 'collection';
  /** Each feature with what it gives, in the order of the answer; empty for an answer without features. */
  /** What the answer says it has or could have (`count`, `totalCount`); null when it does not say. */
  readonly declared: number | null;
  readonly items: readonly { readonly feature: unknown; readonly result: Accepted | Rejection }[];
}

/** An answer that says nothing about any earthquake: to be asked again, never read as "there is none". */
export interface UnusableAnswer {
  readonly kind: 'unusable';
  readonly reason: string;
}

/**
 * Reads the body of `query?format=json`: a FeatureCollection of either generation (`metadata.totalCount` or
 * `metadata.count`), or the bare Feature that `eventid=` gives.
 */
export function parseEmscCollection(body: string, receivedAtMs: number): EmscCollection | UnusableAnswer {
  const answer = parseJson(body);
  if (answer === NOT_JSON) return { kind: 'unusable', reason: describeBody(body) };
  if (!isBag(answer)) return { kind: 'unusable', reason: 'the answer is no GeoJSON object' };
  const features = answer['type'] === 'Feature' ? [answer] : answer['features'];
  if (!Array.isArray(features)) return { kind: 'unusable', reason: 'the answer has no list of features' };
  return {
    kind: 'collection',
    declared: readDeclared(answer['metadata']),
    items: features.map((feature: unknown) => ({ feature, result: parseEmscFeature(feature, receivedAtMs) })),
  };
}

function readDeclared(metadata: unknown): number | null {
  const declared = isBag(metadata) ? (metadata['count'] ?? metadata['totalCount']) : null;
  return typeof declared === 'number' ? declared : null;
}

const NOT_JSON = Symbol('not JSON');

function parseJson(text: string | Uint8Array): unknown {
  try {
    return JSON.parse(toText(text));
  } catch {
    return NOT_JSON; // the caller says what it is instead
  }
}

function toText(frame: string | Uint8Array): string {
  return typeof frame === 'string' ? frame : new TextDecoder().decode(frame);
}

function rejectText(frame: string | Uint8Array): Rejection {
  return reject(null, toText(frame).slice(0, 80), 'JSON');
}

function rejectSize(length: number): Rejection {
  const reason = `Cannot read EMSC message: it has ${length} bytes, expected at most ${FRAME_BYTES_MAX}`;
  return { kind: 'rejection', field: null, reason };
}

function describeBody(body: string): string {
  if (body.trim() === '') return 'the answer is empty';
  return body.trimStart().startsWith('<')
    ? 'the answer is a web page, expected JSON'
    : `the answer is no whole JSON text, it begins with ${JSON.stringify(body.slice(0, 40))} and ends with ${JSON.stringify(body.slice(-20))}`;
}
