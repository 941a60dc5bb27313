/// <reference types="vitest/config" />
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const here = import.meta.dirname;

/** The dev server speaks to the page through inline scripts and a websocket, which the page's strict policy forbids. */
const relaxPolicyInDev: Plugin = {
  name: 'relax-policy-in-dev',
  apply: 'serve',
  transformIndexHtml: (html) => html.replace(/<meta\s[^>]*http-equiv="Content-Security-Policy"[^>]*>/i, ''),
};

export default defineConfig({
  root: `${here}/src/ui`,
  publicDir: `${here}/public`,
  cacheDir: `${here}/node_modules/.vite`,
  plugins: [react(), relaxPolicyInDev],
  build: {
    target: 'es2023',
    outDir: `${here}/dist`,
    emptyOutDir: true,
    // A strict policy has no use for data: URLs or for the inline polyfill.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // React changes less often than the page: a file of its own stays in the browser's cache.
        codeSplitting: { groups: [{ name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ }] },
      },
    },
  },
  worker: { format: 'es' },
  server: { port: 5173, fs: { allow: [here] } },
  preview: { port: 4173 },
  test: {
    root: here,
    include: ['src/**/*.test.ts'],
    environment: 'node',
    // Styles are left out of tests, but as text they are what a report is made of.
    css: { include: [/\?raw/] },
    setupFiles: ['src/testing/setup.ts'],
    pool: 'forks',
    // Two processes: a software driver compiles on one core, and that is most of what there is to do.
    maxWorkers: 2,
    sequence: process.env.VITEST ? { sequencer: (await import('./src/testing/longestFirst.ts')).LongestFirst } : {},
    // It compiles each kernel at its first dispatch, and CI machines are slow.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // Its compiler's optimisation passes take longer than what they save, on sizes as small as those of tests.
    env: { GALLIVM_PERF: 'nopt' },
  },
});
