import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import * as fc from 'fast-check';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { anyEvent, anyReport } from '../../test/support/arbitraries.ts';
import { type PostgresServer, startPostgres } from '../../test/support/postgres-server.ts';
import { testLogger } from '../../test/support/stages.ts';
import type { QuakewireError } from '../errors.ts';
import type { EventId, QuakeEvent, Report } from '../event/types.ts';
import { POSTGRES_MIGRATIONS } from './migrations/postgres.ts';
import { createPostgresStore, toText } from './postgres.ts';
import { createPostgresClient, toPlace } from './postgres-client.ts';
import { migrate } from './postgres-migrate.ts';
import type { LogPosition, Store } from './store.ts';

let server: PostgresServer;
let sql: postgres.Sql;
beforeAll(async () => {
  server = await startPostgres();
  sql = postgres(server.url, { max: 2, onnotice: () => {} });
}, 60_000);
afterAll(async () => {
  await sql.end();
  await server.remove();
});

const cleaning: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleaning.splice(0).reverse()) await clean();
});

const toName = (prefix: string) => `${prefix}_${randomBytes(6).toString('hex')}`;
function newSchema(): string {
  const schema = toName('test');
  cleaning.push(() => sql`DROP SCHEMA IF EXISTS ${sql(schema)} CASCADE`);
  return schema;
}
function openStore(schema: string, url = server.url): Store {
  const store = createPostgresStore({ url, schema, logger: testLogger });
  cleaning.push(() => store.close());
  return store;
}
function openClient(url = server.url) {
  const client = createPostgresClient({ url, logger: testLogger });
  cleaning.push(() => client.close());
  return client;
}
/** A user of its own; the URL to come in as that user. */
async function newUser(settings: string[] = []): Promise<{ name: string; url: string }> {
  const name = toName('user');
  await sql.unsafe(`CREATE ROLE ${name} LOGIN PASSWORD 'right'`);
  for (const setting of settings) await sql.unsafe(`ALTER ROLE ${name} SET ${setting}`);
  cleaning.push(async () => {
    await sql.unsafe(`DROP OWNED BY ${name}`);
    await sql.unsafe(`DROP ROLE ${name}`);
  });
  const url = new URL(server.url);
  url.username = name;
  url.password = 'right';
  return { name, url: url.href };
}

const at = (offset: number, epoch = 'one'): LogPosition => ({ topic: 'quake.events.v1', epoch, offset });
const [event] = fc.sample(anyEvent(), { numRuns: 1, seed: 4 }) as [QuakeEvent];
const [report] = fc.sample(anyReport({ kind: 'solution' }), { numRuns: 1, seed: 4 }) as [Report];
const numbered = (i: number): QuakeEvent => ({ ...event, id: `emsc-${i}` as EventId, revision: 1 });

const fails = async (work: Promise<unknown>): Promise<QuakewireError> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error === null) throw new Error('It did not fail');
  return error as QuakewireError;
};

describe('migrations', () => {
  test('of many starters at once each finds the newest shape, and each migration is applied once', async () => {
    const schema = newSchema();
    const stores = Array.from({ length: 6 }, () => openStore(schema));
    const positions = await Promise.all(stores.map((store) => store.position('quake.events.v1')));
    expect(positions).toEqual(stores.map(() => at(-1, '')));
    const rows = await sql`SELECT version FROM ${sql(schema)}.migrations ORDER BY version`;
    expect(rows.map((row) => row['version'])).toEqual(POSTGRES_MIGRATIONS.map((_, i) => i + 1));
  });

  test('one that fails leaves nothing of itself, and those before it stay', async () => {
    const [schema, client] = [newSchema(), openClient()];
    const broken = { name: 'broken', sql: 'CREATE TABLE half (x int); SELECT 1 / 0' };
    const migrations = [{ name: 'whole', sql: 'CREATE TABLE whole (x int)' }, broken];
    await expect(migrate(client, { schema, logger: testLogger, migrations })).rejects.toThrow('division');
    const tables = await sql`SELECT tablename FROM pg_tables WHERE schemaname = ${schema} ORDER BY 1`;
    expect(tables.map((row) => row['tablename'])).toEqual(['migrations', 'whole']);
    const repaired = [...migrations.slice(0, 1), { name: 'mended', sql: 'CREATE TABLE half (x int)' }];
    await migrate(client, { schema, logger: testLogger, migrations: repaired });
  });

  test('a database written by a newer Quakewire is refused, and left as it is', async () => {
    const schema = newSchema();
    await openStore(schema).counts();
    await sql`INSERT INTO ${sql(schema)}.migrations (version, name) VALUES (999, 'from the future')`;
    const error = await fails(openStore(schema).applyEvents([{ event, offset: 0 }], at(0)));
    expect(error).toMatchObject({ code: 'DATABASE_NEWER', retriable: false });
    expect(error.message).toMatch(/version 999, .* up to 1; run the newer Quakewire or .*--postgres-url$/);
    expect(await sql`SELECT count(*)::int AS n FROM ${sql(schema)}.events`).toMatchObject([{ n: 0 }]);
  });
});

