// Sends readers away at the border of a frame, each with a pause of its own before it may come back: one whose stream has
// grown old, or all of them evenly over time, so that those who take them in are not run over.

import type { LiveClient } from './client.ts';
import { encodeFrame, LAST_CHUNK } from './frame.ts';

/** Length of one step, milliseconds. */
const STEP_MS = 50;
/** How long after the last one a reader may take to fetch what is queued for it and go. */
const GRACE_MS = 1_000;
/** Pause asked of a reader, milliseconds: from the first number to the second, at random. */
export interface RetryRange {
  readonly fromMs: number;
  readonly toMs: number;
}
export const DRAIN_RETRY: RetryRange = { fromMs: 500, toMs: 4_000 };
/** Old streams end at moments of their own anyway. */
export const AGE_RETRY: RetryRange = { fromMs: 100, toMs: 1_000 };

/** Calls `end` for each of `clients`, a live view of those still there, within `spreadMs`; cuts off who is left a second later. */
export async function drainClients(
  clients: { readonly size: number; values(): Iterable<LiveClient> },
  spreadMs: number,
  end: (client: LiveClient) => void,
): Promise<void> {
  const leaving = [...clients.values()];
  const perStep = Math.ceil(leaving.length / Math.max(1, Math.floor(spreadMs / STEP_MS)));
  for (let next = 0; clients.size > 0 && next < leaving.length; next += perStep) {
    for (const client of leaving.slice(next, next + perStep)) end(client);
    await pause(STEP_MS);
  }
  for (let waitedMs = 0; clients.size > 0 && waitedMs < GRACE_MS; waitedMs += STEP_MS) await pause(STEP_MS);
  for (const client of clients.values()) client.socket.destroy();
}

/** Ends one stream behind what was written to it; `share` of the range, 0 to 1, is the pause asked for. */
export function endStream({ socket, chunked }: LiveClient, range: RetryRange, share: number): void {
  if (socket.writableEnded) return;
  const last = encodeFrame({ retryMs: range.fromMs + share * (range.toMs - range.fromMs) });
  if (chunked) socket.end(Buffer.concat([last.chunked, LAST_CHUNK]));
  else socket.end(last.plain);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
