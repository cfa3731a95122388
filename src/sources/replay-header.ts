// How an agency's end says that it is a replay of recordings, in a header of every HTTP answer:
// `Quakewire-Replay: replayed-ms=<n>; at-ms=<n>; speed=<n>; end-ms=<n>` (the members of ReplayTime). Pure.

import type { ReplayTime } from '../clock.ts';

export const REPLAY_HEADER = 'quakewire-replay';

/** The replayed time from the header's value; null when there is none. A malformed one is a replay standing still at 1970. */
export function parseReplayHeader(value: string | null | undefined): ReplayTime | null {
  if (value === null || value === undefined) return null;
  const members = new Map(
    value.split(';').map((part) => {
      const [name, number] = part.split('=');
      return [name!.trim(), Number(number)] as const;
    }),
  );
  const [replayedMs, anchoredAtMs, speed, endMs] = ['replayed-ms', 'at-ms', 'speed', 'end-ms'].map((name) =>
    members.get(name),
  );
  const usable =
    Number.isFinite(replayedMs) && Number.isFinite(anchoredAtMs) && speed !== undefined && speed > 0;
  // What calls itself a replay must never pass for live, however badly it says so.
  return usable
    ? {
        replayedMs: replayedMs!,
        anchoredAtMs: anchoredAtMs!,
        speed,
        ...(Number.isFinite(endMs) && { endMs: endMs! }),
      }
    : { replayedMs: 0, anchoredAtMs: 0, speed: Number.MIN_VALUE };
}
