import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const root = resolve(import.meta.dirname, '..');
/** Packages that modules of src/ import in a browser. */
const packages = ['@bufbuild/protobuf', '@huggingface/tokenizers', '@noble/hashes', '@zip.js/zip.js', 'comlink', 'd3-array', 'd3-contour', 'd3-shape', 'fflate', 'fzstd', 'hyparquet', 'idb', 'onnxruntime-web', 'papaparse', 'three', 'uqr', 'zod', 'zustand'];

/** Serves modules of src/ one by one, so that a test can call an op in a real browser: `load('/src/ops/gelu.ts')`. */
export default defineConfig({
  root,
  publicDir: `${root}/public`,
  cacheDir: `${root}/.cache/vite-e2e`,
  // Nothing may reload the page under a test: no watching, and no package that is found and prepared only when first imported.
  server: { host: '127.0.0.1', port: 0, hmr: false, watch: null, fs: { allow: [root] } },
  optimizeDeps: { noDiscovery: true, include: packages },
  appType: 'mpa',
  logLevel: 'warn',
});
