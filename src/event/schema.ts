// Reports and events: the one place where their shape is written. Types derive from these schemas,
// `schema/*.json` is generated from them, and the topics carry SCHEMA_VERSION.
// The server validates with them; the browser imports the types alone (see ./types.ts).

import Type from 'typebox';

/** Version of the shapes below; grows when a reader of the older shape could misread the newer one. */
export const SCHEMA_VERSION = 1;

const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** A solution for time and place of one earthquake. */
export const OriginSchema = Type.Object({
  originTimeMs: Type.Number({
    description: 'Milliseconds since the epoch, UTC; the fraction keeps microseconds',
  }),
  latitudeDeg: Type.Number({ minimum: -90, maximum: 90, description: 'Degrees north, WGS84' }),
  longitudeDeg: Type.Number({ minimum: -180, maximum: 180, description: 'Degrees east, WGS84' }),
  depthKm: Nullable(
    Type.Number({
      minimum: -15,
      maximum: 1000,
      description:
        'Kilometres below sea level, positive down, about -10 to 800; null when the agency gives none',
    }),
  ),
  evaluationMode: Nullable(Type.Union([Type.Literal('manual'), Type.Literal('automatic')])),
});

/** A magnitude never travels without its type; the type is null only where the agency gives none. */
export const MagnitudeSchema = Type.Object({
  value: Type.Number({ minimum: -5, maximum: 12, description: 'Magnitude units; may be negative' }),
  type: Nullable(
    Type.String({ maxLength: 32, description: 'As the agency spells it: mw, mb, ml, md, m, …' }),
  ),
});

const agency = Type.String({
  minLength: 1,
  maxLength: 16,
  description: 'Code of the agency that sent it: EMSC, USGS',
});
const agencyEventId = Type.String({
  minLength: 1,
  maxLength: 128,
  description: "The agency's own identifier",
});
const region = Nullable(
  Type.String({ maxLength: 256, description: 'Region name as the agency gave it; plain text, never markup' }),
);
const eventType = Nullable(
  Type.String({ maxLength: 64, description: 'QuakeML 1.2 event type; null when unknown' }),
);
const typeCertainty = Nullable(Type.Union([Type.Literal('known'), Type.Literal('suspected')]));
const author = Nullable(
  Type.String({
    maxLength: 64,
    description: 'Who computed the solution, as the agency names it (EMSC auth, USGS net)',
  }),
);
const updatedAtMs = Type.Number({
  description:
    "The agency's own time of this version, ms since the epoch UTC with fraction; orders its reports",
});
const receivedAtMs = Type.Number({ description: 'When it reached us, ms since the epoch UTC, by the Clock' });

/** One message of one agency that carries a solution for one of its own events. */
export const SolutionReportSchema = Type.Object({
  schemaVersion: Type.Literal(SCHEMA_VERSION),
  kind: Type.Literal('solution'),
  agency,
  agencyEventId,
  updatedAtMs,
  receivedAtMs,
  origin: OriginSchema,
  magnitude: Nullable(MagnitudeSchema),
  region,
  eventType,
  typeCertainty,
  author,
});

/** One agency's word that one of its events is no longer one: deleted, or merged into another. */
export const WithdrawalReportSchema = Type.Object({
  schemaVersion: Type.Literal(SCHEMA_VERSION),
  kind: Type.Literal('withdrawal'),
  agency,
  agencyEventId,
  updatedAtMs,
  receivedAtMs,
  reason: Type.String({ maxLength: 256, description: 'How we know, in words' }),
});

/** A value of `quake.reports.v1`. */
export const ReportSchema = Type.Union([SolutionReportSchema, WithdrawalReportSchema]);

/** What a revision changed against the one before. */
export const ChangedFieldSchema = Type.Union([
  Type.Literal('originTime'),
  Type.Literal('epicentre'),
  Type.Literal('depth'),
  Type.Literal('magnitude'),
  Type.Literal('magnitudeType'),
  Type.Literal('region'),
  Type.Literal('eventType'),
  Type.Literal('author'),
  Type.Literal('state'),
]);

/** A value of `quake.events.v1`: the earthquake as Quakewire knows it, whole, at one revision. */
export const QuakeEventSchema = Type.Object({
  schemaVersion: Type.Literal(SCHEMA_VERSION),
  id: Type.String({
    minLength: 1,
    maxLength: 160,
    description: 'Quakewire identifier; stable over all revisions',
  }),
  revision: Type.Integer({ minimum: 1, description: 'Counts from 1; a higher one replaces a lower one' }),
  state: Type.Union([Type.Literal('live'), Type.Literal('withdrawn')]),
  origin: OriginSchema,
  magnitude: Nullable(MagnitudeSchema),
  region,
  eventType,
  typeCertainty,
  agency,
  author,
  updatedAtMs,
  receivedAtMs,
  firstReceivedAtMs: Type.Number({ description: 'receivedAtMs of the first report of this event' }),
  reports: Type.Array(Type.Object({ agency, agencyEventId }), {
    minItems: 1,
    description: 'The agency events that are this event, in the order in which they joined',
  }),
  changed: Type.Array(ChangedFieldSchema, {
    description: 'Against the revision before; empty at revision 1 and when only updatedAtMs moved',
  }),
  cause: Type.Optional(
    Type.String({
      maxLength: 80,
      description:
        'Place of the report that made this revision, <epoch>:<offset> in quake.reports.v1; left out for events that no log made',
    }),
  ),
});

/** A value of `quake.dead-letters.v1`: a message that could not be read, and why. */
export const DeadLetterSchema = Type.Object({
  schemaVersion: Type.Literal(SCHEMA_VERSION),
  agency,
  receivedAtMs,
  reason: Type.String({ description: 'What was found and what was wanted, in words' }),
  field: Nullable(
    Type.String({ description: 'Path of the field at fault, dots between; null when none can be named' }),
  ),
  rawBase64: Type.String({ description: 'The bytes as received, base64, cut at DEAD_LETTER_RAW_BYTES_MAX' }),
  via: Type.Union([Type.Literal('websocket'), Type.Literal('fdsn'), Type.Literal('log')], {
    description: 'Where it was met; log: a record of the log that could not be decoded',
  }),
  record: Type.Optional(
    Type.Object(
      {
        topic: Type.String({
          minLength: 1,
          maxLength: 249,
          description: 'Without the prefix of the cluster',
        }),
        partition: Type.Integer({ minimum: 0 }),
        offset: Type.Integer({ minimum: 0 }),
        epoch: Type.String({
          minLength: 1,
          maxLength: 64,
          description: 'Incarnation of the topic; the offset means something in this one only',
        }),
      },
      {
        description:
          'The record that could not be decoded. Only with via log; letters written before 2026-11-23 never have it',
      },
    ),
  ),
});
