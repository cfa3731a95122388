// The PostgreSQL store's statements. What writes is whole in itself: one message, one transaction, one round trip
// (docs/decisions/0030-one-statement-one-transaction.md says why none is spread over several).

import { EVENT_COLUMNS } from './event-columns.ts';

export type PostgresStatements = ReturnType<typeof toStatements>;

/** A name as SQL writes it. */
export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Types of the arrays that carry a batch. JSON travels as text: as an array of JSON the driver would encode it twice. */
const EVENT_TYPES: Readonly<Record<(typeof EVENT_COLUMNS)[number], string>> = {
  revision: 'bigint',
  state: 'text',
  origin_time_ms: 'float8',
  latitude_deg: 'float8',
  longitude_deg: 'float8',
  depth_km: 'float8',
  magnitude: 'float8',
  magnitude_type: 'text',
  event_type: 'text',
  agency: 'text',
  updated_at_ms: 'float8',
  log_offset: 'bigint',
  event_json: 'text',
};

/** The statements on the tables of one schema. */
export function toStatements(schemaName: string) {
  const schema = quote(schemaName);
  /**
   * Moves the position ($1 topic, $2 epoch, $3 offset) if it stands where this store last saw it ($4 epoch, null when
   * never looked; $5 offset) or further in the same epoch; gives no row otherwise, and then nothing else is written
   * either. A batch delivered again moves nothing back. The row's lock lets one batch of a topic in at a time.
   */
  const moved = `moved AS (
    INSERT INTO ${schema}.positions AS known (topic, epoch, log_offset)
    SELECT $1::text, $2::text, $3::bigint
    WHERE coalesce($4::text, '') = '' OR EXISTS (SELECT FROM ${schema}.positions WHERE topic = $1)
    ON CONFLICT (topic) DO UPDATE SET
      log_offset = CASE WHEN known.epoch = excluded.epoch THEN greatest(known.log_offset, excluded.log_offset)
                   ELSE excluded.log_offset END,
      epoch = excluded.epoch
    WHERE $4::text IS NULL OR (known.epoch = $4 AND known.log_offset >= $5::bigint)
    RETURNING epoch, log_offset
  )`;
  const columns = ['event_id', ...EVENT_COLUMNS];
  const arrays = columns.map((column, i) => {
    const type = column === 'event_id' ? 'text' : EVENT_TYPES[column as keyof typeof EVENT_TYPES];
    return `$${i + 6}::${type}[]`;
  });
  const selected = columns.map((column) => (column === 'event_json' ? 'event_json::json' : column));
  const updates = EVENT_COLUMNS.map((column) => `${column} = excluded.${column}`).join(', ');
  return {
    /** $6…: one array for each column of an event. No event twice. */
    applyEvents: `WITH ${moved}, upserted AS (
      INSERT INTO ${schema}.events AS known (${columns.join(', ')})
      SELECT ${selected.join(', ')} FROM unnest(${arrays.join(', ')}) AS batch (${columns.join(', ')})
      WHERE EXISTS (SELECT FROM moved)
      ON CONFLICT (event_id) DO UPDATE SET ${updates} WHERE excluded.revision > known.revision
    ) SELECT epoch, log_offset FROM moved`,
    /** $6…$11: one array for each column of a report, in the order of arrival. */
    applyReports: `WITH ${moved}, added AS (
      INSERT INTO ${schema}.reports (report_id, agency, agency_event_id, updated_at_ms, received_at_ms, report_json)
      SELECT report_id, agency, agency_event_id, updated_at_ms, received_at_ms, report_json::json
      FROM unnest($6::text[], $7::text[], $8::text[], $9::float8[], $10::float8[], $11::text[]) WITH ORDINALITY
        AS batch (report_id, agency, agency_event_id, updated_at_ms, received_at_ms, report_json, place)
      WHERE EXISTS (SELECT FROM moved) ORDER BY place
      ON CONFLICT (report_id) DO NOTHING
    ) SELECT epoch, log_offset FROM moved`,
    position: `SELECT epoch, log_offset FROM ${schema}.positions WHERE topic = $1`,
    /** Several statements in one message are one transaction. The lock waits for a batch that is being applied. */
    reset: {
      'quake.events.v1': toReset(schema, 'quake.events.v1', 'events'),
      'quake.reports.v1': toReset(schema, 'quake.reports.v1', 'reports'),
      'quake.dead-letters.v1': toReset(schema, 'quake.dead-letters.v1', null),
      'quake.sources.v1': toReset(schema, 'quake.sources.v1', null),
    },
    load: {
      /** What follows sees the database as it is now. */
      begin: `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
        SELECT epoch, log_offset FROM ${schema}.positions WHERE topic = 'quake.events.v1'`,
      events: `SELECT event_json, log_offset FROM ${schema}.events ORDER BY origin_time_ms, event_id`,
    },
    event: `SELECT event_json FROM ${schema}.events WHERE event_id = $1`,
    reports: `SELECT report_json FROM ${schema}.reports
      WHERE (agency, agency_event_id) IN (SELECT * FROM unnest($1::text[], $2::text[])) ORDER BY arrival`,
    counts: `SELECT (SELECT count(*) FROM ${schema}.events) AS events, (SELECT count(*) FROM ${schema}.reports) AS reports`,
  };
}

const toReset = (schema: string, topic: string, table: string | null): string =>
  `SELECT FROM ${schema}.positions WHERE topic = '${topic}' FOR UPDATE;
   ${table ? `DELETE FROM ${schema}.${table};` : ''}
   DELETE FROM ${schema}.positions WHERE topic = '${topic}'`;
