// What SQLite throws, as the store's callers know it.

import { QuakewireError, toMessage } from '../errors.ts';
import { SQLITE, toSqliteCode } from '../sqlite/open.ts';

/** What a retry may heal is `STORE_UNAVAILABLE`; a value that no column takes is a programmer's mistake. */
export function toStoreError(error: unknown): unknown {
  const code = toSqliteCode(error);
  const isClosed = (error as { code?: unknown }).code === 'ERR_INVALID_STATE';
  if ((code === null && !isClosed) || code === SQLITE.CONSTRAINT) return error;
  return new QuakewireError('STORE_UNAVAILABLE', `Cannot use the store: ${toMessage(error)}`, {
    cause: error,
  });
}
