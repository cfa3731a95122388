// Standing by: while another process leads, the view of the events is kept up to date here, so that taking over reads what
// came last and not a million events. It costs the memory that leading needs anyway.

import { setTimeout as sleep } from 'node:timers/promises';
import { toMessage } from '../errors.ts';
import type { EventLog } from '../log/log.ts';
import type { Logger } from '../telemetry/logger.ts';
import { EventView } from './view.ts';

const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 10_000;

export interface Standby {
  /** Runs `work` with what is known of the events; nobody else touches the view meanwhile. One at a time. */
  lead(work: (view: EventView) => Promise<void>): Promise<void>;
}

/** Follows quake.events.v1 in `log` until the signal fires, but while leading. Waits while the log cannot be read. */
export function createStandby(
  { log, logger }: { readonly log: EventLog; readonly logger: Logger },
  signal: AbortSignal,
): Standby {
  const view = new EventView();

  async function stand(ended: AbortSignal): Promise<void> {
    let retryDelayMs = RETRY_MIN_MS;
    while (!ended.aborted) {
      const sizeBefore = view.size;
      try {
        await view.follow(log, ended);
      } catch (error) {
        if (ended.aborted) return;
        if (view.size > sizeBefore) retryDelayMs = RETRY_MIN_MS;
        logger.warn(
          { err: error, retryDelayMs },
          `Standing by, the events cannot be read: ${toMessage(error)}`,
        );
        await sleep(retryDelayMs, undefined, { signal: ended }).catch(() => {});
        retryDelayMs = Math.min(retryDelayMs * 2, RETRY_MAX_MS);
      }
    }
  }

  function begin() {
    const leading = new AbortController();
    return { leading, done: stand(AbortSignal.any([signal, leading.signal])) };
  }

  let standing = begin();
  return {
    async lead(work) {
      standing.leading.abort();
      await standing.done;
      try {
        await work(view);
      } finally {
        standing = begin();
      }
    },
  };
}
