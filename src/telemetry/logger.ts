// The logger of every role: pino, one JSON object a line on stdout with level, time, role and message;
// on a terminal, short lines for a person instead. (Never called "log": that word is the event log's.)

import { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';
import { toPrintable } from './printable.ts';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LoggerOptions {
  readonly role: string;
  readonly level: LogLevel;
  readonly format: 'json' | 'text';
  /** Where lines go; the process's stdout when left out. */
  readonly stream?: NodeJS.WritableStream;
  /** Called for each line that is written. */
  readonly onLine?: (level: string) => void;
}

export function createLogger(options: LoggerOptions): Logger {
  const stream = options.stream ?? process.stdout;
  const { onLine } = options;
  return pino(
    {
      level: options.level,
      messageKey: 'message',
      base: { role: options.role },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // Called only for levels that are on.
      ...(onLine && {
        hooks: {
          logMethod(args, method, level) {
            onLine(pino.levels.labels[level] ?? String(level));
            method.apply(this, args);
          },
        },
      }),
      redact: {
        paths: ['*.password', '*.authorization', 'headers.authorization', 'headers.cookie'],
        censor: '***',
      },
    },
    options.format === 'text' ? createTextStream(stream) : stream,
  );
}

/** Next level in the circle that SIGUSR2 turns: info → debug → trace → warn → info. */
export function toNextLevel(level: string): LogLevel {
  const circle: LogLevel[] = ['info', 'debug', 'trace', 'warn'];
  return circle[(circle.indexOf(level as LogLevel) + 1) % circle.length]!;
}

/** Rewrites pino's JSON lines as `14:02:11 warn  message (reason)`. Those marked `bulk` are for machines: another line sums them up. */
function createTextStream(target: NodeJS.WritableStream): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      const line = JSON.parse(chunk.toString()) as Record<string, unknown>;
      if (line['bulk'] === true) return done();
      const time = String(line['time']).slice(11, 19);
      const error = line['err'] as { message?: string; stack?: string } | undefined;
      const severe = line['level'] === 'error' || line['level'] === 'fatal';
      const cause = error ? ` (${severe ? (error.stack ?? error.message) : error.message})` : '';
      target.write(
        `${time} ${String(line['level']).padEnd(5)} ${toPrintable(`${String(line['message'])}${cause}`, true)}\n`,
      );
      done();
    },
  });
}
