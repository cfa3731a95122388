// Whether there is a withdrawn event to show at all, for who asks for them and sees none. Pure, browser-safe.

import type { Catalogue } from '../../catalogue/catalogue.ts';
import { FLAG_WITHDRAWN } from '../../catalogue/columns.ts';
import type { RowBounds } from './visibility.ts';

/** `shown`: one would be, were nothing else chosen; `old`: only such as are no longer shown; `none`: no event was withdrawn. */
export function findWithdrawn(
  { columns, count }: Pick<Catalogue, 'columns' | 'count'>,
  { ghostOldestS, newestS }: Pick<RowBounds, 'ghostOldestS' | 'newestS'>,
): 'shown' | 'old' | 'none' {
  let found: 'old' | 'none' = 'none';
  for (let row = 0; row < count; row++) {
    const timeS = columns.originTimeS[row]!;
    if ((columns.flags[row]! & FLAG_WITHDRAWN) === 0 || timeS > newestS) continue;
    if (timeS >= ghostOldestS) return 'shown';
    found = 'old';
  }
  return found;
}
