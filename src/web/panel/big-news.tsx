// A large earthquake that has just become known is told: to screen readers in a sentence, to the seeing on the map from
// magnitude 6 on, for a minute. The largest stays on top of those that come after it (../state/news-shown.ts). Nothing moves
// aside for it, and the keyboard stays where it is.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { CatalogueEntry } from '../../catalogue/catalogue.ts';
import { toSentenceCase } from '../../event/region-name.ts';
import type { QuakeEvent } from '../../event/types.ts';
import type { App } from '../state/app.ts';
import { isNews } from '../state/is-news.ts';
import { addNews, rankNews } from '../state/news-shown.ts';
import { moreOf } from '../text/english-more.ts';
import { formatMagnitude } from '../text/formats.ts';
import '../styles/big-news.css';

/** Lesser ones are told in the sentence alone. */
const SHOWN_MAGNITUDE = 6;
const SHOWN_MS = 60_000;
/** More than these are counted. */
const LINES_MAX = 2;
/** While the pointer or the keyboard is on it, it stays, and is asked again after so long. */
const SHOWN_AGAIN_MS = 5000;

export function BigNews({ app }: { app: App }) {
  const arrived = app.bigNews.value;
  /** Those on the map, the largest first; a timer runs anew with each that is added. */
  const [shown, setShown] = useState<{ news: readonly QuakeEvent[]; added: number }>(NOTHING);
  const told = useRef<QuakeEvent | null>(null);
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    const coming = arrived
      .slice(told.current === null ? 0 : arrived.indexOf(told.current) + 1)
      .filter(({ origin }) => isNews(origin.originTimeMs, app.present));
    told.current = arrived.at(-1)!;
    if (coming.length === 0) return;
    // Those that came at once in one text: the next would take the place of a sentence not yet read out.
    app.announcement.value = coming
      .map((event) =>
        moreOf(app).newBigEvent(formatMagnitude(event.magnitude!, app.formats), nameOf(app, event)),
      )
      .join('. ');
    const large = coming.filter(({ magnitude }) => magnitude!.value >= SHOWN_MAGNITUDE);
    if (app.wall || large.length === 0) return;
    setShown(({ news, added }) => ({
      news: large.reduce((known, event) => addNews(known, event, app.present), news),
      added: added + 1,
    }));
  }, [arrived]);
  useEffect(() => {
    if (shown.added === 0) return;
    let timer: ReturnType<typeof setTimeout>;
    const end = () => {
      if (box.current?.matches(':hover, :focus-within')) timer = setTimeout(end, SHOWN_AGAIN_MS);
      else setShown(NOTHING);
    };
    timer = setTimeout(end, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [shown.added]);
  app.present.tick.value;
  app.catalogue.version.value;
  const entries = listEntries(app, shown.news);
  if (entries.length === 0) return null;
  const { text, formats, present } = app;
  const more = moreOf(app);
  const rest = entries.length - LINES_MAX;
  return (
    <aside class="big-news" ref={box} aria-label={more.legendNew} data-testid="big-news">
      <ul class="big-news-lines">
        {entries.slice(0, LINES_MAX).map((entry, i) => (
          <li key={entry.id}>
            <p>
              {i > 0 ? null : <strong>{more.newsTitle} </strong>}
              {`${formatMagnitude(entry.magnitude!, formats)}, ${nameOf(app, entry)}`}{' '}
              <span class="big-news-when">{formats.ago(entry.originTimeMs, present.nowMs())}</span>
            </p>
            <button
              type="button"
              class="big-news-open"
              aria-label={`${more.newsOpen}: ${formatMagnitude(entry.magnitude!, formats)}, ${nameOf(app, entry)}`}
              data-testid="big-news-open"
              onClick={() => {
                setShown(({ news, added }) => ({ news: news.filter(({ id }) => id !== entry.id), added }));
                app.selection.value = { id: entry.id, from: 'list' };
              }}
            >
              {more.newsOpen}
            </button>
          </li>
        ))}
        {rest > 0 ? <li class="big-news-when">{more.newsMore(formats.integer(rest))}</li> : null}
      </ul>
      <button
        type="button"
        class="icon-button"
        aria-label={text.close}
        title={text.close}
        data-testid="big-news-close"
        onClick={() => setShown(NOTHING)}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M4.5 4.5l7 7m0-7l-7 7" />
        </svg>
      </button>
    </aside>
  );
}

const NOTHING: { readonly news: readonly QuakeEvent[]; readonly added: number } = { news: [], added: 0 };

/** As the catalogue has them now: it knows of a revision, or a withdrawal. Without the one that is open. */
function listEntries(app: App, news: readonly QuakeEvent[]): CatalogueEntry[] {
  const { current } = app.catalogue;
  const entries = news
    .filter(({ id }) => id !== app.selection.value?.id && current.rowOf(id) !== -1)
    .map(({ id }) => current.entryAt(current.rowOf(id)));
  return rankNews(entries.filter(({ state, magnitude }) => state === 'live' && magnitude !== null));
}

function nameOf(app: App, { region }: { readonly region: string | null }): string {
  return region === null ? app.text.noRegion : toSentenceCase(region);
}
