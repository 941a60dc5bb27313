// npm pack (its prepack): makes the package in lib/. lib/js holds what is imported, bundled with all that it needs but peers, and
// shaders inside, and the kernels for the processor; lib/types the declarations of what is exported.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, posix, relative } from 'node:path';
import { ensureInstalled } from './install.mjs';
import { ensureKernels, packFile } from './kernels.mjs';
import { chunks, lean } from './lean.mjs';
import { licencesOf, packagesOf } from './licences.mjs';
import { ensurePage, pageFile } from './page.mjs';
import { root, script, SetupError } from './run.mjs';
import { texts } from './texts.mjs';

const lib = join(root, 'lib');

/** Parts of `fullrank`. Each is a file of its own, so that whoever imports one of them bundles what that needs and nothing else. */
const parts = Object.fromEntries(['configs', 'data', 'device', 'models', 'peft', 'processor', 'tokenizer', 'trainer'].map((name) => [name, `src/api/${name}.ts`]));

/**
 * Modules imported from outside, by the name of their file in lib/js. Modules of one group share its parts, and with them one recorder
 * and one class of each error; what nobody imports beside the rest stands alone, so that the rest stays small.
 * @type {Record<string, string>[]}
 */
const groups = [
  { ...parts, index: 'src/api/index.ts', engine: 'src/api/engine.ts', 'index.node': 'src/cli/packageIndex.ts', 'engine.node': 'src/cli/packageEngine.ts', 'player.node': 'src/cli/packagePlayer.ts', node: 'src/cli/node.ts' },
  { player: 'src/swap/index.ts' },
  { connect: 'src/studio/connect.ts', worker: 'src/studio/packaged.ts' },
  { fullrank: 'src/cli/fullrank.ts' },
  { 'thread.browser': 'src/wasm/thread.browser.ts' },
  { 'thread.node': 'src/wasm/thread.node.mjs' },
];

/** Modules that do something when they are imported. */
const starting = /(packaged|packagePlayer|fullrank|inNode|thread\.\w+)\.(ts|mjs)$/;

/** Those that declare something. */
const declared = ['src/api/index.ts', 'src/api/engine.ts', 'src/swap/index.ts', 'src/studio/connect.ts', 'src/cli/node.ts'];

/** Modules of the package in place of others: it compiles no kernels, and writes out where its models and data sets are. */
const instead = {
  name: 'instead',
  /** @param {string} id */
  resolveId(id) {
    // A file of its own, which all groups share.
    if (id === '#kernels?url') return { id: './kernels.js', external: true };
    if (id === '#page?url') return { id: './page.js', external: true };
    if (id.endsWith('/pageParts.node')) return join(root, 'src/studio/pageParts.ts');
    return id.endsWith('/wasm/here.node') ? join(root, 'src/wasm/shipped.node.ts') : null;
  },
  /** @param {string} id */
  load: (id) => (id === join(root, 'src/api/addresses.ts') ? addresses() : null),
};

/** The module of addresses. Two levels above lib/js is the package; each address stands there as a whole, as bundlers look for it. */
async function addresses() {
  const { load } = await import('../load.mjs');
  const [{ bundledModels }, { bundledData }] = [await load('src/models/builtin.ts'), await load('src/data/builtin.ts')];
  const { files: shipped } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const all = [...bundledModels, ...bundledData].filter(({ path }) => !shipped.includes(`!public/${path.replace(/\/$/, '')}`));
  const text = all.map(({ id, path, files }) => `  '${id}': () => ({ ${files.map((/** @type {string} */ file) => `'${file}': new URL('../../public/${path}${file}', import.meta.url)`).join(', ')} }),`);
  return `export const addresses = {\n${text.join('\n')}\n};\n`;
}

/** A compressed file as a module: it is found however the package is served or bundled. @param {string} from @param {string} name */
function asModule(from, name) {
  const text = readFileSync(from).toString('base64');
  writeFileSync(join(lib, 'js', name), `const text =\n  '${text}';\nexport default new Blob([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))]);\n`);
}

