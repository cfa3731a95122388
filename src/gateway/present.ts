// Whether what the gateway shows happens now or is a recording of it.

import type { ReplayTime } from '../clock.ts';
import type { SourceStatus } from '../sources/source.ts';

/** How the present runs: with the agencies, or with a recording of them. */
export interface Present {
  readonly mode: 'live' | 'replay';
  /** null in mode live. */
  readonly clock: ReplayTime | null;
}

/** Replay as soon as one agency is: nothing recorded is shown as live. */
export function toPresent(sources: readonly SourceStatus[]): Present {
  const clock = sources.find(({ replay }) => replay)?.replay ?? null;
  return { mode: clock ? 'replay' : 'live', clock };
}
