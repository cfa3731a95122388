// The cache's configuration, judged by nginx itself, and what it keeps: one request at the gateway for many readers.

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMPOSE, toNginxConfig } from '../../deploy/nginx/config.ts';
import { findFreePort } from '../support/free-port.ts';
import { createEvent, openStream, startGateway } from '../support/gateway.ts';
import { describeUnless } from '../support/obstacle.ts';

test('deploy/nginx/nginx.conf is what the module makes', () => {
  expect(readFileSync('deploy/nginx/nginx.conf', 'utf8')).toBe(toNginxConfig(COMPOSE));
});

test('no value can become another directive', () => {
  expect(() => toNginxConfig({ ...COMPOSE, upstream: 'a:1; }' })).toThrow(/no plain word/);
});

const obstacle =
  spawnSync('nginx', ['-v']).status === 0
    ? null
    : 'nginx is not installed (Debian: apt-get install nginx-light)';

describeUnless(obstacle, 'nginx before a gateway', () => {
  test('asks the gateway once a second or so, however many poll, and lets streams through at once', async () => {
    await using running = await startGateway();
    const folder = mkdtempSync(join(tmpdir(), 'quakewire-nginx-'));
    mkdirSync(join(folder, 'cache'));
    const port = await findFreePort();
    const upstream = running.url.replace('http://', '');
    const user = process.getuid?.() === 0 ? 'root' : null;
    writeFileSync(
      join(folder, 'nginx.conf'),
      toNginxConfig({ listen: `127.0.0.1:${port}`, upstream, folder, user }),
    );
    const args = ['-c', join(folder, 'nginx.conf'), '-g', 'daemon off;', '-e', 'stderr'];
    const nginx = spawn('nginx', args, { stdio: 'ignore' });
    const ended = new Promise((resolve) => nginx.once('close', resolve));
    try {
      const url = `http://127.0.0.1:${port}`;
      const poll = () => fetch(`${url}/live/recent.json`);
      for (
        let tries = 0;
        !(await poll().then(
          ({ ok }) => ok,
          () => false,
        ));
        tries++
      ) {
        if (tries > 200) throw new Error('nginx never answered');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const asked = async () =>
        (await running.metrics.httpRequests.get()).values
          .filter(({ labels }) => labels.route === '/live/recent.json')
          .reduce((sum, { value }) => sum + value, 0);
      const before = await asked();
      const startedMs = performance.now();
      for (let round = 0; round < 30; round++) {
        const answers = await Promise.all(Array.from({ length: 20 }, poll));
        expect(answers.every(({ status }) => status === 200)).toBe(true);
        await Promise.all(answers.map((answer) => answer.text()));
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      const elapsedS = (performance.now() - startedMs) / 1000;
      expect((await asked()) - before).toBeLessThanOrEqual(elapsedS + 2);
      expect((await asked()) - before).toBeGreaterThanOrEqual(1);

      const stream = await openStream(url);
      await running.publish(createEvent(1));
      await stream.until((messages) => messages.some(({ event }) => event === 'event'));
      stream.close();
      await expect
        .poll(async () => ((await (await poll()).json()) as { events: unknown[] }).events.length, {
          timeout: 10_000,
        })
        .toBe(1);
    } finally {
      nginx.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
