// What the pointer is on, in a few words beside it. Loaded with the first dot that is pointed at.

import { createLater } from '../panel/later.ts';
import type { App } from '../state/app.ts';

const useTip = createLater(() => import('./map-tip.tsx'));

export function MapTipLater({ app }: { app: App }) {
  return app.pointed.value === null ? null : <Loaded app={app} />;
}

function Loaded({ app }: { app: App }) {
  const { module: tip } = useTip();
  const pointed = app.pointed.value;
  return tip === null || pointed === null ? null : <tip.MapTip app={app} pointed={pointed} />;
}
