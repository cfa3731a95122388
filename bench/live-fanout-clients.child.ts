// The readers of bench/live-fanout.ts, in a process of their own: opens many connections, counts their bytes and
// says when it has so many. Arguments: port, count, `sse` or `ws`.

import { connect } from 'node:net';

const [port, count, protocol] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]!];
/** Connections opened at a time: a listening socket's queue is finite. */
const BATCH = 100;
const REQUESTS: Record<string, string> = {
  sse: 'GET /live HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n\r\n',
  ws: 'GET / HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
};

let bytes = 0;
let target = Number.POSITIVE_INFINITY;
let open = 0;
const shared = Buffer.alloc(256 * 1024);

function openOne(): Promise<void> {
  return new Promise((resolve, reject) => {
    let answered = false;
    const socket = connect({
      port,
      host: '127.0.0.1',
      onread: {
        buffer: shared,
        callback: (length) => {
          bytes += length;
          if (!answered) {
            answered = true;
            open++;
            resolve();
          }
          if (bytes >= target) {
            target = Number.POSITIVE_INFINITY;
            process.send!({ reached: bytes });
          }
          return true;
        },
      },
    });
    socket.on('error', reject);
    socket.on('close', () => {
      open--;
      process.send!({ closed: true });
    });
    socket.write(REQUESTS[protocol]!);
  });
}

for (let i = 0; i < count; i += BATCH) {
  await Promise.all(Array.from({ length: Math.min(BATCH, count - i) }, openOne));
}
process.on('message', (command: { count?: true; target?: number }) => {
  if (command.count) process.send!({ bytes, open });
  if (command.target === undefined) return;
  target = command.target;
  if (bytes >= target) {
    target = Number.POSITIVE_INFINITY;
    process.send!({ reached: bytes });
  }
});
process.on('disconnect', () => process.exit());
process.send!({ ready: true });
