// The dashboard Gateways: the readers, what they are sent and how fast, and the balancer before them.

import {
  type DashboardBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { bars, curves, dashboard, GATEWAYS, PROMETHEUS, quantiles, stat } from './panels.ts';

const CHOSEN = `${GATEWAYS},instance=~"$instance"`;
const HAPROXY = 'job="haproxy"';

export function buildGateways(): DashboardBuilder {
  return dashboard({
    uid: 'quakewire-gateways',
    title: 'Quakewire: Gateways',
    says: 'Streams, drops, resets, delays, HTTP, and HAProxy before it all',
    from: 'now-3h',
    refresh: '10s',
  })
    .withVariable(
      new QueryVariableBuilder('instance')
        .label('Gateway')
        .datasource(PROMETHEUS)
        .query(`label_values(quakewire_live_streams_max{${GATEWAYS}}, instance)`)
        .refresh(VariableRefresh.OnTimeRangeChanged)
        .sort(VariableSort.AlphabeticalAsc)
        .multi(true)
        .includeAll(true)
        .allValue('.+')
        .current({ selected: true, text: 'All', value: '$__all' }),
    )
    .withPanel(
      stat({ title: 'Open streams', says: 'Readers with a stream, all chosen gateways' }, [
        { expr: `sum(quakewire_live_streams{${CHOSEN}})` },
      ]),
    )
    .withPanel(
      stat(
        {
          title: 'Of what they take',
          says: 'Streams against --live-streams-max, the fullest gateway',
          unit: 'percentunit',
        },
        [{ expr: `max(quakewire_live_streams{${CHOSEN}} / quakewire_live_streams_max{${CHOSEN}})` }],
        { warn: 0.7, bad: 0.9 },
      ),
    )
    .withPanel(
      stat(
        { title: 'Gateways ready', says: 'Those that welcome readers' },
        [{ expr: `sum(quakewire_ready{${CHOSEN}})` }],
        { bad: 1, isLowBad: true },
      ),
    )
    .withPanel(
      stat(
        {
          title: 'Refused in 10 min',
          says: 'Streams answered with 503; the pages poll meanwhile, and nobody misses anything',
        },
        [{ expr: `round(sum(increase(quakewire_live_refused_total{${CHOSEN}}[10m])))` }],
        { warn: 1 },
      ),
    )
    .withPanel(
      stat(
        {
          title: 'To the streams, p99',
          says: 'From a report reaching us to the bytes leaving, last 10 minutes',
          unit: 's',
        },
        [
          {
            expr: `histogram_quantile(0.99, sum by (le) (increase(quakewire_gateway_delay_seconds_bucket{${CHOSEN}}[10m])))`,
          },
        ],
        { warn: 0.25, bad: 1 },
      ),
    )
    .withPanel(
      stat(
        { title: '5xx in 10 min', says: 'Answers that failed, without refused streams and readiness checks' },
        [
          {
            expr: `round(sum(increase(quakewire_http_requests_total{${CHOSEN},status="5xx",route!~"/live|/readyz"}[10m])) or vector(0))`,
          },
        ],
        { warn: 1, bad: 10 },
      ),
    )

    .withRow(new RowBuilder('Streams'))
    .withPanel(
      curves(
        { title: 'Open streams', says: 'By gateway; they even out within --live-age-max-s after a scale-up' },
        [{ expr: `quakewire_live_streams{${CHOSEN}}`, name: '{{instance}}' }],
      ),
    )
    .withPanel(
      curves(
        {
          title: 'Streams opened a second',
          says: 'Many resumed at once: a gateway or a network went away. Reset: the cursor was too old',
        },
        [
          {
            expr: `sum by (as) (rate(quakewire_live_opened_total{${CHOSEN}}[$__rate_interval]))`,
            name: '{{as}}',
          },
        ],
      ),
    )
    .withPanel(
      bars(
        {
          title: 'Streams that did not go on',
          says: 'Ended: by the gateway, to be resumed (age, drain). Dropped: no byte taken for two heartbeats. Refused: 503 with the reason',
        },
        [
          {
            expr: `sum by (reason) (increase(quakewire_live_ended_total{${CHOSEN}}[$__rate_interval]))`,
            name: 'ended: {{reason}}',
          },
          {
            expr: `sum(increase(quakewire_live_dropped_total{${CHOSEN}}[$__rate_interval]))`,
            name: 'dropped',
          },
          {
            expr: `sum by (reason) (increase(quakewire_live_refused_total{${CHOSEN}}[$__rate_interval]))`,
            name: 'refused: {{reason}}',
          },
        ],
      ),
    )
    .withPanel(
      bars(
        {
          title: 'Slow readers and resets',
          says: 'Behind: more unread than a queue holds, so read from the history; nothing is lost. Reset: has to load the snapshot anew',
        },
        [
          { expr: `sum(increase(quakewire_live_behind_total{${CHOSEN}}[$__rate_interval]))`, name: 'behind' },
          {
            expr: `sum by (reason) (increase(quakewire_live_resets_total{${CHOSEN}}[$__rate_interval]))`,
            name: 'reset: {{reason}}',
          },
        ],
      ),
    )
    .withPanel(
      curves(
        {
          title: 'Frames a minute',
          says: 'Events sent, each counted once for all readers; every gateway sends the same',
          width: 8,
        },
        [
          {
            expr: `rate(quakewire_live_frames_total{${CHOSEN}}[$__rate_interval]) * 60`,
            name: '{{instance}}',
          },
        ],
      ),
    )
    .withPanel(
      quantiles(
        {
          title: 'Report → streams',
          says: 'By gateway; one that stands out is too busy, or its clock is off',
          width: 8,
        },
        [
          {
            metric: 'quakewire_gateway_delay_seconds',
            selector: CHOSEN,
            by: 'instance',
            name: '{{instance}}',
          },
        ],
      ),
    )
    .withPanel(
      curves(
        {
          title: 'Events in memory',
          says: 'The same everywhere but for a moment; withdrawn ones count',
          width: 8,
        },
        [{ expr: `quakewire_catalogue_events{${CHOSEN}}`, name: '{{instance}} {{from}}' }],
      ),
    )

    .withRow(new RowBuilder('HTTP'))
    .withPanel(
      curves(
        {
          title: 'Requests a second, by route',
          says: '/live/recent.json above a few a second: the cache is not in front, or does not keep it',
        },
        [
          {
            expr: `sum by (route) (rate(quakewire_http_requests_total{${CHOSEN}}[$__rate_interval]))`,
            name: '{{route}}',
          },
        ],
      ),
    )
    .withPanel(
      bars(
        {
          title: 'Answers, by status',
          says: '503 of /live is a refusal, of /readyz a gateway that loads or leaves',
        },
        [
          {
            expr: `sum by (status) (increase(quakewire_http_requests_total{${CHOSEN}}[$__rate_interval]))`,
            name: '{{status}}',
          },
        ],
      ),
    )
    .withPanel(
      bars(
        {
          title: 'Refused requests and connections',
          says: 'rate, address-connections: one address asks for more than its share; everybody at once: --trusted-proxies is missing. malformed: no proper HTTP, too large, too slow. connections: as many as the gateway takes are open',
        },
        [
          {
            expr: `sum by (reason) (increase(quakewire_refused_total{${CHOSEN}}[$__rate_interval]))`,
            name: '{{reason}}',
          },
        ],
      ),
    )
    .withPanel(
      quantiles(
        { title: 'Time of an answer, by route', says: 'Without the streams, which last' },
        [
          {
            metric: 'quakewire_http_request_duration_seconds',
            selector: CHOSEN,
            by: 'route',
            name: '{{route}}',
          },
        ],
        [0.99],
      ),
    )

    .withRow(new RowBuilder('HAProxy'))
    .withPanel(
      stat(
        { title: 'Gateways taken', says: 'Servers that HAProxy sends readers to' },
        [{ expr: `haproxy_backend_active_servers{${HAPROXY},proxy="live"}` }],
        { bad: 1, isLowBad: true },
      ).height(8),
    )
    .withPanel(
      curves(
        {
          title: 'Sessions',
          says: 'Open at the front, and at the gateways: streams in the backend live',
          width: 10,
        },
        [
          { expr: `haproxy_frontend_current_sessions{${HAPROXY},proxy="quakewire"}`, name: 'front' },
          {
            expr: `sum by (proxy, server) (haproxy_server_current_sessions{${HAPROXY},proxy="live"}) > 0`,
            name: '{{server}}',
          },
        ],
      ),
    )
    .withPanel(
      bars(
        {
          title: 'Answers at the front, by class',
          says: 'What readers get; more 5xx here than at the gateways: HAProxy found nobody, or refused',
          width: 10,
        },
        [
          {
            expr: `sum by (code) (increase(haproxy_frontend_http_responses_total{${HAPROXY},proxy="quakewire"}[$__rate_interval]))`,
            name: '{{code}}',
          },
        ],
      ),
    )
    .withPanel(
      curves(
        {
          title: 'Time of an answer',
          says: 'Mean of the last 1024 requests; live: until the head of the stream',
          unit: 's',
          width: 8,
        },
        [
          {
            expr: `haproxy_backend_response_time_average_seconds{${HAPROXY},proxy=~"live|http|catalogue"}`,
            name: '{{proxy}}',
          },
        ],
      ),
    )
    .withPanel(
      bars(
        {
          title: 'Gateways that failed',
          says: 'Checks that failed, connections that were not to be had, requests sent on to another gateway',
          width: 8,
        },
        [
          {
            expr: `sum(increase(haproxy_server_check_failures_total{${HAPROXY}}[$__rate_interval]))`,
            name: 'checks',
          },
          {
            expr: `sum(increase(haproxy_backend_connection_errors_total{${HAPROXY}}[$__rate_interval]))`,
            name: 'connections',
          },
          {
            expr: `sum(increase(haproxy_backend_redispatch_warnings_total{${HAPROXY}}[$__rate_interval]))`,
            name: 'sent on',
          },
        ],
      ),
    )
    .withPanel(
      curves({ title: 'Bytes', says: 'To the readers and from them', unit: 'Bps', width: 8 }, [
        {
          expr: `rate(haproxy_frontend_bytes_out_total{${HAPROXY},proxy="quakewire"}[$__rate_interval])`,
          name: 'out',
        },
        {
          expr: `rate(haproxy_frontend_bytes_in_total{${HAPROXY},proxy="quakewire"}[$__rate_interval])`,
          name: 'in',
        },
      ]),
    );
}
