// All that the page knows, as signals: what was loaded, what is chosen, how the connection stands. Components read it,
// the session (../live/session.ts) and the reader's hands write it. Browser-safe.

import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { EventId, QuakeEvent } from '../../event/types.ts';
import type { ConnectionState } from '../live/connection-state.ts';
import type { SnapshotProgress } from '../live/snapshot.ts';
import type { GatewayState } from '../live/wire.ts';
import type { Extent } from '../map/extent.ts';
import { createMapSettings, type MapSettings } from '../map/map-settings.ts';
import type { Scheme } from '../map/palettes.ts';
import type { Text } from '../text/english.ts';
import type { MoreText } from '../text/english-more.ts';
import type { Formats } from '../text/formats.ts';
import type { LanguageCode } from '../text/languages.ts';
import type { Words } from '../text/words.ts';
import type { Arrived } from './arrivals.ts';
import type { Delivery } from './deliveries.ts';
import { createFacetCounter, type Facets, type FacetsQuery } from './facets.ts';
import { type Age, effectiveAge, type Filter } from './filter.ts';
import { createListTop, type ListTop } from './list-top.ts';
import type { NamedPlace, Pin } from './named-places.ts';
import { type Order, type Place, SORTS, sortNearest } from './order.ts';
import type { Present } from './present.ts';
import { createRowScan, type Listing, type ListingQuery } from './row-scan.ts';
import { createSettings, type Settings } from './settings.ts';
import type { SharedCatalogue } from './shared-catalogue.ts';
import { countRowsFrom, type RowBounds, toRowBounds, type ViewBox } from './visibility.ts';

export interface Selection {
  readonly id: EventId;
  /** Where it was chosen: the other side follows. */
  readonly from: 'list' | 'map' | 'link';
}

/** What lies over the list; null: nothing. A selected event goes before it. */
export type Sheet = 'trust' | null;

/** What the map shows. */
export interface MapView {
  readonly box: ViewBox;
  readonly centre: Place;
  /** Its centre and zoom as the page's address has them (../map/place-in-address.ts). */
  readonly at: string;
}

/** What the pointer is on. */
export interface PointedEvent {
  readonly id: EventId;
  /** CSS pixels from the map's corner. */
  readonly x: number;
  readonly y: number;
  /** How many other events lie under the pointer. */
  readonly others: number;
}

/** What a search finds; `region`: one that agencies name events after. */
export type PlaceKind = 'country' | 'region' | 'city';

/** A place that was searched for. Plain: an entry of the history keeps it. */
export interface MapTarget {
  /** All of it in view. */
  readonly extent: Extent;
  /** As the reader found it. */
  readonly name: string;
  readonly kind: PlaceKind;
  /** Where it is marked on the map; null: a region, which lies at no one place. */
  readonly pin: Pin | null;
  /** Whether the list showed only what the map shows before. */
  readonly wasInView: boolean;
}

