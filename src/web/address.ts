// The page's address and the browser's history, in step with what is chosen. What lies over the list (an event, or how
// live it all is) is one entry above the list's, so that the browser's way back and the page's own lead to the same list,
// in its place. From one event to the next that entry is written anew. So it is with a place that was searched for. All
// else that the address holds (filter, order, map) belongs to the page, not to an entry: the one that is open is kept true. Browser-safe.

import { effect } from '@preact/signals';
import type { EventId } from '../event/types.ts';
import { toMapQuery } from './map/map-settings.ts';
import type { App, MapTarget, Sheet } from './state/app.ts';
import { toFilterQuery } from './state/filter.ts';
import { toOrderQuery } from './state/order.ts';

/** What an entry of the history remembers beside its address. */
interface Entry {
  readonly sheet: Sheet;
  /** The entry below is the list's: going back closes. */
  readonly aboveList: boolean;
  readonly goTo: MapTarget | null;
  /** Going back takes the place away. */
  readonly abovePlain: boolean;
}

/** What is chosen in the list is written no oftener: a slider that is dragged has a dozen steps. */
const WRITES_APART_MS = 300;

/** The event that an address names; null: none. */
export function parseEventPath(pathname: string): EventId | null {
  const linked = /^\/events\/([^/]+)$/.exec(pathname);
  return linked === null ? null : (decodeURIComponent(linked[1]!) as EventId);
}

/** Takes from the history what lay over the list when the page was loaded anew, then keeps both in step. */
export function keepAddress(app: App): void {
  let entry = readEntry();
  app.sheet.value = entry.sheet;
  app.goTo.value = entry.goTo;
  let coveredThen = isCovered(app);
  /** Asked to go back; until it has, the history is left alone. */
  let goingBack = false;
  let scheduled = false;
  let writtenMs = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  effect(() => {
    toAddress(app);
    app.sheet.value;
    app.goTo.value;
    if (scheduled) return;
    scheduled = true;
    // Not at once: who goes from an event to the trust panel closes the one before opening the other.
    queueMicrotask(() => {
      scheduled = false;
      sync();
    });
  });

  addEventListener('popstate', () => {
    entry = readEntry();
    const id = parseEventPath(location.pathname);
    if (goingBack) goingBack = false;
    else {
      if (id !== (app.selection.peek()?.id ?? null))
        app.selection.value = id === null ? null : { id, from: 'list' };
      app.sheet.value = entry.sheet;
      const { goTo, filter } = app;
      const was = goTo.peek();
      if (!was !== !entry.goTo) {
        // In this order: the map tells from it that the place is taken back.
        goTo.value = entry.goTo;
        filter.value = { ...filter.peek(), inView: !was || was.wasInView };
      }
    }
    coveredThen = id !== null || entry.sheet !== null;
    sync();
  });

  function sync(): void {
    clearTimeout(timer);
    if (goingBack) return;
    const covered = isCovered(app);
    const opened = covered && !coveredThen;
    const closed = !covered && coveredThen;
    if (!app.filter.peek().inView) app.goTo.value = null;
    const goTo = app.goTo.peek();
    const chosen = goTo && !entry.goTo;
    if ((closed && entry.aboveList) || (entry.goTo && !goTo && entry.abovePlain)) {
      goingBack = true;
      history.back();
      return;
    }
    const next: Entry = {
      sheet: app.sheet.peek(),
      aboveList: opened || (covered && entry.aboveList),
      goTo,
      abovePlain: !!goTo && (!!chosen || entry.abovePlain),
    };
    const url = toAddress(app);
    if (opened || closed || chosen) history.pushState(next, '', url);
    else if (
      url !== location.pathname + location.search ||
      next.sheet !== entry.sheet ||
      goTo !== entry.goTo
    ) {
      const waitMs = writtenMs + WRITES_APART_MS - performance.now();
      if (waitMs > 0 && !covered) {
        timer = setTimeout(sync, waitMs);
        return;
      }
      writtenMs = performance.now();
      history.replaceState(next, '', url);
    }
    entry = next;
    coveredThen = covered;
  }
}

function isCovered({ selection, sheet }: App): boolean {
  return selection.peek() !== null || sheet.peek() !== null;
}

/** Path and query of what is chosen; parameters that are not the page's own stay, as does `at` until there is a map. */
function toAddress({ selection, filter, order, map, view }: App): string {
  const id = selection.value?.id;
  const path = id === undefined ? '/' : `/events/${encodeURIComponent(id)}`;
  const filterQuery = toFilterQuery(filter.value, location.search, view.value?.at);
  // A comma needs no escape, and reads better.
  return path + toMapQuery(map, toOrderQuery(order.value, filterQuery)).replaceAll('%2C', ',');
}

function readEntry(): Entry {
  const { sheet, aboveList, goTo, abovePlain } = (history.state ?? {}) as Partial<Entry>;
  return {
    sheet: sheet === 'trust' ? 'trust' : null,
    aboveList: aboveList === true,
    // An older page kept places without a name.
    goTo: goTo?.name ? goTo : null,
    abovePlain: abovePlain === true,
  };
}
