// The dashboard Earthquakes: for whoever wants to see what happens, not how it runs. Counts from Prometheus; map and
// tables from the lines that association writes (src/associate/news.ts). Why so: docs/decisions/0040-dashboard-earthquakes.md.

import {
  FrameGeometrySourceBuilder,
  FrameGeometrySourceMode,
  MapLayerOptionsBuilder,
  TableSortByFieldStateBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DashboardBuilder,
  DashboardLinkBuilder,
  DashboardLinkType,
  type DataTransformerConfig,
  TextBoxVariableBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import {
  ControlsOptionsBuilder,
  MapCenterID,
  PanelBuilder as MapPanel,
  MapViewConfigBuilder,
  TooltipMode,
  TooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/geomap';
import type { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table';
import { bars, dashboard, LOKI, logQuery, stat, table } from './panels.ts';

/** What Loki gives at most, unless told otherwise (max_entries_limit_per_query). */
const LINES_MAX = 5_000;

/** Fields of a line: path in its JSON, name in the table, and whether it is a number or a time there. */
const FIELDS = [
  { label: 'id', path: 'event.id', title: 'Event' },
  { label: 'revision', path: 'event.revision', title: 'Revision', type: 'number' },
  { label: 'kind', path: 'event.kind', title: 'Kind' },
  { label: 'magnitude', path: 'event.magnitude', title: 'Magnitude', type: 'number' },
  { label: 'magnitude_type', path: 'event.magnitudeType', title: 'Type' },
  { label: 'region', path: 'event.region', title: 'Region' },
  { label: 'origin_time', path: 'event.originTime', title: 'Origin time', type: 'time' },
  { label: 'depth_km', path: 'event.depthKm', title: 'Depth', type: 'number' },
  { label: 'latitude_deg', path: 'event.latitudeDeg', title: 'Latitude', type: 'number' },
  { label: 'longitude_deg', path: 'event.longitudeDeg', title: 'Longitude', type: 'number' },
  { label: 'agency', path: 'event.agency', title: 'Agency' },
] as const;

/** The label `level` keeps other containers' lines out; the text, all other lines. */
const NEWS = `{level="info"} |= \`"event":{"id":"\` | json ${FIELDS.map(({ label, path }) => `${label}="${path}"`).join(', ')}`;

/** Lines → one row for each event, at its newest revision, without the withdrawn. */
const TO_EVENTS: readonly DataTransformerConfig[] = [
  { id: 'extractFields', options: { source: 'labels', format: 'json', replace: true, keepTime: false } },
  {
    id: 'convertFieldType',
    options: {
      conversions: FIELDS.flatMap((field) =>
        'type' in field ? [{ targetField: field.label, destinationType: field.type }] : [],
      ),
    },
  },
  { id: 'sortBy', options: { fields: {}, sort: [{ field: 'revision', desc: true }] } },
  {
    id: 'groupBy',
    options: {
      fields: Object.fromEntries(
        FIELDS.map(({ label }) => [
          label,
          label === 'id'
            ? { operation: 'groupby', aggregations: [] }
            : { operation: 'aggregate', aggregations: ['first'] },
        ]),
      ),
    },
  },
  {
    id: 'filterByValue',
    options: {
      type: 'exclude',
      match: 'any',
      filters: [{ fieldName: 'kind (first)', config: { id: 'equal', options: { value: 'withdrawn' } } }],
    },
  },
  {
    id: 'organize',
    options: {
      excludeByName: { 'kind (first)': true },
      indexByName: {},
      renameByName: Object.fromEntries(
        FIELDS.map(({ label, title }) => [label === 'id' ? label : `${label} (first)`, title]),
      ),
    },
  },
];

/** The table's columns, from the left. */
const COLUMNS: readonly (typeof FIELDS)[number]['title'][] = [
  'Magnitude',
  'Region',
  'Origin time',
  'Depth',
  'Event',
];
const TO_COLUMNS: DataTransformerConfig = {
  id: 'organize',
  options: {
    excludeByName: Object.fromEntries(
      FIELDS.filter(({ title }) => !COLUMNS.includes(title)).map(({ title }) => [title, true]),
    ),
    indexByName: Object.fromEntries(COLUMNS.map((title, i) => [title, i])),
    renameByName: {},
  },
};

const limitTo = (rows: number): DataTransformerConfig => ({
  id: 'limit',
  options: { limitField: String(rows) },
});
const sortBy = (field: string): DataTransformerConfig => ({
  id: 'sortBy',
  options: { fields: {}, sort: [{ field, desc: true }] },
});

/** As the map of the page: yellow to red with the size. */
const MAGNITUDE_COLOURS: readonly { readonly from: number | null; readonly color: string }[] = [
  { from: null, color: '#9fb3c8' },
  { from: 3, color: '#f2c94c' },
  { from: 4.5, color: '#f2994a' },
  { from: 6, color: '#eb5757' },
  { from: 7, color: '#9b1c31' },
];

function eventsTable(title: string, says: string, sorted: string, rows: number): TablePanel {
  const panel = table({ title, says, width: 8, height: 9 })
    .datasource(LOKI)
    .withTarget(logQuery(NEWS).maxLines(LINES_MAX))
    .sortBy([new TableSortByFieldStateBuilder().displayName(sorted).desc(true)])
    .overrideByName('Magnitude', [
      { id: 'decimals', value: 1 },
      { id: 'custom.width', value: 90 },
      { id: 'color', value: { mode: 'thresholds' } },
      { id: 'custom.cellOptions', value: { type: 'color-text' } },
      { id: 'thresholds', value: magnitudeThresholds() },
    ])
    .overrideByName('Depth', [
      { id: 'unit', value: 'lengthkm' },
      { id: 'decimals', value: 0 },
    ])
    .overrideByName('Origin time', [
      { id: 'unit', value: 'dateTimeAsIso' },
      { id: 'custom.width', value: 160 },
    ])
    .overrideByName('Event', [
      {
        id: 'links',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's variables
        value: [{ title: 'In Quakewire', url: '${quakewire}/events/${__value.raw}', targetBlank: true }],
      },
    ])
    .overrideByName('Region', [{ id: 'custom.minWidth', value: 160 }]);
  for (const step of [...TO_EVENTS, sortBy(sorted), limitTo(rows), TO_COLUMNS])
    panel.withTransformation(step);
  return panel;
}

const magnitudeThresholds = () => ({
  mode: 'absolute',
  steps: MAGNITUDE_COLOURS.map(({ from, color }) => ({ value: from, color })),
});

function worldMap(): MapPanel {
  const panel = new MapPanel()
    .title('Where')
    .description(
      'Each event at its newest revision, as told in the log output: size and colour by magnitude. Hover for the rest. Without tiles from anywhere: the countries are Grafana’s own file.',
    )
    .span(16)
    .height(18)
    .datasource(LOKI)
    .withTarget(logQuery(NEWS).maxLines(LINES_MAX))
    .view(new MapViewConfigBuilder().id(MapCenterID.Coords).lat(15).lon(0).zoom(1.6))
    .controls(
      new ControlsOptionsBuilder()
        .showZoom(true)
        .mouseWheelZoom(false)
        .showAttribution(false)
        .showScale(false),
    )
    .tooltip(new TooltipOptionsBuilder().mode(TooltipMode.Details))
    // Grafana takes any kind of layer for the ground, this one instead of its default, which fetches tiles from outside.
    .basemap(
      new MapLayerOptionsBuilder()
        .type('geojson')
        .name('Countries')
        .config({
          src: 'public/maps/countries.geojson',
          rules: [],
          style: { color: { fixed: '#7b8794' }, opacity: 0.25, lineWidth: 1 },
        }),
    )
    .layers([
      new MapLayerOptionsBuilder()
        .type('markers')
        .name('Earthquakes')
        .tooltip(true)
        .location(
          new FrameGeometrySourceBuilder()
            .mode(FrameGeometrySourceMode.Coords)
            .latitude('Latitude')
            .longitude('Longitude'),
        )
        .config({
          showLegend: false,
          style: {
            size: { field: 'Magnitude', fixed: 3, min: 2, max: 24 },
            color: { field: 'Magnitude', fixed: MAGNITUDE_COLOURS[0]!.color },
            opacity: 0.65,
            symbol: { mode: 'fixed', fixed: 'img/icons/marker/circle.svg' },
          },
        }),
    ])
    .overrideByName('Magnitude', [
      // A fixed range: a 5 is as large on a quiet day as beside an 8.
      { id: 'min', value: 1 },
      { id: 'max', value: 9 },
      { id: 'decimals', value: 1 },
      { id: 'color', value: { mode: 'thresholds' } },
      { id: 'thresholds', value: magnitudeThresholds() },
    ])
    .overrideByName('Depth', [{ id: 'unit', value: 'lengthkm' }]);
  for (const step of [...TO_EVENTS, sortBy('Magnitude')]) panel.withTransformation(step);
  return panel;
}

const PROMPT = 'arrival="prompt"';
const CLASS_COLOURS: Readonly<Record<string, string>> = {
  none: '#616e7c',
  '<2': '#cbd2d9',
  '2-2.9': '#9fb3c8',
  '3-3.9': '#f2c94c',
  '4-4.9': '#f2994a',
  '5-5.9': '#f2784a',
  '6-6.9': '#eb5757',
  '7+': '#9b1c31',
};

export function buildEarthquakes(): DashboardBuilder {
  const perHour = bars(
    {
      title: 'Events per hour, by magnitude',
      says: 'New events by the magnitude of their first report. Those that came more than a day after their earthquake (a back-fill) are not among them.',
      width: 16,
      height: 9,
    },
    [
      {
        expr: `round(sum by (magnitude) (increase(quakewire_events_total{${PROMPT}}[$__interval])))`,
        name: 'M {{magnitude}}',
      },
    ],
  ).interval('1h');
  for (const [magnitude, color] of Object.entries(CLASS_COLOURS)) {
    perHour.overrideByName(`M ${magnitude}`, [{ id: 'color', value: { mode: 'fixed', fixedColor: color } }]);
  }
  return dashboard({
    uid: 'quakewire-earthquakes',
    title: 'Quakewire: Earthquakes',
    says: 'What happens in the world, as Quakewire was told. Its own page is the map that misses none.',
    from: 'now-24h',
    refresh: '1m',
  })
    .withVariable(
      new TextBoxVariableBuilder('quakewire')
        .label('Address of Quakewire')
        .description('For the links to its page')
        .defaultValue('http://localhost:8080'),
    )
    .link(
      new DashboardLinkBuilder('The live map')
        .type(DashboardLinkType.Link)
        .icon('external link')
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's variable
        .url('${quakewire}/')
        .targetBlank(true),
    )
    .withPanel(
      stat({ title: 'Earthquakes', says: 'New events in the time range, as they happened' }, [
        { expr: `round(sum(increase(quakewire_events_total{${PROMPT}}[$__range])))` },
      ]),
    )
    .withPanel(
      stat({ title: 'Of these M 5 and above', says: 'By the magnitude of their first report' }, [
        {
          expr: `round(sum(increase(quakewire_events_total{${PROMPT},magnitude=~"5-5.9|6-6.9|7[+]"}[$__range])))`,
        },
      ]),
    )
    .withPanel(
      stat(
        { title: 'M 7 and above', says: 'By the magnitude of their first report' },
        [{ expr: `round(sum(increase(quakewire_events_total{${PROMPT},magnitude="7+"}[$__range])))` }],
        { bad: 1 },
      ),
    )
    .withPanel(
      stat(
        {
          title: 'Since the last report',
          says: 'EMSC sends about two a minute: half an hour of silence is a fault',
          unit: 's',
        },
        [{ expr: 'time() - max(quakewire_source_last_message_timestamp_seconds)' }],
        { warn: 600, bad: 1800 },
      ),
    )
    .withPanel(
      stat(
        {
          title: 'From earthquake to first report',
          says: 'Median over the time range. Most of it is the agency’s own work; in a replay, replayed seconds',
          unit: 's',
        },
        [
          {
            expr: 'histogram_quantile(0.5, sum by (le) (increase(quakewire_publication_delay_seconds_bucket[$__range])))',
          },
        ],
      ),
    )
    .withPanel(
      stat({ title: 'In the catalogue', says: 'Events that a gateway shows, starter catalogue among them' }, [
        { expr: 'max(sum by (instance) (quakewire_catalogue_events))' },
      ]),
    )
    .withPanel(worldMap())
    .withPanel(
      eventsTable(
        'Largest',
        'The ten largest of the time range, each at its newest revision',
        'Magnitude',
        10,
      ).gridPos({
        ...{ x: 16, y: 4, w: 8, h: 9 },
      }),
    )
    .withPanel(
      eventsTable('Newest', 'The newest by origin time', 'Origin time', 50).gridPos({
        x: 16,
        y: 13,
        w: 8,
        h: 9,
      }),
    )
    .withPanel(perHour.gridPos({ x: 0, y: 22, w: 16, h: 9 }))
    .withPanel(
      bars(
        {
          title: 'Revisions per hour',
          says: 'New events, corrections of known ones, and what an agency took back',
        },
        [
          {
            expr: 'round(sum by (kind) (increase(quakewire_revisions_total[$__interval])))',
            name: '{{kind}}',
          },
        ],
      )
        .interval('1h')
        .gridPos({ x: 16, y: 22, w: 8, h: 9 }),
    );
}
