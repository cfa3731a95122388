// Checks what the documents say against the code: links lead somewhere, error codes are the table's,
// npm scripts, flags, files and metrics that a document names exist, and every metric is told.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeConfig } from '../src/config.ts';
import { ERROR_CODES } from '../src/errors.ts';
import { createMetrics } from '../src/telemetry/metrics.ts';

const documents = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];
const scripts = (JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> })
  .scripts;
const help = describeConfig();
/** What deploy/compose/make-secrets.sh writes, and no checkout has. */
const MADE_BY_OPERATOR = 'deploy/compose/secrets/';
const problems: string[] = [];

for (const document of documents) {
  const text = readFileSync(document, 'utf8');
  for (const [, target] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
    if (/^[a-z]+:/.test(target!)) continue;
    if (!existsSync(join(dirname(document), target!)))
      problems.push(`${document}: link to ${target} leads nowhere`);
  }
  for (const [, script] of text.matchAll(/\bnpm run ([a-z:-]+)/g)) {
    if (!(script! in scripts)) problems.push(`${document}: npm run ${script} does not exist`);
  }
  for (const [, path] of text.matchAll(/`((?:src|test|bench|scripts|deploy|fixtures)\/[\w./-]*)`/g)) {
    if (!existsSync(path!) && !path!.startsWith(MADE_BY_OPERATOR))
      problems.push(`${document}: there is no ${path}`);
  }
  if (document === 'README.md') {
    for (const [name] of text.matchAll(/--[a-z][a-z-]+[a-z]/g)) {
      const known = name === '--help' || help.includes(name) || isOfScript(text, name);
      if (!known) problems.push(`${document}: there is no flag ${name}`);
    }
  }
}

/** Flags of other commands are not Quakewire's own: named with their command, at least once. */
function isOfScript(text: string, flag: string): boolean {
  return (
    ['fault', 'cluster'].some((script) => text.includes(`npm run ${script} -- ${flag}`)) ||
    text.split('\n').some((line) => line.startsWith('docker compose ') && line.includes(` ${flag} `))
  );
}

const listed = new Set(
  [...readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `([A-Z_]+)`/gm)].map((match) => match[1]!),
);
for (const code of Object.keys(ERROR_CODES))
  if (!listed.has(code)) problems.push(`docs/errors.md: ${code} is missing`);
for (const code of listed)
  if (!(code in ERROR_CODES)) problems.push(`docs/errors.md: ${code} is not in src/errors.ts`);

const metrics = (await createMetrics().registry.getMetricsAsJSON()).map(({ name }) => name);
const told = new Set(
  readFileSync('docs/operations/metrics.md', 'utf8')
    .split('\n')
    // The first cell of a row names one metric or several.
    .flatMap((line) => line.match(/^\| `quakewire_[^|]+/)?.[0].match(/quakewire_\w+/g) ?? []),
);
for (const name of metrics)
  if (!told.delete(name)) problems.push(`docs/operations/metrics.md: ${name} is missing`);
for (const name of told)
  problems.push(`docs/operations/metrics.md: ${name} is not in src/telemetry/metrics.ts`);

for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0 ? `docs: ${documents.length} documents hold` : `docs: ${problems.length} problems`,
);
process.exit(problems.length === 0 ? 0 : 1);
