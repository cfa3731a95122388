// The embedded EventLog: one SQLite file in WAL mode with synchronous=FULL, opened by one process alone.
// Appends share transactions (./group-commit.ts); readers follow in memory (./readers.ts); what the topics'
// policies let go leaves in small steps (./topic-table.ts).

import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { QuakewireError, toMessage } from '../errors.ts';
import type { SourceMemory } from '../sources/source.ts';
import { copyDatabase } from '../sqlite/copy.ts';
import { openDatabase, SQLITE, toSqliteCode } from '../sqlite/open.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createEpoch as createRandomEpoch } from './embedded-copy.ts';
import { GroupCommit } from './group-commit.ts';
import type { EventLog } from './log.ts';
import { TopicReaders } from './readers.ts';
import { LOG_MIGRATIONS } from './tables.ts';
import { TopicTable } from './topic-table.ts';
import { TOPIC_NAMES, type Topic } from './topics.ts';

/** Newest records kept in memory per topic for readers that keep up: hours of the world, seconds of a flood. */
const TAIL_BOUNDS = { countMax: 2_048, bytesMax: 2 * 1024 ** 2 };
/** About 1 ms of inserting, 5 ms with what the stages do about it. */
const WRITES_PER_TURN_MAX = 256;
/** Far more than any stage has under way; a caller that waits for nothing is stopped here. */
const WRITES_QUEUED_MAX = 65_536;
/** Records looked at in one step of retention: about 1 ms each topic. */
const RETAIN_COUNT_MAX = 64;
const RETAIN_EVERY_MS = 10_000;
/** Between two steps while there is more to do. */
const RETAIN_PAUSE_MS = 25;

export interface EmbeddedLogOptions {
  /** File name, or `:memory:`. Its folder is made when missing. */
  readonly path: string;
  /** Tells when records are appended and how old they are. */
  readonly clock: Clock;
  readonly logger?: Logger;
  /** Size of the file at most, bytes; beyond it appends reject with `LOG_FULL`. Left out: the disk is the bound. */
  readonly sizeBytesMax?: number;
  /** Makes the name of a new topic's incarnation. */
  readonly createEpoch?: () => string;
}

export interface EmbeddedLog extends EventLog {
  /** The sources' memory, in the same file and the same transactions. */
  readonly memory: SourceMemory;
  /**
   * One small step of each topic's policy (./topics.ts); happens by itself every 10 s. True when there is
   * more to do. Does nothing while a transaction is open.
   */
  retain(): boolean;
  /** Copies the log into a new file while it is used; the copy needs a new epoch before it is (./embedded-copy.ts). */
  copyTo(path: string): Promise<void>;
}

/**
 * Opens or creates the log. Throws `DATA_DIR_UNUSABLE` (not writable, damaged, in use by another process) or
 * `DATABASE_NEWER`. A lock left by a killed process does not exist: the system releases it.
 */
export function createEmbeddedLog(options: EmbeddedLogOptions): EmbeddedLog {
  const { clock, logger, createEpoch = createRandomEpoch } = options;
  const database = openDatabase({
    path: options.path,
    noun: 'log',
    migrations: LOG_MIGRATIONS,
    synchronous: 'FULL',
    exclusive: true,
  });
  if (options.sizeBytesMax !== undefined) limitSize(database, options.sizeBytesMax);

  const topics = new Map<Topic, { table: TopicTable; readers: TopicReaders }>();
  for (const topic of TOPIC_NAMES) {
    const table = new TopicTable(database, topic, TAIL_BOUNDS, createEpoch);
    topics.set(topic, { table, readers: new TopicReaders(table) });
  }
  const all = [...topics.values()];
  const readMemory = database.prepare('SELECT value FROM memory WHERE key = ?');
  const writeMemory = database.prepare('INSERT OR REPLACE INTO memory VALUES (?, ?)');
  let closed = false;

  const commits = new GroupCommit({
    database,
    writesPerTurnMax: WRITES_PER_TURN_MAX,
    writesQueuedMax: WRITES_QUEUED_MAX,
    onPerformed: () => {
      let awaited = false;
      for (const { table, readers } of all) {
        if (table.end > table.committedEnd && readers.wakeUncommitted()) awaited = true;
      }
      return awaited;
    },
    onCommitting: () => {
      for (const { table } of all) table.save();
    },
    onCommitted: () => {
      for (const { table, readers } of all) if (table.commit()) readers.wakeAll();
    },
    onRolledBack: () => {
      for (const { table, readers } of all) {
        table.rollback();
        readers.tellRolledBack(table.committedEnd);
      }
    },
    toError: toLogError,
    toOverflowError: () =>
      new QuakewireError(
        'LOG_UNAVAILABLE',
        `Cannot append: ${WRITES_QUEUED_MAX} appends are waiting already, expected callers to wait for theirs`,
      ),
  });

  function retain(): boolean {
    if (closed || commits.open) return false;
    try {
      database.exec('BEGIN IMMEDIATE');
      const more = all.map(({ table }) => table.retain(clock.now(), RETAIN_COUNT_MAX)).includes(true);
      for (const { table } of all) table.save();
      database.exec('COMMIT');
      for (const { table } of all) table.commit();
      return more;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      for (const { table } of all) table.rollback();
      logger?.warn({ err: error }, 'Cannot remove old records from the log; trying again later');
      return false;
    }
  }

  function retainLater(delayMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      retainTimer = retainLater(retain() ? RETAIN_PAUSE_MS : RETAIN_EVERY_MS);
    }, delayMs).unref();
  }
  let retainTimer = retainLater(RETAIN_EVERY_MS);

  const submit = <T>(perform: () => T): Promise<T> =>
    closed ? Promise.reject(toClosedError()) : commits.submit(perform);

  return {
    append: (topic, key, value) => {
      const { table } = topics.get(topic)!;
      return submit(() => table.insert(key, value, clock.now()).offset);
    },
    read: (topic, fromOffset, readOptions) => topics.get(topic)!.readers.read(fromOffset, readOptions),
    end: async (topic) => topics.get(topic)!.table.committedEnd,
    start: async (topic) => topics.get(topic)!.table.start(),
    epoch: async (topic) => topics.get(topic)!.table.epoch,
    memory: {
      read: async (key) => (readMemory.get(key)?.['value'] as string | undefined) ?? null,
      write: (key, value) =>
        submit(() => {
          writeMemory.run(key, value);
        }),
    },
    retain,
    copyTo: (path) => copyDatabase(database, path),
    close: async () => {
      if (closed) return;
      closed = true;
      clearTimeout(retainTimer);
      await commits.idle();
      for (const { readers } of all) readers.close(toClosedError());
      database.close();
    },
  };
}

function limitSize(database: DatabaseSync, sizeBytesMax: number): void {
  const pageSizeBytes = Number(database.prepare('PRAGMA page_size').get()!['page_size']);
  database.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(sizeBytesMax / pageSizeBytes))}`);
}

/** What SQLite says as a `QuakewireError`; anything else is a programmer's mistake and stays what it is. */
function toLogError(cause: unknown): Error {
  const code = toSqliteCode(cause);
  if (code === null) return cause instanceof Error ? cause : new Error(toMessage(cause));
  if (code === SQLITE.FULL) {
    const message = 'Cannot append: the disk is full; make room, and appending goes on by itself';
    return new QuakewireError('LOG_FULL', message, { cause });
  }
  return new QuakewireError('LOG_UNAVAILABLE', `Cannot append: ${toMessage(cause)}`, { cause });
}

const toClosedError = (): QuakewireError => new QuakewireError('LOG_UNAVAILABLE', 'The log is closed');
