// Bundles what a page of one model is made of (src/player) into one file before vite builds or serves the studio; nothing where nothing of it has changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { licencesOf, packagesOf } from './licences.mjs';
import { cache, root } from './run.mjs';
import { withoutComments } from './shaders.mjs';

/** Inputs that decide what the page is. */
const inputs = ['src/player', 'src/data', 'src/engine', 'src/errors', 'src/io', 'src/models', 'src/nn', 'src/numbers', 'src/ops', 'src/wasm', 'shaders', 'src/cli/setup/page.mjs', 'LICENSE', 'package-lock.json'];
const aside = /\.(test|cases|arbitrary)\.ts$/;

/** Files of a page by name, as gzipped JSON (under a name that no host takes for one of its own compressed files): package.json gives it the name #page. */
export const pageFile = join(cache, 'page.bin');
const stamp = join(cache, 'page.stamp');

/** Scripts of the page, by the module that each is made of. */
const scripts = { 'page.js': 'src/player/page.ts', 'model.js': 'src/player/model.ts', 'sw.js': 'src/player/sw.ts', 'thread.browser.js': 'src/wasm/thread.browser.ts' };

function inputHash() {
  const hash = createHash('sha256');
  for (const input of inputs) {
    const path = join(root, input);
    const files = statSync(path).isFile() ? [path] : readdirSync(path, { recursive: true, withFileTypes: true }).filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name)).sort();
    for (const file of files) if (!aside.test(file)) hash.update(`${file.slice(root.length)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/** `x?raw` is the text of a file, `#shaders/x` lies in shaders/, and the kernels for the processor beside the page. */
const texts = {
  name: 'texts',
  /** @param {string} id @param {string | undefined} importer */
  resolveId(id, importer) {
    if (id === '#kernels?url') return '\0kernels';
    if (!id.endsWith('?raw')) return null;
    return id.startsWith('#shaders/') ? join(root, id.slice(1)) : resolve(dirname(/** @type {string} */ (importer)), id);
  },
  /** @param {string} id */
  load(id) {
    if (id === '\0kernels') return "export default new URL('kernels.bin', import.meta.url).href;";
    if (!id.endsWith('?raw')) return null;
    const text = readFileSync(id.slice(0, -4), 'utf8');
    return `export default ${JSON.stringify(id.endsWith('.wgsl?raw') ? withoutComments(text) : text)}`;
  },
};

/** The code of a script, and the modules in it. @param {string} path */
async function bundled(path) {
  const { rolldown } = await import('rolldown');
  const build = await rolldown({ input: join(root, path), cwd: root, platform: 'browser', plugins: [texts], treeshake: { moduleSideEffects: (/** @type {string} */ id) => id === join(root, path) } });
  const { output } = await build.generate({ format: 'esm', minify: true, codeSplitting: false, comments: false });
  await build.close();
  return output[0];
}

/** Makes sure that the file is there and of today. */
export async function ensurePage() {
  const hash = inputHash();
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
