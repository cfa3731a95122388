// The judge of one reader of /live: it is told what the reader was sent and compares that with the log itself. Pure.
// Owed is every event at the newest revision up to the reader's cursor: one that was away, or slow, is not sent the
// revisions between (docs/wire.md).

import type { Revision } from './log-mirror.ts';
import type { Findings } from './view.ts';

export interface ReaderRecord {
  /** Everything up to this offset has been judged; −1 before the first greeting. */
  readonly judged: number;
  /** The last offset it was told of. */
  readonly offset: number;
  readonly findings: Findings;
  /** The reader begins (or starts over, `reset`) at this offset: nothing before it is owed. */
  begin(offset: number, how: 'new' | 'reset'): void;
  event(id: string, revision: number): void;
  /** The reader's cursor stands here now. `atMs`: any clock that `judge` uses too. */
  advance(offset: number, atMs: number): void;
  /**
   * Judges the cursor's moves older than `beforeMs`, as far as the log has been read (`last`, an offset). The delay is
   * for a revision that a gateway has seen and whoever reads `revisions` is about to see.
   */
  judge(revisions: readonly Revision[], last: number, beforeMs: number): void;
}

export function createReaderRecord(): ReaderRecord {
  const known = new Map<string, number>();
  const findings = { gaps: 0, duplicates: 0, backwards: 0, resets: 0 };
  let moves: { readonly to: number; readonly atMs: number }[] = [];
  let offset = -1;
  let judged = -1;

  return {
    get judged() {
      return judged;
    },
    get offset() {
      return offset;
    },
    get findings() {
      return { ...findings };
    },
    begin(at, how) {
      if (how === 'reset') findings.resets++;
      known.clear();
      moves = [];
      offset = at;
      judged = at;
    },
    event(id, revision) {
      const before = known.get(id) ?? 0;
      if (revision === before) findings.duplicates++;
      if (revision < before) findings.backwards++;
      known.set(id, Math.max(before, revision));
    },
    advance(to, atMs) {
      if (to <= offset) return;
      offset = to;
      moves.push({ to, atMs });
    },
    judge(revisions, last, beforeMs) {
      const to = moves.findLast((move) => move.atMs < beforeMs && move.to <= last)?.to;
      if (to === undefined) return;
      moves = moves.filter((move) => move.to > to);
      const newest = new Map(revisions.map((revision) => [revision.id, revision]));
      for (const { id, revision, offset: at } of newest.values()) {
        if (at > judged && at <= to && (known.get(id) ?? 0) < revision) findings.gaps++;
      }
      judged = to;
    },
  };
}
