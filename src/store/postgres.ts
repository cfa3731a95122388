// The PostgreSQL Store: the same tables as the embedded one, for many readers and a disk of its own. Connects with the
// first call, so that a store can be built before its database is up; the same call brings the tables to the
// newest shape. Every batch is one statement, hence one transaction.

import { toReportId } from '../event/identity.ts';
import type { QuakeEvent, Report } from '../event/types.ts';
import type { Topic } from '../log/topics.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createPostgresClient, type Parameter, type Row } from './postgres-client.ts';
import { toUnavailable } from './postgres-errors.ts';
import { loadSnapshot } from './postgres-load.ts';
import { migrate } from './postgres-migrate.ts';
import { EVENT_COLUMNS, toColumns } from './queries/event-columns.ts';
import { toStatements } from './queries/postgres.ts';
import type { LogPosition, Store, StoredEvent } from './store.ts';

/** Deleting ten million events takes minutes, once in a log's life. */
const RESET_WAIT_MAX_MS = 600_000;

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:5432/database`. */
  readonly url: string;
  /** Schema that holds the tables; made when missing. */
  readonly schema?: string;
  readonly logger: Logger;
}

/**
 * A store that has not connected yet. Throws `CONFIG_INVALID` for a URL that cannot be read; any call may reject with
 * `CONFIG_INVALID` (credentials, rights, a server too old), `DATABASE_NEWER`, or `STORE_UNAVAILABLE`.
 */
export function createPostgresStore({ url, schema = 'quakewire', logger }: PostgresStoreOptions): Store {
  const client = createPostgresClient({ url, logger });
  const statements = toStatements(schema);
  /** Where this store last saw each topic: what it read, or wrote itself. */
  const seen = new Map<Topic, LogPosition>();
  let ready: Promise<void> | null = null;

  /** After a failure the shape is looked at again: it may be another server that answers then. */
  async function query(text: string, parameters: readonly Parameter[] = [], waitMaxMs?: number) {
    try {
      ready ??= migrate(client, { schema, logger });
      await ready;
      return await client.query(text, parameters, waitMaxMs);
    } catch (error) {
      ready = null;
      throw error;
    }
  }

  /**
   * Refused when the topic no longer stands where this store left it: the database was put back from a copy or lost its
   * last transactions, or another store works on another log. The caller then reads the position again.
   */
  async function apply(
    statement: string,
    position: LogPosition,
    columns: readonly Parameter[],
  ): Promise<void> {
    const { topic, epoch, offset } = position;
    const last = seen.get(topic);
    const values = [topic, epoch, offset, last?.epoch ?? null, last?.offset ?? null, ...columns];
    const [row] = await query(statement, values);
    if (!row) {
      seen.delete(topic);
      const left = `${last?.epoch}:${last?.offset}`;
      throw toUnavailable(
        client.place,
        `${topic} is not at ${left}, where it was left; the database was restored or failed over, or another store writes to it`,
      );
    }
    seen.set(topic, toPosition(topic, row));
  }

  return {
    applyEvents: (events, position) => {
      const rows = toNewest(events).map(({ event, offset }) => toColumns(event, offset));
      return apply(statements.applyEvents, position, toArrays(rows, EVENT_COLUMNS.length + 1));
    },
    applyReports: (reports, position) => {
      const rows = reports.map((report) => {
        const { agency, agencyEventId, updatedAtMs, receivedAtMs } = report;
        return [toReportId(report), agency, agencyEventId, updatedAtMs, receivedAtMs, JSON.stringify(report)];
      });
      return apply(statements.applyReports, position, toArrays(rows, 6));
    },
    position: async (topic) => {
      const [row] = await query(statements.position, [topic]);
      const position = row ? toPosition(topic, row) : { topic, epoch: '', offset: -1 };
      seen.set(topic, position);
      return position;
    },
    reset: async (topic) => {
      await query(statements.reset[topic], [], RESET_WAIT_MAX_MS);
      seen.delete(topic);
    },
    loadEvents: async (signal) => {
      await query('SELECT');
      return loadSnapshot({ url, logger, statements: statements.load }, signal);
    },
    event: async (id) => {
      const [row] = await query(statements.event, [toText(id)]);
      if (!row) return null;
      const event = row['event_json'] as QuakeEvent;
      const agencies = event.reports.map(({ agency }) => toText(agency));
      const agencyEventIds = event.reports.map(({ agencyEventId }) => toText(agencyEventId));
      const rows = await query(statements.reports, [agencies, agencyEventIds]);
      return { event, reports: rows.map((each) => each['report_json'] as Report) };
    },
    counts: async () => {
      const [row] = await query(statements.counts);
      return { events: Number(row!['events']), reports: Number(row!['reports']) };
    },
    close: () => client.close(),
  };
}

const toPosition = (topic: Topic, row: Row): LogPosition => ({
  topic,
  epoch: row['epoch'] as string,
  offset: Number(row['log_offset']),
});

/** The highest revision of each event: one statement cannot write a row twice. */
function toNewest(events: readonly StoredEvent[]): StoredEvent[] {
  const newest = new Map<string, StoredEvent>();
  for (const each of events) {
    const known = newest.get(each.event.id);
    if (!known || each.event.revision > known.event.revision) newest.set(each.event.id, each);
  }
  return [...newest.values()];
}

/** One array for each column. */
function toArrays(rows: readonly (readonly (string | number | null)[])[], width: number): Parameter[] {
  return Array.from({ length: width }, (_, i) =>
    rows.map((row) => {
      const value = row[i]!;
      return typeof value === 'string' ? toText(value) : value;
    }),
  );
}

/**
 * PostgreSQL's text has no U+0000 and no half of a surrogate pair. A text with one, or that looks like such a one, is
 * kept as its JSON, so that no two texts become the same.
 */
export function toText(text: string): string {
  return text.startsWith('"') || text.includes('\0') || !text.isWellFormed() ? JSON.stringify(text) : text;
}
