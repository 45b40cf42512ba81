import { defineConfig } from 'vitest/config';

/** Every release of the lab and every awkwardness: `npm run test:matrix`. */
export default defineConfig({
  test: {
    include: ['test/matrix/*.matrix.ts'],
    // Byte by byte on a machine that does much else: minutes.
    testTimeout: 300_000,
    hookTimeout: 60_000,
    // A cell waits for its router more than it computes.
    maxConcurrency: 8,
    reporters: ['default', './scripts/closing-line.ts'],
  },
});
