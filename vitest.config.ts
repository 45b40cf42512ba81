import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Whole programs at work for minutes are in vitest.long.config.ts, programs made elsewhere in vitest.peers.config.ts.
    exclude: [
      'test/peers/**',
      'test/browser/**',
      'test/fleet/**',
      'test/**/*.long.test.ts',
      '**/node_modules/**',
    ],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    setupFiles: ['./test/setup-colors.ts'],
    // Most tests wait for a device more than they compute: twice the cores of the smallest machine.
    pool: 'threads',
    maxWorkers: 4,
    reporters: ['default', './scripts/closing-line.ts'],
  },
});
