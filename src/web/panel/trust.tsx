// Behind the pill: is this live, is nothing lost, how long does news take, what is shown and what is not. Numbers are those
// this page has seen itself or the gateway says of its sources; nothing is rounded up.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { FLAG_STARTER } from '../../catalogue/columns.ts';
import type { SourceStatus } from '../../sources/source.ts';
import type { RecentDocument } from '../live/recent.ts';
import { isPolled, toToldState } from '../live/words.ts';
import type { App } from '../state/app.ts';
import { type Delivery, type Spread, summariseDelays, toDelivery } from '../state/deliveries.ts';
import { effectiveMagnitude } from '../state/filter.ts';
import { findOldestMs } from '../state/stored-since.ts';
import { keepUnits, moreOf } from '../text/english-more.ts';
import { SheetHead, takeFocus } from './sheet-head.tsx';
import { currentStatus } from './status-pill.tsx';
import '../styles/trust.css';

export function TrustPanel({ app, onClose }: { app: App; onClose: () => void }) {
  const more = moreOf(app);
  const { text } = app;
  const heading = useRef<HTMLHeadingElement>(null);
  // The keyboard goes on where this was opened.
  useLayoutEffect(() => {
    takeFocus(heading.current);
    return () => document.querySelector<HTMLElement>('.status')?.focus({ preventScroll: true });
  }, []);
  return (
    <section class="sheet trust" aria-label={text.trust} data-testid="trust">
      <SheetHead app={app} label={text.back} onClose={onClose} />
      <h2 class="sheet-title" ref={heading} tabIndex={-1}>
        {text.trust}
      </h2>
      <State app={app} />
      <Sources app={app} />
      <DelaySection app={app} />
      <Shown app={app} />
      <p class="notice-long">{more.noticeLong}</p>
    </section>
  );
}

/** Quiet is not broken: what has not happened, and that the wire would have told. */
function State({ app }: { app: App }) {
  const more = moreOf(app);
  const { formats, present } = app;
  const words = currentStatus(app);
  if (words === null) return null;
  const sentences =
    words.tone === 'replay'
      ? [toReplaySentence(app), toQuietSentence(app)]
      : [words.detail, toLifeSentence(app), toQuietSentence(app)];
  const caughtUp = app.caughtUp.value;
  if (caughtUp !== null && caughtUp.changes > 0)
    sentences.push(
      more.trustNothingLost(
        caughtUp.changes,
        formats.integer(caughtUp.changes),
        formats.since(caughtUp.atMs, present.gatewayNowMs()),
      ),
    );
  return (
    <div class="trust-state" data-testid="trust-state">
      <p class={`trust-label tone-${words.tone}`}>
        <span class="status-mark" aria-hidden="true" />
        {words.label}
      </p>
      {sentences
        .filter((sentence) => sentence !== null)
        .map((sentence) => (
          <p key={sentence}>{keepUnits(sentence)}</p>
        ))}
    </div>
  );
}

function toLifeSentence(app: App): string | null {
  const more = moreOf(app);
  const { formats, present, gateway } = app;
  if (!hearsServer(app)) return more.trustBroken;
  const contacts = gateway.value?.sources.map(({ lastContactAtMs }) => lastContactAtMs ?? 0) ?? [];
  const last = Math.max(0, ...contacts);
  return last === 0 ? more.trustNoSign : more.trustLiveSign(formats.ago(last, present.gatewayNowMs()));
}

/** False while this page hears nothing of its server, and so nothing of the sources either. */
function hearsServer(app: App): boolean {
  const connection = app.connection.value;
  return connection !== null && (connection.name === 'live' || isPolled(connection, app.browserNow()));
}

/** How long nothing as large as what is chosen has happened; null when nothing is shown at all. */
function toQuietSentence(app: App): string | null {
  const more = moreOf(app);
  const { formats, present, catalogue } = app;
  // After the end of a recording nothing can come: silence says nothing then.
  if (present.ended) return null;
  const { originTimeMs } = catalogue.current.columns;
  let newestMs = Number.NEGATIVE_INFINITY;
  for (const row of app.listed.value.rows) newestMs = Math.max(newestMs, originTimeMs[row]!);
  if (newestMs === Number.NEGATIVE_INFINITY) return null;
  const nowMs = present.nowMs();
  const magnitude = effectiveMagnitude(app.filter.value);
  const period = formats.duration(Math.max(0, nowMs - newestMs));
  return magnitude === null
    ? more.trustQuietAny(period)
    : more.trustQuietMagnitude(formats.magnitude(magnitude), period);
}

function toReplaySentence(app: App): string | null {
  const { formats, present, gateway } = app;
  const more = moreOf(app);
  if (gateway.value?.mode !== 'replay') return null;
  if (present.ended) return more.trustReplayEnded(formats.dateTimeUtc(present.nowMs()));
  return more.trustReplay(formats.dateTimeUtc(present.nowMs()), formats.integer(present.replay?.speed ?? 1));
}

function Sources({ app }: { app: App }) {
  const more = moreOf(app);
  const sources = app.gateway.value?.sources ?? [];
  return (
    <section data-testid="sources">
      <h3>{more.sources}</h3>
      {sources.length === 0 ? <p class="hint">{more.noSources}</p> : null}
      {sources.map((source) => (
        <Source key={source.agency} app={app} source={source} />
      ))}
    </section>
  );
}

