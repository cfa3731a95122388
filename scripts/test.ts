// `npm test`: gets what the tests need (a Chromium, HAProxy, nginx, Prometheus, Terraform, the built web app), runs Vitest with
// the given arguments, and ends with one plain line made from the runner's own JSON report.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { buildWeb } from './build-web.ts';
import { ensureChromium } from './chromium.ts';
import { installDebianPackages, isDebianRoot } from './debian.ts';
import { ensureTerraform } from './terraform/terraform.ts';

const REPORT = 'test-results/vitest.json';
/** Suites that could not run here, a line each with the reason (test/support/obstacle.ts); with CI=true they fail instead. */
const NOT_RUN = 'test-results/not-run.txt';

/** What the tests of balancer, cache, compose files, alerts and units start, by the Debian package that has it. */
const SERVERS = {
  haproxy: 'haproxy',
  nginx: 'nginx-light',
  'docker-compose': 'docker-compose',
  promtool: 'prometheus',
  'systemd-analyze': 'systemd',
} as const;

const chromiumPath = ensureChromium();
const missing = Object.entries(SERVERS).filter(([command]) => spawnSync(command, ['-v']).error);
// Elsewhere their suites say that they could not run.
if (missing.length > 0 && isDebianRoot()) installDebianPackages(...missing.map(([, name]) => name));
ensureTerraform();
await buildWeb();
mkdirSync('test-results', { recursive: true });
for (const file of [REPORT, NOT_RUN]) rmSync(file, { force: true });
const run = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${REPORT}`,
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit', env: { ...process.env, CHROMIUM_PATH: chromiumPath } },
);
const report = JSON.parse(readFileSync(REPORT, 'utf8')) as {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numFailedTestSuites: number;
  success: boolean;
};
// A file that does not even load has no failed test; it counts as one.
const failed = Math.max(report.numFailedTests, report.success && run.status === 0 ? 0 : 1);
if (existsSync(NOT_RUN)) console.log(readFileSync(NOT_RUN, 'utf8').trim());
const skipped = report.numPendingTests > 0 ? `, ${report.numPendingTests} skipped` : '';
console.log(`${report.numPassedTests} passed, ${failed} failed${skipped}`);
process.exit(failed === 0 && report.numPassedTests > 0 ? 0 : 1);
