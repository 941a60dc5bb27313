import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { allKernels, type Kernel } from '../engine/kernel';
import { textFor } from '../engine/pipelines';
import { KernelError } from '../wasm/compiler/compile';
import { KERNELS, root } from '../wasm/here.node';
import { keptKernels } from '../wasm/kept.node';
import { packed } from '../wasm/pack';
import { reopened } from '../wasm/template';
import { writeWhole } from './files';

// Importing an op (or a check) declares its kernels.
import.meta.glob(['../ops/*.ts', '../optim/*.ts', '../check/*.ts', '!../**/*.test.ts', '!../**/*.cases.ts'], { eager: true });

/** Kernels of extensions that a processor does not have. */
const elsewhere = ({ text }: Kernel): boolean => /^enable (f16|chromium)/m.test(text);

/**
 * Compiles every kernel that a processor can run into one file, compressed, which the page fetches where it needs it. What was
 * compiled before is taken from the cache. Throws with file, line and reason where one cannot be compiled.
 */
export async function packKernels(file: string): Promise<{ kernels: number; compiled: number; bytes: number; ms: number }> {
  const start = performance.now();
  const { kernels, compiled, sweep } = keptKernels(KERNELS);
  const all = allKernels().filter((kernel) => !elsewhere(kernel));
  const templates = [];
  for (const kernel of all) {
    const { name, text } = kernel;
    try {
      const asked = textAsked(kernel);
      templates.push({ name, text: asked, template: await kernels(name, asked) });
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      throw new Error(`${placeOf(text, error.at.line, shaders())}:${error.at.column} ${error.reason} (${name}, for the processor)`);
    }
  }
  const bytes = gzipSync(packed(templates), { level: 9 });
  await writeWhole(file, bytes);
  sweep();
  return { kernels: all.length, compiled: compiled(), bytes: bytes.length, ms: performance.now() - start };
}

/** The text of a kernel as a processor asks for it, whatever its overrides are. */
export const textAsked = (kernel: Kernel): string => reopened(textFor({ quads: false, octs: false }, kernel, {}).text, {}).text;

/** Every shader by its path. */
const shaders = (): Record<string, string> =>
  Object.fromEntries(readdirSync(join(root, 'shaders'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.wgsl')).map((path) => [join('shaders', path), readFileSync(join(root, 'shaders', path), 'utf8')]));

/** `file:line` of a line of a kernel, whose text is made of files that are there as they are but for what must stand first. */
export function placeOf(text: string, line: number, files: Record<string, string>): string {
  const at = text.split('\n').slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  for (const [path, file] of Object.entries(files)) {
    const rest = file.replace(/^(enable|diagnostic)\b[^;]*;\n/gm, '');
    const from = text.indexOf(rest);
    if (from < 0 || at < from || at >= from + rest.length) continue;
    const before = file.split('\n').length - rest.split('\n').length;
    return `${path}:${before + text.slice(from, at).split('\n').length}`;
  }
  return `line ${line}`;
}
