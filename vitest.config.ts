import { defineConfig } from 'vitest/config';
import LongestFirst from './scripts/longest-first.ts';

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
    // For a machine that does much else: what hangs is ended, and nothing is held to a time.
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // Loading zod, pkijs and ssh2 anew for each file took a quarter of all the time; test/setup-modules.ts keeps files apart.
    isolate: false,
    setupFiles: ['./test/setup-modules.ts', './test/setup-colors.ts'],
    sequence: { sequencer: LongestFirst },
    // Most tests wait for a device more than they compute: twice the cores of the smallest machine.
    pool: 'threads',
    maxWorkers: 4,
    reporters: ['default', './scripts/closing-line.ts'],
  },
});
