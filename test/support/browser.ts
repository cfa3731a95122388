// A headless Chromium as the browser tests and benches start it: software WebGL2, nothing asked of the network.

import { type Browser, chromium, type Page } from 'playwright-core';

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

/**
 * Starts the Chromium that `npm test` found (CHROMIUM_PATH). `mapStart`: when the moving map starts, as a reader may have
 * it (src/web/map/map-settings.ts). Usually `always`: this Chromium draws in software, and would wait to be asked.
 */
export async function startBrowser(mapStart: 'auto' | 'always' | 'asked' = 'always'): Promise<Browser> {
  const { findChromium } = await import('../../scripts/chromium.ts');
  const executablePath = findChromium();
  if (!executablePath) throw new Error('No Chromium: run the tests with npm test, or set CHROMIUM_PATH');
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
  const newContext = browser.newContext.bind(browser);
  browser.newContext = async (options) => {
    const context = await newContext(options);
    await context.addInitScript(`try {
      localStorage.getItem('quakewire.map') ?? localStorage.setItem('quakewire.map', 'mapstart=${mapStart}');
    } catch {}`);
    return context;
  };
  return browser;
}

/** Notes into `offences` what a page of `origin` must not do: ask another host, break its policy, throw. */
export function watchOffences(page: Page, origin: string, offences: string[]): void {
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(origin))
      offences.push(`asked ${request.url()}`);
  });
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) offences.push(message.text());
  });
  page.on('pageerror', (error) => offences.push(`threw ${error.message}`));
}
