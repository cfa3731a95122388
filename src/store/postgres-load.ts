// Loading all events from PostgreSQL, as of one moment, while others go on writing: one read-only transaction on a
// connection of its own, its rows fetched in batches, one ahead of the reader.

import type postgres from 'postgres';
import type { QuakeEvent } from '../event/types.ts';
import type { Logger } from '../telemetry/logger.ts';
import { connect, type Row, toPlace, within } from './postgres-client.ts';
import { toStoreError, toUnavailable } from './postgres-errors.ts';
import type { PostgresStatements } from './queries/postgres.ts';
import type { Store, StoredEvent } from './store.ts';

/** Events decoded between two turns of the event loop: about 10 ms. */
const LOAD_BATCH_COUNT = 1_000;
/** Longest wait for a batch. A million unsorted events on a slow disk may be sorted first. */
const BATCH_WAIT_MAX_MS = 120_000;

export interface LoadOptions {
  readonly url: string;
  readonly logger: Logger;
  readonly statements: PostgresStatements['load'];
}

/** The transaction ends with the batches, or with the signal. */
export async function loadSnapshot(
  { url, logger, statements }: LoadOptions,
  signal: AbortSignal,
): ReturnType<Store['loadEvents']> {
  const place = toPlace(url);
  let lost = false;
  const sql = connect(url, logger, {
    max: 1,
    max_lifetime: null,
    onclose: () => {
      lost = true;
    },
  });
  const release = () => {
    signal.removeEventListener('abort', release);
    sql.end({ timeout: 0 }).catch((err: unknown) => logger.debug({ err }, 'Letting go of PostgreSQL'));
  };
  signal.addEventListener('abort', release);
  try {
    signal.throwIfAborted();
    const begun = await within(sql.unsafe<Row[][]>(statements.begin), BATCH_WAIT_MAX_MS, place);
    const head = begun[1]?.[0];
    const position = {
      topic: 'quake.events.v1',
      epoch: (head?.['epoch'] as string | undefined) ?? '',
      offset: Number(head?.['log_offset'] ?? -1),
    } as const;
    // The driver would read on over a new connection, outside the transaction: another moment.
    const fetched = fetchRows(sql, statements.events, place, () => lost);
    return { position, batches: toBatches(fetched, signal, release) };
  } catch (error) {
    release();
    throw toStoreError(error, place);
  }
}

async function* toBatches(
  fetched: AsyncIterable<readonly Row[]>,
  signal: AbortSignal,
  release: () => void,
): AsyncGenerator<readonly StoredEvent[], void, undefined> {
  try {
    for await (const rows of fetched) {
      if (signal.aborted) return;
      yield rows.map((row) => ({
        event: row['event_json'] as QuakeEvent,
        offset: Number(row['log_offset']),
      }));
      if (signal.aborted) return;
    }
  } catch (error) {
    // Letting go of the connection is how an abort ends the wait for a batch.
    if (!signal.aborted) throw error;
  } finally {
    release();
  }
}

/**
 * All rows of a statement. The driver's own iterator takes a connection that dies between two batches for the end of the
 * rows, hence its callback: the promise that this returns asks for the next batch, and must stay unresolved once
 * the connection is gone.
 */
async function* fetchRows(
  sql: postgres.Sql,
  statement: string,
  place: string,
  isLost: () => boolean,
): AsyncGenerator<readonly Row[], void, undefined> {
  const arrived: (readonly Row[])[] = [];
  let end: { readonly failure: unknown } | null = null;
  let wake = () => {};
  let askForMore = () => {};
  const finish = (failure: unknown) => {
    end = { failure };
    wake();
  };
  // The simple protocol, the driver's choice where there are no parameters, has no batches.
  const all = sql.unsafe<Row[]>(statement, [], { simple: false } as postgres.UnsafeQueryOptions);
  all
    .cursor(LOAD_BATCH_COUNT, (rows) => {
      if (isLost()) throw toUnavailable(place, 'the connection was lost before the events were loaded');
      arrived.push(rows);
      wake();
      return new Promise<void>((resolve) => {
        askForMore = resolve;
      });
    })
    .then(() => finish(null), finish);
  while (true) {
    if (arrived.length === 0 && !end) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await within(woken, BATCH_WAIT_MAX_MS, place);
    }
    const rows = arrived.shift();
    if (rows) {
      if (!end) askForMore();
      yield rows;
    } else {
      const { failure } = end!;
      if (failure) throw toStoreError(failure, place);
      return;
    }
  }
}
