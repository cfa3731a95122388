// The dashboard Logs: every container's lines, filtered by service, level and text; dead letters with their reasons.
// Labels in Loki: project, service, level (deploy/alloy/). What Quakewire writes is JSON; other containers' lines are as they are.

import { LogsDedupStrategy, LogsSortOrder } from '@grafana/grafana-foundation-sdk/common';
import {
  CustomVariableBuilder,
  type DashboardBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as LogsPanel } from '@grafana/grafana-foundation-sdk/logs';
import { bars, COLOURS, curves, dashboard, LOKI, logQuery, type PanelText, table } from './panels.ts';

/** `$level` may be empty: other containers' lines need not have one. */
const CHOSEN = '{service=~"$service", level=~"$level"}';
const SEARCHED = `${CHOSEN} |~ \`(?i)$search\``;
const DEAD_LETTERS = `{level="warn"} |= \`"deadLetter":{\` | json agency="deadLetter.agency", via="deadLetter.via", field="deadLetter.field", reason="deadLetter.reason"`;

const LEVEL_COLOURS: Readonly<Record<string, string>> = {
  fatal: 'dark-red',
  error: COLOURS.bad,
  warn: COLOURS.warn,
  info: COLOURS.good,
  debug: COLOURS.calm,
  trace: 'purple',
};

function logs(text: PanelText, expr: string): LogsPanel {
  return new LogsPanel()
    .title(text.title)
    .description(text.says)
    .datasource(LOKI)
    .span(text.width ?? 24)
    .height(text.height ?? 18)
    .withTarget(logQuery(expr).maxLines(1000))
    .showTime(true)
    .showLabels(false)
    .showCommonLabels(false)
    .wrapLogMessage(true)
    .prettifyLogMessage(false)
    .enableLogDetails(true)
    .sortOrder(LogsSortOrder.Descending)
    .dedupStrategy(LogsDedupStrategy.None);
}

/** Counts of lines over time. */
function lineBars(text: PanelText, expr: string, name: string) {
  return bars(text, [])
    .datasource(LOKI)
    .targets([logQuery(expr).legendFormat(name)]);
}

export function buildLogs(): DashboardBuilder {
  const byLevel = lineBars(
    { title: 'Lines by level', says: 'Of the chosen services; none: a container that does not say' },
    `sum by (level) (count_over_time(${SEARCHED} [$__auto]))`,
    '{{level}}',
  );
  for (const [level, color] of Object.entries(LEVEL_COLOURS)) {
    byLevel.overrideByName(level, [{ id: 'color', value: { mode: 'fixed', fixedColor: color } }]);
  }
  return dashboard({
    uid: 'quakewire-logs',
    title: 'Quakewire: Logs',
    says: 'All containers’ lines, by service, level and text; dead letters with their reasons',
    from: 'now-1h',
    refresh: '30s',
  })
    .withVariable(
      new QueryVariableBuilder('service')
        .label('Service')
        .datasource(LOKI)
        .query({ label: 'service', refId: 'service', stream: '', type: 1 })
        .refresh(VariableRefresh.OnTimeRangeChanged)
        .sort(VariableSort.AlphabeticalAsc)
        .multi(true)
        .includeAll(true)
        .allValue('.+')
        .current({ selected: true, text: 'All', value: '$__all' }),
    )
    .withVariable(
      new CustomVariableBuilder('level')
        .label('Level')
        .values('fatal,error,warn,info,debug,trace')
        .multi(true)
        .includeAll(true)
        .allValue('.*')
        .current({ selected: true, text: 'All', value: '$__all' }),
    )
    .withVariable(
      new TextBoxVariableBuilder('search')
        .label('Text')
        .description('A regular expression; an event’s or a request’s identifier, say')
        .defaultValue(''),
    )
    .withPanel(byLevel)
    .withPanel(
      lineBars(
        { title: 'Lines by service', says: 'Who talks; one that talks much more than usual has trouble' },
        `sum by (service) (count_over_time(${SEARCHED} [$__auto]))`,
        '{{service}}',
      ),
    )
    .withPanel(logs({ title: 'Lines', says: 'Newest first; a click on a line shows its fields' }, SEARCHED))
    .withPanel(
      lineBars(
        {
          title: 'Dead letters by field',
          says: 'Messages that could not be read, by the field at fault; no field: not even JSON, or no event in it',
          width: 8,
          height: 10,
        },
        `sum by (agency, field) (count_over_time(${DEAD_LETTERS} [$__auto]))`,
        '{{agency}} {{field}}',
      ),
    )
    .withPanel(
      table({
        title: 'Dead letters with reason',
        says: 'The newest; the bytes as they came: quakewire dead-letters show OFFSET',
        width: 16,
        height: 10,
      })
        .datasource(LOKI)
        .withTarget(logQuery(DEAD_LETTERS).maxLines(200))
        .overrideByName('Time', [{ id: 'custom.width', value: 180 }])
        .overrideByRegexp('/Agency|Via/', [{ id: 'custom.width', value: 90 }])
        .overrideByName('Field', [{ id: 'custom.width', value: 200 }])
        .withTransformation({
          id: 'extractFields',
          options: { source: 'labels', format: 'json', replace: true, keepTime: true },
        })
        .withTransformation({
          id: 'filterFieldsByName',
          options: {
            include: { names: ['Time', 'timestamp', 'service', 'agency', 'via', 'field', 'reason'] },
          },
        })
        .withTransformation({
          id: 'organize',
          options: {
            excludeByName: {},
            indexByName: { Time: 0, timestamp: 0, service: 1, agency: 2, via: 3, field: 4, reason: 5 },
            renameByName: {
              timestamp: 'Time',
              service: 'Service',
              agency: 'Agency',
              via: 'Via',
              field: 'Field',
              reason: 'Reason',
            },
          },
        }),
    )
    .withPanel(
      curves(
        {
          title: 'Lines a minute, as the processes count them',
          says: 'More here than above: lines are lost on the way to Loki, or it refuses them',
          width: 24,
        },
        [
          {
            expr: 'sum by (role, level) (rate(quakewire_log_lines_total[$__rate_interval])) * 60',
            name: '{{role}} {{level}}',
          },
        ],
      ),
    );
}
