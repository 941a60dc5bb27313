// Compiles the kernels for the processor before vite builds or serves the page; nothing where none of them has changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache, root } from './run.mjs';

/** Inputs that decide which kernels there are and what they compile to. */
const inputs = ['shaders', 'src/ops', 'src/optim', 'src/check', 'src/engine/kernel.ts', 'src/wasm', 'src/cli/kernels.ts', 'package-lock.json'];
const aside = /\.(test|cases)\.ts$/;

/** The file that the page fetches where it computes on the processor: package.json gives it the name #kernels. */
export const packFile = join(cache, 'kernels.bin');
const stamp = join(cache, 'kernels.stamp');

function inputHash() {
  const hash = createHash('sha256');
  for (const input of inputs) {
    const path = join(root, input);
    const files = /\.\w+$/.test(input) ? [path] : readdirSync(path, { recursive: true, withFileTypes: true }).filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name)).sort();
    for (const file of files) if (!aside.test(file)) hash.update(`${file.slice(root.length)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/**
 * Makes sure that the file of compiled kernels is there and of today. Throws an error with file, line and reason for a kernel
 * that cannot be compiled.
 */
export async function ensureKernels() {
  const hash = inputHash();
  if (existsSync(packFile) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  mkdirSync(cache, { recursive: true });
  rmSync(stamp, { force: true });
  const { load } = await import('../load.mjs');
  const { packKernels } = await load('src/cli/kernels.ts');
  const { kernels, compiled, bytes, ms } = await packKernels(packFile);
  if (compiled) console.log(`Compiled ${compiled} of ${kernels} kernels for the processor in ${(ms / 1000).toFixed(1)} s (${Math.round(bytes / 1024)} KiB, fetched where they are needed)`);
  writeFileSync(stamp, hash);
}
