// Loading all events from PostgreSQL, as of one moment, while others go on writing: one statement on a connection of
// its own, its rows fetched in batches, one ahead of the reader.

import type { QuakeEvent } from '../event/types.ts';
import type { Logger } from '../telemetry/logger.ts';
import { connect, type Row, toPlace, within } from './postgres-client.ts';
import { toStoreError } from './postgres-errors.ts';
import type { LogPosition, Store, StoredEvent } from './store.ts';

/** Events decoded between two turns of the event loop: about 5 ms. */
const LOAD_BATCH_COUNT = 1_000;
/** Longest wait for a batch. A million unsorted events on a slow disk are sorted first. */
const BATCH_WAIT_MAX_MS = 120_000;

export interface LoadOptions {
  readonly url: string;
  readonly logger: Logger;
  /** `PostgresStatements.load`. */
  readonly statement: string;
}

/** Rows of the one statement: the position's (it has an epoch), then the events'. */
export async function load(options: LoadOptions, signal: AbortSignal): ReturnType<Store['loadEvents']> {
  const batches = fetchBatches(options, signal);
  const first = await batches.next();
  const rows = first.done ? [] : [...first.value];
  const head = rows[0]?.['epoch'] ? rows.shift()! : null;
  const position: LogPosition = {
    topic: 'quake.events.v1',
    epoch: head ? (head['epoch'] as string) : '',
    offset: head ? Number(head['log_offset']) : -1,
  };
  return { position, batches: toEvents(rows, batches, signal) };
}

async function* toEvents(
  first: readonly Row[],
  rest: AsyncGenerator<readonly Row[], void, undefined>,
  signal: AbortSignal,
): AsyncGenerator<readonly StoredEvent[], void, undefined> {
  try {
    if (first.length > 0 && !signal.aborted) yield first.map(toStoredEvent);
    if (!signal.aborted) for await (const rows of rest) yield rows.map(toStoredEvent);
  } finally {
    await rest.return();
  }
}

const toStoredEvent = (row: Row): StoredEvent => ({
  event: row['event_json'] as QuakeEvent,
  offset: Number(row['log_offset']),
});

/** Ends early when the signal fires; rejects with `STORE_UNAVAILABLE` when the connection ends first. */
async function* fetchBatches(
  { url, logger, statement }: LoadOptions,
  signal: AbortSignal,
): AsyncGenerator<readonly Row[], void, undefined> {
  const place = toPlace(url);
  const sql = connect(url, logger, 1);
  const fetched: (readonly Row[])[] = [];
  let ended = false;
  let failure: unknown = null;
  let wakeReader = () => {};
  let askForMore = () => {};
  const release = () => {
    ended = true;
    wakeReader();
    sql
      .end({ timeout: 0 })
      .catch((error: unknown) => logger.debug({ err: error }, 'Letting go of PostgreSQL'));
  };
  signal.addEventListener('abort', release, { once: true });
  try {
    if (signal.aborted) return;
    // The driver's iterator takes a connection that died between two batches for the end of the rows; its callback does not.
    // The next batch is asked for by resolving the callback's promise, which must not be when the connection is gone.
    const done = sql
      .unsafe<Row[]>(statement, [], { simple: false } as object)
      .cursor(LOAD_BATCH_COUNT, (rows) => {
        fetched.push(rows as readonly Row[]);
        wakeReader();
        return new Promise<void>((resolve) => {
          askForMore = resolve;
        });
      });
    done.then(
      () => {
        ended = true;
        wakeReader();
      },
      (error: unknown) => {
        failure ??= error;
        ended = true;
        wakeReader();
      },
    );
    while (true) {
      if (fetched.length === 0 && !ended) {
        const wake = new Promise<void>((resolve) => {
          wakeReader = resolve;
        });
        await within(wake, BATCH_WAIT_MAX_MS, place);
      }
      if (signal.aborted) return;
      if (failure) throw toStoreError(failure, place);
      const rows = fetched.shift();
      if (!rows) return;
      if (!ended) askForMore();
      yield rows;
    }
  } finally {
    signal.removeEventListener('abort', release);
    release();
  }
}
