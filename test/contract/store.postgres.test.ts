import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll } from 'vitest';
import { createPostgresStore } from '../../src/store/postgres.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { testLogger } from '../support/stages.ts';
import { describeStore } from './store.ts';

let server: PostgresServer;
let sql: postgres.Sql;
beforeAll(async () => {
  server = await startPostgres({ settings: { fsync: 'off' } });
  sql = postgres(server.url, { max: 1, onnotice: () => {} });
}, 60_000);
afterAll(async () => {
  await sql.end();
  await server.remove();
});

describeStore('PostgreSQL', {
  persistent: true,
  numRuns: 15,
  create: async () => {
    const schema = `test_${randomBytes(6).toString('hex')}`;
    return {
      open: async () => createPostgresStore({ url: server.url, schema, logger: testLogger }),
      remove: async () => {
        await sql`DROP SCHEMA IF EXISTS ${sql(schema)} CASCADE`;
      },
    };
  },
});
