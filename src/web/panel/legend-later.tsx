// The legend once its code is there: it explains what is drawn, and the list is usable sooner without it.

import type { App } from '../state/app.ts';
import { createLater } from './later.ts';

const useLegend = createLater(() => import('./legend.tsx'));

export function LegendLater({ app }: { app: App }) {
  const legend = useLegend().module;
  return legend === null ? null : <legend.Legend app={app} />;
}
