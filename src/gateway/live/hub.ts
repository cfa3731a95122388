// The live hub: every reader of /live of this process, and the loop that writes one frame to all of them.
//
//   join ──▶ catching up ──(end of history)──▶ following ──▶ left
//                ▲                                 │
//                └────────(queue over bound)───────┘          either ──(no byte taken)──▶ dropped
//
// A reader that follows gets each frame as it comes: the same buffer for all, straight to the socket. One that catches
// up pulls from the history as fast as its socket takes bytes, so nothing is ever buffered for it. Both steps from one
// to the other happen in one turn of the event loop, so no record falls between them and none is sent twice.

import type { Socket } from 'node:net';
import type { Filter } from '../../catalogue/filter.ts';
import type { Clock } from '../../clock.ts';
import { toCursor } from '../../event/identity.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import {
  CATCH_UP_BYTES,
  isStalled,
  type LiveClient,
  measureQueue,
  QUEUE_BOUNDS,
  type QueueBounds,
} from './client.ts';
import { AGE_RETRY, DRAIN_RETRY, drainClients, endStream, type RetryRange } from './drain.ts';
import { encodeFrame, type Frame } from './frame.ts';
import { concerns, type History } from './history.ts';
import { type Broadcast, concatenate, createTurn, isWanted } from './turn.ts';

export interface HubOptions extends QueueBounds {
  /** Streams open at most; beyond that `admit` refuses. */
  readonly streamsMax: number;
  /** Streams of one address at most; null: no such bound (behind a proxy all addresses may be one). */
  readonly streamsPerAddressMax: number | null;
  readonly heartbeatMs: number;
  /**
   * How long a stream may last, milliseconds, a fifth more or less for each, so that after a scale-up the readers spread over
   * all gateways without a hand; null: for ever. Looked at with each heartbeat.
   */
  readonly ageMaxMs: number | null;
}

export const HUB_DEFAULTS: HubOptions = {
  ...QUEUE_BOUNDS,
  streamsMax: 20_000,
  streamsPerAddressMax: null,
  heartbeatMs: 15_000,
  ageMaxMs: 3_600_000,
};

/** Share of the age bound by which streams differ, either way. */
const AGE_SPREAD = 0.2;

/** A reader at the door: its response head is sent, nothing else. */
export interface Joining {
  readonly socket: Socket;
  readonly chunked: boolean;
  readonly filter: Filter | null;
  readonly address: string;
  /** Frames that come before all others. */
  readonly opening: readonly Frame[];
  /** Continue after this offset of the history and say `caught-up`; null: begin now. */
  readonly resumeAfter: number | null;
}

export interface Hub {
  readonly size: number;
  /** Null when one more stream from this address is welcome, else what is full. */
  refusal(address: string): 'streams' | 'address' | 'draining' | null;
  /** True when this socket carries a stream. */
  owns(socket: Socket): boolean;
  join(joining: Joining): void;
  /** Sends a record to all that follow; the history must already have it. */
  broadcast(record: Broadcast): void;
  /** Sends a frame without an id to everyone: it says nothing about the log. */
  announce(frame: Frame): void;
  /** Tells everyone to load the snapshot anew, because the history is another one now. */
  startOver(frame: Frame): void;
  /** Ends all streams, evenly over `spreadMs`, each with a pause of its own before it may come back. Takes no new ones. */
  drain(spreadMs: number): Promise<void>;
}

