// A bench's child processes: questions over the channel that fork() opens, and their end.

import type { ChildProcess } from 'node:child_process';

/** All readers of a bench come from one address, which a gateway would bound. */
export const NO_ADDRESS_BOUNDS = { requestsPerAddressMax: null, connectionsPerAddressMax: null } as const;

/** Sends a message (null: none) and gives the first answer that has `key`. Rejects when the child ends before. */
export function ask<T>(child: ChildProcess, message: object | null, key: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const take = (answer: Record<string, unknown>) => {
      if (!(key in answer)) return;
      child.off('message', take);
      child.off('exit', fail);
      resolve(answer as T);
    };
    const fail = () => reject(new Error(`A child ended before it answered with ${key}`));
    child.on('message', take);
    child.once('exit', fail);
    if (message) child.send(message);
  });
}

/** Kills it and waits until it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
