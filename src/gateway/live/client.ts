// One reader of /live, and the rules about its queue: how full it may get, and when a reader that takes no bytes is
// given up. Pure: the hub asks, and acts.

import type { Socket } from 'node:net';
import type { Filter } from '../../catalogue/filter.ts';

export interface LiveClient {
  readonly socket: Socket;
  /** The response has chunked framing (HTTP/1.1). */
  readonly chunked: boolean;
  /** null: everything. */
  readonly filter: Filter | null;
  /** Address that the per-address bound counts by. */
  readonly address: string;
  /** Where the reader's own knowledge ended when it came; filters look back to here. */
  cursorOffset: number;
  /** Everything up to here was sent, or is none of this reader's concern; kept up while it catches up, stale while it follows. */
  offset: number;
  /** Events sent since it came back; null once `caught-up` was sent, or when it did not come back from anywhere. */
  changes: number | null;
  /** Bytes waiting for the socket at the last heartbeat. */
  queuedBytes: number;
  /** Heartbeats in a row at which the queue had not shrunk. */
  stalledHeartbeats: number;
  /** When this stream has lasted long enough, ms since the epoch; null: never. */
  readonly endsAtMs: number | null;
}

export interface QueueBounds {
  /** Bytes that may wait for one reader's socket; beyond it nothing more is queued, and it reads on from the history. */
  readonly queueBytesMax: number;
  /** Heartbeats without a byte taken, after which a reader is dropped. */
  readonly stalledHeartbeatsMax: number;
}

export const QUEUE_BOUNDS: QueueBounds = { queueBytesMax: 256 * 1024, stalledHeartbeatsMax: 2 };

/** Bytes written at once while catching up: enough to fill a socket, little enough to leave the queue bound far away. */
export const CATCH_UP_BYTES = 64 * 1024;

/**
 * Counts a heartbeat against a reader and says whether it has to go: its queue was not empty before, and no byte
 * has left it since. A reader that is merely slow makes it smaller; one that is away does not.
 */
export function isStalled(client: LiveClient, queuedBytes: number, bounds: QueueBounds): boolean {
  const shrunk = queuedBytes === 0 || queuedBytes < client.queuedBytes || client.queuedBytes === 0;
  client.stalledHeartbeats = shrunk ? 0 : client.stalledHeartbeats + 1;
  client.queuedBytes = queuedBytes;
  return client.stalledHeartbeats >= bounds.stalledHeartbeatsMax;
}
