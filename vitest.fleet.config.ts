import { defineConfig } from 'vitest/config';

/** A change window over 200 routers: `npm run test:fleet`. Too large for `npm test`. */
export default defineConfig({
  test: {
    include: ['test/fleet/**/*.test.ts'],
    setupFiles: ['test/setup-colors.ts'],
    reporters: ['default', './scripts/closing-line.ts'],
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});
