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
import type { Formats } from '../text/formats.ts';
import { type Age, effectiveAge, type Filter } from './filter.ts';
import type { Present } from './present.ts';
import type { Arrival, SharedCatalogue } from './shared-catalogue.ts';
import { listVisibleRows, type RowBounds, toRowBounds } from './visibility.ts';

export interface Selection {
  readonly id: EventId;
  /** Where it was chosen: the other side follows. */
  readonly from: 'list' | 'map' | 'link';
}

export interface App {
  readonly text: Text;
  readonly formats: Formats;
  readonly catalogue: SharedCatalogue;
  readonly present: Present;
  readonly scheme: Signal<Scheme>;
  readonly filter: Signal<Filter>;
  readonly selection: Signal<Selection | null>;
  readonly hovered: Signal<EventId | null>;
  readonly connection: Signal<ConnectionState | null>;
  readonly gateway: Signal<GatewayState | null>;
  readonly caughtUp: Signal<{ changes: number; atMs: number } | null>;
  readonly progress: Signal<SnapshotProgress | null>;
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
  /** Rows of the list, newest first, and how many there are in all. */
  readonly listed: ReadonlySignal<{ rows: Uint32Array; total: number }>;
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

export interface AppParts {
  readonly text: Text;
  readonly formats: Formats;
  readonly catalogue: SharedCatalogue;
  readonly present: Present;
  readonly scheme: Scheme;
  readonly filter: Filter;
  readonly selection: Selection | null;
  readonly browserNow: () => number;
  /** Rows of the list at most, and its height before it is measured; the server, which measures nothing, sets both. */
  readonly listRowsMax?: number;
  readonly listHeightPx?: number;
}

/** A usual screen's. */
const LIST_HEIGHT_PX = 800;

export function createApp(parts: AppParts): App {
  const { catalogue, present } = parts;
  const filter = signal(parts.filter);
  const gateway = signal<GatewayState | null>(null);
  const steppedNowMs = computed(() => {
    present.tick.value;
    return Math.floor(present.nowMs() / WINDOW_STEP_MS) * WINDOW_STEP_MS;
  });
  const age = computed(() => {
    catalogue.version.value;
    return effectiveAge(filter.value, catalogue.current, steppedNowMs.value);
  });
  const bounds = computed(() => {
    const chosen = { ...filter.value, age: age.value };
    const replayed = gateway.value?.mode === 'replay';
    return toRowBounds(chosen, catalogue.current, steppedNowMs.value, replayed);
  });
  const listed = computed(() => {
    catalogue.version.value;
    return listVisibleRows(catalogue.current, bounds.value, parts.listRowsMax ?? LIST_ROWS_MAX);
  });
  return {
    text: parts.text,
    formats: parts.formats,
    catalogue,
    present,
    scheme: signal(parts.scheme),
    filter,
    selection: signal(parts.selection),
    hovered: signal<EventId | null>(null),
    connection: signal<ConnectionState | null>(null),
    gateway,
    caughtUp: signal<{ changes: number; atMs: number } | null>(null),
    progress: signal<SnapshotProgress | null>(null),
    announcement: signal(''),
    arrival: signal<{ row: number; arrival: Arrival } | null>(null),
    map: createMapSettings(),
    symbolScale: signal(1),
    age,
    bounds,
    listed,
    listHeightPx: parts.listHeightPx ?? LIST_HEIGHT_PX,
    browserNow: parts.browserNow,
  };
}
