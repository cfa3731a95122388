// The dashboards and alerts on what really runs: the demo behind HAProxy, watched by Prometheus. Every expression is asked as
// Grafana would ask it and has to give numbers; every field that is read from log lines has to be there.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAsked } from '../support/dashboards.ts';
import { findHaproxyObstacle, type Haproxy, startHaproxy } from '../support/haproxy.ts';
import { describeUnless } from '../support/obstacle.ts';
import {
  findPrometheusObstacle,
  type Prometheus,
  type Series,
  startPrometheus,
} from '../support/prometheus.ts';
import { type Quakewire, startQuakewire } from '../support/quakewire.ts';

/** How long it is watched before it is asked: rates are taken over RATE_S, twice within it. */
const WATCHED_MS = 12_000;
const RATE_S = 6;
/** Of what is not there in a demo that runs well. */
const NOTHING_TO_SHOW = [
  'ALERTS{alertstate="firing"}',
  // A demo makes no backups.
  'time() - max(quakewire_backup_last_success_timestamp_seconds)',
];

const fill = (expr: string) =>
  expr
    .replaceAll('$__rate_interval', `${RATE_S}s`)
    .replaceAll('$__interval', `${RATE_S}s`)
    .replaceAll('$__range', '10s')
    .replaceAll('$instance', '.+');

/** How many of the values are numbers. */
const countNumbers = (series: readonly Series[]) =>
  series.flatMap(({ values }) => values).filter(([, value]) => Number.isFinite(Number(value))).length;

describeUnless(
  findPrometheusObstacle() ?? findHaproxyObstacle(),
  'Dashboards and alerts on a demo that runs',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'quakewire-watched-'));
    const stop = new AbortController();
    let quakewire: Quakewire;
    let haproxy: Haproxy;
    let prometheus: Prometheus;

    beforeAll(async () => {
      quakewire = await startQuakewire({
        args: ['demo', '--data-dir', folder, '--replay-speed', '300', '--replay-faults', 'garbage=0.1'],
      });
      haproxy = await startHaproxy([quakewire.url]);
      prometheus = await startPrometheus(
        [
          { job: 'quakewire', url: quakewire.adminUrl, labels: { role: 'demo' } },
          { job: 'haproxy', url: haproxy.statsUrl },
        ],
        [join(process.cwd(), 'deploy/prometheus/rules/quakewire.yml')],
      );
      void read(`${haproxy.url}/live`, stop.signal);
      void askAgainAndAgain(
        [`${haproxy.url}/`, `${haproxy.url}/live/recent.json`, `${haproxy.url}/status`],
        stop.signal,
      );
      await sleep(WATCHED_MS);
    }, 90_000);
    afterAll(async () => {
      stop.abort();
      await prometheus?.[Symbol.asyncDispose]();
      await haproxy?.[Symbol.asyncDispose]();
      await quakewire?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    test('Prometheus reads both', async () => {
      await expect.poll(() => prometheus.health()).toEqual({ quakewire: 'up', haproxy: 'up' });
    });

    const asked = readAsked().filter(({ source }) => source === 'prometheus');
    test.each(asked)('$dashboard, $panel: $expr', async ({ expr }) => {
      const ask = async () => countNumbers(await prometheus.query(fill(expr), RATE_S));
      if (NOTHING_TO_SHOW.includes(expr)) await ask();
      // Asked again on a machine so busy that Prometheus missed a look.
      else await expect.poll(ask).toBeGreaterThan(0);
    });

    test('an expression of a metric that is not there gives nothing, one that cannot be read is refused', async () => {
      expect(countNumbers(await prometheus.query('rate(quakewire_repots_total[5s])', RATE_S))).toBe(0);
      await expect(prometheus.query('rate(quakewire_reports_total[5s]', RATE_S)).rejects.toThrow(/unclosed/);
    });

    test('every alert can be evaluated; of garbage comes DeadLetters, and no other one', async () => {
      const faulty = async () => (await prometheus.rules()).filter(({ health }) => health !== 'ok');
      await expect.poll(faulty).toEqual([]);
      const firing = async () =>
        (await prometheus.rules()).filter(({ state }) => state === 'firing').map(({ name }) => name);
      await expect.poll(firing).toEqual(['DeadLetters']);
    });

    const lineQueries = readAsked().filter(
      ({ source, expr }) => source === 'loki' && expr.includes('| json '),
    );
    test.each(lineQueries)('$dashboard, $panel: every field is in the lines', async ({ expr }) => {
      const level = /level="(\w+)"/.exec(expr)![1];
      const text = /\|= `([^`]+)`/.exec(expr)![1]!;
      const find = () =>
        quakewire.lines.filter((line) => line.level === level && JSON.stringify(line).includes(text));
      await expect.poll(find).not.toEqual([]);
      const lines = find();
      const paths = [...expr.matchAll(/\w+="(\w+\.\w+)"/g)].map((match) => match[1]!);
      expect(paths.length).toBeGreaterThan(3);
      for (const line of lines) {
        for (const path of paths) {
          const [outer, inner] = path.split('.') as [string, string];
          expect(line[outer], `${path} in ${JSON.stringify(line)}`).toHaveProperty(inner);
        }
      }
    });

    test('what the log output tells is what Quakewire shows', async () => {
      const findGreat = () =>
        quakewire.lines
          .flatMap(({ event }) => (event ? [event as { id: string; magnitude: number }] : []))
          .find(({ magnitude }) => magnitude >= 7);
      await expect.poll(findGreat).toBeDefined();
      const great = findGreat();
      const answer = await fetch(`${quakewire.url}/events/${great?.id}`, {
        headers: { accept: 'application/json' },
      });
      expect(await answer.json()).toMatchObject({ event: { id: great?.id } });
    });
  },
);

/** A reader of the stream. HAProxy cuts it off where the machine stands still for some seconds: it comes back, as a browser does. */
async function read(url: string, signal: AbortSignal): Promise<void> {
  await againAndAgain(signal, async () => {
    const { body } = await fetch(url, { signal });
    for await (const _bytes of body!); // a reader that reads
  });
}

async function askAgainAndAgain(urls: readonly string[], signal: AbortSignal): Promise<void> {
  await againAndAgain(signal, async () => {
    for (const url of urls) await (await fetch(url, { signal })).arrayBuffer();
  });
}

/** What fails is no matter here: whether enough got through is seen in the numbers. */
async function againAndAgain(signal: AbortSignal, ask: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await ask().catch(() => {});
    await sleep(250, undefined, { signal }).catch(() => {});
  }
}
