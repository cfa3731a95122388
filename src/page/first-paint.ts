// What gateway and page agree upon for the first paint: the gateway hands over what it has in memory, the page's own
// components (src/web/first/render.tsx, built into dist/page/) make markup of it. Pure, browser-safe: types alone.

import type { Catalogue } from '../catalogue/catalogue.ts';
import type { ReplayTime } from '../clock.ts';
import type { EventId, QuakeEvent, Report } from '../event/types.ts';
import type { SourceStatus } from '../sources/source.ts';

export interface FirstPaintInput {
  /** Read, never changed. */
  readonly catalogue: Catalogue;
  /** Everything up to here is in the catalogue; null: it is still being loaded. */
  readonly cursor: string | null;
  readonly mode: 'live' | 'replay';
  readonly clock: ReplayTime | null;
  /** The gateway's real clock, ms since the epoch UTC. */
  readonly nowMs: number;
  readonly sources: readonly SourceStatus[];
  /** As `chooseLanguage` gives it. */
  readonly language: string;
  /** The filter as in the page's address, with its question mark; empty: none chosen. */
  readonly query: string;
  /** The event whose page this is; null: the front page. */
  readonly selected: SelectedEvent | null;
}

export interface SelectedEvent {
  readonly id: EventId;
  /** As `/events/{id}` answers; null: no such event. */
  readonly answer: {
    /** Of a starter event it lacks what nobody reported. */
    readonly event: Pick<QuakeEvent, 'id' | 'revision' | 'state'>;
    readonly reports: readonly Report[];
    readonly provenance: 'log' | 'starter';
  } | null;
}

/** Markup and words, everything from outside escaped in `world`, `app` and `notice`; `title` and `description` are plain text. */
export interface FirstPaint {
  readonly language: string;
  readonly title: string;
  readonly description: string;
  /** What stands in `<div id="world">`: the map until the map is there. */
  readonly world: string;
  /** What stands in `<div id="app">`: the page as its components draw it, without a style attribute. */
  readonly app: string;
  /** For readers without script: as of when this is true. */
  readonly notice: string;
  /** Rules for what the components set as style, which the content security policy does not allow in markup. */
  readonly style: string;
}

/** What dist/page/render.js exports. */
export interface FirstPaintModule {
  /** The language of a page for this `Accept-Language`, one of few, by its ISO 639 code. */
  chooseLanguage(acceptLanguage: string): string;
  renderFirstPaint(input: FirstPaintInput): FirstPaint;
}