function Source({ app, source }: { app: App; source: SourceStatus }) {
  const more = moreOf(app);
  const { text, formats, present } = app;
  const nowMs = present.gatewayNowMs();
  const { counts, lastMessageAtMs, lastContactAtMs } = source;
  const ago = (ms: number | null) => (ms === null ? more.sourceNever : formats.ago(ms, nowMs));
  // What plays a recording is not live, however well it plays.
  const playing = source.replay !== null && source.state === 'live';
  const state =
    playing && present.ended
      ? text.replayEnded
      : more.sourceSince(
          playing ? more.sourcePlaying : more.sourceStates[toToldState(source, nowMs)],
          formats.since(source.sinceMs, nowMs),
        );
  const flowing = hearsServer(app);
  const facts: [string, string][] = [
    [more.sourceLastMessage, ago(lastMessageAtMs)],
    [more.sourceLastContact, ago(lastContactAtMs)],
    [more.sourceReports, formats.integer(counts.reports)],
    [more.sourceUnread, formats.integer(counts.deadLetters)],
    [more.sourceReconnects, formats.integer(counts.reconnects)],
  ];
  return (
    <div class="source" data-testid={`source-${source.agency}`}>
      <p class="source-head">
        <strong>{source.agency}</strong>
        {source.replay === null ? null : <em class="ghost-word">{more.sourceReplayed}</em>}
        <span class={`source-state${flowing ? ` is-${playing ? 'replay' : source.state}` : ''}`}>
          {flowing ? state : more.sourceLastKnown(state)}
        </span>
      </p>
      {source.replay === null ? null : <p class="hint">{more.sourceReplayClock}</p>}
      {source.reason === null ? null : <p class="hint">{source.reason}</p>}
      {source.fdsnFault === null ? null : <p class="hint">{source.fdsnFault}</p>}
      <dl class="figures">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{keepUnits(value)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function DelaySection({ app }: { app: App }) {
  const more = moreOf(app);
  const { formats } = app;
  const earlier = useEarlierDeliveries();
  const here = app.deliveries.value;
  // What the stream brought since is in the document too.
  const seen = new Set(here.map(toKey));
  const known = [...earlier.filter((one) => !seen.has(toKey(one))), ...here];
  const delays = summariseDelays(known, app.present.replay?.speed ?? 1);
  const told = (spread: Spread | null) =>
    spread === null
      ? more.delayUnknown
      : more.delayTypical(formats.shortDuration(spread.medianMs), formats.shortDuration(spread.longestMs));
  const facts: [string, string][] = [
    [more.delayToAgency, told(delays.toAgency)],
    [more.delayToGateway, told(delays.toGateway)],
    [more.delayToHere, told(delays.toHere)],
  ];
  const counted = known.length - delays.late;
  return (
    <section data-testid="delays">
      <h3>{more.delays}</h3>
      <dl class="figures">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{keepUnits(value)}</dd>
          </div>
        ))}
      </dl>
      <p class="hint">
        {more.delaysFrom(counted, formats.integer(counted))}{' '}
        {delays.late === 0 ? null : more.delaysLate(delays.late, formats.integer(delays.late))}
      </p>
    </section>
  );
}

function toKey({ originTimeMs, updatedAtMs, revision }: Delivery): string {
  return `${originTimeMs} ${updatedAtMs} ${revision}`;
}

/** What came shortly before this page did, from the gateway's recent document; none when it cannot be had. */
function useEarlierDeliveries(): readonly Delivery[] {
  const [earlier, setEarlier] = useState<readonly Delivery[]>([]);
  useEffect(() => {
    const stop = new AbortController();
    fetch('/live/recent.json', { signal: stop.signal })
      .then((response) => response.json() as Promise<RecentDocument>)
      .then(({ events }) => setEarlier(events.map(({ event }) => toDelivery(event, null))))
      .catch(() => {
        // The figures are then of what this page saw itself, and say of how many.
      });
    return () => stop.abort();
  }, []);
  return earlier;
}

function Shown({ app }: { app: App }) {
  const more = moreOf(app);
  const { formats, catalogue } = app;
  catalogue.version.value;
  const { count, columns } = catalogue.current;
  let starter = 0;
  for (let row = 0; row < count; row++) if ((columns.flags[row]! & FLAG_STARTER) !== 0) starter++;
  const oldestMs = findOldestMs(catalogue.current);
  const progress = app.progress.value;
  const loading = progress !== null && progress.loadedEvents < progress.totalEvents;
  return (
    <section data-testid="shown">
      <h3>{more.shownTitle}</h3>
      <p>{more.shownOf(formats.integer(app.facets.value.total), formats.integer(count))}</p>
      <p>
        {loading
          ? more.shownLoading(formats.integer(progress.loadedEvents), formats.integer(progress.totalEvents))
          : more.shownWhole}{' '}
        {oldestMs === null || loading ? null : `${more.shownSince(formats.date(oldestMs))} `}
        {starter === 0 ? null : more.shownStarter(starter, formats.integer(starter))}
      </p>
      <p>{more.shownNone}</p>
    </section>
  );
}
