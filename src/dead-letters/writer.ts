// Dead letters of the log's own records: the one who reads a topic for good (association the reports, the store the
// events) writes a letter for each record that cannot be decoded, once. docs/decisions/0022-who-writes-dead-letters.md.

import { decodeDeadLetter, encodeDeadLetter, type Rejection, toRecordLetter } from '../event/encode.ts';
import type { EventLog, LogRecord } from '../log/log.ts';
import type { Topic } from '../log/topics.ts';
import type { Metrics } from '../telemetry/metrics.ts';

export interface LetterWriter {
  /**
   * Writes the letter of a record, unless one is there already: a stage that starts again meets the same records
   * again. Called in the order of the offsets. Rejects as the log does; then the letter may be written again.
   */
  write(record: LogRecord, epoch: string, rejection: Rejection): Promise<void>;
}

export interface LetterWriterOptions {
  readonly log: EventLog;
  readonly metrics: Metrics;
  /** Of the records; nobody else writes letters about them. */
  readonly topic: Topic;
}

const LETTERS: Topic = 'quake.dead-letters.v1';

export function createLetterWriter({ log, metrics, topic }: LetterWriterOptions): LetterWriter {
  /** Newest record with a letter; null: the letters have not been looked at for this epoch. */
  let buried: { readonly epoch: string; readonly offset: Promise<number> } | null = null;
  return {
    write: async (record, epoch, rejection) => {
      if (buried?.epoch !== epoch) buried = { epoch, offset: findBuried(log, topic, epoch) };
      const looking = buried;
      try {
        if (record.offset <= (await looking.offset)) return;
        const letter = toRecordLetter({ ...record, topic, epoch }, rejection);
        await log.append(LETTERS, letter.agency, encodeDeadLetter(letter));
        metrics.deadLetters.inc({ agency: letter.agency, via: letter.via });
        buried = { epoch, offset: Promise.resolve(record.offset) };
      } catch (error) {
        buried = null;
        throw error;
      }
    },
  };
}

/** Offset of the newest record of the topic's incarnation that has a letter; −1: none. Reads all letters: 64 MiB at most. */
async function findBuried(log: EventLog, topic: Topic, epoch: string): Promise<number> {
  const until = await log.end(LETTERS);
  const { signal } = new AbortController();
  let offset = -1;
  for await (const { value } of log.read(LETTERS, 0, { signal, until })) {
    const record = decodeDeadLetter(value).value?.record;
    if (record?.topic === topic && record.epoch === epoch) offset = Math.max(offset, record.offset);
  }
  return offset;
}
