// Which backup of a folder is the newest. How one is made and put back: test/integration/backup.test.ts.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findNewestAtMs } from './backup.ts';

test('findNewestAtMs() gives the time of the newest whole backup, whatever else lies there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quakewire-backups-'));
  const put = (name: string, isWhole: boolean) => {
    mkdirSync(join(folder, name));
    if (isWhole) writeFileSync(join(folder, name, 'backup.json'), '{}');
  };
  try {
    expect(findNewestAtMs(join(folder, 'not-there'))).toBeNull();
    expect(findNewestAtMs(folder)).toBeNull();
    put('2026-11-24T03-15-20.500Z', true);
    put('2026-11-23T23-59-59.999Z', true);
    put('2026-11-25T03-15-20.123Z', false);
    put('.unfinished', true);
    put('notes', true);
    expect(findNewestAtMs(folder)).toBe(Date.UTC(2026, 10, 24, 3, 15, 20, 500));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
