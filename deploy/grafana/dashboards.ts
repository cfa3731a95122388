// Writes deploy/grafana/dashboards/*.json, which Grafana is provisioned with, from the modules beside this one; with --check only
// says whether they are fresh. `npm run dashboards` after a change.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dashboard, DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { buildEarthquakes } from './earthquakes.ts';
import { buildGateways } from './gateways.ts';
import { buildLogs } from './logs.ts';
import { buildPipeline } from './pipeline.ts';

export const FOLDER = join(import.meta.dirname, 'dashboards');

/** Each dashboard by the name of its file. */
export const DASHBOARDS: Readonly<Record<string, () => DashboardBuilder>> = {
  earthquakes: buildEarthquakes,
  pipeline: buildPipeline,
  gateways: buildGateways,
  logs: buildLogs,
};

export function toDashboard(build: () => DashboardBuilder): Dashboard {
  const dashboard = build().build();
  // Links to a panel name its id: counted here, or Grafana would at each load.
  (dashboard.panels ?? []).forEach((panel, i) => {
    panel.id = i + 1;
  });
  return dashboard;
}

export const toJson = (dashboard: Dashboard): string => `${JSON.stringify(dashboard, null, 2)}\n`;

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

if (import.meta.main) {
  const check = process.argv.includes('--check');
  const problems: string[] = [];
  mkdirSync(FOLDER, { recursive: true });
  const strangers = new Set(readdirSync(FOLDER));
  for (const [name, build] of Object.entries(DASHBOARDS)) {
    const file = `${name}.json`;
    const text = toJson(toDashboard(build));
    strangers.delete(file);
    if (!check) writeFileSync(join(FOLDER, file), text);
    else if (read(join(FOLDER, file)) !== text)
      problems.push(`deploy/grafana/dashboards/${file} is stale: run npm run dashboards`);
  }
  for (const file of strangers) {
    if (!check) rmSync(join(FOLDER, file));
    else problems.push(`deploy/grafana/dashboards/${file} is made by no module: run npm run dashboards`);
  }
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
