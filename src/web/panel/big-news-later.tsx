// What is told when a large earthquake comes, loaded when the page is calm, or with the first one.

import type { App } from '../state/app.ts';
import { createLater } from './later.ts';

export const useBigNews = createLater(() => import('./big-news.tsx'));

export function BigNewsLater({ app }: { app: App }) {
  return app.bigNews.value.length === 0 ? null : <Loaded app={app} />;
}

function Loaded({ app }: { app: App }) {
  const { module: news } = useBigNews();
  return news === null ? null : <news.BigNews app={app} />;
}
