import { defineConfig } from 'vitest/config';

/** Tests against programs we did not write: `npm run test:peers`. */
export default defineConfig({
  test: {
    include: ['test/peers/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A folder, a port and a process are given back also after a failure.
    teardownTimeout: 20_000,
    reporters: ['default', './scripts/closing-line.ts'],
  },
});
