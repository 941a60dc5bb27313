import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode, encode, type Kernels, type Template } from './template';

const here = dirname(fileURLToPath(import.meta.url));

/** Kernels that are compiled here when somebody asks for them, and kept in a folder for the next time. */
export interface KeptKernels {
  kernels: Kernels;
  /** Number of kernels that had to be compiled. */
  compiled: () => number;
  /** Deletes kernels that nobody has asked for. */
  sweep: () => void;
}

/** Kernels kept in `folder`, each under the hash of its name, its text and the compiler. Without them the compiler is not even loaded. */
export function keptKernels(folder: string): KeptKernels {
  const made = new Map<string, Promise<Template>>();
  const compiler = compilerHash();
  let compiled = 0;
  const get = async (name: string, text: string, file: string): Promise<Template> => {
    try {
      return decode(readFileSync(join(folder, file)));
    } catch {
      // It is not there, or not whole: it is made anew.
    }
    const { compile } = await import('./compiler/compile');
    compiled++;
    const template = compile(name, text);
    const temporary = join(folder, `${file}.${process.pid}.tmp`);
    try {
      mkdirSync(folder, { recursive: true });
      writeFileSync(temporary, encode(template));
      renameSync(temporary, join(folder, file));
    } catch {
      // The disk is full, or not to be written: the next process compiles it once more. Half a file would be taken for none.
    }
    return template;
  };
  return {
    kernels(name, text) {
      const file = createHash('sha256').update(`${compiler}\0${name}\0${text}`).digest('hex');
      let template = made.get(file);
      if (!template) made.set(file, (template = get(name, text, file)));
      return template;
    },
    compiled: () => compiled,
    sweep() {
      for (const file of readdirSync(folder)) if (!made.has(file) && !file.endsWith('.tmp')) rmSync(join(folder, file));
    },
  };
}

/** Hash of everything that decides what the compiler makes. */
function compilerHash(): string {
  const hash = createHash('sha256');
  const files = readdirSync(join(here, 'compiler')).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts')).sort();
  for (const name of [...files.map((file) => join('compiler', file)), 'template.ts']) hash.update(name).update(readFileSync(join(here, name)));
  const { version } = JSON.parse(readFileSync(join(here, '../../node_modules/binaryen/package.json'), 'utf8')) as { version: string };
  return hash.update(version).digest('hex');
}
