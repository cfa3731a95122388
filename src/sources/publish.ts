// Puts what a source says of itself into quake.sources.v1, for the gateways: at once when its state changes, else every
// few seconds while something changes, and again and again while nothing does, so that silence means something.

import type { Clock } from '../clock.ts';
import { toMessage } from '../errors.ts';
import type { EventLog } from '../log/log.ts';
import type { Logger } from '../telemetry/logger.ts';
import { encodeStatus, toStatusKey } from './record.ts';
import type { Source } from './source.ts';

/** Between two words of which the second tells no new state, milliseconds. */
const PAUSE_MS = 2_000;
/** A source that has nothing to say says so this often, milliseconds. Its readers wait three times as long. */
export const STATUS_EVERY_MS = 15_000;

/** Publishes until the signal fires. While the log takes nothing the newest word waits, the older ones are forgotten. */
export async function publishStatus(
  parts: { readonly source: Source; readonly log: EventLog; readonly clock: Clock; readonly logger: Logger },
  signal: AbortSignal,
): Promise<void> {
  const { source, log, clock, logger } = parts;
  let said = source.status();
  let change = Promise.withResolvers<void>();
  let newState = Promise.withResolvers<void>();
  const end = source.onStatus((status) => {
    change.resolve();
    if (status.state !== said.state || status.reason !== said.reason) newState.resolve();
  });
  try {
    while (!signal.aborted) {
      said = source.status();
      change = Promise.withResolvers<void>();
      newState = Promise.withResolvers<void>();
      try {
        await log.append('quake.sources.v1', toStatusKey(source.agency), encodeStatus(said, clock.now()));
      } catch (error) {
        if (!signal.aborted)
          logger.warn(`Cannot publish the status of ${source.agency}: ${toMessage(error)}`);
      }
      await pause(PAUSE_MS, signal, newState.promise);
      await pause(STATUS_EVERY_MS - PAUSE_MS, signal, change.promise);
    }
  } finally {
    end();
  }
}

/** Until the time is over, the signal fires, or `sooner` resolves. */
async function pause(ms: number, signal: AbortSignal, sooner: Promise<void>): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = () => resolve();
  const timer = setTimeout(end, ms);
  signal.addEventListener('abort', end, { once: true });
  void sooner.then(end);
  await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', end);
}
