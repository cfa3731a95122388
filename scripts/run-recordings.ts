// `npm run recordings -- FOLDER`: months of recorded EMSC reports (`emsc-revlog-*.tsv.gz`, described in fixtures/README.md)
// through parser, log, association and store on disk, as fast as they go. Lists what was rejected and why, and compares
// the events with the distinct identifiers in the recording. Ends with 1 when they differ or anything crashed.

import { createReadStream, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { runAssociate } from '../src/associate/stage.ts';
import { systemClock } from '../src/clock.ts';
import { encodeReport } from '../src/event/encode.ts';
import { toReportKey } from '../src/event/identity.ts';
import { createEmbeddedLog } from '../src/log/embedded.ts';
import { parseEmscFeature } from '../src/sources/emsc/parse.ts';
import { createEmbeddedStore } from '../src/store/embedded.ts';
import { runStore } from '../src/store/stage.ts';
import { createLogger } from '../src/telemetry/logger.ts';
import { createMetrics } from '../src/telemetry/metrics.ts';

const folder = process.argv[2];
if (!folder) {
  console.error('Usage: npm run recordings -- FOLDER-WITH-emsc-revlog-*.tsv.gz');
  process.exit(2);
}
const files = readdirSync(folder).filter((name) => /^emsc-revlog-.*\.tsv\.gz$/.test(name));
const directory = mkdtempSync(join(tmpdir(), 'quakewire-recordings-'));
const logger = createLogger({ role: 'recordings', level: 'warn', format: 'text' });
const metrics = createMetrics();
const clock = systemClock;
const log = createEmbeddedLog({ path: join(directory, 'log.db'), clock, logger });
const store = createEmbeddedStore({ path: join(directory, 'store.db') });
const stop = new AbortController();
const stages = [
  runAssociate({ log, logger, metrics }, stop.signal),
  runStore({ log, store, logger, metrics }, stop.signal),
];

const unids = new Set<string>();
const rejected: string[] = [];
let rows = 0;
let reports = 0;
let under: Promise<number>[] = [];
const startedAtMs = performance.now();
for (const file of files) {
  const lines = createInterface({ input: createReadStream(join(folder, file)).pipe(createGunzip()) });
  for await (const line of lines) {
    rows++;
    const [observedAtS, operation, feature] = line.split('\t', 3) as [string, string, string];
    if (operation === 'D') continue; // no message: EMSC sends none
    const result = parseEmscFeature(JSON.parse(feature), Number(observedAtS) * 1000);
    if (result.kind === 'rejection') {
      rejected.push(`${file} row ${rows}: ${result.reason} (${result.field}) ${feature.slice(0, 120)}`);
      continue;
    }
    reports++;
    unids.add(result.report.agencyEventId);
    under.push(log.append('quake.reports.v1', toReportKey(result.report), encodeReport(result.report)));
    if (under.length === 4096) {
      await Promise.all(under);
      under = [];
    }
  }
  console.log(`${file}: ${rows} rows so far, ${unids.size} distinct identifiers`);
}
await Promise.all(under);
const reportsEnd = await log.end('quake.reports.v1');
while ((await store.position('quake.reports.v1')).offset < reportsEnd - 1) await pause(50);
let eventsEnd = -1;
while (
  eventsEnd !== (await log.end('quake.events.v1')) ||
  (await store.position('quake.events.v1')).offset < eventsEnd - 1
) {
  eventsEnd = await log.end('quake.events.v1');
  await pause(1000);
}
const seconds = (performance.now() - startedAtMs) / 1000;
const counts = await store.counts();
stop.abort();
await Promise.all(stages);
await store.close();
await log.close();
rmSync(directory, { recursive: true, force: true });

console.log(`${files.length} files, ${rows} rows, ${reports} reports, ${rejected.length} dead letters`);
for (const reason of rejected) console.log(`  ${reason}`);
console.log(
  `${counts.events} events in the database, ${unids.size} distinct identifiers, ${eventsEnd} revisions, ${counts.reports} reports kept`,
);
console.log(`${seconds.toFixed(1)} s, ${Math.round(reports / seconds)} reports a second`);
process.exit(counts.events === unids.size ? 0 : 1);

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
