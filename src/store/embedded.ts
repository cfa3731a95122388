// The embedded Store: one SQLite file of its own. WAL with synchronous=NORMAL, because the log is the truth and
// the position stands in the same transaction: what a power loss takes is read from the log again
// (docs/decisions/0003-embedded-durability.md). The file may be opened by others for reading at any time.

import { toReportId } from '../event/identity.ts';
import type { QuakeEvent, Report } from '../event/types.ts';
import type { Topic } from '../log/topics.ts';
import { copyDatabase } from '../sqlite/copy.ts';
import { openDatabase } from '../sqlite/open.ts';
import { toStoreError } from './embedded-errors.ts';
import { loadCopy, loadSnapshot } from './embedded-load.ts';
import { STORE_MIGRATIONS } from './migrations/embedded.ts';
import { prepare, readPosition } from './queries/embedded.ts';
import { toColumns } from './queries/event-columns.ts';
import type { LogPosition, Store, StoredEvent } from './store.ts';

export interface EmbeddedStoreOptions {
  /** File name, or `:memory:`. Its folder is made when missing. */
  readonly path: string;
}

export interface EmbeddedStore extends Store {
  /** Copies the store into a new file while it is used. */
  copyTo(path: string): Promise<void>;
}

/** Opens or creates the store. Throws `DATA_DIR_UNUSABLE` or `DATABASE_NEWER`. */
export function createEmbeddedStore({ path }: EmbeddedStoreOptions): EmbeddedStore {
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
    copyTo: (path) => copyDatabase(database, path),
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