describe('a server that cannot be used', () => {
  test('wrong credentials are told with the setting, and the password nowhere', async () => {
    const { url } = await newUser();
    const wrong = url.replace('right', 'hunter2');
    const error = await fails(openStore(newSchema(), wrong).counts());
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', retriable: false });
    expect(error.message).toMatch(/password authentication failed .*--postgres-url$/);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('hunter2');
  });

  test('a missing database is told with the setting', async () => {
    const url = server.url.replace(/postgres$/, 'nowhere');
    const error = await fails(openStore(newSchema(), url).counts());
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(error.message).toMatch(/"nowhere" does not exist; create the database .*--postgres-url$/);
  });

  test('a user who may not create the schema is told which right is wanted; a schema of its own is enough', async () => {
    const { name, url } = await newUser();
    const schema = newSchema();
    const error = await fails(openStore(schema, url).counts());
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(error.message).toMatch(/permission denied .* grant the user of --postgres-url CREATE/);
    await sql.unsafe(`CREATE SCHEMA ${schema} AUTHORIZATION ${name}`);
    expect(await openStore(schema, url).counts()).toEqual({ events: 0, reports: 0 });
  });

  test('a PostgreSQL before 15 is refused', async () => {
    // A server that says so: the user's own current_setting() goes before the server's.
    const schema = newSchema();
    await sql.unsafe(`CREATE SCHEMA ${schema}; CREATE FUNCTION ${schema}.current_setting(name text) RETURNS text
      LANGUAGE sql RETURN CASE name WHEN 'server_version_num' THEN '140009' ELSE '14.9' END;
      GRANT USAGE ON SCHEMA ${schema} TO PUBLIC`);
    const { url } = await newUser([`search_path = ${schema}, pg_catalog`]);
    const error = await fails(openStore(schema, url).counts());
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', retriable: false });
    expect(error.message).toMatch(/it is version 14\.9, expected 15 or newer; .*--postgres-url$/);
  });

  test('a database that is not UTF8 is refused', async () => {
    const name = toName('latin');
    await sql.unsafe(`CREATE DATABASE ${name} ENCODING 'LATIN1' TEMPLATE template0`);
    cleaning.push(() => sql.unsafe(`DROP DATABASE ${name} WITH (FORCE)`));
    const error = await fails(openStore(newSchema(), server.url.replace(/postgres$/, name)).counts());
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', retriable: false });
    expect(error.message).toContain('its encoding is LATIN1, expected UTF8; create the database with');
  });

  test('a read-only server can be read; writing waits for the primary', async () => {
    const schema = newSchema();
    await openStore(schema).applyEvents([{ event, offset: 0 }], at(0));
    const { name, url } = await newUser(['default_transaction_read_only = on']);
    await sql.unsafe(`GRANT USAGE ON SCHEMA ${schema} TO ${name}`);
    await sql.unsafe(`GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${name}`);
    const store = openStore(schema, url);
    expect((await store.event(event.id))?.event).toEqual(event);
    for (const refused of [store.applyEvents([], at(1)), openStore(newSchema(), url).counts()]) {
      const error = await fails(refused);
      expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retriable: true });
      expect(error.message).toMatch(/read-only.*--postgres-url must lead to the primary/);
    }
  });

  test('a URL that cannot be read is refused without showing it', () => {
    const urls = [
      'u:sesam@oeffne@host/db',
      'u:sesam/oeffne@host/db',
      'u:sesam?oeffne@host/db',
      'u:sesam%oeffne@host/db',
      'u:oeffne',
    ];
    for (const url of [...urls.map((rest) => `postgres://${rest}`), 'oeffne', 'http://u:oeffne@host/db']) {
      const refusal = (() => {
        try {
          return `accepted: ${createPostgresClient({ url, logger: testLogger }).place}`;
        } catch (error) {
          return inspect(error, { depth: 9, showHidden: true });
        }
      })();
      expect(refusal).toContain('--postgres-url');
      expect(refusal).not.toMatch(/sesam|oeffne/);
    }
    expect(toPlace('postgres://u:p%40ss@db:5433/quakes?sslmode=require')).toBe('db:5433/quakes');
    expect(toPlace('postgresql://u:p@a:1,b:2/quakes')).toBe('a:1,b:2/quakes');
  });
});

describe('outages', () => {
  test('where nothing listens the store is unavailable, and says where', async () => {
    const error = await fails(openStore(newSchema(), 'postgres://u:hunter2@127.0.0.1:1/x').counts());
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retriable: true });
    expect(error.message).toContain('127.0.0.1:1/x');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('hunter2');
  });

  test('an answer that does not come is given up, and the next statement finds a new connection', async () => {
    const client = openClient();
    const error = await fails(client.query('SELECT pg_sleep($1)', [20], 200));
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(error.message).toMatch(/has not answered within 0.2 s$/);
    expect(await client.query('SELECT 1 AS one')).toMatchObject([{ one: 1 }]);
  });

  test('a load that loses its connection fails; it never ends early as if all had come', async () => {
    const schema = newSchema();
    const store = openStore(schema);
    const events = Array.from({ length: 5_000 }, (_, i) => ({ event: numbered(i), offset: i }));
    await store.applyEvents(events, at(4_999));
    const { batches } = await store.loadEvents(new AbortController().signal);
    let count = 0;
    const loading = async () => {
      for await (const batch of batches) {
        count += batch.length;
        await sql`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
          WHERE query LIKE '%FROM ' || ${`"${schema}"`} || '.events ORDER BY origin_time_ms%'`;
      }
    };
    await expect(loading()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(count).toBeLessThan(5_000);
  });
});

