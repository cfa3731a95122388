// The one panel: head with the state in words, filters, the selected event, the list, whose data it is. A column on a
// desk, a sheet from below on a phone.

import { useEffect, useRef, useState } from 'preact/hooks';
import { nextTask } from '../idle.ts';
import type { App } from '../state/app.ts';
import type { EventReports } from '../state/event-reports.ts';
import { Credits } from './credits.tsx';
import { EventDetailLater } from './event-detail-later.tsx';
import { EventList } from './event-list.tsx';
import { Filters } from './filters.tsx';
import { KeysDialog } from './keys.tsx';
import { SettingsButton } from './settings.tsx';
import { DETENT_SHARE, type Detent, nextDetent, restingDetent } from './sheet.ts';
import { StatusDetail, StatusPill } from './status-pill.tsx';
import { TAP_MAX_PX } from './tap.ts';
import { TrustLater } from './trust-later.tsx';

export interface PanelProps {
  readonly app: App;
  readonly reports: EventReports;
  /** What the selected event covers is drawn a moment later: in the browser, where each step keeps the page waiting. */
  readonly inSteps: boolean;
  readonly detent: Detent;
  readonly onDetent: (detent: Detent) => void;
  readonly onClose: () => void;
}

export function Panel({ app, reports, inSteps, detent, onDetent, onClose }: PanelProps) {
  const { text } = app;
  const [dragShare, setDragShare] = useState<number | null>(null);
  const drag = useRef<{
    startY: number;
    startShare: number;
    lastY: number;
    lastMs: number;
    velocity: number;
  } | null>(null);
  const selected = app.selection.value !== null;
  const covered = selected || app.sheet.value !== null;
  const share = dragShare ?? DETENT_SHARE[detent];
  const [drawn, setDrawn] = useState(!inSteps || !covered);
  useEffect(() => {
    if (!drawn) void nextTask().then(() => setDrawn(true));
  }, []);

  const onPointerDown = (event: PointerEvent) => {
    // A press on the pill or another button is theirs.
    if ((event.target as Element).closest('button:not(.handle), a, [popover], dialog') !== null) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    const y = event.clientY;
    drag.current = { startY: y, startShare: share, lastY: y, lastMs: event.timeStamp, velocity: 0 };
  };
  const onPointerMove = (event: PointerEvent) => {
    const from = drag.current;
    if (from === null) return;
    const seconds = Math.max(1, event.timeStamp - from.lastMs) / 1000;
    from.velocity = (from.lastY - event.clientY) / innerHeight / seconds;
    from.lastY = event.clientY;
    from.lastMs = event.timeStamp;
    const moved = (from.startY - event.clientY) / innerHeight;
    setDragShare(Math.min(DETENT_SHARE.full, Math.max(0.1, from.startShare + moved)));
  };
  const onPointerUp = () => {
    const from = drag.current;
    drag.current = null;
    if (from === null) return;
    setDragShare(null);
    const tapped = Math.abs(from.startY - from.lastY) < TAP_MAX_PX;
    onDetent(tapped ? nextDetent(detent) : restingDetent(share, from.velocity));
  };
  /** The browser has taken the finger for something of its own. */
  const onPointerCancel = () => {
    drag.current = null;
    setDragShare(null);
  };

  return (
    <section
      class={`panel${dragShare === null ? '' : ' is-dragged'}`}
      aria-label={text.panel}
      data-detent={detent}
      data-covered={covered}
      style={{ '--sheet-share': String(share) }}
    >
      <header
        class="head"
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={onPointerCancel}
      >
        <button
          type="button"
          class="handle"
          aria-label={text.resize}
          onClick={(event) => {
            // A tap is told by the pointer already; a click without one comes from the keyboard.
            if (event.detail === 0) onDetent(nextDetent(detent));
          }}
        />
        <h1 class="wordmark">
          <svg viewBox="0 0 22 22" aria-hidden="true">
            <circle cx="11" cy="11" r="2.6" />
            <circle cx="11" cy="11" r="6" />
            <circle cx="11" cy="11" r="9.6" />
          </svg>
          {text.title}
        </h1>
        <StatusPill app={app} />
        <span class="head-tools">
          <button
            type="button"
            class="icon-button search-button"
            aria-label={text.searchPlace}
            data-testid="search-open"
            onClick={() => {
              onDetent('full');
              // Within the tap, or a phone shows no keyboard.
              const field = document.querySelector<HTMLElement>('.place-field')!;
              field.closest('section')!.dataset['detent'] = 'full';
              field.focus({ preventScroll: true });
            }}
          >
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d="M10.5 10.5L14 14M7 2a5 5 0 100 10A5 5 0 007 2z" />
            </svg>
          </button>
          <KeysDialog app={app} />
          <SettingsButton app={app} />
        </span>
      </header>
      <StatusDetail app={app} />
      <div class="body">
        <div class="browse" inert={covered}>
          {drawn ? (
            <>
              <Filters app={app} />
              <EventList app={app} />
              <Footer app={app} />
            </>
          ) : null}
        </div>
        {selected ? (
          <EventDetailLater app={app} reports={reports} onClose={onClose} />
        ) : covered ? (
          <TrustLater app={app} onClose={onClose} />
        ) : null}
      </div>
    </section>
  );
}

function Footer({ app }: { app: App }) {
  return (
    <footer class="foot">
      <p class="foot-notice">{app.text.notice}</p>
      <p>
        <Credits app={app} />
      </p>
    </footer>
  );
}
