// The embedded Store: one SQLite file of its own. WAL with synchronous=NORMAL, because the log is the truth and
// the position stands in the same transaction: what a power loss takes is read from the log again
// (docs/decisions/0003-embedded-durability.md). The file may be opened by others for reading at any time.

import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import { QuakewireError, toMessage } from '../errors.ts';
import { toReportId } from '../event/identity.ts';
import type { QuakeEvent, Report } from '../event/types.ts';
import type { Topic } from '../log/topics.ts';
import { openDatabase, SQLITE, toSqliteCode } from '../sqlite/open.ts';
import { STORE_MIGRATIONS } from './migrations/embedded.ts';
import type { LogPosition, Store, StoredEvent } from './store.ts';

/** Events decoded between two turns of the event loop: about 5 ms. */
const LOAD_BATCH_COUNT = 1_000;

export interface EmbeddedStoreOptions {
  /** File name, or `:memory:`. Its folder is made when missing. */
  readonly path: string;
}

/** Opens or creates the store. Throws `DATA_DIR_UNUSABLE` or `DATABASE_NEWER`. */
export function createEmbeddedStore({ path }: EmbeddedStoreOptions): Store {
  const database = openDatabase({
    path,
    noun: 'store',
    migrations: STORE_MIGRATIONS,
    synchronous: 'NORMAL',
    exclusive: false,
  });
  const statements = prepare(database);

  /** All of `work` or nothing of it. */
  function transact(work: () => void): void {
    database.exec('BEGIN IMMEDIATE');
    try {
      work();
      database.exec('COMMIT');
    } catch (error) {
      // SQLite has rolled back by itself after some errors, not after others.
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  const movePosition = ({ topic, epoch, offset }: LogPosition) =>
    statements.movePosition.run(topic, epoch, offset);

  return {
    applyEvents: attempt((events: readonly StoredEvent[], position: LogPosition) =>
      transact(() => {
        for (const { event, offset } of events) statements.upsertEvent.run(...toColumns(event, offset));
        movePosition(position);
      }),
    ),
    applyReports: attempt((reports: readonly Report[], position: LogPosition) =>
      transact(() => {
        for (const report of reports) {
          const { agency, agencyEventId, updatedAtMs, receivedAtMs } = report;
          const json = JSON.stringify(report);
          statements.addReport.run(
            toReportId(report),
            agency,
            agencyEventId,
            updatedAtMs,
            receivedAtMs,
            json,
          );
        }
        movePosition(position);
      }),
    ),
    position: attempt((topic: Topic) => readPosition(statements.position, topic)),
    reset: attempt((topic: Topic) =>
      transact(() => {
        if (topic === 'quake.events.v1') database.exec('DELETE FROM events');
        if (topic === 'quake.reports.v1') database.exec('DELETE FROM reports');
        statements.forgetPosition.run(topic);
      }),
    ),
    loadEvents: attempt((signal: AbortSignal) =>
      path === ':memory:' ? loadCopy(database, signal) : loadSnapshot(path, signal),
    ),
    event: attempt((id: string) => {
      const row = statements.event.get(id);
      if (!row) return null;
      const event = JSON.parse(row['event_json'] as string) as QuakeEvent;
      const rows = event.reports.flatMap(({ agency, agencyEventId }) =>
        statements.reports.all(agency, agencyEventId),
      );
      rows.sort((a, b) => Number(a['arrival']) - Number(b['arrival']));
      return { event, reports: rows.map((row) => JSON.parse(row['report_json'] as string) as Report) };
    }),
    counts: attempt(() => {
      const row = statements.counts.get()!;
      return { events: Number(row['events']), reports: Number(row['reports']) };
    }),
    close: async () => {
      if (database.isOpen) database.close();
    },
  };
}

/** The same work as a promise. */
function attempt<Args extends unknown[], R>(work: (...args: Args) => R): (...args: Args) => Promise<R> {
  return async (...args) => {
    try {
      return work(...args);
    } catch (error) {
      throw toStoreError(error);
    }
  };
}

/** What a retry may heal is `STORE_UNAVAILABLE`; a value that no column takes is a programmer's mistake. */
function toStoreError(error: unknown): unknown {
  const code = toSqliteCode(error);
  const isClosed = (error as { code?: unknown }).code === 'ERR_INVALID_STATE';
  if ((code === null && !isClosed) || code === SQLITE.CONSTRAINT) return error;
  return new QuakewireError('STORE_UNAVAILABLE', `Cannot use the store: ${toMessage(error)}`, {
    cause: error,
  });
}

type Loading = Awaited<ReturnType<Store['loadEvents']>>;

const LOAD_SQL = 'SELECT event_json, log_offset FROM events ORDER BY origin_time_ms, event_id';

/** Reads on a connection of its own, in one read transaction: later writes are not seen. */
function loadSnapshot(path: string, signal: AbortSignal): Loading {
  const database = new DatabaseSync(path, { readOnly: true });
  const release = () => {
    signal.removeEventListener('abort', release);
    if (database.isOpen) database.close();
  };
  signal.addEventListener('abort', release);
  try {
    database.exec('BEGIN');
    const position = readPosition(database.prepare(POSITION_SQL), 'quake.events.v1');
    const select = database.prepare(LOAD_SQL);
    select.setReturnArrays(true);
    return { position, batches: toBatches(select.iterate() as Iterable<unknown>, signal, release) };
  } catch (error) {
    release();
    throw error;
  }
}

/** A database in memory has one connection: its rows are copied at once. */
function loadCopy(database: DatabaseSync, signal: AbortSignal): Loading {
  const position = readPosition(database.prepare(POSITION_SQL), 'quake.events.v1');
  const select = database.prepare(LOAD_SQL);
  select.setReturnArrays(true);
  return { position, batches: toBatches(select.all() as Iterable<unknown>, signal, () => {}) };
}

async function* toBatches(
  rows: Iterable<unknown>,
  signal: AbortSignal,
  release: () => void,
): AsyncGenerator<readonly StoredEvent[], void, undefined> {
  // Not `for of`: on an early end that would call on a statement that an abort has closed already.
  const iterator = rows[Symbol.iterator]();
  try {
    while (!signal.aborted) {
      const batch: StoredEvent[] = [];
      while (batch.length < LOAD_BATCH_COUNT) {
        const { value, done } = iterator.next();
        if (done) break;
        const [json, offset] = value as [string, number];
        batch.push({ event: JSON.parse(json) as QuakeEvent, offset });
      }
      if (batch.length === 0) return;
      yield batch;
      await turn();
    }
  } catch (error) {
    throw toStoreError(error);
  } finally {
    release();
  }
}

const POSITION_SQL = 'SELECT epoch, log_offset FROM positions WHERE topic = ?';

function readPosition(select: ReturnType<DatabaseSync['prepare']>, topic: Topic): LogPosition {
  const row = select.get(topic) as { epoch: string; log_offset: number } | undefined;
  return { topic, epoch: row?.epoch ?? '', offset: row?.log_offset ?? -1 };
}

const EVENT_COLUMNS = [
  'revision',
  'state',
  'origin_time_ms',
  'latitude_deg',
  'longitude_deg',
  'depth_km',
  'magnitude',
  'magnitude_type',
  'event_type',
  'agency',
  'updated_at_ms',
  'log_offset',
  'event_json',
] as const;

/** `event_id` and EVENT_COLUMNS of one event. */
function toColumns(event: QuakeEvent, offset: number): (string | number | null)[] {
  const { origin, magnitude } = event;
  return [
    event.id,
    event.revision,
    event.state,
    origin.originTimeMs,
    origin.latitudeDeg,
    origin.longitudeDeg,
    origin.depthKm,
    magnitude?.value ?? null,
    magnitude?.type ?? null,
    event.eventType,
    event.agency,
    event.updatedAtMs,
    offset,
    JSON.stringify(event),
  ];
}

function prepare(database: DatabaseSync) {
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