describe('a topic that is not where the store left it', () => {
  test('in a database put back from a copy: nothing is written until the position was read again', async () => {
    const schema = newSchema();
    const store = openStore(schema);
    await store.applyEvents([{ event: numbered(0), offset: 0 }], at(0));
    const before = await sql`SELECT * FROM ${sql(schema)}.positions`;
    await store.applyEvents([{ event: numbered(1), offset: 1 }], at(1));
    await sql`DELETE FROM ${sql(schema)}.events WHERE log_offset = 1`;
    await sql`UPDATE ${sql(schema)}.positions SET ${sql(before[0]!, 'log_offset')}`;
    const error = await fails(store.applyEvents([{ event: numbered(2), offset: 2 }], at(2)));
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retriable: true });
    expect(error.message).toContain('quake.events.v1 is not at one:1, where it was left');
    expect(await store.position('quake.events.v1')).toEqual(at(0));
    expect(await store.counts()).toMatchObject({ events: 1 });
    await store.applyEvents(
      [1, 2].map((i) => ({ event: numbered(i), offset: i })),
      at(2),
    );
    expect(await store.counts()).toMatchObject({ events: 3 });
  });

  test('in an emptied database too', async () => {
    const schema = newSchema();
    const store = openStore(schema);
    await store.applyReports([report], { ...at(0), topic: 'quake.reports.v1' });
    await sql`TRUNCATE ${sql(schema)}.positions, ${sql(schema)}.reports`;
    await expect(store.applyReports([], { ...at(1), topic: 'quake.reports.v1' })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    expect(await store.position('quake.reports.v1')).toMatchObject({ offset: -1 });
  });

  test('a store that slept while another began on a new log writes nothing of the old one', async () => {
    const schema = newSchema();
    const [slept, other] = [openStore(schema), openStore(schema)];
    await slept.applyEvents([{ event: numbered(0), offset: 0 }], at(0));
    await other.reset('quake.events.v1');
    await other.applyEvents([{ event: numbered(7), offset: 3 }], at(3, 'two'));
    await expect(slept.applyEvents([{ event: numbered(1), offset: 1 }], at(1))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    expect(await other.counts()).toMatchObject({ events: 1 });
    expect(await slept.position('quake.events.v1')).toEqual(at(3, 'two'));
  });

  test('two stores that apply the same log at once end as one would', async () => {
    const schema = newSchema();
    const stores = [openStore(schema), openStore(schema)];
    const events = Array.from({ length: 200 }, (_, i) => ({
      event: { ...numbered(i % 20), revision: 1 + Math.floor(i / 20) },
      offset: i,
    }));
    await Promise.all(
      stores.map(async (store) => {
        await store.position('quake.events.v1').then(() => store.position('quake.reports.v1'));
        for (const each of events) {
          const apply = () => store.applyEvents([each], at(each.offset));
          // Both may find the empty topic; the second to write reads it again, as the stage does.
          await apply().catch(() => store.position('quake.events.v1').then(apply));
        }
      }),
    );
    expect(await stores[0]!.position('quake.events.v1')).toEqual(at(199));
    const rows =
      await sql`SELECT revision::int, log_offset::int FROM ${sql(schema)}.events ORDER BY log_offset`;
    expect(rows.map((row) => [row['revision'], row['log_offset']])).toEqual(
      events.slice(180).map((each) => [10, each.offset]),
    );
  });
});

describe('text that PostgreSQL does not have', () => {
  test('toText() gives a text without U+0000 and halves of pairs, another one for every other', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.constantFrom('', '\0', '"', '"\\u0000"', '\ud800', '\ud801', '\ufffd', 'emsc-1'),
    );
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        expect(toText(a)).not.toContain('\0');
        expect(toText(a).isWellFormed()).toBe(true);
        expect(toText(a) === toText(b)).toBe(a === b);
      }),
    );
  });

  test('ids with it are kept apart, found again, and come back as they were', async () => {
    const store = openStore(newSchema());
    const odd = ['emsc-\0', 'emsc-\ud800', 'emsc-\ud801'].map((id) => ({
      ...event,
      id: id as EventId,
      reports: [{ agency: 'EMSC', agencyEventId: id.slice(5) }],
    }));
    const reports = odd.map(({ reports: [own] }) => ({ ...report, ...own }));
    await store.applyEvents(
      odd.map((each, offset) => ({ event: each, offset })),
      at(2),
    );
    await store.applyReports(reports, { ...at(2), topic: 'quake.reports.v1' });
    for (const [i, each] of odd.entries()) {
      expect(await store.event(each.id)).toEqual({ event: each, reports: [reports[i]] });
    }
  });
});
