// The readers of bench/gateway-kill.ts, in a process of their own. Arguments: URL, count. Commands by IPC: `mark` notes who
// is live now, `back` answers when all of them that were cut off are live again, `judge` gives their records' verdict.

import { Agent } from 'node:http';
import { type PageReader, startPageReader } from './page-reader.support.ts';

const [url, count] = [process.argv[2]!, Number(process.argv[3])];
/** Readers that begin at a time. */
const BATCH = 50;
const agent = new Agent({ keepAlive: true, maxSockets: 20 });
const readers: PageReader[] = [];
const live = new Set<number>();
/** Instants at which readers were cut off and came back since the last mark, ms. */
let cutAtMs = new Map<number, number>();
let backAtMs: number[] = [];
let firstCutMs = Number.NaN;

function startOne(i: number): void {
  readers[i] = startPageReader({
    ...{ url, agent, snapshot: 'cursor' },
    onState({ name }) {
      const nowMs = performance.timeOrigin + performance.now();
      if (name === 'live') {
        live.add(i);
        if (cutAtMs.delete(i)) backAtMs.push(nowMs);
      } else if (live.delete(i)) {
        cutAtMs.set(i, nowMs);
        if (Number.isNaN(firstCutMs)) firstCutMs = nowMs;
      }
    },
  });
}

for (let i = 0; i < count; i += BATCH) {
  for (let j = i; j < Math.min(count, i + BATCH); j++) startOne(j);
  await new Promise((resolve) => setTimeout(resolve, 100));
}

process.on('message', (command: { mark?: true; state?: true; judge?: true }) => {
  if (command.mark) {
    cutAtMs = new Map();
    backAtMs = [];
    firstCutMs = Number.NaN;
    process.send!({ marked: live.size });
  }
  if (command.state) process.send!({ live: live.size, away: cutAtMs.size, firstCutMs, backAtMs });
  if (command.judge) {
    const sum = (pick: (reader: PageReader) => number) =>
      readers.reduce((total, reader) => total + pick(reader), 0);
    const newest = readers.map((reader) => reader.newest());
    process.send!({
      lost: sum((reader) => reader.lost()),
      doubled: sum((reader) => reader.doubled()),
      least: Math.min(...newest),
    });
  }
});
process.on('disconnect', () => process.exit());
process.send!({ started: count });
