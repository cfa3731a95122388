// A process that stands for an office and, while it leads, appends a record every 10 ms whose key names it and its
// term. Says "leads" on stdout at the beginning of each term. Arguments: brokers, topic prefix, name.

import { setTimeout as sleep } from 'node:timers/promises';
import { createKafkaLeadership } from '../../src/log/kafka-leadership.ts';
import { runLeading } from '../../src/log/leadership.ts';

const [brokers, topicPrefix, name] = process.argv.slice(2) as [string, string, string];
const leadership = createKafkaLeadership({
  brokers: brokers.split(','),
  clientId: name,
  topicPrefix,
  office: 'associate',
  topics: ['quake.events.v1'],
});
let term = 0;
const stopping = new AbortController();
process.once('SIGTERM', () => stopping.abort());
await runLeading(leadership, stopping.signal, async (log, signal) => {
  term += 1;
  console.log(`leads ${term}`);
  while (!signal.aborted) {
    await log.append('quake.events.v1', `${name}/${term}`, Buffer.from('{}')).catch(() => {});
    await sleep(10);
  }
});
await leadership.close();
