// What a gateway knows: the catalogue in columns, the recent history, and where in quake.events.v1 both are true.
// A pure view of the log: built from the same records it is the same everywhere; an epoch change replaces it whole.

import { type Catalogue, createCatalogue } from '../catalogue/catalogue.ts';
import { applyChunk } from '../catalogue/codec.ts';
import { toCursor } from '../event/identity.ts';
import type { Cursor, EventId, QuakeEvent } from '../event/types.ts';
import { encodeFrame } from './live/frame.ts';
import { createHistory, type Filterable, type History, type HistoryBounds } from './live/history.ts';
import type { Broadcast } from './live/turn.ts';

export interface View {
  readonly catalogue: Catalogue;
  readonly history: History;
  readonly epoch: string;
  /** Offset of the newest record in the view; −1: none. */
  readonly head: number;
  readonly cursor: Cursor;
  /** Events by where they come from. */
  readonly counts: { readonly log: number; readonly starter: number };
  /** Takes the next record; null when it changes nothing (a revision that is not newer). `json` is the record's value. */
  apply(event: QuakeEvent, offset: number, json: Uint8Array): Broadcast | null;
  /** Passes over a record that could not be read. */
  skip(offset: number): void;
  /** Takes an event as the store has it, before any record; call `finishLoading` after the last. */
  load(event: QuakeEvent, offset: number): void;
  /** Makes the recent ones of the loaded events the history's beginning. */
  finishLoading(encode: (event: QuakeEvent) => Uint8Array): void;
}

/** A view of the log `epoch`, of which everything up to `head` will be loaded; `starter` is a chunk of starter events. */
export function createView(options: {
  readonly epoch: string;
  readonly head: number;
  readonly starter: Uint8Array | null;
  readonly bounds: HistoryBounds;
}): View {
  const { epoch, bounds } = options;
  const catalogue = createCatalogue();
  if (options.starter) applyChunk(catalogue, options.starter);
  let starterCount = catalogue.count;
  const floor = Math.max(-1, options.head - bounds.recordsMax);
  const history = createHistory(epoch, { floor, head: floor }, bounds);
  let recent: { event: QuakeEvent; offset: number }[] = [];

  return {
    catalogue,
    history,
    epoch,
    get head() {
      return history.head;
    },
    get cursor() {
      return toCursor(epoch, history.head);
    },
    get counts() {
      return { log: catalogue.count - starterCount, starter: starterCount };
    },
    apply(event, offset, json) {
      const before = toFilterable(catalogue, event.id);
      const { outcome } = catalogue.upsert(event, offset);
      if (outcome === 'ignored') {
        history.advance(offset);
        return null;
      }
      if (before?.starter) starterCount--;
      const frame = encodeFrame({ event: 'event', id: toCursor(epoch, offset), data: json });
      const after = { origin: event.origin, magnitude: event.magnitude, eventType: event.eventType };
      history.push({ offset, eventId: event.id, frame, after, before });
      return { frame, after, before, receivedAtMs: event.receivedAtMs };
    },
    skip: (offset) => history.advance(offset),
    load(event, offset) {
      const row = catalogue.rowOf(event.id);
      if (row >= 0 && catalogue.entryAt(row).starter) starterCount--;
      catalogue.upsert(event, offset);
      if (offset > floor) recent.push({ event, offset });
    },
    finishLoading(encode) {
      for (const { event, offset } of recent.toSorted((a, b) => a.offset - b.offset)) {
        const frame = encodeFrame({ event: 'event', id: toCursor(epoch, offset), data: encode(event) });
        const after = { origin: event.origin, magnitude: event.magnitude, eventType: event.eventType };
        const before = event.revision === 1 ? null : 'unread';
        history.push({ offset, eventId: event.id, frame, after, before });
      }
      recent = [];
      if (options.head > history.head) history.advance(options.head);
    },
  };
}

function toFilterable(catalogue: Catalogue, id: EventId): (Filterable & { starter: boolean }) | null {
  const row = catalogue.rowOf(id);
  if (row < 0) return null;
  const entry = catalogue.entryAt(row);
  const { originTimeMs, latitudeDeg, longitudeDeg, depthKm, magnitude, eventType, starter } = entry;
  return {
    origin: { originTimeMs, latitudeDeg, longitudeDeg, depthKm, evaluationMode: null },
    magnitude,
    eventType,
    starter,
  };
}
