// The first shape of the PostgreSQL store: the columns of the embedded one. Ids are compared by their bytes
// (COLLATE "C"): their order is the embedded store's, and no update of the system's locales can spoil an index.

import type { PostgresMigration } from './postgres.ts';

export const eventsReportsPositions: PostgresMigration = {
  name: 'events, reports, and where the store stands in each topic',
  sql: `
    CREATE TABLE events (
      event_id text COLLATE "C" PRIMARY KEY,
      revision bigint NOT NULL,
      state text NOT NULL,
      origin_time_ms double precision NOT NULL,
      latitude_deg double precision NOT NULL,
      longitude_deg double precision NOT NULL,
      depth_km double precision,
      magnitude double precision,
      magnitude_type text,
      event_type text,
      agency text NOT NULL,
      updated_at_ms double precision NOT NULL,
      log_offset bigint NOT NULL,
      event_json json NOT NULL
    );
    CREATE INDEX events_origin_time ON events (origin_time_ms, event_id);
    CREATE INDEX events_magnitude ON events (magnitude, origin_time_ms);
    CREATE INDEX events_updated_at ON events (updated_at_ms);

    CREATE TABLE reports (
      arrival bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      report_id text COLLATE "C" NOT NULL UNIQUE,
      agency text COLLATE "C" NOT NULL,
      agency_event_id text COLLATE "C" NOT NULL,
      updated_at_ms double precision NOT NULL,
      received_at_ms double precision NOT NULL,
      report_json json NOT NULL
    );
    CREATE INDEX reports_agency_event ON reports (agency, agency_event_id);

    CREATE TABLE positions (
      topic text PRIMARY KEY,
      epoch text NOT NULL,
      log_offset bigint NOT NULL
    );`,
};
