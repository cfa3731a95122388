// Starts the page: builds its parts with the browser's clock, network and preferences, draws it, opens the session.

import { computed, effect, signal } from '@preact/signals';
import { keepAddress, parseEventPath } from './address.ts';
import { removeServedWorld, takeOver, whenReadyToTakeOver } from './first/take-over.ts';
import { exposeHandle } from './handle.ts';
import { CALM_WAIT_MAX_MS, nextTask, whenCalm } from './idle.ts';
import { startSession } from './live/session.ts';
import { keepMapSettings } from './map/map-settings.ts';
import type { QuakeMap } from './map/quake-map.ts';
import { Page } from './page.tsx';
import { useBigNews } from './panel/big-news-later.tsx';
import { useEventDetail } from './panel/event-detail-later.tsx';
import { RETRY_MS } from './panel/later.ts';
import { sendScout } from './scout.ts';
import { createApp } from './state/app.ts';
import { watchReports } from './state/event-reports.ts';
import { parseFilterQuery, toWallFilter } from './state/filter.ts';
import { parseOrder } from './state/order.ts';
import { createPresent } from './state/present.ts';
import { createSettings, keepSettings } from './state/settings.ts';
import { createSharedCatalogue } from './state/shared-catalogue.ts';
import { applyScheme } from './styles/scheme.ts';
import { chooseLanguage, chooseLocale } from './text/languages.ts';
import { toPageTitle } from './text/page-title.ts';
import { watchWords } from './text/words.ts';
import './styles/tokens.css';
import './styles/page.css';
import './styles/panel.css';
import './styles/map.css';
import './styles/first-paint.css';

const now = () => Date.now();
const dark = matchMedia('(prefers-color-scheme: dark)');
const still = matchMedia('(prefers-reduced-motion: reduce)');
const narrowScreen = matchMedia('(max-width: 719px)');
const wall = new URLSearchParams(location.search).get('wall') === '1';
const linked = parseEventPath(location.pathname);

const settings = createSettings();
const storage = openStorage();
keepSettings(settings, storage);
const scout = sendScout(
  chooseLocale(chooseLanguage(settings.language.peek(), navigator.languages), navigator.languages),
);
// The start is taken in small steps, so that a slow phone answers a finger in between.
await nextTask();
const words = await watchWords(settings, navigator.languages);
await nextTask();
const systemDark = signal(dark.matches);
const scheme = computed(() =>
  settings.scheme.value === 'auto' ? (systemDark.value ? 'dark' : 'light') : settings.scheme.value,
);
const servedList = document.querySelector('#app .list');
const app = createApp({
  words,
  settings,
  wall,
  catalogue: createSharedCatalogue(scheduleFrame),
  present: createPresent(now),
  scheme: scheme.value,
  filter: wall ? toWallFilter(parseFilterQuery(location.search)) : parseFilterQuery(location.search),
  order: parseOrder(location.search),
  selection: linked === null ? null : { id: linked, from: 'link' },
  browserNow: now,
  // The served one is as high as the app's; a linked event lies over it. The fewer rows at first, the sooner the app is there.
  ...(servedList === null ? {} : { listHeightPx: linked === null ? servedList.clientHeight : 0 }),
});
// A wall shows what its address says, not what somebody last chose at this browser.
keepMapSettings(app.map, wall ? null : storage);
const reports = watchReports(app, (input, init) => fetch(input, init));
const narrow = signal(narrowScreen.matches);
let map: QuakeMap | null = null;

keepAddress(app);
const detailLoaded = linked === null ? null : useEventDetail.load().catch(() => {});
whenReadyToTakeOver(app, reports, async () => {
  await detailLoaded;
  await scout.formatsMade;
  // The first drawing's longest sums, each in a step of its own.
  await nextTask();
  app.facets.value;
  await nextTask();
  app.listTop.value;
  await nextTask();
  takeOver(
    <Page
      app={app}
      reports={reports}
      inSteps
      narrow={narrow}
      reducedMotion={() => still.matches}
      askRenderer={scout.nameRenderer}
      onMap={(created) => {
        map = created;
        void created?.whenDrawn().then(removeServedWorld);
      }}
    />,
  );
  await whenCalm(CALM_WAIT_MAX_MS);
  // One after the other; what fails is tried again when it is wanted, and said.
  await useEventDetail.load().catch(() => {});
  await useBigNews.load().catch(() => {});
});
const session = startSession({
  app,
  fetch: (input, init) => fetch(input, init),
  now,
  random: Math.random,
  browserOnline: navigator.onLine,
});
exposeHandle(app, session, () => map);
/** Null: the open event is unknown, or not loaded yet. */
const title = computed(() => {
  app.catalogue.version.value;
  const id = app.selection.value?.id;
  const row = id === undefined ? -1 : app.catalogue.current.rowOf(id);
  if (id !== undefined && row === -1) return null;
  return toPageTitle(
    id === undefined ? undefined : app.catalogue.current.entryAt(row),
    app.text,
    app.formats,
  );
});
void scout.formatsMade.then(() =>
  // The same title set again, with each event that comes, would cost as much as all that follows from it.
  effect(() => {
    if (title.value !== null) document.title = title.value;
  }),
);

effect(() => {
  app.scheme.value = scheme.value;
  applyScheme(settings.scheme.value);
});
effect(() => {
  document.documentElement.lang = words.value.language;
  // The server's drawing may stand for long where the map is slow.
  document.querySelector('.world-dots')?.setAttribute('aria-label', words.value.text.map);
});
dark.addEventListener('change', () => {
  systemDark.value = dark.matches;
});
narrowScreen.addEventListener('change', () => {
  narrow.value = narrowScreen.matches;
});
// A part's style sheet that could not be had: what loads the part (Vite's preload) asks for it once alone.
addEventListener(
  'error',
  ({ target }) => {
    if (target instanceof HTMLLinkElement && target.rel === 'stylesheet')
      setTimeout(() => target.replaceWith(target.cloneNode()), RETRY_MS);
  },
  true,
);
addEventListener('online', () => session.tell({ type: 'online' }));
addEventListener('offline', () => session.tell({ type: 'offline' }));
// Coming back to the tab, from the back-forward cache or from sleep: the same question, is it still there?
for (const [target, type] of [
  [document, 'visibilitychange'],
  [window, 'pageshow'],
  [document, 'resume'],
] as const)
  target.addEventListener(type, () => {
    if (document.visibilityState !== 'visible') return;
    session.tell({ type: 'woke' });
    app.present.beat();
  });
setInterval(() => {
  if (document.visibilityState === 'visible') app.present.beat();
}, 1000);

/** Null where the browser forbids it. */
function openStorage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

/** Before the next frame; a hidden page draws none, and is told after a moment. */
function scheduleFrame(callback: () => void): void {
  if (document.visibilityState === 'visible') requestAnimationFrame(callback);
  else setTimeout(callback, 250);
}
