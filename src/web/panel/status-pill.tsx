// How live the page is, in words: the pill in the head of the panel, which opens the whole of it (./trust.tsx), the
// sentence below it, the replay's clock.

import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { activityOf } from '../live/connection-state.ts';
import { describeStatus, isPolled, type StatusWords } from '../live/words.ts';
import type { App } from '../state/app.ts';
import { preloadTrust } from './trust-later.tsx';

/** The words of this second; null before the connection has begun. */
export function currentStatus(app: App): StatusWords | null {
  app.present.tick.value;
  const connection = app.connection.value;
  if (connection === null) return null;
  const gateway = app.gateway.value;
  const messages = gateway?.sources.map((source) => source.lastMessageAtMs ?? 0) ?? [];
  const lastMessageMs = Math.max(0, ...messages);
  const facts = {
    connection,
    gateway,
    lastMessageMs: lastMessageMs === 0 ? null : lastMessageMs,
    nowMs: app.present.gatewayNowMs(),
    browserNowMs: app.browserNow(),
    caughtUp: app.caughtUp.value,
  };
  return describeStatus(facts, app.text, app.formats);
}

/** After the map and what else a first look needs. */
const PRELOAD_AFTER_MS = 8_000;

export function StatusPill({ app }: { app: App }) {
  useEffect(() => {
    const timer = setTimeout(preloadTrust, PRELOAD_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  const words = currentStatus(app);
  if (words === null) return null;
  const open = app.sheet.value === 'trust' && app.selection.value === null;
  return (
    <button
      type="button"
      class={`status tone-${words.tone}`}
      aria-expanded={open}
      aria-label={app.text.trustOpen(words.label)}
      data-testid="status"
      data-tone={words.tone}
      onClick={() => {
        app.selection.value = null;
        app.sheet.value = open ? null : 'trust';
      }}
    >
      <span class="status-mark" aria-hidden="true" />
      {words.label}
    </button>
  );
}

/** The sentence that goes with the pill: why it is not live, what is shown instead. */
export function StatusDetail({ app }: { app: App }) {
  const words = currentStatus(app);
  if (words === null || words.detail === null || words.tone === 'replay') return null;
  return (
    <p class={`notice tone-${words.tone}`} data-testid="status-detail">
      {words.detail} <TryNow app={app} />
    </p>
  );
}

/** Stands while the server is away. When it goes, the keyboard goes on at the pill. */
function TryNow({ app }: { app: App }) {
  const connection = app.connection.value;
  if (connection === null || connection.downSinceMs === null || app.wall) return null;
  if (isPolled(connection, app.browserNow())) return null;
  return <TryNowButton app={app} trying={activityOf(connection) !== null} />;
}

function TryNowButton({ app, trying }: { app: App; trying: boolean }) {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(
    () => () => {
      if (document.activeElement === button.current)
        document.querySelector<HTMLElement>('.status')?.focus({ preventScroll: true });
    },
    [],
  );
  return (
    <button
      type="button"
      class="quiet-button try-now"
      ref={button}
      aria-disabled={trying}
      data-testid="try-now"
      onClick={() => {
        if (trying) return;
        app.triesWanted.value++;
        app.announcement.value = app.text.tryingNow;
      }}
    >
      {app.text.tryNow}
    </button>
  );
}

/** A recording is never taken for the present: the banner stands over the map with the replayed clock running. */
export function ReplayBanner({ app }: { app: App }) {
  app.present.tick.value;
  if (app.gateway.value?.mode !== 'replay') return null;
  const { text, formats, present } = app;
  const speed = formats.integer(present.replay?.speed ?? 1);
  return (
    <div class="replay" role="status" aria-live="off" data-testid="replay">
      <strong>{text.replay}</strong>
      <span class="replay-clock">
        {formats.dateTimeUtc(present.nowMs())} {text.utcTime}
      </span>
      {present.ended ? null : <span>×{speed}</span>}
      <span class="replay-note">
        {present.ended ? text.replayEnded : present.held ? text.replayHeld : text.replayNotice}
      </span>
    </div>
  );
}
