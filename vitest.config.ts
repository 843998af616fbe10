import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**'],
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
