// Sends readers away evenly over time, so that those who take them in are not run over: one timer for all, and a pause
// of its own for each before it may come back.

import type { LiveClient } from './client.ts';
import { encodeFrame, LAST_CHUNK } from './frame.ts';

/** Length of one step, milliseconds. */
const STEP_MS = 50;
/** How long after the last one a reader may take to fetch what is queued for it and go. */
const GRACE_MS = 1_000;
/** Pause asked of a reader: from the first number to the second, at random. */
const RETRY_FROM_MS = 500;
const RETRY_TO_MS = 4_000;

/** Ends all of `clients`, a live view of those still there, within `spreadMs` and a second. */
export async function drainClients(
  clients: { readonly size: number; values(): Iterable<LiveClient> },
  spreadMs: number,
  random: () => number,
): Promise<void> {
  const leaving = [...clients.values()];
  const perStep = Math.ceil(leaving.length / Math.max(1, Math.floor(spreadMs / STEP_MS)));
  for (let next = 0; clients.size > 0 && next < leaving.length; next += perStep) {
    for (const client of leaving.slice(next, next + perStep)) endStream(client, random());
    await pause(STEP_MS);
  }
  for (let waitedMs = 0; clients.size > 0 && waitedMs < GRACE_MS; waitedMs += STEP_MS) await pause(STEP_MS);
  for (const client of clients.values()) client.socket.destroy();
}

function endStream({ socket, chunked }: LiveClient, share: number): void {
  const last = encodeFrame({ retryMs: RETRY_FROM_MS + share * (RETRY_TO_MS - RETRY_FROM_MS) });
  if (chunked) socket.end(Buffer.concat([last.chunked, LAST_CHUNK]));
  else socket.end(last.plain);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
