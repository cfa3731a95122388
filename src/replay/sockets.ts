// The replayed agency's websocket clients, and what can go wrong on the way to them. Frames go to every
// client; a fault strikes one client at a time, as in life.

import { WebSocket, type WebSocketServer } from 'ws';
import { drawFault, type FaultRates, SOCKET_FAULTS } from './faults.ts';

export interface SocketsOptions {
  readonly server: WebSocketServer;
  readonly random: () => number;
  readonly rates: () => FaultRates;
  /** Longest hold of a delayed frame, real milliseconds. */
  readonly delayMaxMs: number;
}

export interface Sockets {
  /** Sends a frame to every client, with the faults that strike. */
  broadcast(frame: string): void;
  /** Sends exactly these bytes to every client, without faults. */
  send(frame: string | Uint8Array): void;
  /** Cuts every connection without a closing handshake. */
  drop(): void;
  /** The connections there are fall silent: no frame, no pong, no end. New ones work. */
  freeze(): void;
  count(): number;
  /** Resolves when no client has more than a megabyte to read. */
  drained(): Promise<void>;
  close(): void;
}

const UNREAD_BYTES_MAX = 1_000_000;
const GARBAGE = [
  '{"action":"create","data":{"type":"Feature"',
  '<html><body>502</body></html>',
  '\u0000\u0001',
  '{}',
  '[]',
];

export function createSockets({ server, random, rates, delayMaxMs }: SocketsOptions): Sockets {
  const frozen = new WeakSet<WebSocket>();
  const held = new Map<WebSocket, string>();
  const timers = new Set<NodeJS.Timeout>();
  server.on('connection', (socket) => {
    // Pongs are answered by hand (autoPong is off), so that a frozen connection answers none.
    socket.on('ping', (payload) => {
      if (!frozen.has(socket)) socket.pong(payload);
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => held.delete(socket));
  });
  const awake = () =>
    [...server.clients].filter((one) => one.readyState === WebSocket.OPEN && !frozen.has(one));
  const freezeOne = (socket: WebSocket) => {
    frozen.add(socket);
    socket.pause();
  };

  const strike = (socket: WebSocket, frame: string) => {
    const fault = drawFault(SOCKET_FAULTS, rates(), random);
    if (fault === 'drop') return socket.terminate();
    if (fault === 'half-open') return freezeOne(socket);
    if (fault === 'reorder' && !held.has(socket)) return void held.set(socket, frame);
    if (fault === 'delay') {
      const timer = setTimeout(() => {
        timers.delete(timer);
        if (socket.readyState === WebSocket.OPEN && !frozen.has(socket)) socket.send(frame);
      }, random() * delayMaxMs);
      return void timers.add(timer);
    }
    if (fault === 'garbage') socket.send(GARBAGE[Math.floor(random() * GARBAGE.length)]!);
    socket.send(frame);
    if (fault === 'duplicate') socket.send(frame);
    const earlier = held.get(socket);
    if (earlier !== undefined) socket.send(earlier);
    held.delete(socket);
  };

  return {
    broadcast(frame) {
      for (const socket of awake()) strike(socket, frame);
    },
    send(frame) {
      for (const socket of awake())
        socket.send(typeof frame === 'string' ? frame : Buffer.from(frame), { binary: false });
    },
    drop() {
      for (const socket of server.clients) socket.terminate();
    },
    freeze() {
      for (const socket of awake()) freezeOne(socket);
    },
    count: () => awake().length,
    async drained() {
      while (awake().some((socket) => socket.bufferedAmount > UNREAD_BYTES_MAX))
        await new Promise((resolve) => setTimeout(resolve, 5));
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
      for (const socket of server.clients) socket.terminate();
    },
  };
}
