// Where it quaked it will quake again, soon: a square of a tenth of a degree is named by how many others have
// quaked since it last did (move-to-front), so that the squares of a swarm get the smallest numbers.
// Pure, browser-safe.

/** Squares remembered; one older than that is named by its place. Bounds the work of a hostile chunk. */
const CELLS_MAX = 4096;

export interface RecentCells {
  /** Rank of a square (0: the last one used), which moves to the front; −1 when it is not remembered. */
  use(cell: number): number;
  /** The square of a rank, which moves to the front; −1 when there is none. */
  at(rank: number): number;
  /** Takes in a square that is not remembered. */
  add(cell: number): void;
  clear(): void;
}

export function createRecentCells(): RecentCells {
  const cells = new Int32Array(CELLS_MAX);
  let count = 0;

  function moveToFront(rank: number): number {
    const cell = cells[rank]!;
    cells.copyWithin(1, 0, rank);
    cells[0] = cell;
    return cell;
  }

  return {
    use(cell) {
      for (let rank = 0; rank < count; rank++) {
        if (cells[rank] !== cell) continue;
        moveToFront(rank);
        return rank;
      }
      return -1;
    },
    at: (rank) => (rank < count ? moveToFront(rank) : -1),
    add(cell) {
      if (count < CELLS_MAX) count++;
      cells.copyWithin(1, 0, count - 1);
      cells[0] = cell;
    },
    clear() {
      count = 0;
    },
  };
}
