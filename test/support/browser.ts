// A headless Chromium as the browser tests and benches start it: software WebGL2, nothing asked of the network.

import { type Browser, chromium } from 'playwright-core';

export const CHROMIUM_ARGS: string[] = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
];

/** Starts the Chromium that `npm test` found (CHROMIUM_PATH). */
export async function startBrowser(): Promise<Browser> {
  const { findChromium } = await import('../../scripts/chromium.ts');
  const executablePath = findChromium();
  if (!executablePath) throw new Error('No Chromium: run the tests with npm test, or set CHROMIUM_PATH');
  return chromium.launch({ executablePath, args: CHROMIUM_ARGS });
}
