// The recorded agency: as a role of its own, and as the demo's.

import { parseFaultRates } from '../replay/faults.ts';
import { type RunReplayOptions, runReplay } from '../replay/run.ts';
import type { Role } from './setup.ts';

/**
 * Where the demo begins: at its speed of 60, twenty seconds before EMSC published the Kahramanmaraş M 7.8 (01:41:21 UTC;
 * origin time 01:17:35), so that there is time to open the page.
 */
const DEMO_START_MS = Date.parse('2023-02-06T01:21:00Z');
/** The recording begins a day before; asking for more only asks for empty days. */
export const DEMO_BACKFILL_DAYS = 2;

export function toReplayOptions({ config, clock, logger }: Role): RunReplayOptions {
  return {
    files: config.replayFiles.split(','),
    speed: config.replaySpeed,
    startMs: config.replayStart ?? (config.role === 'demo' ? DEMO_START_MS : null),
    faults: config.replayFaults === null ? {} : parseFaultRates(config.replayFaults),
    seed: config.replaySeed,
    host: config.host,
    port: config.replayPort,
    clock,
    logger,
  };
}

export const runReplayRole = (role: Role): Promise<void> => runReplay(toReplayOptions(role), role.signal);
