// The embedded store's statements.

import type { DatabaseSync } from 'node:sqlite';
import type { Topic } from '../../log/topics.ts';
import type { LogPosition } from '../store.ts';
import { EVENT_COLUMNS } from './event-columns.ts';

/** All events by ascending origin time: whole, with their offset. */
export const LOAD_SQL = 'SELECT event_json, log_offset FROM events ORDER BY origin_time_ms, event_id';

export const POSITION_SQL = 'SELECT epoch, log_offset FROM positions WHERE topic = ?';

export function readPosition(select: ReturnType<DatabaseSync['prepare']>, topic: Topic): LogPosition {
  const row = select.get(topic) as { epoch: string; log_offset: number } | undefined;
  return { topic, epoch: row?.epoch ?? '', offset: row?.log_offset ?? -1 };
}

export function prepare(database: DatabaseSync) {
  const updates = EVENT_COLUMNS.map((column) => `${column} = excluded.${column}`).join(', ');
  return {
    upsertEvent: database.prepare(
      `INSERT INTO events (event_id, ${EVENT_COLUMNS.join(', ')}) VALUES (?${', ?'.repeat(EVENT_COLUMNS.length)})
       ON CONFLICT (event_id) DO UPDATE SET ${updates} WHERE excluded.revision > events.revision`,
    ),
    addReport: database.prepare(
      `INSERT INTO reports (report_id, agency, agency_event_id, updated_at_ms, received_at_ms, report_json)
       VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (report_id) DO NOTHING`,
    ),
    // A batch delivered again moves nothing back.
    movePosition: database.prepare(
      `INSERT INTO positions (topic, epoch, log_offset) VALUES (?, ?, ?)
       ON CONFLICT (topic) DO UPDATE SET
         log_offset = iif(epoch = excluded.epoch, max(log_offset, excluded.log_offset), excluded.log_offset),
         epoch = excluded.epoch`,
    ),
    position: database.prepare(POSITION_SQL),
    forgetPosition: database.prepare('DELETE FROM positions WHERE topic = ?'),
    event: database.prepare('SELECT event_json FROM events WHERE event_id = ?'),
    reports: database.prepare(
      'SELECT arrival, report_json FROM reports WHERE agency = ? AND agency_event_id = ? ORDER BY arrival',
    ),
    // Rows leave only all together (reset), so the highest row number is their count.
    counts: database.prepare(
      `SELECT coalesce((SELECT max(rowid) FROM events), 0) AS events,
              coalesce((SELECT max(arrival) FROM reports), 0) AS reports`,
    ),
  };
}
