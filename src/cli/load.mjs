// Loads a TypeScript module of ours in Node, through vite, as the page's build and the tests do: `?raw` and `#shaders/*`
// imports and `import.meta.glob` work. Unlike vite's own `runnerImport`, later dynamic imports work too.
import { builtinModules } from 'node:module';
import { createNodeImportMeta, ModuleRunner } from 'vite/module-runner';
import { madeModules } from './setup/made.mjs';
import { nearChecks } from './setup/nearChecks.mjs';
import { root } from './setup/run.mjs';

/** What vite makes modules in. */
async function environment() {
  const { createRunnableDevEnvironment, resolveConfig } = await import('vite');
  const config = await resolveConfig(
    {
      configFile: false,
      envDir: false,
      root,
      logLevel: 'error',
      plugins: [nearChecks],
      cacheDir: `${root}/.cache/vite-node`,
      environments: {
        node: {
          consumer: 'server',
          dev: { moduleRunnerTransform: true },
          // The benchmark's tfjs has its gradients as ES modules without extensions, which Node alone cannot load.
          resolve: { external: true, noExternal: [/^@tensorflow\//], mainFields: ['module'], conditions: ['node'] },
        },
      },
    },
    'serve',
  );
  const started = createRunnableDevEnvironment('node', config, { runnerOptions: { hmr: false }, hot: false });
  await started.init();
  return started;
}

/**
 * @param {string} path from the repository's root
 * @returns {Promise<any>} the module
 */
export async function load(path) {
  const modules = madeModules();
  process.on('exit', () => modules.keep());
  /** Only where a module has to be made: to start it takes longer than most commands. @type {ReturnType<typeof environment> | undefined} */
  let vite;
  const runner = new ModuleRunner({
    hmr: false,
    sourcemapInterceptor: 'node',
    createImportMeta: createNodeImportMeta,
    transport: {
      async invoke(payload) {
        const { name, data: asked } = /** @type {{ data: { name: string, data: [string, string | undefined, { cached?: boolean }] } }} */ (payload).data;
        if (name === 'getBuiltins') return { result: [...builtinModules.map((value) => ({ type: 'string', value })), { type: 'RegExp', source: '^node:', flags: '' }] };
        const [url, importer, options] = asked;
        // Files that change while a command runs are of no concern to it.
        if (options.cached) return { result: { cache: true } };
        return { result: await modules.of(url, importer, async () => await (await (vite ??= environment())).fetchModule(url, importer, options)) };
      },
    },
  });
  return runner.import(`${root}/${path}`);
}

/**
 * Runs `main(argv)` of a module and exits with its code. Standard output carries only what the module writes there.
 * @param {string} path from the repository's root
 */
export async function runMain(path) {
  // `fullrank ... | head` is no error.
  process.stdout.on('error', (/** @type {NodeJS.ErrnoException} */ error) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  let code = 1;
  try {
    const { main } = await load(path);
    code = await main(process.argv.slice(2));
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
    console.error(process.env.FULLRANK_DEBUG ? (stack ?? message) : `fullrank: ${message}`);
  }
  // Dawn and vite may still hold timers: say goodbye once everything is written.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}
