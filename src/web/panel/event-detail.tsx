// One event in full: what the agency says of it now, where it was, and every report that led there. It lies over the list;
// the keyboard goes to its heading when it opens and back to its row when it closes.

import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { CatalogueEntry } from '../../catalogue/catalogue.ts';
import { toMagnitudeTypeName } from '../../event/magnitude-type.ts';
import { toSentenceCase } from '../../event/region-name.ts';
import type { App } from '../state/app.ts';
import type { EventReports } from '../state/event-reports.ts';
import { isRowVisible } from '../state/visibility.ts';
import { moreOf } from '../text/english-more.ts';
import { toAgencyPage } from './agency-page.ts';
import { Ago } from './ago.tsx';
import { Reports, RetryButton } from './reports.tsx';
import { closeInPlace, SheetHead, takeFocus } from './sheet-head.tsx';
import { NearCitiesLater, TimeThereLater } from './surroundings-later.tsx';
import '../styles/detail.css';

export interface EventDetailProps {
  readonly app: App;
  readonly reports: EventReports;
  readonly onClose: () => void;
}

export function EventDetail({ app, reports, onClose }: EventDetailProps) {
  const { text, formats, catalogue } = app;
  const more = moreOf(app);
  const heading = useRef<HTMLHeadingElement>(null);
  app.catalogue.version.value;
  const selection = app.selection.value!;
  const row = catalogue.current.rowOf(selection.id);
  useLayoutEffect(() => {
    heading.current?.closest('section')?.scrollTo({ top: 0 });
    // A link's reader is at the beginning of the page, where a page's reader begins.
    if (selection.from !== 'link') takeFocus(heading.current);
  }, [selection.id, row === -1]);
  if (row === -1) return <DetailUnknown app={app} reports={reports} onClose={onClose} />;
  const entry = catalogue.current.entryAt(row);
  const ghost = entry.state === 'withdrawn';
  return (
    <section
      class={`sheet detail${ghost ? ' is-ghost' : ''}`}
      aria-label={text.detail}
      data-testid="detail"
      data-event-id={entry.id}
      data-revision={entry.revision}
      data-state={entry.state}
    >
      <SheetHead app={app} label={text.back} onClose={onClose}>
        <Neighbours app={app} row={row} />
      </SheetHead>
      <div class="detail-head">
        <p class="detail-magnitude">
          <span class="detail-number">
            {entry.magnitude === null ? '–' : formats.magnitude(entry.magnitude.value)}
          </span>
          <span class="detail-type">
            {entry.magnitude === null ? text.noMagnitude : toMagnitudeTypeName(entry.magnitude.type)}
          </span>
        </p>
        <div>
          <h2 class="detail-name" ref={heading} tabIndex={-1}>
            {entry.region === null ? text.noRegion : toSentenceCase(entry.region)}
          </h2>
          <p class="detail-when">
            {ghost ? <em class="ghost-word">{text.withdrawn}</em> : null}
            <Ago app={app} ms={entry.originTimeMs} />
            {entry.revision === 1
              ? null
              : ` · ${text.revised(entry.revision - 1, formats.integer(entry.revision - 1))}`}
          </p>
        </div>
      </div>
      {ghost ? (
        <p class="notice tone-down" data-testid="withdrawn-note">
          {more.withdrawnNote(entry.agency)}
        </p>
      ) : null}
      <HiddenNote app={app} row={row} />
      <Facts app={app} entry={entry} />
      <NearCitiesLater app={app} entry={entry} />
      {entry.starter ? <p class="notice">{more.starterNote}</p> : <Reports app={app} reports={reports} />}
    </section>
  );
}

/** Apart, because the filter's bounds move on with the clock. */
function HiddenNote({ app, row }: { app: App; row: number }) {
  app.catalogue.version.value;
  if (isRowVisible(app.catalogue.current.columns, row, app.bounds.value)) return null;
  return <p class="notice">{moreOf(app).hiddenByFilter}</p>;
}

/** To the row above and below in the list, whatever its order. */
function Neighbours({ app, row }: { app: App; row: number }) {
  const { rows } = app.listed.value;
  const index = rows.indexOf(row);
  const button = (step: number, label: string, path: string, testid: string) => {
    const target = index === -1 ? undefined : rows[index + step];
    return (
      <button
        type="button"
        class="icon-button"
        aria-label={label}
        title={label}
        data-testid={testid}
        disabled={target === undefined}
        onClick={() => {
          if (target !== undefined)
            app.selection.value = { id: app.catalogue.current.idAt(target), from: 'list' };
        }}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d={path} />
        </svg>
      </button>
    );
  };
  return (
    <>
      {button(-1, moreOf(app).previous, 'M3.5 10.5L8 6l4.5 4.5', 'previous')}
      {button(1, moreOf(app).next, 'M3.5 5.5L8 10l4.5-4.5', 'next')}
    </>
  );
}

