import { defineConfig } from 'vitest/config';

/** Killed controllers, pulled cables: minutes each, so run on their own: `EXAMSITE_TEST_TROUBLE=1 npm test -- test`. */
const trouble = ['test/{failures,interrupt,kill}.test.ts'];

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', ...(process.env['EXAMSITE_TEST_TROUBLE'] ? [] : trouble)],
    // Tests start servers, change PATH and send signals: each file gets a process of its own.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    unstubEnvs: true,
    setupFiles: ['./test/silence.ts'],
    reporters: process.env['EXAMSITE_TEST_RESULT'] ? ['default', './engine/test-result.mjs'] : ['default'],
  },
});
