// A copy of the embedded store that belongs to a copy of the log: it takes over that one's new epoch, or it would take the log for
// another one and empty itself, and with that lose the reports that have left the log.

import { changeCopy } from '../sqlite/copy.ts';

/** Lets a copy of the store, which nobody uses, stand in the log's incarnation `to` where it stood in `from`. */
export function adoptEpoch(path: string, { from, to }: { readonly from: string; readonly to: string }): void {
  changeCopy(path, (database) =>
    database
      .prepare("UPDATE positions SET epoch = ? WHERE topic = 'quake.events.v1' AND epoch = ?")
      .run(to, from),
  );
}
