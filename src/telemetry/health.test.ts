import { expect, test } from 'vitest';
import { createHealth } from './health.ts';

test('a process is ready when none of its parts waits, and says who waits for what', () => {
  const health = createHealth();
  expect(health.waitsFor()).toBeNull();
  const log = health.part('the log');
  expect(health.waitsFor()).toBe('the log: not started yet');
  let loading: string | null = 'loading';
  health.watch('the gateway', () => loading);
  log.waits('no broker answers');
  expect(health.waitsFor()).toBe('the log: no broker answers; the gateway: loading');
  log.works();
  loading = null;
  expect(health.waitsFor()).toBeNull();
});
