// What every bench shares: order statistics, the machine's description, and the file that keeps a result.

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** The q-quantile (0…1) of values, by the nearest rank; NaN when there are none. */
export function toQuantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
}

/** `median (least–most)` of several runs, with the given number of decimals. */
export function toRange(runs: readonly number[], decimals = 2): string {
  const show = (value: number) => value.toFixed(decimals);
  return `${show(toQuantile(runs, 0.5))} (${show(Math.min(...runs))}–${show(Math.max(...runs))})`;
}

/** Machine, Node, commit and date in one line. */
export function describeMachine(): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const processor = cpus()[0]?.model ?? 'unknown processor';
  const memory = Math.round(totalmem() / 1024 ** 3);
  const date = new Date().toISOString().slice(0, 10);
  return `${cpus().length} × ${processor}, ${memory} GiB, ${process.platform} ${process.arch}, Node ${process.version}, commit ${commit}, ${date}`;
}

export interface BenchResult {
  readonly title: string;
  /** The one question, how it was measured, against what. */
  readonly method: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What the figures say against the goal, plainly. */
  readonly verdict: string;
}

/** Prints the result and writes it to `bench/results/<name>.md`. */
export function writeResult(name: string, result: BenchResult): void {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const table = [line(result.columns), line(result.columns.map(() => '---')), ...result.rows.map(line)].join(
    '\n',
  );
  const text = `# ${result.title}\n\n${result.method}\n\n${table}\n\n${result.verdict}\n\nMachine: ${describeMachine()}\n`;
  mkdirSync('bench/results', { recursive: true });
  writeFileSync(`bench/results/${name}.md`, text);
  console.log(text);
}
