// `npm run dev`: the whole chain against the replay, restarted when the server's code changes, and Vite in front
// of it so that the page reloads. No network, no Docker. Ends with Ctrl-C.

import { spawn } from 'node:child_process';
import { createServer } from 'vite';

const GATEWAY = 'http://127.0.0.1:8081';
const ROUTES = ['/live', '/catalogue', '/events', '/status', '/map.svg'];

const server = spawn(
  process.execPath,
  ['--watch', 'src/main.ts', 'demo', '--port', '8081', '--admin-port', '9091', ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
const vite = await createServer({
  server: { port: 8080, proxy: Object.fromEntries(ROUTES.map((route) => [route, { target: GATEWAY }])) },
});
await vite.listen();
vite.printUrls();

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    server.kill('SIGTERM');
    await vite.close();
    process.exit(0);
  });
}
