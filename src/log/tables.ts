// The embedded log's database: one table of records per topic, one row of state per topic, and the
// sources' memory. Shapes only; what moves through them is in ./topic-table.ts.

import type { Migration } from '../sqlite/open.ts';
import { TOPICS, type Topic } from './topics.ts';

// The offset is the rowid: an append goes to the last page, a page of reading is one walk of the tree.
// Only a compacted topic is ever asked for a key, so only it pays for an index.
const toTopicTable = (topic: Topic) => `
  CREATE TABLE "${topic}" (
    offset INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    value BLOB NOT NULL,
    appended_at_ms REAL NOT NULL
  ) STRICT;
  ${TOPICS[topic].cleanup === 'compact' ? `CREATE INDEX "${topic}/key" ON "${topic}" (key, offset);` : ''}`;

export const LOG_MIGRATIONS: readonly Migration[] = [
  {
    name: 'topics, their records, and the memory of sources',
    sql: `
      CREATE TABLE topics (
        topic TEXT PRIMARY KEY,
        epoch TEXT NOT NULL,
        next_offset INTEGER NOT NULL,
        size_bytes INTEGER NOT NULL,
        compacted_offset INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      ${toTopicTable('quake.reports.v1')}
      ${toTopicTable('quake.events.v1')}
      ${toTopicTable('quake.dead-letters.v1')}
      CREATE TABLE memory (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
  },
  {
    name: 'the topic of what sources remember and say of themselves',
    sql: toTopicTable('quake.sources.v1'),
  },
];
