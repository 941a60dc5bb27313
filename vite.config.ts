/// <reference types="vitest/config" />
import react from '@vitejs/plugin-react';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { docs } from './src/docs/site.node.ts';
import { ensureKernels } from './src/cli/setup/kernels.mjs';
import { ensurePage } from './src/cli/setup/page.mjs';
import { nearChecks } from './src/cli/setup/nearChecks.mjs';
import { licencesOf, packagesOf } from './src/cli/setup/licences.mjs';
import { keepLists } from './src/cli/setup/react.mjs';
import { withoutComments } from './src/cli/setup/shaders.mjs';

const here = import.meta.dirname;

/** The dev server speaks to the page through inline scripts and a websocket, which the page's strict policy forbids. */
const relaxPolicyInDev: Plugin = {
  name: 'relax-policy-in-dev',
  apply: 'serve',
  transformIndexHtml: (html) => html.replace(/<meta\s[^>]*http-equiv="Content-Security-Policy"[^>]*>/i, ''),
};

/** Files in public/ that say where others come from: the page needs none of them. */
const aside = /(^|\/)LICENSE$|\.(md|mjs|py)$/;

/** Tells the service worker what the build made, with sizes: it answers for nothing else. */
const listBuiltFiles: Plugin = {
  name: 'list-built-files',
  apply: 'build',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      const worker = bundle['sw.js'];
      if (worker?.type !== 'chunk') return; // the bundle of another worker
      const made = Object.values(bundle).filter(({ fileName }) => fileName !== 'sw.js' && fileName !== 'LICENSES').map((file) => [file.fileName, Buffer.byteLength(file.type === 'chunk' ? file.code : file.source)] as const);
      const given = readdirSync(`${here}/public`, { recursive: true, withFileTypes: true })
        .filter((file) => file.isFile() && !aside.test(file.name))
        .map((file) => `${file.parentPath}/${file.name}`)
        .map((path) => [relative(`${here}/public`, path).split(sep).join('/'), statSync(path).size] as const);
      worker.code = worker.code.replace('BUILT_FILES', JSON.stringify(Object.fromEntries([...made, ...given].sort(([a], [b]) => (a < b ? -1 : 1)))));
    },
  },
};

/** Kernels go into the build without comments; what was compiled of them is found all the same (src/wasm/pack.ts). */
const shortShaders: Plugin = {
  name: 'short-shaders',
  apply: 'build',
  enforce: 'pre',
  load: (id) => (id.endsWith('.wgsl?raw') ? `export default ${JSON.stringify(withoutComments(readFileSync(id.slice(0, -'?raw'.length), 'utf8')))}` : null),
};

/** What the page fetches and another build makes: kernels for the processor, and the parts of a page of one model. Tests make what they need themselves. */
const builtBefore: Plugin = { name: 'built-before', buildStart: async () => (process.env.VITEST ? undefined : void (await Promise.all([ensureKernels(), ensurePage()]))) };

/** What jsPDF would draw pictures of pages with: none is asked for. */
const withoutPages: Plugin = {
  name: 'without-pages',
  enforce: 'pre',
  resolveId: (id) => (/^(html2canvas|dompurify|canvg)$/.test(id) ? '\0nothing' : null),
  load: (id) => (id === '\0nothing' ? 'export default null' : null),
};

/** Licences of all packages that stand in the build. */
const listLicences: Plugin = {
  name: 'list-licences',
  apply: 'build',
  generateBundle() {
    if (Object.keys(this.environment.config.build.rolldownOptions.input ?? {}).includes('index')) this.emitFile({ type: 'asset', fileName: 'LICENSES', source: licencesOf(packagesOf(this.getModuleIds())) });
  },
};

/** Version of the page, and the commit it was built from where that is known. */
function build(): string {
  const { version } = JSON.parse(readFileSync(`${here}/package.json`, 'utf8')) as { version: string };
  try {
    const commit = execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: here, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return `${version}, commit ${commit}`;
  } catch {
    return version;
  }
}

export default defineConfig({
  root: `${here}/src/ui`,
  // A host may serve the build under any path.
  base: './',
  publicDir: `${here}/public`,
  cacheDir: `${here}/node_modules/.vite`,
  define: { FULLRANK_BUILD: JSON.stringify(build()) },
  plugins: [builtBefore, nearChecks, shortShaders, withoutPages, keepLists, react(), relaxPolicyInDev, docs, listLicences, listBuiltFiles],
  build: {
    target: 'es2023',
    outDir: `${here}/dist`,
    emptyOutDir: true,
    // A strict policy has no use for data: URLs or for the inline polyfill.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: `${here}/src/ui/index.html`, sw: `${here}/src/io/serviceWorker.ts` },
      output: {
        // Its scope is its folder, and browsers ask for it by the same name again.
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        // React changes less often than the page: a file of its own stays in the browser's cache.
        // All that the page itself imports is one more, instead of a chunk for each set of parts that share some of it.
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 1 },
            { name: 'page', test: /src[\\/]ui[\\/]app[\\/]App\.tsx$/ },
          ],
        },
      },
    },
  },
  // What nearly every part of the worker uses is one file: parts of a hundred bytes are a request each.
  worker: { format: 'es', plugins: () => [shortShaders], rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'base', test: /src[\\/](errors|numbers|adapters[\\/]fields|io[\\/](formatError|float16|fileTree|checkpoint|hub[\\/]hubError)|data[\\/](source|random|streams))\b/ }] } } } },
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
    // On sizes as small as those of tests its compiler's optimisation passes take longer than what they save, and code for vectors of four
    // numbers is made in half the time. What eight neighbours share is tested where `testing/octs.ts` is imported.
    env: { GALLIVM_PERF: 'nopt', LP_NATIVE_VECTOR_WIDTH: '128', FULLRANK_DEVICE: process.env.FULLRANK_DEVICE ?? 'wasm' },
  },
});
