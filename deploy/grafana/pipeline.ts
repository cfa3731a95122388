// The dashboard Pipeline: how the data gets from the agencies to the gateways, how long it takes, and what is in its way.

import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { MappingType, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import {
  bars,
  COLOURS,
  curves,
  dashboard,
  instantQuery,
  PROMETHEUS,
  quantiles,
  stat,
  table,
} from './panels.ts';

const YES_NO = (yes: string, no: string) => [
  {
    type: MappingType.ValueToText as const,
    options: {
      '0': { text: no, color: COLOURS.bad, index: 0 },
      '1': { text: yes, color: COLOURS.good, index: 1 },
    },
  },
];

/** The farthest end of a topic that any process has seen. */
const END = 'max by (topic) (quakewire_log_end_offset)';

export function buildPipeline(): DashboardBuilder {
  return dashboard({
    uid: 'quakewire-pipeline',
    title: 'Quakewire: Pipeline',
    says: 'From the agencies to the gateways: state, flow, lag, delays, faults, processes',
    from: 'now-6h',
    refresh: '10s',
  })
    .withPanel(
      stat(
        { title: 'Alerts', says: 'Firing now; the table below names them', width: 3 },
        [{ expr: 'count(ALERTS{alertstate="firing"}) or vector(0)' }],
        { bad: 1 },
      ),
    )
    .withPanel(
      stat({ title: 'Roles', says: 'Whether every process of a role answers and is ready', width: 5 }, [
        {
          expr: 'min by (role) (quakewire_ready or (up{job="quakewire"} == 0))',
          name: '{{role}}',
        },
      ]).mappings(YES_NO('ready', 'waits')),
    )
    .withPanel(
      stat(
        { title: 'Agencies', says: 'Whether a source has its agency’s stream and has caught up', width: 3 },
        [{ expr: 'max by (agency) (quakewire_source_live)', name: '{{agency}}' }],
      ).mappings(YES_NO('live', 'not live')),
    )
    .withPanel(
      stat(
        {
          title: 'Age of the last message',
          says: 'EMSC sends about two a minute; half an hour is too long',
          unit: 's',
        },
        [
          {
            expr: 'time() - max by (agency) (quakewire_source_last_message_timestamp_seconds)',
            name: '{{agency}}',
          },
        ],
        { warn: 600, bad: 1800 },
      ),
    )
    .withPanel(
      stat(
        {
          title: 'Associates at work',
          says: 'Exactly one; 0 or 2 for longer than a takeover is a fault',
          width: 3,
        },
        [{ expr: 'sum(quakewire_associate_leads)' }],
      ).mappings([
        {
          type: MappingType.ValueToText,
          options: { '1': { text: '1', color: COLOURS.good, index: 0 } },
        },
        {
          type: MappingType.RangeToText,
          options: { from: 2, to: null, result: { color: COLOURS.bad, index: 1 } },
        },
        { type: MappingType.ValueToText, options: { '0': { text: '0', color: COLOURS.bad, index: 2 } } },
      ]),
    )
    .withPanel(
      stat(
        {
          title: 'Disk free',
          says: 'The least of all roles’ disks; the log needs room',
          unit: 'percentunit',
          width: 3,
        },
        [{ expr: 'min(quakewire_disk_free_bytes / quakewire_disk_size_bytes)' }],
        { warn: 0.2, bad: 0.1, isLowBad: true },
      ),
    )
    .withPanel(
      stat(
        {
          title: 'Age of the last backup',
          says: 'Of one process on its embedded log; a night’s is a day old at most',
          unit: 's',
          width: 3,
        },
        [{ expr: 'time() - max(quakewire_backup_last_success_timestamp_seconds)' }],
        { warn: 30 * 3600, bad: 2 * 86_400 },
      ).noValue('none'),
    )
    .withPanel(
      table({
        title: 'Alerts firing',
        says: 'What to do is in the runbook, below the alert’s name',
        height: 6,
      })
        .datasource(PROMETHEUS)
        .withTarget(instantQuery('ALERTS{alertstate="firing"}').format(PromQueryFormat.Table))
        .noValue('none')
        .withTransformation({
          id: 'organize',
          options: {
            excludeByName: { Time: true, Value: true, __name__: true, alertstate: true, job: true },
            indexByName: { alertname: 0, severity: 1, role: 2, instance: 3 },
            renameByName: { alertname: 'Alert', severity: 'Severity' },
          },
        }),
    )
    .withPanel(
      table({ title: 'Processes', says: 'What runs; versions differ only while an upgrade lasts', height: 6 })
        .datasource(PROMETHEUS)
        .withTarget(
          instantQuery(
            'time() - process_start_time_seconds{job="quakewire"} * on (instance) group_left (version, node) quakewire_build_info',
          ).format(PromQueryFormat.Table),
        )
        .overrideByName('Up for', [{ id: 'unit', value: 'dtdurations' }])
        .withTransformation({
          id: 'organize',
          options: {
            excludeByName: { Time: true, job: true },
            indexByName: { role: 0, instance: 1, version: 2, node: 3, Value: 4 },
            renameByName: {
              Value: 'Up for',
              role: 'Role',
              instance: 'Instance',
              version: 'Version',
              node: 'Node',
            },
          },
        }),
    )

    .withRow(new RowBuilder('Flow and lag'))
    .withPanel(
      curves(
        {
          title: 'Reports a minute',
          says: 'What the log has acknowledged. By fdsn comes what the stream missed: a back-fill, a gap. Steady there while websocket flows: the socket loses messages',
          unit: 'short',
        },
        [
          {
            expr: 'sum by (agency, via) (rate(quakewire_reports_total[$__rate_interval])) * 60',
            name: '{{agency}} by {{via}}',
          },
        ],
      ),
    )
    .withPanel(
      curves(
        {
          title: 'Revisions a minute',
          says: 'What association made of the reports; unchanging: older or repeated; foreign: of another earthquake under a known identifier, not taken',
        },
        [
          {
            expr: 'sum by (kind) (rate(quakewire_revisions_total[$__rate_interval])) * 60',
            name: '{{kind}}',
          },
          {
            expr: 'sum(rate(quakewire_reports_unchanging_total[$__rate_interval])) * 60',
            name: 'unchanging',
          },
          {
            expr: 'sum(rate(quakewire_reports_foreign_total[$__rate_interval])) * 60',
            name: 'foreign',
          },
        ],
      ),
    )
    .withPanel(
      curves(
        {
          title: 'Lag of the stages',
          says: 'Records that a stage has yet to read: the process of a stage that came farthest, and each gateway. 1 or 2 that stay are the marks of takeovers, not records',
        },
        [
          {
            expr: `clamp_min(${END} - 1 - on (topic) group_right () max by (stage, topic) (quakewire_stage_offset{stage!="gateway"}), 0)`,
            name: '{{stage}}, {{topic}}',
          },
          {
            expr: `clamp_min(${END} - 1 - on (topic) group_right () max by (instance, topic) (quakewire_stage_offset{stage="gateway"}), 0)`,
            name: 'gateway {{instance}}',
          },
        ],
      ),
    )
    .withPanel(
      curves(
        { title: 'Records in the log', says: 'The end of each topic: the offset that its next record gets' },
        [{ expr: END, name: '{{topic}}' }],
      ),
    )

    .withRow(new RowBuilder('Delays: earthquake → agency → us → log → readers'))
    .withPanel(
      quantiles(
        {
          title: 'Earthquake → us',
          says: 'From the origin time to the first report. Most of it is the agency’s own work: minutes',
          width: 8,
        },
        [{ metric: 'quakewire_publication_delay_seconds', by: 'agency', name: '{{agency}}' }],
        [0.5, 0.95],
      ),
    )
    .withPanel(
      quantiles(
        {
          title: 'Agency → us',
          says: 'From the agency’s own time of a version to its reaching us by the stream',
          width: 8,
        },
        [{ metric: 'quakewire_agency_delay_seconds', by: 'agency', name: '{{agency}}' }],
        [0.5, 0.95],
      ),
    )
    .withPanel(
      quantiles(
        {
          title: 'Us → log',
          says: 'From a record being ready to the log’s acknowledgement: milliseconds. Above 0.1 s: the disk of the log, or the brokers',
          width: 8,
        },
        [{ metric: 'quakewire_append_duration_seconds', by: 'topic', name: '{{topic}}' }],
      ),
    )
    .withPanel(
      quantiles(
        {
          title: 'Us → readers',
          says: 'The whole way: from a report reaching us to its event being written to the streams. Above a second something is slow, or two clocks differ',
        },
        [{ metric: 'quakewire_gateway_delay_seconds', name: 'all gateways' }],
        [0.5, 0.95, 0.99],
      ),
    )
    .withPanel(
      quantiles(
        { title: 'Into the database', says: 'One transaction with all the records that came together' },
        [{ metric: 'quakewire_store_write_duration_seconds', by: 'topic', name: '{{topic}}' }],
      ),
    )

    .withRow(new RowBuilder('Faults'))
    .withPanel(
      bars(
        {
          title: 'Dead letters',
          says: 'Messages that could not be read, in each interval; the dashboard Logs has the reasons, quakewire dead-letters the bytes',
          width: 8,
        },
        [
          {
            expr: 'sum by (agency, via) (increase(quakewire_dead_letters_total[$__rate_interval]))',
            name: '{{agency}} by {{via}}',
          },
          {
            expr: 'sum by (agency) (increase(quakewire_source_unknown_actions_total[$__rate_interval]))',
            name: '{{agency}}: unknown actions',
          },
          {
            expr: 'sum by (topic) (increase(quakewire_store_records_skipped_total[$__rate_interval]))',
            name: 'left out by the store, {{topic}}',
          },
        ],
      ),
    )
    .withPanel(
      bars(
        {
          title: 'Waits and reconnects',
          says: 'Times a stage waited for its log or database, and connections to an agency after the first; more than a few an hour is a fault',
          width: 8,
        },
        [
          {
            expr: 'sum by (stage) (increase(quakewire_stage_retries_total[$__rate_interval]))',
            name: '{{stage}} waited',
          },
          {
            expr: 'sum by (agency) (increase(quakewire_source_reconnects_total[$__rate_interval]))',
            name: '{{agency}} reconnected',
          },
        ],
      ),
    )
    .withPanel(
      bars(
        {
          title: 'Lines of trouble',
          says: 'Log lines at warn and above; the dashboard Logs has their words',
          width: 8,
        },
        [
          {
            expr: 'sum by (role, level) (increase(quakewire_log_lines_total{level=~"warn|error|fatal"}[$__rate_interval]))',
            name: '{{role}} {{level}}',
          },
        ],
      ),
    )

    .withRow(new RowBuilder('Processes'))
    .withPanel(
      curves({ title: 'CPU', says: 'Cores used', width: 6 }, [
        {
          expr: 'rate(process_cpu_seconds_total{job="quakewire"}[$__rate_interval])',
          name: '{{role}} {{instance}}',
        },
      ]),
    )
    .withPanel(
      curves({ title: 'Memory', says: 'Resident', unit: 'bytes', width: 6 }, [
        { expr: 'process_resident_memory_bytes{job="quakewire"}', name: '{{role}} {{instance}}' },
      ]),
    )
    .withPanel(
      curves(
        {
          title: 'Event loop, p99',
          says: 'How late a process comes to what is due; above 0.1 s it is too busy',
          unit: 's',
          width: 6,
        },
        [{ expr: 'nodejs_eventloop_lag_p99_seconds{job="quakewire"}', name: '{{role}} {{instance}}' }],
      ),
    )
    .withPanel(
      curves(
        {
          title: 'Disk free',
          says: 'Of the file system that holds a role’s data',
          unit: 'percentunit',
          width: 6,
        },
        [
          {
            expr: 'quakewire_disk_free_bytes / quakewire_disk_size_bytes',
            name: '{{role}} {{instance}}',
          },
        ],
      ).max(1),
    );
}
