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
  /** Bytes that the socket had taken by the last heartbeat, of all that was ever written to it. */
  takenBytes: number;
  /** Heartbeats in a row at which it had taken nothing more. */
  stalledHeartbeats: number;
  /** When this stream has lasted long enough, ms since the epoch; null: never. */
  readonly endsAtMs: number | null;
}

export interface QueueBounds {
  /** Bytes that may wait for one reader's socket; beyond it nothing more is queued, and it reads on from the history. */
  readonly queueBytesMax: number;
  /**
   * Heartbeats in a row in which the socket finished no write, though some waited, after which a reader is dropped.
   */
  readonly stalledHeartbeatsMax: number;
}

export const QUEUE_BOUNDS: QueueBounds = { queueBytesMax: 256 * 1024, stalledHeartbeatsMax: 2 };

/** Bytes written at once while catching up: enough to fill a socket, little enough to leave the queue bound far away. */
export const CATCH_UP_BYTES = 64 * 1024;

/**
 * Counts a heartbeat against a reader and says whether it has to go: its queue was not empty before, and no write
 * has left it whole since. How long the queue is says nothing: that of a slow reader who catches up is filled again as often as it
 * is empty.
 */
export function isStalled(
  client: Pick<LiveClient, 'queuedBytes' | 'takenBytes' | 'stalledHeartbeats'>,
  { queuedBytes, takenBytes }: Pick<LiveClient, 'queuedBytes' | 'takenBytes'>,
  bounds: QueueBounds,
): boolean {
  const moves = queuedBytes === 0 || client.queuedBytes === 0 || takenBytes > client.takenBytes;
  client.stalledHeartbeats = moves ? 0 : client.stalledHeartbeats + 1;
  client.queuedBytes = queuedBytes;
  client.takenBytes = takenBytes;
  return client.stalledHeartbeats >= bounds.stalledHeartbeatsMax;
}

/** What waits for a socket now, and what it has taken. Bytes of a write count as taken when all of it has gone. */
export function measureQueue({ bytesWritten, writableLength }: Socket): {
  queuedBytes: number;
  takenBytes: number;
} {
  return { queuedBytes: writableLength, takenBytes: bytesWritten - writableLength };
}
