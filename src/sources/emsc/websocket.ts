// One socket to EMSC's standing-order websocket (the raw endpoint of its SockJS service): every frame is a
// JSON text, nothing is ever sent but pings. What is done with it is decided in ../connection.ts.

import { WebSocket } from 'ws';
import type { OpenSocket } from '../connection.ts';
import { describeNetworkFault } from '../network-fault.ts';
import { REPLAY_HEADER } from '../replay-header.ts';

/** A frame beyond this ends the connection; up to this it is read and rejected with a reason (./parse.ts). */
const PAYLOAD_BYTES_MAX = 16 * 1024 ** 2;

/** How sockets to this address are opened. */
export function createEmscSocketOpener(url: string): OpenSocket {
  return (handlers) => {
    let fault: string | null = null;
    let replay: string | null = null;
    const socket = new WebSocket(url, {
      maxPayload: PAYLOAD_BYTES_MAX,
      perMessageDeflate: false,
      headers: { 'user-agent': 'quakewire' },
    });
    socket.on('upgrade', ({ headers }) => {
      const header = headers[REPLAY_HEADER];
      replay = header === undefined ? null : String(header);
    });
    socket.on('open', () => handlers.opened(replay));
    socket.on('message', (bytes: Buffer) => handlers.message(bytes));
    socket.on('pong', () => handlers.pong());
    socket.on('unexpected-response', (request, response) => {
      fault =
        `${new URL(url).host} answered ${response.statusCode} ${response.statusMessage ?? ''}`.trimEnd();
      request.destroy();
      handlers.closed(fault);
    });
    socket.on('error', (error) => {
      fault ??= describeNetworkFault(error, url);
    });
    socket.on('close', (code) => handlers.closed(fault ?? describeClose(code, url)));
    return {
      ping() {
        if (socket.readyState === WebSocket.OPEN) socket.ping();
      },
      terminate: () => socket.terminate(),
    };
  };
}

function describeClose(code: number, url: string): string {
  const { host } = new URL(url);
  return code === 1006 ? `${host} cut the connection` : `${host} closed the connection (${code})`;
}
