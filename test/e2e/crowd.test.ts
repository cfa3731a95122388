// The page in a real Chromium while every stream is taken: it polls, says so, misses nothing, and goes back to the stream.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startAgency, toAgencyArgs, toFeatureText } from '../support/agency.ts';
import { startBrowser } from '../support/browser.ts';
import { openStream } from '../support/gateway.ts';
import { startQuakewire } from '../support/quakewire.ts';

interface Handle {
  readonly quakewire: { readonly count: number; entry(id: string): { revision: number } | null };
}

test('a page without a stream shows what happens by poll, and takes the stream when one is free', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'quakewire-crowd-'));
  const agency = await startAgency();
  const args = [...toAgencyArgs(agency), '--data-dir', dataDir, '--starter', 'false'];
  const quakewire = await startQuakewire({ args: [...args, '--live-streams-max', '1'] });
  const browser = await startBrowser();
  try {
    const other = await openStream(quakewire.url);
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    const publish = (number: number, version: number) => {
      const nowMs = Date.now();
      const unid = `20261123_${String(number).padStart(7, '0')}`;
      const text = toFeatureText({
        unid,
        timeMs: nowMs - 60_000,
        lastUpdateMs: nowMs + version,
        magnitude: 4 + version,
      });
      agency.control.publish(version === 1 ? 'create' : 'update', text);
      return page.locator(`a[data-event-id="emsc-${unid}"]`);
    };
    const status = page.getByTestId('status');

    const openedAtMs = Date.now();
    await page.goto(quakewire.url);
    await status.filter({ hasText: /by poll · up to 4 s late/ }).waitFor();
    const first = publish(1, 1);
    await first.waitFor();
    publish(1, 2);
    await expect.poll(() => first.getAttribute('data-revision'), { timeout: 30_000 }).toBe('2');
    expect(asked.filter((path) => path === '/live/recent.json').length).toBeGreaterThan(1);
    const streamsAsked = asked.filter((path) => path === '/live').length;
    // The first pause is five seconds at least, each further one twice as long: the third comes after fifteen.
    const pauses = Math.floor(Math.log2((Date.now() - openedAtMs) / 5000 + 1));
    expect(streamsAsked).toBeLessThanOrEqual(1 + Math.max(1, pauses));

    // One event more in each poll or so, until the page has its stream: none may fall between the two.
    other.close();
    let published = 1;
    const deadlineMs = Date.now() + 120_000;
    for (; /by poll/.test(await status.innerText()); published++) {
      if (Date.now() > deadlineMs)
        throw new Error(`Still by poll: ${asked.filter((path) => path === '/live').length} tries`);
      publish(published + 1, 1);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    publish(500, 1);
    const count = () => page.evaluate(() => (globalThis as unknown as Handle).quakewire.count);
    await expect.poll(count, { timeout: 20_000 }).toBe(published + 1);
    const revision = await page.evaluate(
      () => (globalThis as unknown as Handle).quakewire.entry('emsc-20261123_0000001')?.revision,
    );
    expect(revision).toBe(2);
    const polls = () => asked.filter((path) => path === '/live/recent.json').length;
    const pollsThen = polls();
    await new Promise((resolve) => setTimeout(resolve, 4000));
    expect(polls()).toBe(pollsThen);
    expect(faults).toEqual([]);
  } finally {
    await browser.close();
    await quakewire.stop();
    await agency.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 180_000);
