// What stands in the committed dashboards: their panels, and the expressions that these ask the data sources for.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 'deploy/grafana/dashboards';

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly {
    readonly expr: string;
    readonly refId: string;
    readonly datasource: { readonly uid: string };
  }[];
}

export interface Dashboard {
  readonly file: string;
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly annotations: {
    readonly list: readonly {
      readonly name: string;
      readonly expr: string;
      readonly datasource: { readonly uid: string };
    }[];
  };
  readonly templating: { readonly list?: readonly { readonly name: string }[] };
}

export interface Asked {
  readonly dashboard: string;
  readonly panel: string;
  readonly source: string;
  readonly expr: string;
}

export const readDashboards = (): Dashboard[] =>
  readdirSync(FOLDER).map((file) => ({
    ...(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Omit<Dashboard, 'file'>),
    file,
  }));

export const readAsked = (): Asked[] =>
  readDashboards().flatMap(({ file, panels }) =>
    panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr, datasource }) => ({
        dashboard: file,
        panel: title,
        source: datasource.uid,
        expr,
      })),
    ),
  );

/** Names of metrics in an expression, those of a histogram's parts as the histogram's. */
export const toMetricNames = (expr: string): string[] =>
  [...expr.replace(/"[^"]*"/g, '""').matchAll(/\b(?:quakewire|haproxy|process|nodejs)_\w+/g)].map(([name]) =>
    name.replace(/_(bucket|sum|count)$/, ''),
  );
