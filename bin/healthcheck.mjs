// For a container's health check, where there is no shell and no curl: asks the admin port, where the environment says that it is,
// and ends with 0 when the answer is 2xx, else with 1 and the reason. `node bin/healthcheck.mjs [/readyz | URL]`; without a word it asks /readyz.

import { isIP } from 'node:net';

const word = process.argv[2] ?? '/readyz';
const port = process.env.QUAKEWIRE_ADMIN_PORT ?? '9090';
const named = process.env.QUAKEWIRE_ADMIN_HOST || '127.0.0.1';
// Who listens on every address is asked on the machine's own.
const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[named] ?? named;
const url = URL.canParse(word) ? word : `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}${word}`;

try {
  const answer = await fetch(url, { signal: AbortSignal.timeout(8_000) });
  const text = await answer.text();
  process.exitCode = answer.ok ? 0 : 1;
  process.stdout.write(`${answer.status} ${text.slice(0, 2_000)}\n`);
} catch (error) {
  process.exitCode = 1;
  process.stdout.write(`${url}: ${error.cause?.message ?? error.message}\n`);
}
