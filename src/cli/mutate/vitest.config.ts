import { defineConfig } from 'vitest/config';
import { currentPart } from './rooms.mjs';

// The tests of one part of a room, without what the page's build and the order of all tests need (vite.config.ts).
export default defineConfig({
  root: `${import.meta.dirname}/../../..`,
  test: {
    include: currentPart().tests,
    environment: 'node',
    css: { include: [/\?raw/] },
    setupFiles: ['src/testing/setup.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    env: { GALLIVM_PERF: 'nopt' },
  },
});
