// Loads a TypeScript module of ours in Node, through vite, as the page's build and the tests do: `?raw` and `#shaders/*`
// imports and `import.meta.glob` work. Unlike vite's own `runnerImport`, later dynamic imports work too.
import { createRunnableDevEnvironment, resolveConfig } from 'vite';
import { nearChecks } from './setup/nearChecks.mjs';
import { root } from './setup/run.mjs';

/**
 * @param {string} path from the repository's root
 * @returns {Promise<any>} the module
 */
export async function load(path) {
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
  const environment = createRunnableDevEnvironment('node', config, { runnerOptions: { hmr: false }, hot: false });
  await environment.init();
  return environment.runner.import(`${root}/${path}`);
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
