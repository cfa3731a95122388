import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts'],
    // Bounds for a machine that does other things too: what a test waits for is there much sooner, or never.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    // Two cores are the smallest machine the suite is meant for.
    maxWorkers: 2,
  },
});
