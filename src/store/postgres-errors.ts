// What PostgreSQL and the way to it throw, as the store's callers know it. No text or field carries the password.

import { QuakewireError, toMessage } from '../errors.ts';

/**
 * SQLSTATE classes and codes (PostgreSQL manual, appendix A) that no retry heals because the setting is wrong, with what
 * to do about them.
 */
const SETTING_ADVICE: Readonly<Record<string, string>> = {
  '28': 'check user, password and pg_hba.conf, and give the right ones in --postgres-url',
  '3D000': 'create the database or name another in --postgres-url',
  '42501':
    'grant the user of --postgres-url CREATE on the database, or make it the owner of the schema and its tables',
};

/** What may heal by itself, in more words than the server's. */
const OUTAGE_ADVICE: Readonly<Record<string, string>> = {
  '25006': 'it is read-only, a replica perhaps; --postgres-url must lead to the primary server',
  '53100': 'its disk is full; make room',
  '53300': 'it has no connection left; raise its max_connections or use fewer gateways',
  ENOTFOUND: 'its name is unknown; check the host in --postgres-url',
  ECONNREFUSED: 'nothing listens there; start it, or check host and port in --postgres-url',
};

/** What the database or the driver refuses as it stands, a programmer's mistake: data exception, constraint, syntax. */
const MISTAKES = new Set(['22', '23', '42', 'UNDEFINED_VALUE']);

/** `STORE_UNAVAILABLE` for what a retry may heal, `CONFIG_INVALID` for a wrong setting, else the error itself. */
export function toStoreError(error: unknown, place: string): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  // Neither the server's word nor the connection's: our own.
  if (error instanceof QuakewireError || typeof code !== 'string') return error;
  const settingAdvice =
    SETTING_ADVICE[code] ?? (isSqlState(code) ? SETTING_ADVICE[code.slice(0, 2)] : undefined);
  if (settingAdvice) {
    return new QuakewireError(
      'CONFIG_INVALID',
      `Cannot use PostgreSQL at ${place}: ${toMessage(error)}; ${settingAdvice}`,
      { cause: error },
    );
  }
  if (MISTAKES.has(isSqlState(code) ? code.slice(0, 2) : code)) return error;
  const advice = OUTAGE_ADVICE[code];
  return toUnavailable(place, advice ? `${toMessage(error)}; ${advice}` : toMessage(error), error);
}

export function toUnavailable(place: string, reason: string, cause?: unknown): QuakewireError {
  return new QuakewireError('STORE_UNAVAILABLE', `Cannot use PostgreSQL at ${place}: ${reason}`, { cause });
}

/** True for an answer of the server, which leaves the connection usable; false when the connection itself failed. */
export function isAnswer(error: unknown): boolean {
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  return typeof code === 'string' && isSqlState(code) && severity === 'ERROR';
}

const isSqlState = (code: string): boolean => /^[0-9A-Z]{5}$/.test(code);
