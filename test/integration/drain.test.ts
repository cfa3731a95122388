// SIGTERM to Quakewire as its users run it: unready at once, its readers sent away over time, gone in order.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startAgency, toAgencyArgs } from '../support/agency.ts';
import { openStream, waitUntil } from '../support/gateway.ts';
import { startQuakewire } from '../support/quakewire.ts';

test('on SIGTERM it is unready at once, waits to be noticed, sends its readers away, and ends with 0', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'quakewire-drain-'));
  const agency = await startAgency();
  // Long enough for a machine that stands still for a second in between.
  const drain = ['--drain-notice-s', '5', '--drain-s', '6', '--starter', 'false', '--data-dir', dataDir];
  const quakewire = await startQuakewire({ args: [...toAgencyArgs(agency).slice(0, -2), ...drain] });
  try {
    const streams = await Promise.all(Array.from({ length: 40 }, () => openStream(quakewire.url)));
    const endsMs: number[] = [];
    const askedMs = performance.now();
    for (const stream of streams) void stream.ended.then(() => endsMs.push(performance.now() - askedMs));
    const exited = quakewire.stop();
    const statusOf = async (url: string) => (await fetch(`${url}/readyz`)).status;
    for (let tries = 0; (await statusOf(quakewire.adminUrl)) === 200 && tries < 100; tries++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect([await statusOf(quakewire.adminUrl), await statusOf(quakewire.url)]).toEqual([503, 503]);
    // Nobody was sent away for that, and whoever still comes is served.
    const late = await openStream(quakewire.url);
    expect([late.response.statusCode, endsMs]).toEqual([200, []]);
    await waitUntil(() => endsMs.length === streams.length);
    expect(await exited).toBe(0);
    expect(endsMs[0]).toBeGreaterThan(4900);
    expect(endsMs.at(-1)! - endsMs[0]!).toBeGreaterThan(300);
    expect([...streams, late].every(({ response, retryMs }) => response.complete && retryMs !== null)).toBe(
      true,
    );
    await expect(fetch(quakewire.url)).rejects.toThrow();
  } finally {
    await quakewire.kill();
    await agency.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
