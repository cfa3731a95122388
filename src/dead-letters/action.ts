// What `quakewire dead-letters` is asked to do, out of the words behind it. Pure.

import { QuakewireError } from '../errors.ts';

export type Action =
  | { readonly kind: 'list' | 'counts' | 'redrive' }
  /** `offset` in quake.dead-letters.v1, as the list shows it. */
  | { readonly kind: 'show'; readonly offset: number };

/** Without a word: the list. Throws `CONFIG_INVALID` with what was wanted. */
export function parseAction(words: readonly string[]): Action {
  const [kind = 'list', argument, ...more] = words;
  if (more.length === 0) {
    if (kind === 'show' && /^\d{1,15}$/.test(argument ?? '')) return { kind, offset: Number(argument) };
    if ((kind === 'list' || kind === 'counts' || kind === 'redrive') && argument === undefined)
      return { kind };
  }
  throw new QuakewireError(
    'CONFIG_INVALID',
    `Cannot start: "dead-letters ${words.join(' ')}" is not a command, expected dead-letters list, counts, show OFFSET or redrive`,
  );
}
