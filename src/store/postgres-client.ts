// Statements to PostgreSQL over a few connections, each answered or given up within a bound. After a failure of the
// connection all of them are let go and made anew: postgres.js keeps half-written messages of a connection that died
// (docs/decisions/0030-one-statement-one-transaction.md).

import postgres from 'postgres';
import { QuakewireError } from '../errors.ts';
import type { Logger } from '../telemetry/logger.ts';
import { isAnswer, toStoreError, toUnavailable } from './postgres-errors.ts';

/** Two topics are written at once, and queries are answered beside them. */
const CONNECTIONS_MAX = 4;
const CONNECT_WAIT_MAX_S = 10;
/** Longest wait for an answer. A batch takes 20 ms; the bound is for a server that has vanished without a word. */
const ANSWER_WAIT_MAX_MS = 30_000;

export type Parameter = string | number | null | readonly (string | number | null)[];
export type Row = Readonly<Record<string, unknown>>;

export interface PostgresClient {
  /** Host, port and database, for messages: never the password. */
  readonly place: string;
  /**
   * Runs one statement, or without parameters several in one transaction. Rejects with `STORE_UNAVAILABLE`,
   * `CONFIG_INVALID`, or the server's own error for a statement that it refuses.
   */
  query(text: string, parameters?: readonly Parameter[], waitMaxMs?: number): Promise<readonly Row[]>;
  close(): Promise<void>;
}

export interface PostgresClientOptions {
  readonly url: string;
  readonly logger: Logger;
}

/** Connects with the first statement. Throws `CONFIG_INVALID` for a URL that cannot be read. */
export function createPostgresClient({ url, logger }: PostgresClientOptions): PostgresClient {
  const place = toPlace(url);
  let sql: postgres.Sql | null = open();
  let closed = false;

  /** The driver reads the URL here, and connects with the first statement. */
  function open(): postgres.Sql {
    try {
      return connect(url, logger, { max: CONNECTIONS_MAX });
    } catch {
      // Its error carries the URL.
      throw refuseUrl();
    }
  }

  /** Its statements under way are rejected. */
  function letGo(broken: postgres.Sql): void {
    if (sql === broken) sql = null;
    broken
      .end({ timeout: 0 })
      .catch((error: unknown) => logger.debug({ err: error }, 'Letting go of PostgreSQL'));
  }

  return {
    place,
    query: async (text, parameters = [], waitMaxMs = ANSWER_WAIT_MAX_MS) => {
      if (closed) throw toUnavailable(place, 'the store is closed');
      sql ??= open();
      const mine = sql;
      try {
        // What is given is what PostgreSQL takes; the type is narrower in that it wants mutable arrays.
        const values = parameters as postgres.ParameterOrJSON<never>[];
        const answer = mine.unsafe<Row[]>(text, values, { prepare: parameters.length > 0 });
        return await within(answer, waitMaxMs, place);
      } catch (error) {
        if (!isAnswer(error)) letGo(mine);
        throw toStoreError(error, place);
      }
    },
    close: async () => {
      closed = true;
      await sql?.end({ timeout: 1 });
    },
  };
}

/** A pool of connections that are made when needed. */
export function connect(
  url: string,
  logger: Logger,
  options: postgres.Options<Record<string, never>>,
): postgres.Sql {
  return postgres(url, {
    connect_timeout: CONNECT_WAIT_MAX_S,
    connection: { application_name: 'quakewire' },
    onnotice: ({ message }) => logger.debug({ notice: message }, 'PostgreSQL says'),
    ...options,
  });
}

/** Rejects with `STORE_UNAVAILABLE` when the answer takes too long. */
export async function within<T>(answer: PromiseLike<T>, waitMaxMs: number, place: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(toUnavailable(place, `it has not answered within ${waitMaxMs / 1000} s`)),
      waitMaxMs,
    );
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** `host:5432/database`. Of a URL that cannot be read nothing is shown: what is wrong with it may be its password. */
export function toPlace(url: string): string {
  // Several hosts stand with commas between them, which no URL has.
  const authority = /^postgres(?:ql)?:\/\/(?:[^@/?#]*@)?([^@/?#]*)\/?([^@/?#]*)(?:\?|$)/.exec(url);
  const [host, ...others] = authority?.[1]?.split(',') ?? [];
  if (!authority || !host || !URL.canParse(url.replace(authority[1]!, host))) {
    throw refuseUrl();
  }
  return `${[host, ...others].join(',')}/${authority[2]}`;
}

const refuseUrl = (): QuakewireError =>
  new QuakewireError(
    'CONFIG_INVALID',
    'Cannot read --postgres-url: it is no URL of PostgreSQL, expected postgres://user:password@host:5432/database with %25 for %, %40 for @, %2F for / and %3F for ? in the password',
  );
