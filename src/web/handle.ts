// `window.quakewire`: what the page knows, for tests and tinkerers. Reading it changes nothing, except `jumpTo`.
//
//   quakewire.count                 events in the catalogue
//   quakewire.cursor                everything up to here is in it; null while the snapshot is loading
//   quakewire.connection            loading, connecting, live, polling, polled, waiting, offline or stopped
//   quakewire.visible               events that the filter lets through
//   quakewire.entry('emsc-…')       one event, or null
//   quakewire.project('emsc-…')     where it is drawn, CSS pixels from the page's corner, or null
//   quakewire.frames                frames of the event layer
//   quakewire.names                 names that are written on the map
//   quakewire.jumpTo(37, 38, 5)     puts the camera on longitude, latitude and zoom

import type { CatalogueEntry } from '../catalogue/catalogue.ts';
import type { EventId } from '../event/types.ts';
import type { Connection } from './live/connection.ts';
import type { QuakeMap } from './map/quake-map.ts';
import type { App } from './state/app.ts';

export interface QuakewireHandle {
  readonly count: number;
  readonly cursor: string | null;
  readonly connection: string;
  readonly visible: number;
  readonly frames: number;
  readonly names: readonly string[];
  namesAround(x: number, y: number, reach: number): readonly string[];
  entry(id: string): CatalogueEntry | null;
  project(id: string): { x: number; y: number } | null;
  jumpTo(longitudeDeg: number, latitudeDeg: number, zoom: number): void;
  nextFrame(): Promise<void>;
}

declare global {
  interface Window {
    quakewire: QuakewireHandle;
  }
}

export function exposeHandle(app: App, connection: Connection, map: () => QuakeMap | null): void {
  const rowOf = (id: string) => app.catalogue.current.rowOf(id as EventId);
  window.quakewire = {
    get count() {
      return app.catalogue.current.count;
    },
    get cursor() {
      return connection.state.cursor;
    },
    get connection() {
      return connection.state.name;
    },
    get visible() {
      return app.facets.peek().total;
    },
    get frames() {
      return map()?.frames ?? 0;
    },
    get names() {
      return map()?.listNames() ?? [];
    },
    namesAround(x, y, reach) {
      return map()?.listNames({ x, y, reach }) ?? [];
    },
    entry(id) {
      const row = rowOf(id);
      return row === -1 ? null : app.catalogue.current.entryAt(row);
    },
    project(id) {
      const row = rowOf(id);
      return row === -1 ? null : (map()?.projectRow(row) ?? null);
    },
    jumpTo(longitudeDeg, latitudeDeg, zoom) {
      map()?.jumpTo(longitudeDeg, latitudeDeg, zoom);
    },
    async nextFrame() {
      await map()?.nextFrame();
    },
  };
}
