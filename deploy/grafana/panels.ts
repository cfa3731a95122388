// What the dashboards are built of: queries on the two data sources, and panels of one look. Each panel says in its description
// what it shows and when to worry; units and colours are the same everywhere.

import {
  BigValueColorMode,
  BigValueGraphMode,
  type DataSourceRef,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  FieldColorBuilder,
  FieldColorModeId,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder as LokiQuery } from '@grafana/grafana-foundation-sdk/loki';
import { DataqueryBuilder as PrometheusQuery } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeriesPanel } from '@grafana/grafana-foundation-sdk/timeseries';

/** The data sources of provisioning/datasources/quakewire.yml, by uid. */
export const PROMETHEUS: DataSourceRef = { type: 'prometheus', uid: 'prometheus' };
export const LOKI: DataSourceRef = { type: 'loki', uid: 'loki' };

/** Every gateway; `all` and `demo` are the one process that is everything. */
export const GATEWAYS = 'role=~"gateway|all|demo"';

export const COLOURS = { good: 'green', warn: 'orange', bad: 'red', calm: 'blue', none: 'text' } as const;

/** One line of a panel: an expression and how its lines are named. */
export interface Line {
  readonly expr: string;
  /** Labels in double braces; left out: the panel names it. */
  readonly name?: string;
}

export const query = ({ expr, name }: Line, refId = 'A'): PrometheusQuery =>
  new PrometheusQuery()
    .datasource(PROMETHEUS)
    .refId(refId)
    .expr(flatten(expr))
    .range()
    .legendFormat(name ?? '__auto');

/** One value as of now, in the form a table takes. */
export const instantQuery = (expr: string, refId = 'A'): PrometheusQuery =>
  new PrometheusQuery()
    .datasource(PROMETHEUS)
    .refId(refId)
    .expr(flatten(expr))
    .instant()
    .legendFormat('__auto');

export const logQuery = (expr: string, refId = 'A'): LokiQuery =>
  new LokiQuery().datasource(LOKI).refId(refId).expr(flatten(expr)).queryType('range');

/** Expressions are written over several lines here, and stand on one in the JSON. */
const flatten = (expr: string): string => expr.trim().replace(/\s*\n\s*/g, ' ');

const refIdOf = (i: number): string => String.fromCharCode('A'.charCodeAt(0) + i);

export interface PanelText {
  readonly title: string;
  /** What it shows, and when to worry. */
  readonly says: string;
  readonly unit?: string;
  readonly width?: number;
  readonly height?: number;
}

export interface Steps {
  /** Values from which on it is orange, and red; with `isLowBad` below which. */
  readonly warn?: number;
  readonly bad?: number;
  readonly isLowBad?: boolean;
}

/** Curves over time. */
export function curves(text: PanelText, lines: readonly Line[]): TimeSeriesPanel {
  const panel = new TimeSeriesPanel()
    .title(text.title)
    .description(text.says)
    .datasource(PROMETHEUS)
    .unit(text.unit ?? 'short')
    .span(text.width ?? 12)
    .height(text.height ?? 8)
    .min(0)
    .lineWidth(1)
    .fillOpacity(10)
    .showPoints(VisibilityMode.Never)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  lines.forEach((line, i) => {
    panel.withTarget(query(line, refIdOf(i)));
  });
  return panel;
}

/** Bars over time, one above the other: how many in each interval. */
export function bars(text: PanelText, lines: readonly Line[]): TimeSeriesPanel {
  return curves(text, lines)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(80)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
}

/** Quantiles of a histogram: median and 99 % unless told otherwise. */
export function quantiles(
  text: PanelText,
  histograms: readonly {
    readonly metric: string;
    readonly selector?: string;
    readonly by?: string;
    readonly name: string;
  }[],
  at: readonly number[] = [0.5, 0.99],
): TimeSeriesPanel {
  const lines = histograms.flatMap(({ metric, selector = '', by, name }) =>
    at.map((q) => ({
      expr: `histogram_quantile(${q}, sum by (${['le', by].filter(Boolean).join(', ')}) (rate(${metric}_bucket{${selector}}[$__rate_interval])))`,
      name: `${name} p${q * 100}`,
    })),
  );
  return curves({ unit: 's', ...text }, lines);
}

/** One number, or one for each line: the last value. */
export function stat(text: PanelText, lines: readonly Line[], steps: Steps = {}): StatPanel {
  const panel = new StatPanel()
    .title(text.title)
    .description(text.says)
    .datasource(PROMETHEUS)
    .unit(text.unit ?? 'short')
    .span(text.width ?? 4)
    .height(text.height ?? 4)
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Value)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .thresholds(thresholds(steps));
  lines.forEach((line, i) => {
    panel.withTarget(query(line, refIdOf(i)));
  });
  return panel;
}

export function table(text: PanelText): TablePanel {
  return new TablePanel()
    .title(text.title)
    .description(text.says)
    .span(text.width ?? 12)
    .height(text.height ?? 8);
}

export function thresholds({ warn, bad, isLowBad = false }: Steps): ThresholdsConfigBuilder {
  const steps =
    warn === undefined && bad === undefined
      ? [{ value: null, color: COLOURS.calm }]
      : isLowBad
        ? [
            { value: null, color: COLOURS.bad },
            ...(warn === undefined ? [] : [{ value: bad ?? 0, color: COLOURS.warn }]),
            { value: warn ?? bad ?? 0, color: COLOURS.good },
          ]
        : [
            { value: null, color: COLOURS.good },
            ...(warn === undefined ? [] : [{ value: warn, color: COLOURS.warn }]),
            ...(bad === undefined ? [] : [{ value: bad, color: COLOURS.bad }]),
          ];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}

/** A dashboard of the family: tagged, linked with the others, in UTC as seismology is. */
export function dashboard(options: {
  readonly uid: string;
  readonly title: string;
  readonly says: string;
  readonly from: string;
  readonly refresh: string;
}): DashboardBuilder {
  return new DashboardBuilder(options.title)
    .uid(options.uid)
    .description(options.says)
    .tags(['quakewire'])
    .timezone('utc')
    .time({ from: options.from, to: 'now' })
    .refresh(options.refresh)
    .tooltip(DashboardCursorSync.Crosshair)
    .readonly()
    .annotation(greatEarthquakes())
    .link(
      new DashboardLinkBuilder('Quakewire')
        .type(DashboardLinkType.Dashboards)
        .tags(['quakewire'])
        .asDropdown(false)
        .keepTime(true),
    );
}

/** A mark on every curve where the news of a great earthquake came: what followed may have to do with it. */
function greatEarthquakes(): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name('Earthquakes of M 6 and above')
    .datasource(LOKI)
    .enable(true)
    .iconColor('red')
    .expr(
      '{level="info"} |= `"event":{"id":"` |= `"kind":"new"` | json kind="event.kind", magnitude="event.magnitude", region="event.region", id="event.id" | magnitude >= 6 | __error__=""',
    )
    .titleFormat('M {{magnitude}}, {{region}}')
    .textFormat('{{id}}');
}
