import { defineConfig } from 'vitest/config';

/** The HTML report in a real browser: `npm run test:browser`. */
export default defineConfig({
  test: {
    include: ['test/browser/*.browser.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', './scripts/closing-line.ts'],
  },
});