export interface App {
  /** The words and formats of the reader's language and settings: read while drawing, so that both follow. */
  readonly language: LanguageCode;
  readonly text: Text;
  /** Null: English, see `Words`. */
  readonly more: MoreText | null;
  readonly formats: Formats;
  /** As `formats`, whose reader lives in UTC. */
  readonly utcFormats: Formats;
  readonly settings: Settings;
  /** A wall display: read from afar, touched by nobody. */
  readonly wall: boolean;
  readonly catalogue: SharedCatalogue;
  readonly present: Present;
  readonly scheme: Signal<Scheme>;
  readonly filter: Signal<Filter>;
  readonly order: Signal<Order>;
  /** Where the reader is, once told; stays in the browser. */
  readonly place: Signal<Place | null>;
  /** What the map shows, written by the map; null: no map yet. */
  readonly view: Signal<MapView | null>;
  /** Where the map is wanted, by a search; null once that is taken back, or the list shows more than the map. */
  readonly goTo: Signal<MapTarget | null>;
  readonly selection: Signal<Selection | null>;
  readonly sheet: Signal<Sheet>;
  readonly hovered: Signal<EventId | null>;
  /** What the pointer is on, on the map. */
  readonly pointed: Signal<PointedEvent | null>;
  /** What the map names for the open event. */
  readonly named: Signal<readonly NamedPlace[]>;
  readonly connection: Signal<ConnectionState | null>;
  /** How often the reader has asked for the server to be tried at once. */
  readonly triesWanted: Signal<number>;
  readonly gateway: Signal<GatewayState | null>;
  readonly caughtUp: Signal<{ changes: number; atMs: number } | null>;
  readonly progress: Signal<SnapshotProgress | null>;
  /** The newest deliveries of the stream, the latest last. */
  readonly deliveries: Signal<readonly Delivery[]>;
  /** The last large new events of the stream, the latest last: told if they are news, and do not fill a gap. */
  readonly bigNews: Signal<readonly QuakeEvent[]>;
  /** What a screen reader is told next, politely. */
  readonly announcement: Signal<string>;
  /** The last arrival of the stream, for the map's rings. */
  readonly arrival: Signal<Arrived | null>;
  /** How the reader wants the map. */
  readonly map: MapSettings;
  /** Factor on every dot's radius on the map. */
  readonly symbolScale: Signal<number>;
  readonly age: ReadonlySignal<Age>;
  readonly bounds: ReadonlySignal<RowBounds>;
  /** Rows of the list in its order, and how many there are in all. */
  readonly listed: ReadonlySignal<Listing>;
  /** The beginning of them, which costs no more where there are many; all of them in another order than by time. */
  readonly listTop: ReadonlySignal<ListTop>;
  /** The filter that the list follows: waits with it. */
  readonly listFilter: ReadonlySignal<Filter>;
  /** How many rows the whole list has. */
  readonly listSize: ReadonlySignal<number>;
  /** How many events the filter shows, and each choice of it would. */
  readonly facets: ReadonlySignal<Facets>;
  /** How many of them are within the map's view; null: that is not known. Counted only where it is read. */
  readonly inViewCount: ReadonlySignal<number | null>;
  /**
   * To be called before each change of a filter that is dragged: a list of so many events that making it anew takes
   * longer than a frame keeps its rows until the reader rests or lets go. Map and counts follow at once.
   */
  holdList(): void;
  /** The reader has let go. */
  releaseList(): void;
  /** The place that distances in the list count from; null: the list is not ordered by distance. */
  readonly near: ReadonlySignal<Place | null>;
  /** How high the list is taken to be until it is measured, CSS pixels: so much of it is built at once. */
  readonly listHeightPx: number;
  /** The browser's clock, ms since the epoch. */
  readonly browserNow: () => number;
}

/**
 * Longest list: a browser's page may be about 16 million pixels high. Larger catalogues are all on the map; the list
 * shows the newest of them.
 */
export const LIST_ROWS_MAX = 200_000;
/** Windows move in steps of this, or each second would scan a million rows anew. */
const WINDOW_STEP_MS = 10_000;
/** While older events of a larger catalogue are still being loaded, all are counted every WINDOW_STEP_MS. */
const FACETS_LIVE_MAX = 200_000;
/** A list from so many events is made in a few milliseconds. */
const LIST_AT_ONCE_MAX = 20_000;
/** A reader who has not moved the slider for so long rests. */
const LIST_REST_MS = 1000;
/** A usual screen's. */
const LIST_HEIGHT_PX = 800;

export interface AppParts {
  /** Changes with the reader's language and settings. */
  readonly words: ReadonlySignal<Words>;
  readonly settings?: Settings;
  readonly wall?: boolean;
  readonly catalogue: SharedCatalogue;
  readonly present: Present;
  readonly scheme: Scheme;
  readonly filter: Filter;
  readonly order?: Order;
  readonly selection: Selection | null;
  readonly browserNow: () => number;
  /** Rows of the list at most, and its height before it is measured; the server, which measures nothing, sets both. */
  readonly listRowsMax?: number;
  readonly listHeightPx?: number;
}

