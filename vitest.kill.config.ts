import { defineConfig } from 'vitest/config';

/** The program is killed again and again and goes on each time: `npm run test:kill`; KILL_COUNT says how often. */
export default defineConfig({
  test: {
    include: ['test/kill/*.kill.ts'],
    // A sweep takes as long as its routers, its kills and the passwords it has to wait out.
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
    reporters: ['default', './scripts/closing-line.ts'],
  },
});
