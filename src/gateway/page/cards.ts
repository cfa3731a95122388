// The cards as documents: each made once for a revision, and kept; the newest of so many.

import type { Catalogue, CatalogueEntry } from '../../catalogue/catalogue.ts';
import { FLAG_STARTER } from '../../catalogue/catalogue.ts';
import { type Clock, createReplayClock } from '../../clock.ts';
import { toMagnitudeTypeName } from '../../event/magnitude-type.ts';
import { toSentenceCase } from '../../event/region-name.ts';
import type { EventId } from '../../event/types.ts';
import type { SourceStatus } from '../../sources/source.ts';
import type { CardDot, CardDrawing } from '../map/card.ts';
import { toPresent } from '../present.ts';
import type { Stage } from '../stage.ts';
import { createCardDrawer } from './card-drawer.ts';

export interface Card {
  readonly etag: string;
  readonly png: Buffer;
}

export interface Cards {
  /** The card of the front page, or of an event; 'unknown': no such event, 'busy': ask again in a second. */
  card(id: EventId | null): Promise<Card> | 'unknown' | 'busy';
}

const KEPT_MAX = 48;
/** The front page's card is made anew after so long. */
const FRONT_AGE_MAX_MS = 60_000;
const DOTS_MAX = 400;

export function createCards(options: {
  readonly stage: Stage;
  readonly sources: () => readonly SourceStatus[];
  readonly clock: Clock;
}): Cards {
  const { stage, sources, clock } = options;
  const kept = new Map<string, Promise<Card>>();
  const draw = createCardDrawer();

  return {
    card(id) {
      const { catalogue } = stage.view;
      const row = id === null ? -1 : catalogue.rowOf(id);
      if (id !== null && row === -1) return 'unknown';
      const entry = id === null ? null : catalogue.entryAt(row);
      const realMs = clock.now();
      const key =
        entry === null
          ? `front-${Math.floor(realMs / FRONT_AGE_MAX_MS)}`
          : `${entry.id}-${entry.revision}-${entry.state}`;
      const known = kept.get(key);
      if (known !== undefined) {
        kept.delete(key);
        kept.set(key, known);
        return known;
      }
      const present = toPresent(sources());
      const nowMs = present.clock ? createReplayClock(present.clock, clock).now() : realMs;
      const drawn = draw(describe(catalogue, entry, nowMs, present.mode === 'replay'));
      if (drawn === null) return 'busy';
      const etag = `"${key.replace(/[^\w:.-]/g, '_')}"`;
      const card = drawn.then((png) => ({ etag, png }));
      card.catch(() => kept.delete(key));
      kept.set(key, card);
      if (kept.size > KEPT_MAX) kept.delete(kept.keys().next().value!);
      return card;
    },
  };
}

function describe(
  catalogue: Catalogue,
  entry: CatalogueEntry | null,
  nowMs: number,
  replayed: boolean,
): CardDrawing {
  const dots = listNewest(catalogue, nowMs).filter(({ id }) => id !== entry?.id);
  const toDot = ({ latitudeDeg, longitudeDeg, magnitude, originTimeMs }: CatalogueEntry): CardDot => ({
    ...{ latitudeDeg, longitudeDeg, magnitude: magnitude?.value ?? null },
    ageMs: Math.max(0, nowMs - originTimeMs),
  });
  const recording = replayed ? 'Replay of a recording' : null;
  if (entry === null)
    return {
      ...{ dots: dots.map(toDot), event: null, title: 'Earthquakes, live', place: '' },
      lines: [`As of ${toTimeText(nowMs)}`, 'Information, not an early warning.'],
      mark: recording,
    };
  const { magnitude, region, depthKm, originTimeMs, author, agency, revision, state, starter } = entry;
  const size =
    magnitude === null
      ? 'No magnitude'
      : `${toMagnitudeTypeName(magnitude.type)} ${magnitude.value.toFixed(1)}`;
  const depth = depthKm === null ? [] : [`${depthKm.toFixed(0)} km deep`];
  return {
    dots: dots.map(toDot),
    event: { ...toDot(entry), withdrawn: state === 'withdrawn' },
    title: size.replace('-', '−'),
    place: region === null ? 'Region not given' : toSentenceCase(region),
    lines: [toTimeText(originTimeMs), [...depth, author ?? agency, ...toRevised(revision)].join(' · ')],
    mark: state === 'withdrawn' ? 'Withdrawn by the agency' : starter ? 'Starter catalogue' : recording,
  };
}

/** A first report is no revision. */
function toRevised(revision: number): string[] {
  if (revision === 1) return [];
  return [revision === 2 ? 'revised' : `revised ${revision - 1}×`];
}

/** The newest live events by origin time; those of the log alone, unless there are none. */
function listNewest(catalogue: Catalogue, nowMs: number): CatalogueEntry[] {
  const { timeOrder, columns } = catalogue;
  const entries: CatalogueEntry[] = [];
  for (let i = timeOrder.length - 1; i >= 0 && entries.length < DOTS_MAX; i--) {
    const row = timeOrder[i]!;
    if (columns.flags[row]! & FLAG_STARTER && entries.length > 0) continue;
    const entry = catalogue.entryAt(row);
    if (entry.state === 'live' && entry.originTimeMs <= nowMs + 60_000) entries.push(entry);
  }
  return entries;
}

/** `6 Feb 2023, 01:17 UTC` */
function toTimeText(timeMs: number): string {
  const text = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  return `${text.format(timeMs)} UTC`;
}
