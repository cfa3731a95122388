// The one catalogue of the page, shared by map and list, and who is told when it changes. Changes are applied at once
// and told once per animation frame: a burst of a thousand events is one redraw. Another catalogue is told of at once:
// until then its readers would look up numbers of the old rows in it. Browser-safe.

import { type ReadonlySignal, signal } from '@preact/signals';
import { type Catalogue, createCatalogue } from '../../catalogue/catalogue.ts';
import { applyChunk } from '../../catalogue/codec.ts';
import type { QuakeEvent } from '../../event/types.ts';

/** What changed since the last time it was told. */
export interface CatalogueChange {
  /** Rows inserted or updated, each once; null: so many that all count as changed. */
  readonly rows: readonly number[] | null;
  /** The time order is as it was before this instant, ms since the epoch UTC; −Infinity: anywhere. */
  readonly orderFromMs: number;
  /** The catalogue is another one: a row number means another event than before. */
  readonly replaced: boolean;
}

export type Arrival = 'new' | 'revised' | 'withdrawn';

export interface SharedCatalogue {
  readonly current: Catalogue;
  /** Grows by one with every change told; read it to be drawn again. */
  readonly version: ReadonlySignal<number>;
  /** What the change behind the newest version was. */
  readonly lastChange: CatalogueChange;
  /** Applies one event of the stream; null when it was not newer than what is there. */
  applyEvent(event: QuakeEvent, offset: number): { row: number; arrival: Arrival } | null;
  /** Applies a chunk to `into`, or to the current catalogue. Throws QuakewireError CHUNK_MALFORMED. */
  applyChunk(bytes: Uint8Array, into?: Catalogue): void;
  /** Puts another catalogue in the place of the current one, after a reset. */
  replace(catalogue: Catalogue): void;
  /** Calls back with each change, after `version` grew; gives a function that ends it. */
  onChange(listener: (change: CatalogueChange) => void): () => void;
}

const EVERYTHING_CHANGED: CatalogueChange = {
  rows: null,
  orderFromMs: Number.NEGATIVE_INFINITY,
  replaced: true,
};
/** Beyond this many rows, telling each one costs more than taking all as changed. */
const CHANGED_ROWS_MAX = 4096;

/** `scheduleFrame` calls back before the next frame is drawn (requestAnimationFrame), or soon when none is drawn. */
export function createSharedCatalogue(scheduleFrame: (callback: () => void) => void): SharedCatalogue {
  let current = createCatalogue();
  const version = signal(0);
  let lastChange: CatalogueChange = EVERYTHING_CHANGED;
  const listeners = new Set<(change: CatalogueChange) => void>();
  let changedRows: Set<number> | null = new Set();
  let orderFromMs = Number.POSITIVE_INFINITY;
  let replaced = false;
  let scheduled = false;

  function note(rows: readonly number[] | null, fromMs: number): void {
    if (rows === null || changedRows === null || changedRows.size + rows.length > CHANGED_ROWS_MAX)
      changedRows = null;
    else for (const row of rows) changedRows.add(row);
    orderFromMs = Math.min(orderFromMs, fromMs);
    if (scheduled) return;
    scheduled = true;
    scheduleFrame(() => {
      if (scheduled) tell();
    });
  }

  function tell(): void {
    scheduled = false;
    const change = { rows: changedRows === null ? null : [...changedRows], orderFromMs, replaced };
    replaced = false;
    changedRows = new Set();
    orderFromMs = Number.POSITIVE_INFINITY;
    lastChange = change;
    version.value++;
    for (const listener of listeners) listener(change);
  }

  return {
    get current() {
      return current;
    },
    version,
    get lastChange() {
      return lastChange;
    },
    applyEvent(event, offset) {
      const known = current.rowOf(event.id);
      const timeBeforeMs = known === -1 ? Number.POSITIVE_INFINITY : current.columns.originTimeMs[known]!;
      const { row, outcome } = current.upsert(event, offset);
      if (outcome === 'ignored') return null;
      const timeMs = current.columns.originTimeMs[row]!;
      note([row], timeMs === timeBeforeMs ? Number.POSITIVE_INFINITY : Math.min(timeMs, timeBeforeMs));
      if (event.state === 'withdrawn') return { row, arrival: 'withdrawn' };
      return { row, arrival: outcome === 'inserted' ? 'new' : 'revised' };
    },
    applyChunk(bytes, into = current) {
      const { changedRows: rows } = applyChunk(into, bytes);
      if (into === current && rows?.length !== 0) note(rows, Number.NEGATIVE_INFINITY);
    },
    replace(catalogue) {
      current = catalogue;
      replaced = true;
      changedRows = null;
      orderFromMs = Number.NEGATIVE_INFINITY;
      tell();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
