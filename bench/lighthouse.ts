// What does Lighthouse say of the page? Front page and an event's page on the mobile preset (its own simulated phone and
// network), against a local server with the replay. Lighthouse weighs 176 MB, so it is no dependency: it is installed into
// .cache/lighthouse when it is not there. CHROMIUM_PATH names the browser.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWeb } from '../scripts/build-web.ts';
import { ensureChromium } from '../scripts/chromium.ts';
import { startQuakewire } from '../test/support/quakewire.ts';
import { toRange, writeResult } from './report.ts';

const VERSION = '13.5.0';
const FOLDER = '.cache/lighthouse';
const CLI = join(FOLDER, 'node_modules/lighthouse/cli/index.js');
const RUNS = Number(process.env['RUNS'] ?? 3);
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'] as const;
const TIMES = { FCP: 'first-contentful-paint', LCP: 'largest-contentful-paint' } as const;

interface LighthouseReport {
  readonly categories: Readonly<Record<(typeof CATEGORIES)[number], { readonly score: number | null }>>;
  readonly audits: Readonly<
    Record<
      string,
      {
        readonly score: number | null;
        readonly scoreDisplayMode: string;
        readonly numericValue?: number;
        readonly title: string;
      }
    >
  >;
}

if (!existsSync(CLI)) {
  const install = ['install', '--no-save', '--prefix', FOLDER, `lighthouse@${VERSION}`];
  if (spawnSync('npm', install, { stdio: 'inherit' }).status !== 0)
    throw new Error('Lighthouse could not be installed');
}
const chromium = ensureChromium();
await buildWeb();
const dataDir = mkdtempSync(join(tmpdir(), 'quakewire-lighthouse-'));
const quakewire = await startQuakewire({ args: ['demo', '--data-dir', dataDir] });
try {
  const id = await waitForEvent();
  const pages = [
    ['front page', '/'],
    ['page of an event', `/events/${id}`],
  ] as const;
  const rows: string[][] = [];
  const faults = new Set<string>();
  for (const [name, path] of pages) {
    const reports = Array.from({ length: RUNS }, () => measure(quakewire.url + path));
    const scores = CATEGORIES.map((category) =>
      toRange(
        reports.map(({ categories }) => (categories[category].score ?? 0) * 100),
        0,
      ),
    );
    const seconds = Object.values(TIMES).map((audit) =>
      toRange(
        reports.map(({ audits }) => (audits[audit]?.numericValue ?? Number.NaN) / 1000),
        2,
      ),
    );
    const shift = toRange(
      reports.map(({ audits }) => audits['cumulative-layout-shift']?.numericValue ?? Number.NaN),
      3,
    );
    const blocked = toRange(
      reports.map(({ audits }) => audits['total-blocking-time']?.numericValue ?? Number.NaN),
      0,
    );
    rows.push([name, ...scores, ...seconds, shift, blocked]);
    for (const { audits } of reports)
      for (const { score, scoreDisplayMode, title } of Object.values(audits))
        if (scoreDisplayMode === 'binary' && score === 0) faults.add(title);
  }
  writeResult('lighthouse', {
    title: 'Lighthouse, mobile preset',
    method: `Lighthouse ${VERSION} with its simulated phone and network against a local server that replays a day at ×60; ${RUNS} runs a page, median (least–most). Chromium without a GPU: MapLibre's WebGL runs in software on the same two cores as the server, which shows in the blocking time, and through it in the score of performance.`,
    columns: [
      'page',
      'performance',
      'accessibility',
      'best practices',
      'SEO',
      'FCP s',
      'LCP s',
      'CLS',
      'blocking ms',
    ],
    rows,
    verdict: `Goals: performance ≥ 90, the others ≥ 95, FCP ≤ 1.2 s, LCP ≤ 1.8 s, CLS ≤ 0.02. Audits that failed: ${[...faults].join('; ') || 'none'}.`,
  });
} finally {
  await quakewire.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function waitForEvent(): Promise<string> {
  for (;;) {
    const html = await (await fetch(`${quakewire.url}/`)).text();
    const id = /href="\/events\/(emsc-[^"]+)"/.exec(html)?.[1];
    if (id !== undefined) return id;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

function measure(url: string): LighthouseReport {
  const output = join(dataDir, 'report.json');
  const flags =
    '--headless=new --no-sandbox --use-angle=swiftshader --enable-unsafe-swiftshader --ignore-gpu-blocklist';
  const options = [
    `--only-categories=${CATEGORIES.join(',')}`,
    '--output=json',
    `--output-path=${output}`,
    '--quiet',
    `--chrome-flags=${flags}`,
  ];
  const run = spawnSync(process.execPath, [CLI, url, ...options], {
    stdio: 'inherit',
    env: { ...process.env, CHROME_PATH: chromium },
  });
  if (run.status !== 0) throw new Error(`Lighthouse ended with ${run.status}`);
  return JSON.parse(readFileSync(output, 'utf8')) as LighthouseReport;
}
