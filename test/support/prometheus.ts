// A real Prometheus on a free port of the loopback, with promtool beside it; ended by its process id.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from './free-port.ts';
import { describeUnless } from './obstacle.ts';

/** Why no Prometheus can run here; null: one can. */
export function findPrometheusObstacle(): string | null {
  const missing = ['prometheus', 'promtool'].filter((name) => spawnSync(name, ['--version']).status !== 0);
  return missing.length === 0
    ? null
    : `${missing.join(' and ')} not installed (Debian: apt-get install prometheus)`;
}

export const describeOnPrometheus = (name: string, suite: () => void): void =>
  describeUnless(findPrometheusObstacle(), name, suite);

/** What promtool says, and whether it is content. */
export function promtool(...args: string[]): { ok: boolean; output: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
  return { ok: status === 0, output: stdout + stderr };
}

export interface Target {
  readonly job: string;
  /** Whose /metrics is read. */
  readonly url: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** One series of an answer: its labels and values, with `NaN` among them as Prometheus gives it. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [number, string])[];
}

export interface Rule {
  readonly name: string;
  readonly health: string;
  readonly state: string;
  readonly lastError?: string;
}

export interface Prometheus extends AsyncDisposable {
  readonly url: string;
  /** Each target's health, by job. */
  health(): Promise<Record<string, string>>;
  /** Values over the last `rangeS` seconds, one a second. Throws with Prometheus' words when it cannot read the expression. */
  query(expr: string, rangeS: number): Promise<readonly Series[]>;
  rules(): Promise<readonly Rule[]>;
}

/** Starts one that scrapes and evaluates each second, and waits until it answers. */
export async function startPrometheus(
  targets: readonly Target[],
  ruleFiles: readonly string[] = [],
): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'quakewire-prometheus-'));
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: ruleFiles,
    scrape_configs: targets.map(({ job, url, labels = {} }) => ({
      job_name: job,
      static_configs: [{ targets: [new URL(url).host], labels }],
    })),
  };
  // JSON is YAML.
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const port = await findFreePort();
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let words = '';
  child.stderr.on('data', (bytes: Buffer) => {
    words += bytes.toString();
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  const end = async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; !(await fetch(`${url}/-/ready`).catch(() => null))?.ok; tries++) {
    if (tries > 1_000 || child.exitCode !== null) {
      await end();
      throw new Error(`Prometheus is not ready: ${words}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }

  async function ask<T>(path: string, params: Record<string, string> = {}): Promise<T> {
    const answer = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(params)}`);
    const body = (await answer.json()) as { status: string; error?: string; data: T };
    if (body.status !== 'success') throw new Error(`${params['query'] ?? path}: ${body.error}`);
    return body.data;
  }

  return {
    url,
    async health() {
      const { activeTargets } = await ask<{ activeTargets: { scrapePool: string; health: string }[] }>(
        'targets',
      );
      return Object.fromEntries(activeTargets.map(({ scrapePool, health }) => [scrapePool, health]));
    },
    async query(expr, rangeS) {
      const nowS = Date.now() / 1000;
      const { result } = await ask<{ result: Series[] }>('query_range', {
        query: expr,
        start: String(nowS - rangeS),
        end: String(nowS),
        step: '1',
      });
      return result;
    },
    async rules() {
      const { groups } = await ask<{ groups: { rules: Rule[] }[] }>('rules');
      return groups.flatMap(({ rules }) => rules);
    },
    [Symbol.asyncDispose]: end,
  };
}
