// `npm test`: gets what the tests need (a Chromium, HAProxy, nginx, Prometheus, Java and Maven for Kafka, Terraform, the built web
// app), runs Vitest with the given arguments, and ends with one plain line made from the runner's own JSON report. What cannot be
// had is left to the suites that need it: they say so.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { toMessage } from '../src/errors.ts';
import { ensureKafkaJars, findKafkaObstacle } from '../test/support/kafka-jars.ts';
import { buildWeb } from './build-web.ts';
import { ensureChromium } from './chromium.ts';
import { installDebianPackages, isDebianRoot } from './debian.ts';
import { ensureTerraform } from './terraform/terraform.ts';

const REPORT = 'test-results/vitest.json';
/** Suites that could not run here, a line each with the reason (test/support/obstacle.ts); with CI=true they fail instead. */
const NOT_RUN = 'test-results/not-run.txt';

/** What the tests of balancer, cache, compose files, alerts, units and Kafka start, by the Debian package that has it. */
const PROGRAMS = {
  haproxy: 'haproxy',
  nginx: 'nginx-light',
  'docker-compose': 'docker-compose',
  promtool: 'prometheus',
  'systemd-analyze': 'systemd',
  java: 'default-jre-headless',
  mvn: 'maven',
} as const;

/** The one suite that needs Terraform. */
const TERRAFORM_SUITE = 'test/deploy/terraform.test.ts';

/** Ends with the line that whoever counts waits for, and the reason before it. */
function giveUp(action: string, error: unknown): never {
  console.log(`Cannot ${action}: ${toMessage(error)}`);
  console.log('0 passed, 1 failed');
  process.exit(1);
}

const missing = Object.entries(PROGRAMS).filter(([command]) => spawnSync(command, ['-v']).error);
if (missing.length > 0 && isDebianRoot()) installDebianPackages(...missing.map(([, name]) => name));
const environment = { ...process.env };
try {
  environment['CHROMIUM_PATH'] = ensureChromium();
} catch (error) {
  console.log(toMessage(error));
}
const named = process.argv.slice(2).filter((word) => existsSync(word));
if (named.length === 0 || named.some((path) => TERRAFORM_SUITE.startsWith(relative('.', path))))
  ensureTerraform();
// Once, and not by two workers at a time; a suite that cannot have them says so.
if (
  (named.length === 0 || named.some((path) => statSync(path).isDirectory())) &&
  findKafkaObstacle() === null
)
  await ensureKafkaJars().catch((error: unknown) => console.log(toMessage(error)));
await buildWeb().catch((error: unknown) => giveUp('build the web app', error));
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
  { stdio: 'inherit', env: environment },
);
const report = readReport();
// A file that does not even load has no failed test; it counts as one.
const failed = Math.max(report.numFailedTests, report.success && run.status === 0 ? 0 : 1);
if (existsSync(NOT_RUN)) console.log(readFileSync(NOT_RUN, 'utf8').trim());
const skipped = report.numPendingTests > 0 ? `, ${report.numPendingTests} skipped` : '';
console.log(`${report.numPassedTests} passed, ${failed} failed${skipped}`);
process.exit(failed === 0 && report.numPassedTests > 0 ? 0 : 1);

function readReport(): {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly success: boolean;
} {
  try {
    return JSON.parse(readFileSync(REPORT, 'utf8'));
  } catch (error) {
    return giveUp(`read the report of Vitest, which ended with ${run.status ?? run.signal}`, error);
  }
}
