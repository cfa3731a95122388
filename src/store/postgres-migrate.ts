// Brings the tables of one schema to the newest shape. Several starters may race: a lock lets one in at a time, and each
// migration is one transaction that first claims its number, so that none is applied twice.

import { QuakewireError } from '../errors.ts';
import type { Logger } from '../telemetry/logger.ts';
import { POSTGRES_MIGRATIONS, type PostgresMigration } from './migrations/postgres.ts';
import type { PostgresClient } from './postgres-client.ts';
import { quote } from './queries/postgres.ts';

/** Oldest server that the statements are written and tested for. */
const SERVER_VERSION_MIN = 15;
/** Any number: the same for all Quakewires, in the database's space of advisory locks. */
const LOCK_KEY = 0x7175616b;
/** Longest wait for another starter's migration. */
const LOCK_WAIT_MAX_S = 60;
const UNIQUE_VIOLATION = '23505';

export interface MigrateOptions {
  readonly schema: string;
  readonly logger: Logger;
  readonly migrations?: readonly PostgresMigration[];
}

/**
 * Resolves when the tables have the newest shape; writes nothing when they have it already, so that a replica can be
 * read. Rejects with `CONFIG_INVALID` (server too old, encoding not UTF8), `DATABASE_NEWER`, or as PostgreSQL does.
 */
export async function migrate(
  client: PostgresClient,
  { schema, logger, migrations = POSTGRES_MIGRATIONS }: MigrateOptions,
): Promise<void> {
  await refuseUnfitServer(client);
  const versionMax = migrations.length;
  while (true) {
    const { schemaExists, version } = await readShape(client, schema);
    if (version === versionMax) return;
    if (version > versionMax) {
      throw new QuakewireError(
        'DATABASE_NEWER',
        `Cannot use schema "${schema}" of PostgreSQL at ${client.place}: it has version ${version}, this Quakewire knows up to ${versionMax}; run the newer Quakewire or choose another database with --postgres-url`,
        { facts: { schema, version, versionMax } },
      );
    }
    const { name, sql } = migrations[version]!;
    try {
      await client.query(toTransaction(schema, schemaExists, version + 1, name, sql));
      logger.info({ schema, version: version + 1, name }, 'The database has a new shape');
    } catch (error) {
      // Another starter was faster, and its transaction is whole: go on from there.
      if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error;
    }
  }
}

async function refuseUnfitServer({ query, place }: PostgresClient): Promise<void> {
  const [row] = await query(
    `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version,
       current_setting('server_encoding') AS encoding`,
  );
  const { number, version, encoding } = row as { number: number; version: string; encoding: string };
  const fault =
    number < SERVER_VERSION_MIN * 10_000
      ? `it is version ${version}, expected ${SERVER_VERSION_MIN} or newer; upgrade it or choose another`
      : encoding !== 'UTF8'
        ? `its encoding is ${encoding}, expected UTF8; create the database with ENCODING 'UTF8' or choose another`
        : null;
  if (!fault) return;
  throw new QuakewireError(
    'CONFIG_INVALID',
    `Cannot use PostgreSQL at ${place}: ${fault} with --postgres-url`,
    {
      facts: { version, encoding },
    },
  );
}

async function readShape(
  { query }: PostgresClient,
  schema: string,
): Promise<{ schemaExists: boolean; version: number }> {
  const table = `${quote(schema)}.migrations`;
  const [row] = await query(
    'SELECT to_regnamespace($1) IS NOT NULL AS schema_exists, to_regclass($2) IS NOT NULL AS table_exists',
    [quote(schema), table],
  );
  const schemaExists = row!['schema_exists'] as boolean;
  if (!row!['table_exists']) return { schemaExists, version: 0 };
  const [newest] = await query(`SELECT coalesce(max(version), 0) AS version FROM ${table}`);
  return { schemaExists, version: newest!['version'] as number };
}

/** Several statements in one message are one transaction: whole or not at all. */
function toTransaction(
  schema: string,
  schemaExists: boolean,
  version: number,
  name: string,
  sql: string,
): string {
  return `
    SET LOCAL lock_timeout = '${LOCK_WAIT_MAX_S}s';
    SELECT pg_advisory_xact_lock(${LOCK_KEY});
    ${schemaExists ? '' : `CREATE SCHEMA IF NOT EXISTS ${quote(schema)};`}
    SET LOCAL search_path = ${quote(schema)};
    CREATE TABLE IF NOT EXISTS migrations (
      version integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()
    );
    INSERT INTO migrations (version, name) VALUES (${version}, '${name.replaceAll("'", "''")}');
    ${sql}`;
}
