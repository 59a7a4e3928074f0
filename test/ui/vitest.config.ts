// Tests that drive the real workbench, two files at a time: each starts a VS Code server and a browser of its own.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/ui/**/*.test.ts'],
    allowOnly: false,
    globalSetup: 'test/ui/packaged.ts',
    maxWorkers: 2,
    testTimeout: 240_000, // several waits, each of which may take a minute on a busy machine
    hookTimeout: 240_000,
    // The workbench loses a click now and then where the machine is busy. What fails twice is a fault; the report says what needed it.
    retry: 1,
  },
});
