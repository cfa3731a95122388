// What is checked of deploy/terraform: its format; and of each module and root that it validates and passes its tests.

import { globSync } from 'node:fs';
import { dirname } from 'node:path';
import { withTerraform } from './terraform.ts';

const ROOT = 'deploy/terraform';
/** The test that plans without knowing what the cloud will say. */
const FIRST_PLAN = 'first.tftest.hcl';

export interface Checked {
  readonly passed: boolean;
  /** What Terraform said, of the step that failed or of the last one. */
  readonly output: string;
  /** What each test planned, in order, as far as it was known. */
  readonly plans: readonly (readonly PlannedResource[])[];
}

/** One resource of a plan, as `terraform show -json` has it. */
export interface PlannedResource {
  readonly address: string;
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly change: { readonly after: Readonly<Record<string, unknown>> | null };
}

/** Modules and roots, sorted. */
export const findFolders = (): readonly string[] =>
  globSync(`${ROOT}/{modules,live}/*/versions.tf`)
    .map((path) => dirname(path))
    .sort();

export const checkFormat = (command: string): Promise<Omit<Checked, 'plans'>> =>
  withTerraform(command, ROOT, {}, async (run) => {
    const { status, output } = await run('fmt', '-check', '-recursive', '-diff', '-no-color');
    return { passed: status === 0, output };
  });

/** `environment`: where the provider is, from `serveProvider()`. Tests that are not there have not passed. */
export const checkFolder = (
  command: string,
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<Checked> =>
  withTerraform(command, folder, environment, async (run) => {
    for (const args of [
      ['init', '-backend=false', '-no-color'],
      ['validate', '-no-color'],
    ]) {
      const { status, output } = await run(...args);
      if (status !== 0) return { passed: false, output: `terraform ${args[0]}\n${output}`, plans: [] };
    }
    const { status, output } = await run('test', '-json', '-verbose');
    const { words, plans, tests } = readTests(output);
    return { passed: status === 0 && tests > 0, output: words, plans };
  });

/** Of `terraform test -json`: what it says, what it planned, and how many tests passed. */
function readTests(output: string): { words: string; plans: readonly PlannedResource[][]; tests: number } {
  const words: string[] = [];
  const plans: PlannedResource[][] = [];
  let tests = 0;
  for (const line of output.split('\n').filter(Boolean)) {
    // What is not JSON is a word about Terraform itself.
    const message = line.startsWith('{') ? (JSON.parse(line) as TestMessage) : { '@message': line };
    if (message.test_plan) {
      // Of a first plan the most is not known.
      if (!message['@testfile']?.endsWith(FIRST_PLAN)) plans.push(message.test_plan.resource_changes ?? []);
    } else words.push([message['@message'], message.diagnostic?.detail].filter(Boolean).join('\n'));
    tests = message.test_summary?.passed ?? tests;
  }
  return { words: words.join('\n'), plans, tests };
}

interface TestMessage {
  readonly '@message': string;
  readonly '@testfile'?: string;
  readonly diagnostic?: { readonly detail?: string };
  readonly test_plan?: { readonly resource_changes?: PlannedResource[] };
  readonly test_summary?: { readonly passed: number };
}
