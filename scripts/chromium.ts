// A Chromium for the browser tests: the one named by CHROMIUM_PATH, an installed one, or one that is fetched now
// (Debian as root: apt; elsewhere Playwright's own). Says what it does.

import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import { installDebianPackages, isDebianRoot } from './debian.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** Path of an executable Chromium, or null. */
export function findChromium(): string | null {
  const named = process.env['CHROMIUM_PATH'];
  if (named) return named;
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of NAMES) if (isExecutable(join(folder, name))) return join(folder, name);
  }
  const bundled = chromium.executablePath();
  return existsSync(bundled) ? bundled : null;
}

/** Finds a Chromium or installs one; throws with the reason when neither can be done. */
export function ensureChromium(): string {
  const found = findChromium();
  if (found) return found;
  if (isDebianRoot()) {
    installDebianPackages('chromium');
  } else {
    console.log('No Chromium found: fetching Playwright’s own (playwright-core install chromium)');
    execFileSync(process.execPath, ['node_modules/playwright-core/cli.js', 'install', 'chromium'], {
      stdio: 'inherit',
    });
  }
  const installed = findChromium();
  if (!installed)
    throw new Error('Cannot run the browser tests: no Chromium after installing; set CHROMIUM_PATH to one');
  return installed;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // not there or not executable: the next place is tried
  }
}
