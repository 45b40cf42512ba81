import { defineConfig } from 'vitest/config';

/**
 * What takes minutes: a change window over 200 routers, and the built program through whole stories of planning,
 * rolling keys, resuming and rendering. `npm run test:long`; too much for `npm test`.
 */
export default defineConfig({
  test: {
    include: ['test/fleet/**/*.test.ts', 'test/**/*.long.test.ts'],
    // Each has a lab and programs of its own: more at once would only wait for each other.
    maxWorkers: 2,
    setupFiles: ['test/setup-colors.ts'],
    reporters: ['default', './scripts/closing-line.ts'],
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});
