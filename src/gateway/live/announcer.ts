// Says on every stream how the sources stand: at once when a state changes, else at most once a second, so that a busy
// agency does not fill the streams with news about itself.

import type { SourceStatus } from '../../sources/source.ts';

/** Milliseconds between two announcements that no change of state called for. */
const PAUSE_MS = 1000;

export interface Announcer {
  /** Takes note of a change of a source's status. */
  notice(): void;
  close(): void;
}

/** `announce` is called with what `sources` says then. */
export function createAnnouncer(
  sources: () => readonly SourceStatus[],
  announce: (sources: readonly SourceStatus[]) => void,
): Announcer {
  let timer: NodeJS.Timeout | null = null;
  let pending = false;
  let announcedState = toStateText(sources());

  function send(): void {
    const present = sources();
    announcedState = toStateText(present);
    pending = false;
    if (timer) clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      if (pending) send();
    }, PAUSE_MS);
    timer.unref();
    announce(present);
  }

  return {
    notice() {
      pending = true;
      if (timer === null || toStateText(sources()) !== announcedState) send();
    },
    close() {
      if (timer) clearTimeout(timer);
      timer = null;
    },
  };
}

/** What makes a reader say something else about a source; counts and times of messages do not. */
function toStateText(sources: readonly SourceStatus[]): string {
  return JSON.stringify(
    sources.map(({ agency, state, sinceMs, reason, retryAtMs, fdsnFault, replay }) => [
      ...[agency, state, sinceMs, reason, retryAtMs, fdsnFault, replay?.speed ?? null],
    ]),
  );
}
