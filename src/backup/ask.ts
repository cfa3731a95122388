// Asks the Quakewire that has a data directory for a backup of it, over its admin port (../gateway/admin.ts). What else may listen
// there, another Quakewire or another program, is told apart from nobody.

import { type IncomingMessage, request } from 'node:http';
import { isIP } from 'node:net';
import { text } from 'node:stream/consumers';
import { QuakewireError, toMessage } from '../errors.ts';
import type { Backup } from './backup.ts';

export interface AskOptions {
  /** As given to the one that listens: its address for all stands for this machine's own. */
  readonly host: string;
  readonly port: number;
  /** Absolute; what is to be backed up. */
  readonly dataDir: string;
  /** Ends the waiting, not the backup. */
  readonly signal: AbortSignal;
}

const OWN_ADDRESS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** What the running Quakewire answers, however long it takes; null: nobody listens there. Rejects with `BACKUP_FAILED`. */
export async function askForBackup(options: AskOptions): Promise<Backup | null> {
  const { port, signal } = options;
  const host = OWN_ADDRESS[options.host] ?? options.host;
  const url = `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}/backup`;
  const refuse = (why: string, cause?: unknown) =>
    new QuakewireError('BACKUP_FAILED', `Cannot make a backup: ${why}`, { cause });
  let status: number;
  let answer: Partial<Backup> & { readonly code?: unknown; readonly detail?: unknown };
  try {
    const response = await put(host, options);
    status = response.statusCode!;
    answer = toObject(await text(response));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return null;
    if (signal.aborted) throw refuse(`no longer waited for; ${url} may make it all the same`, error);
    throw refuse(`${url} was asked and gave no answer: ${toMessage(error)}`, error);
  }
  if (status === 200 && typeof answer.folder === 'string') return answer as Backup;
  if (answer.code === 'ROUTE_UNKNOWN')
    throw refuse(
      `the Quakewire at ${url} makes no backups: its log is on Kafka, or it is a demo; name another's with --admin-port`,
    );
  if (typeof answer.code === 'string') throw refuse(`${url} answers ${status}: ${answer.detail}`);
  throw refuse(
    `${url} answers ${status}, and not as Quakewire does: another program listens there; name the port of the Quakewire that runs with --admin-port, or, where none runs, one where nobody listens`,
  );
}

/** Not by `fetch`: that gives up after five minutes, and the answer comes when all is copied. */
function put(host: string, { port, dataDir, signal }: AskOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    request({ host, port, path: '/backup', method: 'PUT', headers, signal, agent: false }, resolve)
      .on('error', reject)
      .end(JSON.stringify({ dataDir }));
  });
}

function toObject(json: string): object {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {}; // no JSON, so no word of Quakewire
  }
}
