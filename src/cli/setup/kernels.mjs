// Compiles the kernels for the processor before vite builds or serves the page; nothing where none of them has changed.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf } from './inputs.mjs';
import { cache } from './run.mjs';

/** Inputs that decide which kernels there are and what they compile to. */
const inputs = ['shaders', 'src/ops', 'src/optim', 'src/check', 'src/engine/kernel.ts', 'src/wasm', 'src/cli/kernels.ts', 'package-lock.json'];
const aside = /\.(test|cases)\.ts$/;

/** The file that the page fetches where it computes on the processor: package.json gives it the name #kernels. */
export const packFile = join(cache, 'kernels.bin');
const stamp = join(cache, 'kernels.stamp');

/**
 * Makes sure that the file of compiled kernels is there and of today. Throws an error with file, line and reason for a kernel
 * that cannot be compiled.
 */
export async function ensureKernels() {
  const hash = hashOf(inputs, aside);
  if (existsSync(packFile) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  mkdirSync(cache, { recursive: true });
  rmSync(stamp, { force: true });
  const { load } = await import('../load.mjs');
  const { packKernels } = await load('src/cli/kernels.ts');
  const { kernels, compiled, bytes, ms } = await packKernels(packFile);
  if (compiled) console.log(`Compiled ${compiled} of ${kernels} kernels for the processor in ${(ms / 1000).toFixed(1)} s (${Math.round(bytes / 1024)} KiB, fetched where they are needed)`);
  writeFileSync(stamp, hash);
}
