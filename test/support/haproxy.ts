// A real HAProxy on free ports of the loopback, ended by its process id.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HaproxyInput, toHaproxyConfig } from '../../deploy/haproxy/config.ts';
import { findFreePort } from './free-port.ts';
import { describeUnless } from './obstacle.ts';

export interface Haproxy extends AsyncDisposable {
  readonly url: string;
  /** Statistics for people at `/`, for Prometheus at `/metrics`. */
  readonly statsUrl: string;
  readonly process: ChildProcess;
  /** What HAProxy has said so far: servers that came and went. */
  readonly output: () => string;
  /** One column of the statistics for each server of a backend, such as `status` or `scur`. */
  column(backend: string, column: string): Promise<Record<string, string>>;
}

/** Why no HAProxy can run here; null: one can. */
export function findHaproxyObstacle(): string | null {
  const { status } = spawnSync('haproxy', ['-v']);
  return status === 0 ? null : 'HAProxy is not installed (Debian: apt-get install haproxy)';
}

/** What HAProxy itself says of a configuration; null: nothing against it. */
export function judgeConfig(text: string): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'quakewire-haproxy-'));
  writeFileSync(join(folder, 'haproxy.cfg'), text);
  const { status, stderr } = spawnSync('haproxy', ['-c', '-f', join(folder, 'haproxy.cfg')], {
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  return status === 0 && !/\[(WARNING|ALERT)\]/.test(stderr) ? null : stderr;
}

/** Starts HAProxy over the gateways at these URLs and waits until it takes them all for ready. */
export async function startHaproxy(
  gatewayUrls: readonly string[],
  options: Partial<HaproxyInput> = {},
): Promise<Haproxy> {
  const [bindPort, statsPort] = [await findFreePort(), await findFreePort()];
  const gateways = gatewayUrls.map((url, i) => {
    const port = Number(new URL(url).port);
    return { name: `gateway${i + 1}`, host: '127.0.0.1', port, checkPort: port };
  });
  const folder = mkdtempSync(join(tmpdir(), 'quakewire-haproxy-'));
  const text = toHaproxyConfig({ bindHost: '127.0.0.1', bindPort, statsPort, gateways, ...options });
  // Of two threads that take a request each at the same moment, both may give it to the same gateway: with one it is certain
  // who has fewest.
  writeFileSync(join(folder, 'haproxy.cfg'), text.replace(/^global$/m, 'global\n    nbthread 1'));
  const child = spawn('haproxy', ['-db', '-f', join(folder, 'haproxy.cfg')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => {
      output += bytes.toString();
    });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));

  async function column(backend: string, name: string): Promise<Record<string, string>> {
    const csv = await (await fetch(`${haproxy.statsUrl}/;csv`)).text();
    const [head, ...rows] = csv.trim().split('\n');
    const names = head!.replace('# ', '').split(',');
    const cells = rows.map((row) => row.split(',')).filter(([proxy]) => proxy === backend);
    return Object.fromEntries(cells.map((row) => [row[1]!, row[names.indexOf(name)]!]));
  }

  const haproxy: Haproxy = {
    url: `http://127.0.0.1:${bindPort}`,
    statsUrl: `http://127.0.0.1:${statsPort}`,
    process: child,
    output: () => output,
    column,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
  for (let tries = 0; ; tries++) {
    const status = await column('live', 'check_status').catch(() => null);
    const checked = gateways.map(({ name }) => status?.[name]);
    if (checked.every((word) => word === 'L7OK')) return haproxy;
    if (tries > 1_000 || child.exitCode !== null) {
      await haproxy[Symbol.asyncDispose]();
      throw new Error(`HAProxy was not ready in time (${checked.join(', ')}): ${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export const describeOnHaproxy = (name: string, suite: () => void): void =>
  describeUnless(findHaproxyObstacle(), name, suite);
