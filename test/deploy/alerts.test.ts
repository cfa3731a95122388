// The alert rules: read and tested by promtool, each with its steps in the runbook, each on metrics that there are.

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { describeOnPrometheus, promtool } from '../support/prometheus.ts';

const FOLDER = 'deploy/prometheus';
/** Five seconds of work for promtool, which wait their turn on a machine that does other things. */
const PROMTOOL_MS_MAX = 240_000;
const RUNBOOK = 'docs/operations/runbook.md';
const files = (folder: string) => readdirSync(folder).map((name) => join(folder, name));

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
const alerts = files(`${FOLDER}/rules`).flatMap((path) =>
  (parse(readFileSync(path, 'utf8')) as { groups: { rules: Alert[] }[] }).groups.flatMap(
    ({ rules }) => rules,
  ),
);

interface RuleTest {
  readonly alertname: string;
  readonly exp_alerts: readonly unknown[];
}
const ruleTests = files(`${FOLDER}/tests`).flatMap((path) =>
  (parse(readFileSync(path, 'utf8')) as { tests: { alert_rule_test: RuleTest[] }[] }).tests.flatMap(
    ({ alert_rule_test }) => alert_rule_test,
  ),
);

/** Headings of the runbook and what stands below each. */
const sections = new Map(
  readFileSync(RUNBOOK, 'utf8')
    .split(/^#+ /m)
    .map((section) => [section.slice(0, section.indexOf('\n')).trim(), section] as const),
);

describe('each alert', () => {
  test.each(alerts)(
    '$alert says how bad it is, what it means, and where its steps are',
    ({ alert, labels, annotations }) => {
      expect(['critical', 'warning']).toContain(labels['severity']);
      expect(Object.keys(annotations).sort()).toEqual(['description', 'runbook_url', 'summary']);
      expect(annotations['runbook_url']).toBe(`${RUNBOOK}#${alert.toLowerCase()}`);
      const section = sections.get(alert);
      expect(section).toMatch(new RegExp(`^${labels['severity']} · `, 'm'));
      expect(section).toMatch(/^1\. /m);
    },
  );

  test.each(alerts)('$alert has a test in which it fires and one in which it does not', ({ alert }) => {
    const own = ruleTests.filter(({ alertname }) => alertname === alert);
    expect(own.some(({ exp_alerts }) => exp_alerts.length > 0)).toBe(true);
    expect(own.some(({ exp_alerts }) => exp_alerts.length === 0)).toBe(true);
  });

  test('the runbook has no section of an alert that is none', () => {
    const known = new Set(alerts.map(({ alert }) => alert));
    const named = [...sections.keys()].filter((heading) => /^[A-Z]\w+[A-Z]\w*$/.test(heading));
    expect(named.filter((heading) => !known.has(heading))).toEqual([]);
    expect(named).toHaveLength(known.size);
  });
});

describeOnPrometheus('promtool', () => {
  test('takes the rules', () => {
    const { ok, output } = promtool('check', 'rules', ...files(`${FOLDER}/rules`));
    expect(output).toContain(`${alerts.length} rules found`);
    expect(ok).toBe(true);
  });

  test(
    'finds each alert firing when it is to, and not when it is not',
    () => {
      const { ok, output } = promtool('test', 'rules', ...files(`${FOLDER}/tests`));
      expect(ok, output).toBe(true);
    },
    PROMTOOL_MS_MAX,
  );

  test.each([
    ['a bound ten times as high', '> 1800', '> 18000', 'agencies.yml'],
    [
      'a comparison turned round',
      'quakewire_live_streams_max > 0.9',
      'quakewire_live_streams_max < 0.9',
      'readers.yml',
    ],
  ])('fails with %s in the rules, so the test above can fail', (_name, rule, broken, tests) => {
    const folder = mkdtempSync(join(tmpdir(), 'quakewire-rules-'));
    cpSync(FOLDER, folder, { recursive: true });
    const path = join(folder, 'rules', 'quakewire.yml');
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(rule);
    writeFileSync(path, text.replace(rule, broken));
    const { ok, output } = promtool('test', 'rules', join(folder, 'tests', tests));
    rmSync(folder, { recursive: true });
    expect(ok).toBe(false);
    expect(output).toContain('FAILED');
  });
});
