// The dashboards as they are committed: made by their modules, on metrics and labels that there are, whole and readable.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parser } from '@grafana/lezer-logql';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { DASHBOARDS, FOLDER, toDashboard, toJson } from '../../deploy/grafana/dashboards.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { type Panel, readAsked, readDashboards, toMetricNames } from '../support/dashboards.ts';

const ours = (await createMetrics().registry.getMetricsAsJSON()).map(({ name }) => name);
const nodes = (await createMetrics({ process: true }).registry.getMetricsAsJSON()).map(({ name }) => name);
const rules = readFileSync('deploy/prometheus/rules/quakewire.yml', 'utf8');

test.each(Object.entries(DASHBOARDS))('%s.json is what its module makes', (name, build) => {
  expect(readFileSync(join(FOLDER, `${name}.json`), 'utf8')).toBe(toJson(toDashboard(build)));
});

describe('metrics', () => {
  const asked = readAsked()
    .filter(({ source }) => source === 'prometheus')
    .flatMap(({ expr }) => toMetricNames(expr));

  test('each one on a dashboard or in an alert exists in the code', () => {
    const named = [...asked, ...toMetricNames(rules)].filter((name) => !name.startsWith('haproxy_'));
    expect(named.filter((name) => !nodes.includes(name))).toEqual([]);
    expect(new Set(named).size).toBeGreaterThan(30);
  });

  test('each one in the code is on a dashboard', () => {
    expect(ours.filter((name) => !asked.includes(name))).toEqual([]);
  });

  test('a misspelt one is found', () => {
    expect(toMetricNames('rate(quakewire_repots_total{via="quakewire_x"}[5m])')).toEqual([
      'quakewire_repots_total',
    ]);
    expect(nodes).not.toContain('quakewire_repots_total');
    expect(toMetricNames('sum(quakewire_gateway_delay_seconds_bucket)')).toEqual([
      'quakewire_gateway_delay_seconds',
    ]);
  });
});

describe('queries of the log output', () => {
  const LABELS = ['service', 'level', 'project'];
  const asked = readAsked().filter(({ source }) => source === 'loki');
  /** Grafana puts text in their place. */
  const fill = (expr: string) =>
    expr
      .replaceAll('$__auto', '1m')
      .replaceAll(/\$(service|level)/g, '.+')
      .replaceAll('$search', '');

  /** Where the grammar of LogQL cannot go on; empty: it reads all of it. */
  function findErrors(expr: string): number[] {
    const places: number[] = [];
    parser.parse(expr).iterate({
      enter: ({ type, from }) => {
        if (type.isError) places.push(from);
      },
    });
    return places;
  }

  test.each(asked)('$dashboard, $panel: is LogQL, on labels that Alloy sets', ({ expr }) => {
    expect(findErrors(fill(expr))).toEqual([]);
    const selector = /\{([^{}|]*)\}/.exec(fill(expr))![1]!;
    const labels = [...selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map((match) => match[1]!);
    expect(labels.length).toBeGreaterThan(0);
    expect(labels.filter((label) => !LABELS.includes(label))).toEqual([]);
  });

  test('what is no LogQL is found', () => {
    expect(findErrors('{level="info"} | json magnitude="event.magnitude"')).toEqual([]);
    expect(findErrors('{level="info" | json magnitude="event.magnitude"')).not.toEqual([]);
    expect(findErrors('sum by (level) (count_over_time({level="info"} [))')).not.toEqual([]);
  });
});

describe.each(readDashboards())('$title', ({ panels, templating, file, uid }) => {
  test('its panels have a title, words, a place of their own and a number of their own', () => {
    const shown = panels.filter(({ type }) => type !== 'row');
    for (const panel of shown) {
      expect(panel.title).not.toBe('');
      expect(panel.description, panel.title).toMatch(/\w/);
      expect(panel.gridPos.x + panel.gridPos.w, panel.title).toBeLessThanOrEqual(24);
    }
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(findOverlaps(panels)).toEqual([]);
  });

  test('its data sources are provisioned, its lines have names of their own', () => {
    const { datasources } = parse(
      readFileSync('deploy/grafana/provisioning/datasources/quakewire.yml', 'utf8'),
    ) as {
      datasources: { uid: string }[];
    };
    const uids = datasources.map((source) => source.uid);
    for (const { targets = [], title } of panels) {
      for (const { datasource } of targets) expect(uids).toContain(datasource.uid);
      expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length);
    }
  });

  test('its variables are defined', () => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    const used = [...text.matchAll(/\$\{?([a-z]\w*)\}?/g)].map((match) => match[1]!);
    const known = (templating.list ?? []).map(({ name }) => name);
    expect(used.filter((name) => !known.includes(name))).toEqual([]);
    expect(known.filter((name) => !used.includes(name))).toEqual([]);
    expect(uid).toMatch(/^quakewire-[a-z]{4,}$/);
  });
});

test('two panels in one place are found', () => {
  const at = (x: number, y: number) => ({ title: `${x},${y}`, gridPos: { x, y, w: 12, h: 8 } }) as Panel;
  expect(findOverlaps([at(0, 0), at(12, 0), at(0, 8)])).toEqual([]);
  expect(findOverlaps([at(0, 0), at(11, 7)])).toEqual(['0,0 and 11,7']);
});

function findOverlaps(panels: readonly Panel[]): string[] {
  return panels.flatMap((a, i) =>
    panels.slice(i + 1).flatMap((b) => {
      const [p, q] = [a.gridPos, b.gridPos];
      const apart = p.x + p.w <= q.x || q.x + q.w <= p.x || p.y + p.h <= q.y || q.y + q.h <= p.y;
      return apart ? [] : [`${a.title} and ${b.title}`];
    }),
  );
}
