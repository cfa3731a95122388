// Loading all events from the embedded store, as of one moment, while others go on writing.

import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import type { QuakeEvent } from '../event/types.ts';
import { toStoreError } from './embedded-errors.ts';
import { LOAD_SQL, POSITION_SQL, readPosition } from './queries/embedded.ts';
import type { Store, StoredEvent } from './store.ts';

/** Events decoded between two turns of the event loop: about 5 ms. */
const LOAD_BATCH_COUNT = 1_000;

type Loading = Awaited<ReturnType<Store['loadEvents']>>;

/** Reads on a connection of its own, in one read transaction: later writes are not seen. */
export function loadSnapshot(path: string, signal: AbortSignal): Loading {
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
export function loadCopy(database: DatabaseSync, signal: AbortSignal): Loading {
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
