// Ports for what is started, and for parts that die and come back: below the range from which the system takes ports for
// outgoing connections (32768 up on Linux), so that nobody is given one between its search and its use, or a dead part's
// meanwhile.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

const FIRST = 20_000;
const LAST = 32_000;
const TRIES_MAX = 1_000;

/** Ports of the loopback that nobody listens on at this moment, none of them given to a process that still runs. */
export async function findFreePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  for (let tries = 0; found.size < count; tries++) {
    if (tries > TRIES_MAX) throw new Error(`Cannot find ${count} free ports between ${FIRST} and ${LAST}`);
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if ((await reserve(port)) && (await isFree(port))) found.add(port);
  }
  return [...found];
}

/** One of them. */
export async function findFreePort(): Promise<number> {
  const [port] = await findFreePorts(1);
  return port!;
}

/**
 * Says to every process that looks for ports as this one does, other test files at the same time above all, that this port is
 * given: by the UDP port of its number, which nobody uses and which is free again when this process ends.
 */
async function reserve(port: number): Promise<boolean> {
  const sign = createSocket('udp4').unref();
  try {
    sign.bind({ port, address: '127.0.0.1', exclusive: true });
    await once(sign, 'listening');
  } catch {
    sign.close();
    return false; // given before
  }
  return true;
}

/** True when one could listen on this port of the loopback now. */
async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch {
    return false; // taken, or not ours to take
  }
  server.close();
  await once(server, 'close');
  return true;
}
