// A distributed fault run in words and tables: printed, and kept in docs when a file is named.

import { writeFileSync } from 'node:fs';
import { describeMachine, toQuantile } from '../../../bench/report.ts';
import { PROMISES, type Promised } from './checker.ts';
import type { DistributedOptions, DistributedRun } from './run.ts';

export function writeDistributedResult(
  options: DistributedOptions,
  run: DistributedRun,
  path: string | null,
): void {
  const text = toText(options, run);
  console.log(text);
  if (path !== null) writeFileSync(path, text);
}

function toText(options: DistributedOptions, run: DistributedRun): string {
  const count = Object.values(run.struck).reduce((sum, each) => sum + each, 0);
  const tookS = run.recoveries.map(({ tookMs }) => tookMs / 1000);
  const show = (seconds: number) => `${seconds.toFixed(1)} s`;
  const facts: [string, string][] = [
    ['faults', `${count} in ${run.rounds} rounds, overlapping`],
    [
      'set-up',
      `${options.brokers} Kafka ${options.brokers === 1 ? 'broker' : 'brokers'}, PostgreSQL, source, 2 associates, store, ${options.gateways} gateways, HAProxy, ${options.readers} readers`,
    ],
    ['duration', `${Math.round(run.seconds / 60)} min ${Math.round(run.seconds % 60)} s, start-up included`],
    ['seed', `${options.seed}`],
    ['reports and dead letters acknowledged to a source that lived to say so', `${run.acknowledged}`],
    [
      'records in quake.reports.v1 / quake.events.v1 / quake.dead-letters.v1',
      `${run.reports} / ${run.revisions} / ${run.deadLetters}`,
    ],
    ['events in the database', `${run.events}`],
    ['streams that the readers opened', `${run.streams}`],
    [
      'readers told to start over',
      Object.entries(run.resets)
        .map(([reason, times]) => `${reason}: ${times}`)
        .join(', ') || 'never',
    ],
    [
      'everyone has everything after the last fault of a round: p50 / p99 / longest',
      `${show(toQuantile(tookS, 0.5))} / ${show(toQuantile(tookS, 0.99))} / ${show(Math.max(...tookS))}`,
    ],
    ...Object.entries(run.felt).map(([what, times]): [string, string] => [`felt: ${what}`, `${times} times`]),
    [
      'Kafka, PostgreSQL or HAProxy ended by themselves (disk full, restarts after SIGKILL)',
      `${run.foreignEnds}`,
    ],
    ['left out', run.leftOut.join('; ') || 'nothing'],
  ];
  const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
    [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const promises = (Object.keys(PROMISES) as Promised[]).map((name) => [
    PROMISES[name],
    `${run.verdict[name]}`,
  ]);
  const kinds = Object.entries(run.struck)
    .toSorted(([, a], [, b]) => b - a)
    .map(([kind, times]) => [kind, `${times}`]);
  const ends =
    run.ends.length === 0
      ? ''
      : `\nRoles that ended unasked:\n\n${run.ends.map((each) => `- ${each}\n`).join('')}`;
  return `# ${count} faults on Kafka and PostgreSQL

\`npm run fault -- --distributed --faults ${options.faults} --seed ${options.seed} --brokers ${options.brokers}\`: real Kafka, real PostgreSQL, every role a process of its own, readers that
connect, resume and back off by the page's own code. What each fault does: test/fault/distributed/strikes.ts; how each promise is
judged: test/fault/distributed/checker.ts.

${table(['promise: what was counted against it', 'count'], promises)}

${table(['fact', 'figure'], facts)}

${table(['fault', 'times'], kinds)}
${ends}
Machine: ${describeMachine()}
`;
}
