// The floors of bench/latency.ts: a process that passes bytes from one TCP socket to another and does nothing else, or,
// with `--durable FILE`, nothing but appending them to a file and waiting for fdatasync before it passes them on.
// Prints the two ports: bytes written to the first come out of the second.

import { fdatasyncSync, openSync, writeSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';

const file = process.argv[2] === '--durable' ? openSync(process.argv[3]!, 'a') : null;

const readers = new Set<Socket>();
const out = createServer((socket) => {
  socket.setNoDelay(true);
  readers.add(socket);
  socket.on('close', () => readers.delete(socket));
  socket.on('error', () => socket.destroy());
});
const into = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('data', (bytes: Buffer) => {
    if (file !== null) {
      writeSync(file, bytes);
      fdatasyncSync(file);
    }
    for (const reader of readers) reader.write(bytes);
  });
  socket.on('error', () => socket.destroy());
});
const portOf = (server: typeof out) => (server.address() as { port: number }).port;
out.listen(0, '127.0.0.1', () => {
  into.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ into: portOf(into), out: portOf(out) })));
});
process.on('disconnect', () => process.exit());