/** A hub over the given history (read anew each time: an epoch change replaces it). Runs one timer until drained. */
export function createHub(
  history: () => History,
  clock: Clock,
  metrics: Metrics,
  options: HubOptions = HUB_DEFAULTS,
  random: () => number = Math.random,
): Hub {
  const clients = new Map<Socket, LiveClient>();
  const following = new Set<LiveClient>();
  const perAddress = new Map<string, number>();
  let draining = false;
  const turn = createTurn(send, CATCH_UP_BYTES);
  const heartbeat = setInterval(beat, options.heartbeatMs);
  heartbeat.unref();
  metrics.liveStreamsMax.set(options.streamsMax);

  function write(client: LiveClient, frame: Frame): void {
    if (client.socket.writableEnded) return;
    client.socket.write(client.chunked ? frame.chunked : frame.plain);
  }

  // One function for all sockets: `this` is the socket.
  function hangUp(this: Socket): void {
    leave.call(this);
    this.destroy();
  }

  function leave(this: Socket): void {
    const client = clients.get(this);
    if (!client) return;
    clients.delete(this);
    following.delete(client);
    const left = perAddress.get(client.address)! - 1;
    if (left === 0) perAddress.delete(client.address);
    else perAddress.set(client.address, left);
    metrics.liveStreams.set(clients.size);
  }

  function drop(client: LiveClient): void {
    metrics.liveDropped.inc();
    client.socket.destroy();
  }

  /** Writes the next part of what the reader misses; at the end it follows. */
  function catchUp(client: LiveClient): void {
    if (draining || client.socket.destroyed || client.socket.writableEnded || following.has(client)) return;
    const missed = history();
    // Fell out of the history: it comes back and is told so. Filters look back to where the reader came from.
    if ((client.filter ? client.cursorOffset : client.offset) < missed.floor) {
      drop(client);
      return;
    }
    const parts: Buffer[] = [];
    let bytes = 0;
    let entry = missed.next(client.offset);
    for (; entry && bytes < CATCH_UP_BYTES; entry = missed.next(client.offset)) {
      client.offset = entry.offset;
      if (client.filter && !concerns(entry, client.filter, client.cursorOffset)) continue;
      const part = client.chunked ? entry.frame.chunked : entry.frame.plain;
      parts.push(part);
      bytes += part.length;
      if (client.changes !== null) client.changes++;
    }
    if (parts.length > 0) client.socket.write(parts.length === 1 ? parts[0]! : Buffer.concat(parts, bytes));
    if (entry) catchUpLater(client);
    else follow(client, missed);
  }

  function catchUpLater(client: LiveClient): void {
    if (client.socket.writableNeedDrain) client.socket.once('drain', () => catchUp(client));
    else setImmediate(catchUp, client);
  }

  function follow(client: LiveClient, missed: History): void {
    turn.flush(); // the history has what is pending: it must not come a second time
    following.add(client);
    client.offset = missed.head;
    if (client.changes === null) return;
    const cursor = toCursor(missed.epoch, missed.head);
    const data = JSON.stringify({ cursor, changes: client.changes });
    write(client, encodeFrame({ event: 'caught-up', id: cursor, data }));
    client.changes = null;
  }

  /** The reader takes less than comes: it pulls from the history instead, from the record it was sent last. */
  function fallBehind(client: LiveClient, sentOffset: number): void {
    metrics.liveBehind.inc();
    following.delete(client);
    client.offset = sentOffset;
    client.cursorOffset = sentOffset;
    catchUpLater(client);
  }

  /** Writes records to all that follow: the same bytes to everyone without a filter. */
  function send(records: readonly Broadcast[]): void {
    const chunked = concatenate(records, (frame) => frame.chunked);
    const { head } = history();
    for (const client of following) {
      const { socket, filter } = client;
      if (filter === null && client.chunked) socket.write(chunked);
      else {
        const wanted = filter === null ? records : records.filter((record) => isWanted(record, filter));
        if (wanted.length === 0) continue;
        socket.write(concatenate(wanted, (frame) => (client.chunked ? frame.chunked : frame.plain)));
      }
      if (socket.writableLength > options.queueBytesMax) fallBehind(client, head);
    }
    const nowMs = clock.now();
    for (const { receivedAtMs } of records) metrics.gatewayDelay.observe((nowMs - receivedAtMs) / 1000);
  }

  /** Ends a stream: its reader resumes by cursor, at whichever gateway has the fewest. */
  function retire(client: LiveClient, reason: 'age' | 'drain', pause: RetryRange): void {
    following.delete(client);
    endStream(client, pause, random());
    metrics.liveEnded.inc({ reason });
  }

  function toEnd(nowMs: number): number | null {
    const { ageMaxMs } = options;
    return ageMaxMs === null ? null : nowMs + ageMaxMs * (1 + AGE_SPREAD * (2 * random() - 1));
  }

  function beat(): void {
    turn.flush();
    const { epoch, head } = history();
    const frame = encodeFrame({ comment: 'heartbeat', id: toCursor(epoch, head) });
    const nowMs = clock.now();
    for (const client of clients.values()) {
      // A reader that does not go when its stream has ended is cut off one heartbeat later.
      if (client.socket.writableEnded) client.socket.destroy();
      else if (isStalled(client, measureQueue(client.socket), options)) drop(client);
      else if (following.has(client)) {
        write(client, frame);
        if (client.endsAtMs !== null && nowMs >= client.endsAtMs) retire(client, 'age', AGE_RETRY);
      }
    }
  }

  return {
    get size() {
      return clients.size;
    },
    refusal(address) {
      if (draining) return 'draining';
      if (clients.size >= options.streamsMax) return 'streams';
      const { streamsPerAddressMax } = options;
      if (streamsPerAddressMax !== null && (perAddress.get(address) ?? 0) >= streamsPerAddressMax)
        return 'address';
      return null;
    },
    owns: (socket) => clients.has(socket),
    join({ socket, chunked, filter, address, opening, resumeAfter }) {
      if (socket.destroyed) return;
      const present = history();
      const offset = resumeAfter ?? present.head;
      const client: LiveClient = {
        ...{ socket, chunked, filter, address, cursorOffset: offset, offset },
        ...{ changes: resumeAfter === null ? null : 0, queuedBytes: 0, takenBytes: 0, stalledHeartbeats: 0 },
        endsAtMs: toEnd(clock.now()),
      };
      clients.set(socket, client);
      perAddress.set(address, (perAddress.get(address) ?? 0) + 1);
      metrics.liveStreams.set(clients.size);
      socket.on('end', hangUp);
      socket.on('close', leave);
      for (const frame of opening) write(client, frame);
      catchUp(client);
    },
    broadcast(record) {
      metrics.liveFrames.inc();
      turn.push(record);
    },
    announce(frame) {
      for (const client of clients.values()) {
        if (client.socket.writableLength < options.queueBytesMax) write(client, frame);
      }
    },
    startOver(frame) {
      turn.flush();
      const { head } = history();
      for (const client of clients.values()) {
        client.offset = head;
        client.cursorOffset = head;
        client.changes = null;
        write(client, frame);
      }
    },
    async drain(spreadMs) {
      draining = true;
      // Until its turn comes a reader is served as ever.
      await drainClients(clients, spreadMs, (client) => retire(client, 'drain', DRAIN_RETRY));
      clearInterval(heartbeat);
    },
  };
}
