// The story of the selected event: the drawing of its revisions, then each report, the newest first, with what it changed.

import type { App } from '../state/app.ts';
import type { EventReports } from '../state/event-reports.ts';
import { keepUnits, moreOf } from '../text/english-more.ts';
import { type ReportLine, toReportLines } from './report-lines.ts';
import { RevisionTimeline } from './revision-timeline.tsx';

export function Reports({ app, reports }: { app: App; reports: EventReports }) {
  const { text, formats } = app;
  const more = moreOf(app);
  const state = reports.state.value;
  if (state.status === 'none') return null;
  const { last } = state;
  if (last === null)
    return (
      <p class="notice">
        {state.status === 'failed' ? more.reportsFailed : more.reportsLoading}{' '}
        {state.status === 'failed' ? <RetryButton app={app} reports={reports} /> : null}
      </p>
    );
  if (last.reports.length === 0) return <p class="notice">{more.noReports}</p>;
  const lines = toReportLines(last.reports, text, more, formats);
  const { agency, author } = last.event;
  const taken = lines.filter(({ foreign }) => !foreign);
  const count = taken.filter((line) => line.agency === agency).length;
  const refused = lines.length - taken.length;
  return (
    <section class="reports">
      <h3>
        {more.reports}{' '}
        <span class="reports-count">
          {refused === 0
            ? formats.integer(taken.length)
            : more.reportsTaken(formats.integer(taken.length), refused, formats.integer(refused))}
        </span>
      </h3>
      <p class="hint" data-testid="preferred">
        {author === null || author === agency
          ? more.reportsSummary(agency, count, formats.integer(count))
          : more.reportsSummaryOf(agency, author, count, formats.integer(count))}
      </p>
      <RevisionTimeline app={app} lines={lines} />
      <ol reversed data-testid="reports">
        {lines.map((line, i) => <ReportItem key={i} app={app} line={line} first={i === 0} />).reverse()}
      </ol>
      {state.status === 'failed' ? (
        <p class="notice">
          {more.reportsFailed} <RetryButton app={app} reports={reports} />
        </p>
      ) : null}
    </section>
  );
}

export function RetryButton({ app, reports }: { app: App; reports: EventReports }) {
  return (
    <button type="button" class="quiet-button" onClick={() => reports.retry()}>
      {moreOf(app).retry}
    </button>
  );
}

function ReportItem({ app, line, first }: { app: App; line: ReportLine; first: boolean }) {
  const { text, formats } = app;
  const more = moreOf(app);
  const delay =
    line.delayMs === null
      ? null
      : line.delayMs < 0
        ? more.reportBefore
        : more.reportAfter(formats.duration(line.delayMs));
  const solved = [
    line.depthKm === null ? null : formats.distance(line.depthKm),
    line.author ?? line.agency,
  ].filter((part) => part !== null);
  return (
    <li
      class={`report${line.kind === 'withdrawal' ? ' is-withdrawal' : ''}${line.foreign ? ' is-foreign' : ''}${line.current ? ' is-current' : ''}`}
      data-testid="report"
    >
      <p class="report-head">
        <strong>
          {line.kind === 'withdrawal' ? more.withdrawalReport : (line.magnitude ?? text.noMagnitude)}
        </strong>
        {line.kind === 'withdrawal' ? null : <span class="report-solved">{solved.join(' · ')}</span>}
      </p>
      <p class="report-when">
        {delay === null ? null : `${keepUnits(delay)} · `}
        <time dateTime={new Date(line.atMs).toISOString()}>
          {formats.dateTime(line.atMs)}
          {'\u00a0'}
          {formats.zone(line.atMs)}
        </time>
      </p>
      <p class="report-changes">{first ? more.firstReport : line.changes.join(', ')}</p>
    </li>
  );
}