function Facts({ app, entry }: { app: App; entry: CatalogueEntry }) {
  const { text, formats } = app;
  const more = moreOf(app);
  const { depthKm, latitudeDeg, longitudeDeg } = entry;
  const page = toAgencyPage(entry);
  const zone = formats.zone(entry.originTimeMs);
  const depth =
    depthKm === null
      ? text.noDepth
      : depthKm < 0
        ? text.aboveSea(formats.distance(-depthKm))
        : formats.distance(depthKm);
  const agency =
    entry.author === null || entry.author === entry.agency
      ? entry.agency
      : more.agencyAuthor(entry.agency, entry.author);
  return (
    <>
      <dl class="facts">
        <Fact
          wide={zone === 'UTC'}
          name={text.utcTime}
          value={formats.dateTimeUtc(entry.originTimeMs)}
          testid="utc-time"
        />
        {zone === 'UTC' ? null : (
          <Fact
            local
            name={more.localTimeIn(zone)}
            value={formats.dateTime(entry.originTimeMs)}
            testid="local-time"
          />
        )}
        <Fact
          wide
          name={more.timeThere}
          value={<TimeThereLater app={app} entry={entry} />}
          testid="time-there"
        />
        <Fact name={more.depthLabel} value={depth} />
        <Fact name={more.epicentre} value={formats.coordinates(latitudeDeg, longitudeDeg)} />
        <Fact wide name={more.agency} value={agency} />
        {entry.eventType === null || entry.eventType === 'earthquake' ? null : (
          <Fact name={more.eventType} value={text.eventTypes[entry.eventType] ?? entry.eventType} />
        )}
      </dl>
      <p class="actions">
        {page === null ? null : (
          <a href={page} rel="noreferrer" target="_blank">
            {more.agencyPage(entry.agency)}
          </a>
        )}
        {/* What was copied is of this event. */}
        <span key={entry.id}>
          <CopyButton
            app={app}
            label={more.copyPlace}
            value={`${latitudeDeg}, ${longitudeDeg}`}
            testid="copy-place"
          />
          <CopyButton
            app={app}
            label={more.copyLink}
            value={() => `${location.origin}/events/${encodeURIComponent(entry.id)}`}
            testid="copy-link"
          />
        </span>
      </p>
    </>
  );
}

interface FactProps {
  readonly name: string;
  readonly value: ComponentChildren;
  readonly wide?: boolean;
  /** In the reader's own zone, which the server does not know. */
  readonly local?: boolean;
  readonly testid?: string;
}

function Fact({ name, value, wide = false, local = false, testid }: FactProps) {
  return (
    <div
      class={`fact${wide ? ' is-wide' : ''}${local ? ' local-time' : ''} ${testid ?? ''}`.trimEnd()}
      data-testid={testid}
    >
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

interface CopyButtonProps {
  readonly app: App;
  readonly label: string;
  readonly value: string | (() => string);
  readonly testid: string;
}

const COPIED_SHOWN_MS = 2500;

function CopyButton({ app, label, value, testid }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<'copied' | 'failed' | null>(null);
  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), COPIED_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof value === 'string' ? value : value());
      setOutcome('copied');
    } catch {
      // Not allowed, or no secure context: said so.
      setOutcome('failed');
    }
  };
  return (
    <button type="button" class="text-button" data-testid={testid} onClick={() => void copy()}>
      <span aria-live="polite">
        {outcome === null ? label : outcome === 'copied' ? moreOf(app).copied : moreOf(app).copyFailed}
      </span>
    </button>
  );
}

/** A link may name an event that is not in the catalogue, or not yet. */
function DetailUnknown({ app, reports, onClose }: EventDetailProps) {
  const state = reports.state.value;
  const { text } = app;
  const more = moreOf(app);
  return (
    <section class="sheet detail" aria-label={text.detail} data-testid="detail">
      <SheetHead app={app} label={text.back} onClose={onClose} />
      {state.status !== 'failed' ? (
        <p class="notice">{more.reportsLoading}</p>
      ) : state.missing ? (
        <div class="unknown">
          <h2>{text.eventUnknown}</h2>
          <p>{more.eventUnknownWhy}</p>
          <a class="quiet-button" href="/" onClick={(event) => closeInPlace(event, onClose)}>
            {text.back}
          </a>
        </div>
      ) : (
        <p class="notice">
          {more.reportsFailed} <RetryButton app={app} reports={reports} />
        </p>
      )}
    </section>
  );
}
