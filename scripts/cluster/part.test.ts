import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createGuard, type Guard } from './guard.ts';
import { createPart, type Part } from './part.ts';

let guard: Guard;
let part: Part;

/** A part that runs a shell script. */
function createShell(script: string, reviveAfterMs: number | null = null) {
  const folder = mkdtempSync(join(tmpdir(), 'quakewire-part-'));
  guard = createGuard(folder);
  part = createPart(
    {
      ...{ name: 'shell', kind: 'store', command: 'sh', args: ['-c', script], cwd: folder },
      ...{ ports: {}, adminUrl: null, logPath: join(folder, 'shell.log') },
      ...{ stopSignal: 'SIGTERM', stopTimeoutMs: 300, probe: async () => null },
    },
    { guard, reviveAfterMs, onChange: () => {} },
  );
  return part;
}

afterEach(async () => {
  await part.retire();
  await guard.close();
});

const readLog = () => readFileSync(part.plan.logPath, 'utf8');
/** Third field of /proc/PID/stat. */
const readProcessState = () => readFileSync(`/proc/${part.pid}/stat`, 'utf8').split(' ')[2];

test('a part that dies of itself is started again', async () => {
  createShell('echo born; sleep 0.1').start();
  await expect.poll(() => part.restarts, { timeout: 10_000 }).toBeGreaterThanOrEqual(1);
  await expect.poll(readLog).toMatch(/born\nborn/);
});

test('a killed part stays dead until it is revived, as another process', async () => {
  createShell('sleep 60').start();
  const first = part.pid;
  await part.kill();
  expect([part.state, part.pid, part.nextStartAtMs]).toEqual(['dead', null, null]);
  expect(await part.waitsFor()).toBe('it is dead');
  part.revive();
  expect(part.state).toBe('running');
  expect(part.pid).not.toBe(first);
});

test('a killed part comes back by itself when it is told after what time', async () => {
  createShell('sleep 60', 200).start();
  await part.kill();
  expect(part.nextStartAtMs).not.toBeNull();
  await expect.poll(() => part.state, { timeout: 10_000 }).toBe('running');
});

test('a part deaf to its stop signal is killed after its time', async () => {
  createShell("trap '' TERM; echo deaf; while true; do sleep 0.05; done").start();
  await expect.poll(readLog).toContain('deaf');
  await part.stop();
  expect(part.state).toBe('dead');
});

test.runIf(process.platform === 'linux')('a paused part stands still until it is resumed', async () => {
  createShell('exec sleep 60').start();
  part.pause();
  expect(part.state).toBe('paused');
  await expect.poll(readProcessState).toBe('T');
  part.resume();
  await expect.poll(readProcessState).not.toBe('T');
});

test('a retired part is not started by anything', async () => {
  createShell('sleep 60', 50).start();
  await part.retire();
  part.revive();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(part.pid).toBeNull();
});

test('a command that is not there is tried again, not thrown', async () => {
  createShell('true');
  part = createPart(
    { ...part.plan, command: '/nonexistent/quakewire' },
    { guard, reviveAfterMs: null, onChange: () => {} },
  );
  part.start();
  await expect.poll(() => part.state).toBe('backing off');
});
