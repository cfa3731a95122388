// Ports for parts that die and come back: below the range from which the system takes ports for outgoing
// connections (32768 up on Linux), so that nobody is given a dead part's port meanwhile.

import { once } from 'node:events';
import { createServer } from 'node:net';

const FIRST = 20_000;
const LAST = 32_000;
const TRIES_MAX = 1_000;

/** Ports of the loopback that nobody listens on at this moment, all different. */
export async function findFreePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  for (let tries = 0; found.size < count; tries++) {
    if (tries > TRIES_MAX) throw new Error(`Cannot find ${count} free ports between ${FIRST} and ${LAST}`);
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (!found.has(port) && (await isFree(port))) found.add(port);
  }
  return [...found];
}

/** True when one could listen on this port of the loopback now. */
export async function isFree(port: number): Promise<boolean> {
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
