// A copy of the embedded log is another incarnation of it. Put back, it continues from an older place, and gives offsets that readers
// have seen to other records; with its old epoch a browser that comes back later, once the log has grown beyond the browser's cursor,
// would silently miss what stands below. So every copy gets a new epoch before it can be used: readers are sent a reset instead.

import { randomBytes } from 'node:crypto';
import { changeCopy } from '../sqlite/copy.ts';
import type { Topic } from './topics.ts';

/** The topic whose epoch readers outside this machine hold, in their cursors. */
const TOPIC: Topic = 'quake.events.v1';

export interface Renewal {
  readonly from: string;
  readonly to: string;
  /** Offset that the next record of quake.events.v1 will have in the copy. */
  readonly end: number;
}

export const createEpoch = (): string => randomBytes(9).toString('base64url');

/** Gives a copy of the log, which nobody uses, a new epoch. Throws SQLite's error when it is no log. */
export function renewEpoch(path: string, to: string = createEpoch()): Renewal {
  return changeCopy(path, (database) => {
    const row = database.prepare('SELECT epoch, next_offset FROM topics WHERE topic = ?').get(TOPIC);
    if (!row) throw new Error(`it has no topic ${TOPIC}`);
    database.prepare('UPDATE topics SET epoch = ? WHERE topic = ?').run(to, TOPIC);
    return { from: String(row['epoch']), to, end: Number(row['next_offset']) };
  });
}
