// A disk of a few hundred megabytes for the database, held in memory, that can be filled to the last byte. Takes root and the
// right to mount; where that is missing there is none, and the fault is left out.

import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  readonly folder: string;
  /** Leaves no byte free. */
  fill(): void;
  /** Gives back what `fill` took. */
  free(): void;
  /** Takes the disk away with all that is on it. */
  remove(): void;
}

const BALLAST_BYTES = 64 * 1024;

/** Null where this process may not mount one. */
export function createSmallDisk(sizeMb: number): SmallDisk | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), 'quakewire-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'quakewire', folder]);
  if (mounted.status !== 0) {
    rmdirSync(folder);
    return null;
  }
  // PostgreSQL runs as another user, who has to come through here.
  chmodSync(folder, 0o711);
  const ballast = join(folder, 'ballast');
  const unmount = () => {
    spawnSync('umount', ['-l', folder]);
  };
  process.once('exit', unmount);
  return {
    folder,
    fill() {
      const file = openSync(ballast, 'a');
      const bytes = Buffer.alloc(BALLAST_BYTES);
      try {
        for (let size = BALLAST_BYTES; size >= 1; ) {
          try {
            if (writeSync(file, bytes, 0, size) < size) size = Math.floor(size / 2);
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
            size = Math.floor(size / 2);
          }
        }
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(ballast, { force: true }),
    remove() {
      process.off('exit', unmount);
      execFileSync('umount', ['-l', folder]);
      rmdirSync(folder);
    },
  };
}
