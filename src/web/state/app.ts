// All that the page knows, as signals: what was loaded, what is chosen, how the connection stands. Components read it,
// the session (../live/session.ts) and the reader's hands write it. Browser-safe.

import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { EventId } from '../../event/types.ts';
import type { ConnectionState } from '../live/connection-state.ts';
import type { SnapshotProgress } from '../live/snapshot.ts';
import type { GatewayState } from '../live/wire.ts';
import { createMapSettings, type MapSettings } from '../map/map-settings.ts';
import type { Scheme } from '../map/palettes.ts';
import type { Text } from '../text/english.ts';
import type { MoreText } from '../text/english-more.ts';
import type { Formats } from '../text/formats.ts';
import type { Words } from '../text/words.ts';
import type { Delivery } from './deliveries.ts';
import { countFacets, type Facets } from './facets.ts';
import { type Age, effectiveAge, type Filter } from './filter.ts';
import { type Order, type Place, sortLargest, sortNearest } from './order.ts';
import type { Present } from './present.ts';
import { createSettings, type Settings } from './settings.ts';
import type { Arrival, SharedCatalogue } from './shared-catalogue.ts';
import { listVisibleRows, type RowBounds, toRowBounds, type ViewBox } from './visibility.ts';

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
}

export interface App {
  /** The words and formats of the reader's language and settings: read while drawing, so that both follow. */
  readonly text: Text;
  /** Null: English, see `Words`. */
  readonly more: MoreText | null;
  readonly formats: Formats;
  readonly settings: Settings;
  readonly catalogue: SharedCatalogue;
  readonly present: Present;
  readonly scheme: Signal<Scheme>;
  readonly filter: Signal<Filter>;
  readonly order: Signal<Order>;
  /** Where the reader is, once told; stays in the browser. */
  readonly place: Signal<Place | null>;
  /** What the map shows, written by the map; null: no map yet. */
  readonly view: Signal<MapView | null>;
  readonly selection: Signal<Selection | null>;
  readonly sheet: Signal<Sheet>;
  readonly hovered: Signal<EventId | null>;
  readonly connection: Signal<ConnectionState | null>;
  readonly gateway: Signal<GatewayState | null>;
  readonly caughtUp: Signal<{ changes: number; atMs: number } | null>;
  readonly progress: Signal<SnapshotProgress | null>;
  /** The newest deliveries of the stream, the latest last. */
  readonly deliveries: Signal<readonly Delivery[]>;
  /** What a screen reader is told next, politely. */
  readonly announcement: Signal<string>;
  /** The last arrival of the stream, for the map's rings. */
  readonly arrival: Signal<{ row: number; arrival: Arrival } | null>;
  /** How the reader wants the map. */
  readonly map: MapSettings;
  /** Factor on every dot's radius on the map. */
  readonly symbolScale: Signal<number>;
  readonly age: ReadonlySignal<Age>;
  readonly bounds: ReadonlySignal<RowBounds>;
  /** Rows of the list in its order, and how many there are in all. */
  readonly listed: ReadonlySignal<{ rows: Uint32Array; total: number }>;
  /** How many events each choice of the filter would show. */
  readonly facets: ReadonlySignal<Facets>;
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
/** Larger catalogues count what each choice would show every WINDOW_STEP_MS, not with every event. */
const FACETS_LIVE_MAX = 200_000;
/** A usual screen's. */
const LIST_HEIGHT_PX = 800;

export interface AppParts {
  /** Changes with the reader's language and settings. */
  readonly words: ReadonlySignal<Words>;
  readonly settings?: Settings;
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
  const near = computed(() => {
    if (order.value === 'nearest') return place.value;
    return order.value === 'centre' ? (view.value?.centre ?? null) : null;
  });
  const rowsMax = parts.listRowsMax ?? LIST_ROWS_MAX;
  const listed = computed(() => {
    catalogue.version.value;
    const { current } = catalogue;
    const box = filter.value.inView ? (view.value?.box ?? null) : null;
    const from = near.value;
    const byKey = order.value === 'largest' || from !== null;
    const { rows, total } = listVisibleRows(current, bounds.value, byKey ? current.count : rowsMax, box);
    if (!byKey) return { rows, total };
    const sorted =
      from === null ? sortLargest(current.columns, rows) : sortNearest(current.columns, rows, from);
    return { rows: sorted.subarray(0, rowsMax), total };
  });
  const facets = computed(() => {
    if (catalogue.current.count <= FACETS_LIVE_MAX) catalogue.version.value;
    const chosen = { ...filter.value, age: age.value };
    const box = view.value?.box ?? null;
    return countFacets(catalogue.current, chosen, steppedNowMs.value, replayed.value, box);
  });
  return {
    get text() {
      return words.value.text;
    },
    get more() {
      return words.value.more;
    },
    get formats() {
      return words.value.formats;
    },
    settings: parts.settings ?? createSettings(),
    ...{ catalogue, present, filter, order, place, view, gateway, age, bounds, listed, facets, near },
    scheme: signal(parts.scheme),
    selection: signal(parts.selection),
    sheet: signal<Sheet>(null),
    hovered: signal<EventId | null>(null),
    connection: signal<ConnectionState | null>(null),
    caughtUp: signal<{ changes: number; atMs: number } | null>(null),
    progress: signal<SnapshotProgress | null>(null),
    deliveries: signal<readonly Delivery[]>([]),
    announcement: signal(''),
    arrival: signal<{ row: number; arrival: Arrival } | null>(null),
    map: createMapSettings(),
    symbolScale: signal(1),
    listHeightPx: parts.listHeightPx ?? LIST_HEIGHT_PX,
    browserNow: parts.browserNow,
  };
}
