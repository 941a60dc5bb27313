import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const root = resolve(import.meta.dirname, '..');
const { dependencies } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { dependencies: Record<string, string> };

/** Serves modules of src/ one by one, so that a test can call an op in a real browser: `load('/src/ops/gelu.ts')`. */
export default defineConfig({
  root,
  publicDir: `${root}/public`,
  cacheDir: `${root}/.cache/vite-e2e`,
  // Nothing may reload the page under a test: no watching, and no package that is found and prepared only when first imported.
  server: { host: '127.0.0.1', port: 0, hmr: false, watch: null, fs: { allow: [root] } },
  optimizeDeps: { noDiscovery: true, include: Object.keys(dependencies).filter((name) => !name.startsWith('react')) },
  appType: 'mpa',
  logLevel: 'warn',
});
