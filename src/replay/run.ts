// The role `replay`: a recorded agency as a process of its own, until it is told to stop.

import type { Clock } from '../clock.ts';
import { QuakewireError, toMessage } from '../errors.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createRandom, type FaultRates } from './faults.ts';
import { createReplay, type Replay } from './replay.ts';
import { readRevlog } from './revlog.ts';

export interface RunReplayOptions {
  /** Revision logs, plain or gzip, in the order of their time. */
  readonly files: readonly string[];
  readonly speed: number | 'max';
  readonly startMs: number | null;
  readonly faults: FaultRates;
  /** Of the faults: the same seed strikes at the same draws. */
  readonly seed: number;
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly paused?: boolean;
  readonly controlRoute?: boolean;
}

/** Starts a replay of files. Rejects with `CONFIG_INVALID` when a file cannot be read, `PORT_TAKEN`. */
export async function startReplay(options: RunReplayOptions): Promise<Replay> {
  const rows = await readRevlog(options.files).catch((cause: unknown) => {
    throw new QuakewireError(
      'CONFIG_INVALID',
      `Cannot replay ${options.files.join(', ')}: ${toMessage(cause)}`,
      {
        cause,
      },
    );
  });
  const { seed, files: _, logger, ...rest } = options;
  const replay = createReplay({ ...rest, rows, random: createRandom(seed) });
  await replay.start();
  logger.info(
    { websocketUrl: replay.websocketUrl, fdsnUrl: replay.fdsnUrl, speed: options.speed },
    `Replaying ${rows.length} recorded rows at ${replay.websocketUrl}`,
  );
  return replay;
}

/** Runs until the signal fires, then closes. The end of the recording does not end it: the catalogue stays to be asked. */
export async function runReplay(options: RunReplayOptions, signal: AbortSignal): Promise<void> {
  const replay = await startReplay(options);
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  await replay.stop();
}
