// Writes schema/*.json (JSON Schema 2020-12) from src/event/schema.ts; with --check only says whether they are fresh.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { DeadLetterSchema, QuakeEventSchema, ReportSchema } from '../src/event/schema.ts';

const schemas = { report: ReportSchema, event: QuakeEventSchema, 'dead-letter': DeadLetterSchema };
const check = process.argv.includes('--check');
let stale = 0;
mkdirSync('schema', { recursive: true });
for (const [name, schema] of Object.entries(schemas)) {
  const path = `schema/${name}.json`;
  const dialect = { $schema: 'https://json-schema.org/draft/2020-12/schema', title: name };
  const text = `${JSON.stringify({ ...dialect, ...schema }, null, 2)}\n`;
  if (!check) writeFileSync(path, text);
  else if (read(path) !== text) {
    stale++;
    console.error(`${path} is stale: run npm run schema`);
  }
}
process.exit(stale === 0 ? 0 : 1);

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
