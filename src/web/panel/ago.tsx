// How long ago something was, kept fresh: alone drawn anew each second.

import type { App } from '../state/app.ts';

/** `ms` since the epoch UTC. */
export function Ago({ app, ms }: { app: App; ms: number }) {
  app.present.tick.value;
  return <>{app.formats.ago(ms, app.present.nowMs())}</>;
}
