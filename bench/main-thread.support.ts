// What a page's main thread worked, as Chromium itself counts it, in processor time: waiting for a processor that others
// use, or for drawing in software, does not count.

import type { Browser, CDPSession, Page } from 'playwright-core';

/** Milliseconds of the main thread's processor time. */
export interface Work {
  /** Everything: script, style, layout, painting, the rest. */
  readonly allMs: number;
  readonly scriptMs: number;
  readonly styleAndLayoutMs: number;
}

export interface WorkMeter {
  /** Since the page began. */
  read(): Promise<Work>;
  /** What the main thread works while `act` runs. */
  during(act: () => Promise<unknown>): Promise<Work>;
}

export async function createWorkMeter(page: Page): Promise<WorkMeter> {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const meter: WorkMeter = {
    async read() {
      const { metrics } = await session.send('Performance.getMetrics');
      const ms = (wanted: string) =>
        (metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN) * 1000;
      return {
        allMs: ms('TaskDuration'),
        scriptMs: ms('ScriptDuration'),
        styleAndLayoutMs: ms('LayoutDuration') + ms('RecalcStyleDuration'),
      };
    },
    async during(act) {
      const before = await meter.read();
      await act();
      const after = await meter.read();
      return {
        allMs: after.allMs - before.allMs,
        scriptMs: after.scriptMs - before.scriptMs,
        styleAndLayoutMs: after.styleAndLayoutMs - before.styleAndLayoutMs,
      };
    },
  };
  return meter;
}

/** Work by the frame, or by whatever else was counted. */
export function perOne(work: Work, count: number): Work {
  return {
    allMs: work.allMs / count,
    scriptMs: work.scriptMs / count,
    styleAndLayoutMs: work.styleAndLayoutMs / count,
  };
}

/** Processor time of all pages' processes, with every thread of theirs, such as workers, ms; in steps of 10 ms. */
export async function readPagesMs(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const pages = processInfo.filter(({ type }) => type === 'renderer');
  return 1000 * pages.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}
