// Who is asked for a backup, and what else may answer at that port.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { findFreePort } from '../../test/support/free-port.ts';
import { askForBackup } from './ask.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections();
});

async function serve(status: number, body: string | null): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer(async (incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url} ${await text(incoming)}`);
    if (body === null) incoming.socket.destroy();
    else outgoing.writeHead(status).end(body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return { port: (server.address() as AddressInfo).port, asked };
}

const ask = (port: number, host = '127.0.0.1', signal = new AbortController().signal) =>
  askForBackup({ host, port, dataDir: '/data', signal });

test('askForBackup() names the data directory, also to one that listens on every address', async () => {
  const backup = { folder: '/data/backups/1' };
  const { port, asked } = await serve(200, JSON.stringify(backup));
  expect(await ask(port)).toEqual(backup);
  expect(await ask(port, '0.0.0.0')).toEqual(backup);
  expect(asked).toEqual(Array(2).fill('PUT /backup {"dataDir":"/data"}'));
});

test('askForBackup() gives null where nobody listens, and nowhere else', async () => {
  const free = await findFreePort();
  expect(await ask(free)).toBeNull();
  const { port } = await serve(0, null);
  await expect(ask(port)).rejects.toMatchObject({ code: 'BACKUP_FAILED', message: /gave no answer/ });
  const stopped = ask(port, '127.0.0.1', AbortSignal.abort());
  await expect(stopped).rejects.toMatchObject({ code: 'BACKUP_FAILED', message: /no longer waited for/ });
});

test('askForBackup() tells another program at that port, and what a Quakewire refuses, plainly', async () => {
  const messageOf = async (status: number, body: string) => {
    const { port } = await serve(status, body);
    return ask(port).then(
      () => 'taken',
      ({ message }: Error) => message.replaceAll(String(port), 'PORT'),
    );
  };
  const another =
    /^Cannot make a backup: http:\/\/127\.0\.0\.1:PORT\/backup answers (405|404|200), .*another program/;
  expect(await messageOf(405, 'Method Not Allowed')).toMatch(another);
  expect(await messageOf(404, '"not found"')).toMatch(another);
  expect(await messageOf(200, '<html>')).toMatch(another);
  expect(await messageOf(404, '{"code":"ROUTE_UNKNOWN","detail":"x"}')).toMatch(
    /makes no backups: its log is on Kafka, or it is a demo/,
  );
  expect(await messageOf(503, '{"code":"BACKUP_FAILED","detail":"no room"}')).toMatch(
    /answers 503: no room$/,
  );
});

test('askForBackup() puts an IPv6 address into brackets', async () => {
  // Of the documentation: nobody has it, and a stopped request reaches nobody.
  await expect(ask(9090, '2001:db8::1', AbortSignal.abort())).rejects.toThrow(
    'http://[2001:db8::1]:9090/backup',
  );
});
