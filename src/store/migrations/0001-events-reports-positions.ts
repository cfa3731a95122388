// The first shape of the embedded store. Columns are what queries ask for; the whole event and the whole
// report stand beside them as JSON, so that nothing the log said is lost on the way.

import type { Migration } from '../../sqlite/open.ts';

export const eventsReportsPositions: Migration = {
  name: 'events, reports, and where the store stands in each topic',
  sql: `
    CREATE TABLE events (
      event_id TEXT NOT NULL UNIQUE,
      revision INTEGER NOT NULL,
      state TEXT NOT NULL,
      origin_time_ms REAL NOT NULL,
      latitude_deg REAL NOT NULL,
      longitude_deg REAL NOT NULL,
      depth_km REAL,
      magnitude REAL,
      magnitude_type TEXT,
      event_type TEXT,
      agency TEXT NOT NULL,
      updated_at_ms REAL NOT NULL,
      log_offset INTEGER NOT NULL,
      event_json TEXT NOT NULL
    ) STRICT;
    CREATE INDEX events_origin_time ON events (origin_time_ms, event_id);
    CREATE INDEX events_magnitude ON events (magnitude, origin_time_ms);
    CREATE INDEX events_updated_at ON events (updated_at_ms);

    CREATE TABLE reports (
      arrival INTEGER PRIMARY KEY,
      report_id TEXT NOT NULL UNIQUE,
      agency TEXT NOT NULL,
      agency_event_id TEXT NOT NULL,
      updated_at_ms REAL NOT NULL,
      received_at_ms REAL NOT NULL,
      report_json TEXT NOT NULL
    ) STRICT;
    CREATE INDEX reports_agency_event ON reports (agency, agency_event_id);

    CREATE TABLE positions (
      topic TEXT PRIMARY KEY,
      epoch TEXT NOT NULL,
      log_offset INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;`,
};
