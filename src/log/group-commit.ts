// Writes of the same turn of the event loop share one transaction, and so one fsync.
//
//   submit ─▶ queue ─┐ turn n:   BEGIN, perform, onPerformed() ── nobody waits ──▶ COMMIT, settle
//                    │                               └── a stage reads uncommitted records: let it write
//   submit ─▶ queue ─┘ turn n+1: perform what it wrote, COMMIT, settle
//
// A failure rolls the whole group back and rejects it together with everything queued behind it: what was
// queued may rest on what is gone, and the order of one caller's writes holds.

import type { DatabaseSync } from 'node:sqlite';

export interface GroupCommitOptions {
  readonly database: DatabaseSync;
  /** Writes performed in one turn at most, so that a flood does not hold the event loop for long. */
  readonly writesPerTurnMax: number;
  /** Writes waiting at most; more are rejected by `toOverflowError`. */
  readonly writesQueuedMax: number;
  /** The group is in the open transaction. True: commit in the next turn, somebody will add to it. */
  readonly onPerformed: () => boolean;
  /** Last statements of the transaction, before COMMIT. */
  readonly onCommitting: () => void;
  /** Durable; the writers are told right after. */
  readonly onCommitted: () => void;
  /** Rolled back; the writers are told right after. */
  readonly onRolledBack: () => void;
  /** The error writers get, from what SQLite threw. */
  readonly toError: (cause: unknown) => Error;
  readonly toOverflowError: () => Error;
}

interface Write {
  readonly perform: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  result: unknown;
}

export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #queue: Write[] = [];
  #performed: Write[] = [];
  #scheduled = false;
  #idleListeners: (() => void)[] = [];

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  /** True between BEGIN and COMMIT: nothing else may use the connection for writing then. */
  get open(): boolean {
    return this.#performed.length > 0;
  }

  /** Runs `perform` in the next transaction and gives its result once that is durable. */
  submit<T>(perform: () => T): Promise<T> {
    if (this.#queue.length >= this.#options.writesQueuedMax)
      return Promise.reject(this.#options.toOverflowError());
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ perform, resolve: resolve as Write['resolve'], reject, result: undefined });
      this.#schedule();
    });
  }

  /** Resolves when nothing is queued or under way. */
  async idle(): Promise<void> {
    if (this.#scheduled) await new Promise<void>((resolve) => this.#idleListeners.push(resolve));
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#begin());
  }

  #begin(): void {
    try {
      this.#options.database.exec('BEGIN IMMEDIATE');
      this.#performQueued();
      if (this.#options.onPerformed()) setImmediate(() => this.#commit());
      else this.#commit();
    } catch (error) {
      this.#fail(error);
    }
  }

  #commit(): void {
    try {
      this.#performQueued();
      this.#options.onCommitting();
      this.#options.database.exec('COMMIT');
    } catch (error) {
      this.#fail(error);
      return;
    }
    const settled = this.#performed;
    this.#performed = [];
    this.#options.onCommitted();
    for (const write of settled) write.resolve(write.result);
    this.#rest();
  }

  #performQueued(): void {
    const group = this.#queue.splice(0, this.#options.writesPerTurnMax);
    // Noted before any of it is done: if one fails, all of them are rejected.
    this.#performed.push(...group);
    for (const write of group) write.result = write.perform();
  }

  #fail(cause: unknown): void {
    const error = this.#options.toError(cause);
    const rejected = [...this.#performed, ...this.#queue];
    this.#performed = [];
    this.#queue = [];
    // SQLite has rolled back by itself after some errors (a full disk), not after others.
    if (this.#options.database.isTransaction) this.#options.database.exec('ROLLBACK');
    this.#options.onRolledBack();
    for (const write of rejected) write.reject(error);
    this.#rest();
  }

  #rest(): void {
    this.#scheduled = false;
    if (this.#queue.length > 0) {
      this.#schedule();
      return;
    }
    for (const listener of this.#idleListeners.splice(0)) listener();
  }
}