export function createApp(parts: AppParts): App {
  const { catalogue, present, words } = parts;
  const settings = parts.settings ?? createSettings();
  const filter = signal(parts.filter);
  const order = signal<Order>(parts.order ?? 'newest');
  const place = signal<Place | null>(null);
  const view = signal<MapView | null>(null);
  const gateway = signal<GatewayState | null>(null);
  const steppedNowMs = computed(() => {
    present.tick.value;
    return Math.floor(present.nowMs() / WINDOW_STEP_MS) * WINDOW_STEP_MS;
  });
  const age = computed(() => {
    catalogue.version.value;
    return effectiveAge(filter.value, catalogue.current, steppedNowMs.value);
  });
  const replayed = computed(() => gateway.value?.mode === 'replay');
  const bounds = computed(() => {
    const chosen = { ...filter.value, age: age.value };
    return toRowBounds(chosen, catalogue.current, steppedNowMs.value, replayed.value);
  });
  /** The list keeps what it shows while a filter is being dragged. */
  const held = signal(false);
  const unlessHeld = <T>(make: () => T) => {
    let last: { readonly from: object; readonly value: T } | null = null;
    return computed(() => {
      catalogue.version.value;
      const from = catalogue.current;
      if (!held.value || last?.from !== from) last = { from, value: make() };
      return last.value;
    });
  };
  let restTimer: ReturnType<typeof setTimeout> | undefined;
  const progress = signal<SnapshotProgress | null>(null);
  const near = computed(() => {
    if (order.value === 'nearest') return place.value;
    return order.value === 'centre' ? (view.value?.centre ?? null) : null;
  });
  const rowsMax = parts.listRowsMax ?? LIST_ROWS_MAX;
  const toListingQuery = (): ListingQuery => ({
    ...{ catalogue: catalogue.current, version: catalogue.version.value, change: catalogue.lastChange },
    ...{ bounds: bounds.value, limit: rowsMax },
    box: filter.value.inView ? (view.value?.box ?? null) : null,
  });
  const scan = createRowScan();
  const listed = unlessHeld(() => {
    const { columns, count } = catalogue.current;
    const from = near.value;
    const query = toListingQuery();
    const sort = SORTS[order.value];
    if (sort === undefined && from === null) return scan(query);
    const { rows, total } = scan({ ...query, limit: count });
    const sorted = from === null ? sort!(columns, rows) : sortNearest(columns, rows, from);
    return { rows: sorted.subarray(0, rowsMax), total };
  });
  const listFilter = unlessHeld(() => filter.value);
  const beginList = createListTop(scan);
  const listTop = unlessHeld(() => {
    if (SORTS[order.value] !== undefined || near.value !== null)
      return { rows: listed.value.rows, whole: true };
    // Days as the list's headings have them.
    const { utcFormats, formats } = words.value;
    const { startOfDay } = settings.times.value === 'utc' ? utcFormats : formats;
    return beginList({ ...toListingQuery(), startOfDay });
  });
  const toFacetsQuery = (box: ViewBox | null): FacetsQuery => {
    const loading = progress.value !== null && catalogue.current.count > FACETS_LIVE_MAX;
    return {
      catalogue: catalogue.current,
      version: loading ? catalogue.version.peek() : catalogue.version.value,
      change: catalogue.lastChange,
      filter: { ...filter.value, age: age.value },
      nowMs: steppedNowMs.value,
      replayed: replayed.value,
      box,
    };
  };
  const countFacets = createFacetCounter();
  const facets = computed(() =>
    countFacets(toFacetsQuery(filter.value.inView ? (view.value?.box ?? null) : null)),
  );
  const listSize = unlessHeld(() => {
    const { rows, whole } = listTop.value;
    return whole ? rows.length : Math.min(rowsMax, Math.max(rows.length, facets.value.total));
  });
  const countFacetsInView = createFacetCounter();
  const inViewCount = computed(() => {
    const box = view.value?.box ?? null;
    if (box === null) return null;
    return (filter.value.inView ? facets.value : countFacetsInView(toFacetsQuery(box))).total;
  });
  const releaseList = () => {
    clearTimeout(restTimer);
    held.value = false;
  };
  const holdList = () => {
    if (countRowsFrom(catalogue.current, bounds.peek().oldestS) <= LIST_AT_ONCE_MAX) {
      releaseList();
      return;
    }
    clearTimeout(restTimer);
    held.value = true;
    restTimer = setTimeout(releaseList, LIST_REST_MS);
  };

  return {
    get language() {
      return words.value.language;
    },
    get text() {
      return words.value.text;
    },
    get more() {
      return words.value.more;
    },
    get formats() {
      return words.value.formats;
    },
    get utcFormats() {
      return words.value.utcFormats;
    },
    wall: parts.wall ?? false,
    ...{ catalogue, present, settings, filter, order, place, view, gateway, age, bounds, listed },
    ...{ listTop, listFilter, listSize, facets, near },
    ...{ inViewCount, holdList, releaseList, progress },
    scheme: signal(parts.scheme),
    goTo: signal<MapTarget | null>(null),
    selection: signal(parts.selection),
    sheet: signal<Sheet>(null),
    hovered: signal<EventId | null>(null),
    pointed: signal<PointedEvent | null>(null),
    named: signal<readonly NamedPlace[]>([]),
    connection: signal<ConnectionState | null>(null),
    triesWanted: signal(0),
    caughtUp: signal<{ changes: number; atMs: number } | null>(null),
    deliveries: signal<readonly Delivery[]>([]),
    bigNews: signal<readonly QuakeEvent[]>([]),
    announcement: signal(''),
    arrival: signal<Arrived | null>(null),
    map: createMapSettings(),
    symbolScale: signal(1),
    listHeightPx: parts.listHeightPx ?? LIST_HEIGHT_PX,
    browserNow: parts.browserNow,
  };
}
