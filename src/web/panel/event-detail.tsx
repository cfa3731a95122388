// One event in full: what the agency says of it now, and every report that led there.

import { useEffect, useRef } from 'preact/hooks';
import type { CatalogueEntry } from '../../catalogue/catalogue.ts';
import type { App } from '../state/app.ts';
import type { EventReports } from '../state/event-reports.ts';
import { toSentenceCase } from '../text/region-name.ts';
import { toAgencyPage } from './agency-page.ts';
import { type ReportLine, toReportLines } from './report-lines.ts';

export interface EventDetailProps {
  readonly app: App;
  readonly reports: EventReports;
  readonly onClose: () => void;
}

export function EventDetail({ app, reports, onClose }: EventDetailProps) {
  const { text, formats, catalogue, present } = app;
  const heading = useRef<HTMLHeadingElement>(null);
  app.catalogue.version.value;
  present.tick.value;
  const selection = app.selection.value!;
  useEffect(() => {
    if (selection.from === 'list') heading.current?.closest('section')?.scrollTo({ top: 0 });
  }, [selection.id]);
  const row = catalogue.current.rowOf(selection.id);
  if (row === -1) return <DetailUnknown app={app} reports={reports} onClose={onClose} />;
  const entry = catalogue.current.entryAt(row);
  const nowMs = present.nowMs();
  const ghost = entry.state === 'withdrawn';
  return (
    <section
      class={`detail${ghost ? ' is-ghost' : ''}`}
      aria-label={text.detail}
      data-testid="detail"
      data-event-id={entry.id}
      data-revision={entry.revision}
      data-state={entry.state}
    >
      <CloseButton app={app} onClose={onClose} />
      <div class="detail-head">
        <p class="detail-magnitude">
          <span class="detail-number">
            {entry.magnitude === null ? '–' : formats.magnitude(entry.magnitude.value)}
          </span>
          <span class="detail-type">
            {entry.magnitude === null ? text.noMagnitude : (entry.magnitude.type ?? 'M')}
          </span>
        </p>
        <div>
          <h2 class="detail-name" ref={heading}>
            {entry.region === null ? text.noRegion : toSentenceCase(entry.region)}
          </h2>
          <p class="detail-when">
            {ghost ? <em class="ghost-word">{text.withdrawn}</em> : null}
            {formats.ago(entry.originTimeMs, nowMs)} · {text.revisionLong(formats.integer(entry.revision))}
          </p>
        </div>
      </div>
      <Facts app={app} entry={entry} />
      {entry.starter ? <p class="notice">{text.starterNote}</p> : <Reports app={app} reports={reports} />}
    </section>
  );
}

function CloseButton({ app, onClose }: { app: App; onClose: () => void }) {
  return (
    <button type="button" class="close" aria-label={app.text.close} onClick={onClose} data-testid="close">
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="M3.5 3.5l9 9m0-9l-9 9" />
      </svg>
    </button>
  );
}

function Facts({ app, entry }: { app: App; entry: CatalogueEntry }) {
  const { text, formats } = app;
  const { depthKm } = entry;
  const page = toAgencyPage(entry);
  const depth =
    depthKm === null
      ? text.noDepth
      : depthKm < 0
        ? text.aboveSeaLevel(formats.kilometres(-depthKm))
        : `${formats.kilometres(depthKm)} km`;
  return (
    <dl class="facts">
      <Fact local name={text.localTime} value={formats.dateTime(entry.originTimeMs)} />
      <Fact name={text.utcTime} value={formats.dateTimeUtc(entry.originTimeMs)} />
      <Fact name={text.depthLabel} value={depth} />
      <Fact name={text.epicentre} value={formats.coordinates(entry.latitudeDeg, entry.longitudeDeg)} />
      <Fact
        wide
        name={text.agency}
        value={
          entry.author === null || entry.author === entry.agency
            ? entry.agency
            : text.agencyAuthor(entry.agency, entry.author)
        }
      />
      {entry.eventType === null || entry.eventType === 'earthquake' ? null : (
        <Fact name={text.eventType} value={entry.eventType} />
      )}
      {page === null ? null : (
        <div class="fact-link">
          <a href={page} rel="noreferrer" target="_blank">
            {text.agencyPage(entry.agency)}
          </a>
        </div>
      )}
    </dl>
  );
}

function Fact(props: { name: string; value: string; wide?: boolean; local?: boolean }) {
  const { name, value, wide = false, local = false } = props;
  return (
    <div class={`fact${wide ? ' is-wide' : ''}${local ? ' local-time' : ''}`}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Reports({ app, reports }: { app: App; reports: EventReports }) {
  const { text, formats } = app;
  const state = reports.state.value;
  if (state.status === 'none') return null;
  const { last } = state;
  if (last === null)
    return (
      <p class="notice">
        {state.status === 'failed' ? text.reportsFailed : text.reportsLoading}
        {state.status === 'failed' ? <RetryButton app={app} reports={reports} /> : null}
      </p>
    );
  if (last.reports.length === 0) return <p class="notice">{text.noReports}</p>;
  const lines = toReportLines(last.reports, text, formats);
  return (
    <div class="reports">
      <h3>
        {text.reports} <span class="reports-count">{formats.integer(lines.length)}</span>
      </h3>
      <ol reversed data-testid="reports">
        {lines.map((line, i) => <ReportItem key={i} app={app} line={line} first={i === 0} />).reverse()}
      </ol>
      {state.status === 'failed' ? (
        <p class="notice">
          {text.reportsFailed} <RetryButton app={app} reports={reports} />
        </p>
      ) : null}
    </div>
  );
}

function RetryButton({ app, reports }: { app: App; reports: EventReports }) {
  return (
    <button type="button" class="quiet-button" onClick={() => reports.retry()}>
      {app.text.retry}
    </button>
  );
}

function ReportItem({ app, line, first }: { app: App; line: ReportLine; first: boolean }) {
  const { text, formats } = app;
  const delay =
    line.delayMs === null
      ? null
      : line.delayMs < 0
        ? text.reportBefore
        : text.reportAfter(formats.duration(line.delayMs));
  const solved = [
    line.depthKm === null ? null : `${formats.kilometres(line.depthKm)} km`,
    line.author ?? line.agency,
  ];
  return (
    <li class={`report${line.kind === 'withdrawal' ? ' is-withdrawal' : ''}`} data-testid="report">
      <p class="report-head">
        <strong>
          {line.kind === 'withdrawal' ? text.withdrawalReport : (line.magnitude ?? text.noMagnitude)}
        </strong>
        {line.kind === 'withdrawal' ? null : (
          <span class="report-solved">{solved.filter((part) => part !== null).join(' · ')}</span>
        )}
      </p>
      <p class="report-when">
        <time dateTime={new Date(line.updatedAtMs).toISOString()}>{formats.dateTime(line.updatedAtMs)}</time>
        {delay === null ? '' : ` · ${delay}`}
      </p>
      <p class="report-changes">{first ? text.firstReport : line.changes.join(', ')}</p>
    </li>
  );
}

/** A link may name an event that is not in the catalogue, or not yet. */
function DetailUnknown({ app, reports, onClose }: EventDetailProps) {
  const state = reports.state.value;
  return (
    <section class="detail" aria-label={app.text.detail} data-testid="detail">
      <CloseButton app={app} onClose={onClose} />
      <p class="notice">{state.status === 'failed' ? app.text.eventUnknown : app.text.reportsLoading}</p>
    </section>
  );
}
