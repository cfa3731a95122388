// Appends under way, bounded: the next record is read before the last one is durable, so that both share one
// transaction, yet never more than a set number ahead. The first failure stops the stage.

export class InFlight {
  readonly #countMax: number;
  readonly #waiting: (() => void)[] = [];
  #count = 0;
  readonly #failure = new AbortController();

  constructor(countMax: number) {
    this.#countMax = countMax;
  }

  /** Fires at the first failure; its reason is the error. */
  get failed(): AbortSignal {
    return this.#failure.signal;
  }

  get full(): boolean {
    return this.#count >= this.#countMax;
  }

  add(work: Promise<unknown>): void {
    this.#count += 1;
    work.then(
      () => this.#done(),
      (error) => {
        this.#failure.abort(error);
        this.#done();
      },
    );
  }

  /** Resolves when there is room for one more, or something has failed. */
  async room(): Promise<void> {
    while (this.full && !this.failed.aborted) await this.#change();
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#count > 0) await this.#change();
  }

  /** Resolves when nothing is under way; rejects with the first failure. */
  async settled(): Promise<void> {
    await this.idle();
    this.failed.throwIfAborted();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #done(): void {
    this.#count -= 1;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
