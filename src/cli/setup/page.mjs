// Bundles what a page of one model is made of (src/player) into one file before vite builds or serves the studio; nothing where nothing of it has changed.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { hashOf } from './inputs.mjs';
import { licencesOf, packagesOf } from './licences.mjs';
import { cache, root } from './run.mjs';
import { texts } from './texts.mjs';

/** Inputs that decide what the page is. */
const inputs = ['src/player', 'src/data', 'src/engine', 'src/errors', 'src/io', 'src/models', 'src/nn', 'src/numbers', 'src/ops', 'src/wasm', 'shaders', 'src/cli/setup/page.mjs', 'LICENSE', 'package-lock.json'];
const aside = /\.(test|cases|arbitrary)\.ts$/;

/** Files of a page by name, as gzipped JSON (under a name that no host takes for one of its own compressed files): package.json gives it the name #page. */
export const pageFile = join(cache, 'page.bin');
const stamp = join(cache, 'page.stamp');

/** Scripts of the page, by the module that each is made of. */
const scripts = { 'page.js': 'src/player/page.ts', 'model.js': 'src/player/model.ts', 'sw.js': 'src/player/sw.ts', 'thread.browser.js': 'src/wasm/thread.browser.ts' };

/** The kernels for the processor lie beside the page. */
const kernels = {
  name: 'kernels',
  /** @param {string} id */
  resolveId: (id) => (id === '#kernels?url' ? '\0kernels' : null),
  /** @param {string} id */
  load: (id) => (id === '\0kernels' ? "export default new URL('kernels.bin', import.meta.url).href;" : null),
};

/** The code of a script, and the modules in it. @param {string} path */
async function bundled(path) {
  const { rolldown } = await import('rolldown');
  const build = await rolldown({ input: join(root, path), cwd: root, platform: 'browser', plugins: [texts, kernels], treeshake: { moduleSideEffects: (/** @type {string} */ id) => id === join(root, path) } });
  const { output } = await build.generate({ format: 'esm', minify: true, codeSplitting: false, comments: false });
  await build.close();
  return output[0];
}

/** Makes sure that the file is there and of today. */
export async function ensurePage() {
  const hash = hashOf(inputs, aside);
  if (existsSync(pageFile) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  mkdirSync(cache, { recursive: true });
  /** @type {Record<string, string>} */
  const files = {};
  /** @type {string[]} */
  const modules = [];
  for (const [name, path] of Object.entries(scripts)) {
    const { code, moduleIds } = await bundled(path);
    files[name] = code;
    modules.push(...moduleIds);
  }
  files.LICENSES = `${readFileSync(join(root, 'LICENSE'), 'utf8')}\n${'-'.repeat(80)}\n\n${licencesOf(packagesOf(modules))}`;
  for (const [name, path] of Object.entries({ 'index.html': 'page.html', 'page.css': 'page.css' })) files[name] = readFileSync(join(root, 'src/player', path), 'utf8');
  writeFileSync(pageFile, gzipSync(JSON.stringify(files), { level: 9 }));
  writeFileSync(stamp, hash);
}