/** Bundles; returns the paths of the packages that went in. @param {Record<string, string>} entries */
async function bundle(entries) {
  const { rolldown } = await import('rolldown');
  const { peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const outside = Object.keys(peerDependencies);
  // In pages, the player is what has no training.
  const player = 'player' in entries ? chunks() : null;
  const build = await rolldown({
    input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(root, path)])),
    cwd: root,
    // Parts that only the player fetches by themselves.
    checks: { ineffectiveDynamicImport: false },
    // In Node the files that are made for it; commander, which is CommonJS, asks it for its modules by require.
    platform: 'fullrank' in entries ? 'node' : 'browser',
    external: (id) => isBuiltin(id) || outside.some((name) => id === name || id.startsWith(`${name}/`)),
    plugins: [...(player ? [player.plugin, ...lean] : []), texts, instead],
    ...(player && { preserveEntrySignatures: 'allow-extension' }),
    // Nothing of ours does anything when it is imported but what is started.
    treeshake: { moduleSideEffects: (id) => (id.startsWith(join(root, 'src')) && !starting.test(id) ? false : undefined) },
  });
  // One folder for entries and chunks alike: two levels above it is the package, with its public/.
  // What is imported in Node too keeps its lines and names: an uncaught error prints the line that threw it, and the class. Bundlers make a page's small.
  // The command line says errors in sentences.
  const minify = 'worker' in entries || 'fullrank' in entries || player !== null;
  const { output } = await build.write({ dir: join(lib, 'js'), format: 'esm', minify, comments: { legal: false, jsdoc: false, annotation: true }, entryFileNames: ({ name }) => (name === 'thread.node' ? '[name].mjs' : '[name].js'), chunkFileNames: '[name]-[hash].js', ...(player && { codeSplitting: player.codeSplitting }) });
  await build.close();
  const modules = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
  return packagesOf(modules);
}

/** Declarations of zod's types, which no declaration of what is exported leads to, as whatever they are. @param {Iterable<string>} texts */
function anyZod(texts) {
  const names = new Set([...texts].filter((text) => text.includes("'zod/mini'")).flatMap((text) => [...text.matchAll(/\bz\.([A-Za-z]\w+)/g)].map(([, name]) => name)));
  names.delete('core');
  return `${[...names].map((name) => `export type ${name}<_A = any, _B = any> = any;`).join('\n')}\nexport declare namespace core {\n    type $strict = any;\n    type $loose = any;\n    type $strip = any;\n}\n`;
}

/** Writes declarations of what entries declare, and of all that those name. */
async function declarations() {
  const { default: ts } = await import('typescript');
  const read = ts.readConfigFile(join(root, 'src/cli/tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, join(root, 'src/cli'));
  const from = declared.map((path) => join(root, path));
  const program = ts.createProgram(from, { ...options, noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: join(root, 'src'), outDir: join(lib, 'types'), allowJs: false, checkJs: false, types: ['@webgpu/types', 'node', join(root, 'node_modules/vite/client')] });
  /** @type {Map<string, string>} by path under src, without extension */
  const made = new Map();
  program.emit(undefined, (path, text) => void made.set(relative(join(lib, 'types'), path).replaceAll('\\', '/').replace(/\.d\.ts$/, ''), text));
  const queue = from.map((path) => relative(join(root, 'src'), path).replaceAll('\\', '/').replace(/\.ts$/, ''));
  const missing = queue.find((path) => !made.has(path));
  if (missing !== undefined) throw new SetupError(`No declarations of src/${missing}.ts were made: npm run typecheck says why.`);
  // It grows while it is walked.
  made.set('zod', anyZod(made.values()));
  for (const path of queue) {
    // As Node resolves them: whole names of files.
    const text = made.get(path)?.replaceAll("'zod/mini'", `'${posix.relative(posix.dirname(path), 'zod')}'`).replaceAll(/((?:from|import)\s*\(?\s*)(["'])(\.[^"']*)\2/g, (_, before, quote, target) => {
      const at = posix.join(posix.dirname(path), target).replace(/\.[jt]s$/, '');
      const found = [at, `${at}/index`].find((name) => made.has(name)) ?? at;
      if (!queue.includes(found)) queue.push(found);
      const written = posix.relative(posix.dirname(path), found);
      return `${before}${quote}${written.startsWith('.') ? '' : './'}${written}.js${quote}`;
    });
    if (text === undefined) throw new SetupError(`src/${path}.ts is named by declarations and makes none.`);
    const out = join(lib, 'types', `${path}.d.ts`);
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, queue.indexOf(path) < declared.length ? `/// <reference types="@webgpu/types" />\n${text}` : text);
  }
}

await script(async () => {
  await ensureInstalled();
  await ensureKernels();
  await ensurePage();
  rmSync(lib, { recursive: true, force: true });
  /** @type {string[]} */
  const packages = [];
  for (const group of groups) packages.push(...(await bundle(group)));
  asModule(packFile, 'kernels.js');
  asModule(pageFile, 'page.js');
  writeFileSync(join(lib, 'LICENSES'), licencesOf([...new Set(packages)].sort()));
  await declarations();
});
