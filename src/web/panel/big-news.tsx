// A large earthquake that has just become known is told: to screen readers in a sentence, to the seeing on the map from
// magnitude 6 on, for a minute. Nothing moves aside for it, and the keyboard stays where it is.

import { useEffect, useRef, useState } from 'preact/hooks';
import { toSentenceCase } from '../../event/region-name.ts';
import type { QuakeEvent } from '../../event/types.ts';
import type { App } from '../state/app.ts';
import { isNews } from '../state/is-news.ts';
import { moreOf } from '../text/english-more.ts';
import { formatMagnitude } from '../text/formats.ts';
import '../styles/big-news.css';

/** Lesser ones are told in the sentence alone. */
const SHOWN_MAGNITUDE = 6;
const SHOWN_MS = 60_000;
/** While the pointer or the keyboard is on it, it stays, and is asked again after so long. */
const SHOWN_AGAIN_MS = 5000;

export function BigNews({ app }: { app: App }) {
  const event = app.bigNews.value!;
  /** The one on the map: a lesser one that comes after it does not take its place. */
  const [shown, setShown] = useState<QuakeEvent | null>(null);
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!isNews(event.origin.originTimeMs, app.present)) return;
    const { region } = event;
    const magnitude = event.magnitude!;
    app.announcement.value = moreOf(app).newBigEvent(
      formatMagnitude(magnitude, app.formats),
      region === null ? app.text.noRegion : toSentenceCase(region),
    );
    if (!app.wall && magnitude.value >= SHOWN_MAGNITUDE) setShown(event);
  }, [event]);
  useEffect(() => {
    if (shown === null) return;
    let timer: ReturnType<typeof setTimeout>;
    const end = () => {
      if (box.current?.matches(':hover, :focus-within')) timer = setTimeout(end, SHOWN_AGAIN_MS);
      else setShown(null);
    };
    timer = setTimeout(end, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [shown]);
  app.present.tick.value;
  app.catalogue.version.value;
  // A revision, or a withdrawal, of what is on the map is told by the catalogue.
  const row = shown === null ? -1 : app.catalogue.current.rowOf(shown.id);
  if (row === -1 || app.selection.value?.id === shown!.id) return null;
  const entry = app.catalogue.current.entryAt(row);
  if (entry.state === 'withdrawn' || entry.magnitude === null) return null;
  const { text, formats, present } = app;
  const more = moreOf(app);
  return (
    <aside class="big-news" ref={box} aria-label={more.legendNew} data-testid="big-news">
      <p>
        <strong>{more.newsTitle}</strong>{' '}
        {`${formatMagnitude(entry.magnitude, formats)}, ${entry.region === null ? text.noRegion : toSentenceCase(entry.region)}`}{' '}
        <span class="big-news-when">{formats.ago(entry.originTimeMs, present.nowMs())}</span>
      </p>
      <button
        type="button"
        class="big-news-open"
        data-testid="big-news-open"
        onClick={() => {
          setShown(null);
          app.selection.value = { id: entry.id, from: 'list' };
        }}
      >
        {more.newsOpen}
      </button>
      <button
        type="button"
        class="big-news-close"
        aria-label={text.close}
        title={text.close}
        data-testid="big-news-close"
        onClick={() => setShown(null)}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M4.5 4.5l7 7m0-7l-7 7" />
        </svg>
      </button>
    </aside>
  );
}
