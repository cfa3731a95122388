import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createGuard } from './guard.ts';

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // ESRCH
  }
};

test('a supervisor killed with SIGKILL leaves neither processes nor its folder behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quakewire-guard-'));
  const supervisor = spawn(process.execPath, ['test/support/guard-until-killed.ts', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(supervisor.stdout, 'data')) as [Buffer];
  const pid = Number(said);
  expect(isAlive(pid)).toBe(true);
  supervisor.kill('SIGKILL');
  await expect.poll(() => isAlive(pid), { timeout: 15_000 }).toBe(false);
  await expect.poll(() => existsSync(folder), { timeout: 15_000 }).toBe(false);
});

test('a process that was released is left alone', async () => {
  const guard = createGuard(mkdtempSync(join(tmpdir(), 'quakewire-guard-')));
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  guard.watch(child.pid!);
  guard.release(child.pid!);
  await guard.close();
  expect(isAlive(child.pid!)).toBe(true);
  child.kill('SIGKILL');
});
