// What one can do to a part, by word: the same for keys, typed lines and the page's buttons.

import type { Cluster } from './cluster.ts';
import { ACTIONS, type Action } from './view.ts';

export const HELP = `kill|stop|pause|revive PART, status, quit`;

/** Does it and says so. Throws RangeError for a part that is not there. */
export function act(cluster: Cluster, action: Action, name: string): string {
  const part = cluster.part(name);
  switch (action) {
    case 'kill':
      void part.kill();
      return `${name}: killed with SIGKILL`;
    case 'stop':
      void part.stop();
      return `${name}: asked to stop`;
    case 'pause':
      part.pause();
      return `${name}: paused with SIGSTOP`;
    case 'revive':
      part.revive();
      return `${name}: revived`;
  }
}

/** Whether the text is one of the actions. */
export const isAction = (text: string): text is Action => (ACTIONS as readonly string[]).includes(text);

/** Does what a typed line says and gives the answer; `status` and `quit` are the caller's. */
export function obey(cluster: Cluster, line: string): string {
  const [action = '', name = ''] = line.trim().split(/\s+/);
  if (!isAction(action)) return `"${line.trim()}" is not understood: ${HELP}`;
  try {
    return act(cluster, action, name);
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}
