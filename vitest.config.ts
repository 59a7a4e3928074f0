// Unit tests: everything that needs neither VS Code nor a browser.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts'],
    allowOnly: false,
    maxWorkers: '100%', // of the cores: vitest would leave one to itself, which is half of two
    testTimeout: 120_000, // tests that start processes wait for their turn on a busy machine
  },
});
